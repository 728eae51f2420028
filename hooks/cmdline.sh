#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cmdline hook: keeps the command line's words by origin for the connector, which starts only where this file is, and
# keeps other network stacks of the image off the interfaces that they name. Sourced by dracut: return, not exit.

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

# Words may hold secrets of others: they are neither traced (rd.debug) nor readable for everybody.
nvmf_boot_save_words() {
    debug_off
    (
        umask 077
        {
            nvmf_boot_origin image /etc/cmdline.d/*.conf
            nvmf_boot_origin etc /etc/cmdline
            nvmf_boot_origin loader /proc/cmdline /run/initramfs/cmdline.d/*.conf
        } > /run/nvmf-boot/words.new
        mv /run/nvmf-boot/words.new /run/nvmf-boot/words
    )
    debug_on
}

# Dracut's network modules read the command line through getcmdline(): from now on it has the words that are theirs.
# One of ours that they do not understand makes them give up on theirs.
nvmf_boot_claim() {
    debug_off
    getcmdline() {
        nvmf_boot_save_words
        debug_off
        nvmf-boot claim --quiet
        debug_on
    }
    _rest=$(getcmdline)
    # networkd's generator reads /proc/cmdline, unless it is told otherwise
    if [ -x /usr/lib/systemd/systemd-network-generator ]; then
        SYSTEMD_PROC_CMDLINE=$_rest /usr/lib/systemd/systemd-network-generator
    fi
    case "$_rest " in
        *' rd.neednet=1 '*)
            echo rd.neednet=1 > /etc/cmdline.d/50-nvmf-boot-neednet.conf
            nvmf_boot_has_backend || warn "nvmf-boot: ip=, vlan= or bond= asks for dhcp or another program, and this" \
                "image has no network module of dracut: make it with --add network"
            ;;
    esac
    unset _rest
    debug_on
}

nvmf_boot_has_backend() {
    for _file in /sbin/ifup /usr/sbin/NetworkManager /usr/lib/systemd/systemd-networkd /usr/sbin/wickedd /usr/sbin/connmand; do
        [ -x "$_file" ] && return 0
    done
    return 1
}

# A rack comes up before its storage: wait for it instead of dracut's 180 s, unless the user limits it. A little more
# than the connector's own limit, so that it speaks first.
nvmf_boot_retry() {
    _timeout=$(getarg rd.nvmf.timeout=)
    case $_timeout in
        '' | *[!0-9]*) _timeout= ;;
    esac
    # the shell takes a leading 0 for octal
    while [ "${_timeout#0}" != "$_timeout" ]; do _timeout=${_timeout#0}; done
    _retry=$(getarg rd.retry=)
    [ -n "$_retry" ] || echo "rd.retry=$((${_timeout:-1000000} + 5))" > /etc/cmdline.d/50-nvmf-boot.conf
    # A limit is kept by dracut's initqueue, which runs only in images that need it; without it, systemd waits for the
    # root device for ever.
    [ -z "$_timeout$_retry" ] || : > /run/nvmf-boot/need-initqueue
}

nvmf_boot_cmdline() {
    getargbool 0 rd.nonvmf && return 0
    [ -n "$(getargs rd.nvmf.connect= rd.nvmf.discover= nvmf.discover=)" ] || return 0
    mkdir -p /run/nvmf-boot
    nvmf_boot_retry
    nvmf_boot_save_words
    nvmf_boot_claim
}

nvmf_boot_cmdline
unset _origin _file _line _timeout _retry
