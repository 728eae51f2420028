#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cmdline hook: keeps the command line's words by origin for the connector, which starts only where this file is.
# Sourced by dracut: return, not exit.

command -v getarg > /dev/null || . /lib/dracut-lib.sh

# nvmf_boot_origin ORIGIN FILE...: a line with the words of each file
nvmf_boot_origin() {
    _origin=$1
    shift
    for _file; do
        [ -r "$_file" ] || continue
        while read -r _line || [ -n "$_line" ]; do
            [ -n "$_line" ] && printf '%s\t%s\n' "$_origin" "$_line"
        done < "$_file"
    done
}

nvmf_boot_cmdline() {
    getargbool 0 rd.nonvmf && return 0
    [ -n "$(getargs rd.nvmf.connect= rd.nvmf.discover= nvmf.discover=)" ] || return 0

    mkdir -p /run/nvmf-boot
    {
        nvmf_boot_origin image /etc/cmdline.d/*.conf
        nvmf_boot_origin etc /etc/cmdline
        nvmf_boot_origin loader /proc/cmdline /run/initramfs/cmdline.d/*.conf
    } > /run/nvmf-boot/words

    # A rack comes up before its storage: wait for it instead of dracut's 180 s, unless the user limits it. A little
    # more than the connector's own limit, so that it speaks first.
    _timeout=$(getarg rd.nvmf.timeout=)
    case $_timeout in
        '' | 0 | *[!0-9]*) _timeout= ;;
    esac
    _retry=$(getarg rd.retry=)
    [ -n "$_retry" ] || echo "rd.retry=$((${_timeout:-1000000} + 5))" > /etc/cmdline.d/50-nvmf-boot.conf
    # A limit is kept by dracut's initqueue, which runs only in images that need it; without it, systemd waits for the
    # root device for ever.
    [ -z "$_timeout$_retry" ] || : > /lib/dracut/need-initqueue
}

nvmf_boot_cmdline
unset _origin _file _line _timeout _retry
