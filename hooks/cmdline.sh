#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cmdline hook. dracut sources it (return, not exit) after its own parsers of the command line.
#
# On entry nothing of nvmf-boot runs. If a parameter may be meant for nvmf-boot, or the firmware has left a boot table
# (NBFT), the hook writes all parameters to
# /run/nvmf-boot/words, each with its origin, and runs `nvmf-boot want`. That reports bad parameters on the console and,
# if a path is asked for, writes /run/nvmf-boot/wanted. The units and the other hooks do nothing without that file.
#
# On exit, if the file is there, dracut waits as long as the connector does, and the network stacks of the image keep off
# the interfaces of nvmf-boot: claim.h says how. dracut's parsers read the command line through getcmdline(), which the
# hook replaces, so that they do not see the parameters that nvmf-boot has taken. If something fails, getcmdline() and
# all files stay as they were.
#
#   root=UUID=... ip=10.0.0.2:::24::eth0:none rd.nvmf.connect=rdma,10.0.0.1,nqn.x:root   all of it is kept, the ip= is taken
#   root=LABEL=data ip=eth0:dhcp                                                         the hook does nothing

command -v getarg > /dev/null || . /lib/dracut-lib.sh

# nvmf_boot_origin ORIGIN FILE...: prints each line of the files behind the origin
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

# prints all parameters by origin; in a subshell, so that getcmdline() leaves no variables behind
nvmf_boot_words() (
    nvmf_boot_origin image /etc/cmdline.d/*.conf \
        && nvmf_boot_origin etc /etc/cmdline \
        && nvmf_boot_origin loader /proc/cmdline /run/initramfs/cmdline.d/*.conf
)

# nvmf_boot_print FILE: prints the file, without starting a program
nvmf_boot_print() (
    while IFS= read -r _line || [ -n "$_line" ]; do
        printf '%s\n' "$_line"
    done < "$1"
)

# nvmf_boot_replace FILE COMMAND...: replaces the file by the output of the command; if the command fails, the file stays
# as it is. Only root may read the file, because parameters can hold secrets of other programs.
nvmf_boot_replace() (
    _file=$1
    shift
    # the umask does not apply to the command: other programs, which may not be root, read what it writes
    (umask 077 && : > "$_file.new") && "$@" > "$_file.new" && mv "$_file.new" "$_file"
)

# rd.debug does not trace parameters, because they can hold secrets.
nvmf_boot_save_words() {
    debug_off
    nvmf_boot_replace /run/nvmf-boot/words nvmf_boot_words
    _failed=$?
    debug_on
    return $_failed
}

# Makes the text of getcmdline(): the parameters that the connector has not taken. It is one line, and whole if its end is
# there, also if claim fails in something else, such as a file that cannot be read.
nvmf_boot_make_rest() (
    _file=/run/nvmf-boot/rest
    (umask 077 && : > "$_file.new") || return 1
    nvmf-boot claim --quiet > "$_file.new"
    debug_off
    IFS= read -r _line < "$_file.new" && mv "$_file.new" "$_file"
)

# Replaces dracut's getcmdline(). getarg() and its like call it each time, because a hook can add to the files of the
# command line. Ours reads the files each time, too, but runs the connector only when one of them has changed.
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
    # networkd's generator reads /proc/cmdline unless it gets another text
    if [ -x /usr/lib/systemd/systemd-network-generator ]; then
        SYSTEMD_PROC_CMDLINE=$_rest /usr/lib/systemd/systemd-network-generator
    fi
    case "$_rest " in
        *' rd.neednet=1 '*)
            echo rd.neednet=1 > /etc/cmdline.d/50-nvmf-boot-neednet.conf
            nvmf_boot_save_words
            nvmf_boot_has_backend || warn "nvmf-boot: a parameter needs a network module of dracut (DHCP, bond, team or" \
                "bridge), and this image has none: make the image with --add network"
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

# Raises dracut's limit of 180 s, unless the user has set rd.retry=, because a rack can come up before its storage. The
# new limit is 5 s above the connector's own, so that the connector reports first.
nvmf_boot_retry() {
    # the file holds rd.nvmf.timeout= as the connector has understood it; 0: for ever
    read -r _timeout < /run/nvmf-boot/wanted
    [ "$_timeout" != 0 ] || _timeout=
    _retry=$(getarg rd.retry=)
    if [ -z "$_retry" ]; then
        _limit=$((${_timeout:-1000000} + 5))
        # a table of the firmware alone may be of a host whose root is elsewhere
        nvmf_boot_has_parameter '*rd.nvmf.connect=*' || nvmf_boot_has_parameter '*nvmf.discover=*' \
            || [ "$_limit" -le 900 ] || _limit=900
        echo "rd.retry=$_limit" > /etc/cmdline.d/50-nvmf-boot.conf
        nvmf_boot_save_words
    fi
    # dracut's initqueue keeps the limit, and runs only in images that need it. Without the initqueue, systemd waits for
    # the root device for ever.
    [ -z "$_timeout$_retry" ] || (umask 077 && : > /run/nvmf-boot/need-initqueue)
}

# nvmf_boot_has_parameter PATTERN: whether one of the parameters matches
nvmf_boot_has_parameter() {
    debug_off
    _failed=1
    # shellcheck disable=SC2254 # it is a pattern
    case $(getcmdline) in
        $1) _failed=0 ;;
    esac
    debug_on
    return $_failed
}

nvmf_boot_has_table() {
    for _file in /sys/firmware/acpi/tables/NBFT*; do
        [ ! -e "$_file" ] || return 0
    done
    return 1
}

# Whether a parameter looks like one of nvmf-boot, or the firmware has left a boot table. The connector says what is
# wrong with it, so a misspelt parameter counts, rdnvmf.connect= or RD.NVMF.CONNECT= as well.
nvmf_boot_may_be_asked() {
    nvmf_boot_has_parameter '*[nN][vV][mM][fF]*' || nvmf_boot_has_table
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
unset _origin _file _line _timeout _retry _limit _failed
