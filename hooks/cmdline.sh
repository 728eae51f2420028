#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cmdline hook, sourced by dracut (return, not exit), after dracut's own parsers of the command line. On entry nothing of
# ours runs. If a parameter may be ours, the hook keeps all of them by origin in /run/nvmf-boot/words and asks the
# connector: `nvmf-boot want` reports bad ones on the console, and writes /run/nvmf-boot/wanted if a path is asked for.
# On exit, if that file is there, dracut waits long enough, and other network stacks of the image keep off the
# interfaces of these parameters. Units and the other hooks look at that file. If something fails, dracut's
# getcmdline() and all files stay as they were.

command -v getarg > /dev/null || . /lib/dracut-lib.sh

# nvmf_boot_origin ORIGIN FILE...: a line with the parameters of each file
nvmf_boot_origin() {
    _origin=$1
    shift
    for _file; do
        [ -r "$_file" ] || continue
        while read -r _line || [ -n "$_line" ]; do
            [ -z "$_line" ] || printf '%s\t%s\n' "$_origin" "$_line" || return 1
        done < "$_file"
    done
}

# in a subshell: getcmdline() leaves no variables behind
nvmf_boot_words() (
    nvmf_boot_origin image /etc/cmdline.d/*.conf \
        && nvmf_boot_origin etc /etc/cmdline \
        && nvmf_boot_origin loader /proc/cmdline /run/initramfs/cmdline.d/*.conf
)

# nvmf_boot_print FILE: cat, without a process
nvmf_boot_print() (
    while IFS= read -r _line || [ -n "$_line" ]; do
        printf '%s\n' "$_line"
    done < "$1"
)

# nvmf_boot_replace FILE COMMAND...: with the command's output, or not at all. Only root may read it: parameters may hold
# the secrets of others.
nvmf_boot_replace() (
    _file=$1
    shift
    # the mode is this file's alone: what the command writes for other programs, which may not be root, is for all to read
    (umask 077 && : > "$_file.new") && "$@" > "$_file.new" && mv "$_file.new" "$_file"
)

# Parameters are not traced (rd.debug), since they may hold secrets.
nvmf_boot_save_words() {
    debug_off
    nvmf_boot_replace /run/nvmf-boot/words nvmf_boot_words
    _failed=$?
    debug_on
    return $_failed
}

# The text of getcmdline() for others. Their parsers give up at the first ip= that they do not understand, so it has no
# parameter that the connector has taken.
nvmf_boot_make_rest() {
    nvmf_boot_replace /run/nvmf-boot/rest nvmf-boot claim --quiet
}

# Dracut's getarg() and its like read the command line through getcmdline(), each time anew, since hooks may add to the
# files. So does ours, but the connector is asked only when a file has changed.
nvmf_boot_claim() {
    nvmf_boot_make_rest || return 0
    debug_off
    getcmdline() {
        debug_off
        if [ "$(nvmf_boot_words)" != "$(nvmf_boot_print /run/nvmf-boot/words)" ]; then
            nvmf_boot_save_words && nvmf_boot_make_rest
            debug_off
        fi
        nvmf_boot_print /run/nvmf-boot/rest
        debug_on
    }
    _rest=$(nvmf_boot_print /run/nvmf-boot/rest)
    # networkd's generator reads /proc/cmdline, unless it gets another one
    if [ -x /usr/lib/systemd/systemd-network-generator ]; then
        SYSTEMD_PROC_CMDLINE=$_rest /usr/lib/systemd/systemd-network-generator
    fi
    case "$_rest " in
        *' rd.neednet=1 '*)
            echo rd.neednet=1 > /etc/cmdline.d/50-nvmf-boot-neednet.conf
            nvmf_boot_save_words
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
    # rd.nvmf.timeout= as the connector has understood it; 0: for ever
    read -r _timeout < /run/nvmf-boot/wanted
    [ "$_timeout" != 0 ] || _timeout=
    _retry=$(getarg rd.retry=)
    if [ -z "$_retry" ]; then
        echo "rd.retry=$((${_timeout:-1000000} + 5))" > /etc/cmdline.d/50-nvmf-boot.conf
        nvmf_boot_save_words
    fi
    # A limit is kept by dracut's initqueue, which runs only in images that need it; without it, systemd waits for the
    # root device for ever.
    [ -z "$_timeout$_retry" ] || (umask 077 && : > /run/nvmf-boot/need-initqueue)
}

# What is wrong with a parameter is for the connector to say, so each that looks like ours counts.
nvmf_boot_may_be_asked() {
    debug_off
    case $(getcmdline) in
        *nvmf.*) _failed=0 ;;
        *) _failed=1 ;;
    esac
    debug_on
    return $_failed
}

nvmf_boot_cmdline() {
    nvmf_boot_may_be_asked || return 0
    mkdir -p /run/nvmf-boot
    nvmf_boot_save_words || return 0
    nvmf-boot want
    [ -e /run/nvmf-boot/wanted ] || return 0
    nvmf_boot_retry
    nvmf_boot_claim
}

nvmf_boot_cmdline
unset _origin _file _line _timeout _retry _failed
