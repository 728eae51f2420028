#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pre-pivot hook, sourced by dracut. It hands the associations over to the real root.
#
# On entry the real root is mounted below $NEWROOT and the switch to it comes next. If the boot asks for a path, then on
# exit the timer and the .path units of the real root are wanted by its boot, its network managers keep off root's
# interfaces, the keeper runs, and dracut's shutdown is prepared, which ends the associations after root is unmounted. All
# of this is written to /run, which survives the switch. Nothing is written to root.

nvmf_boot_persist() {
    for _dir in /etc/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
        [ -e "${NEWROOT:-/sysroot}$_dir/nvme_fabrics_persistent.timer" ] || continue
        mkdir -p /run/systemd/system/timers.target.wants /run/systemd/system/paths.target.wants
        ln -sf "$_dir/nvme_fabrics_persistent.timer" /run/systemd/system/timers.target.wants/
        ln -sf "$_dir/nvme_fabrics_persistent.path" "$_dir/nvme_fabrics_persistent_conf.path" /run/systemd/system/paths.target.wants/
        return 0
    done
    warn "nvmf-boot is not installed in the real root: after this boot, nothing but the keeper brings lost paths back"
}

# Sets $_theirs to what the real root excludes from ifupdown. The last such line counts; a comment may stand behind it.
nvmf_boot_theirs() {
    _theirs=
    [ -r "${NEWROOT:-/sysroot}/etc/default/networking" ] || return 0
    while read -r _line || [ -n "$_line" ]; do
        case $_line in EXCLUDE_INTERFACES=*) _theirs=${_line#*=} ;; esac
    done < "${NEWROOT:-/sysroot}/etc/default/networking"
    case $_theirs in
        [\"\']*) _theirs=${_theirs#?} ;;
        *) _theirs=${_theirs%%[[:blank:]]#*} ;;
    esac
    _theirs=${_theirs%%[\"\']*}
}

# Runs claim again, now that all interfaces have their names, because ifupdown knows no hardware addresses. Interfaces that
# the real root excludes itself stay excluded.
nvmf_boot_claim_again() {
    nvmf-boot claim --quiet > /dev/null
    [ -e /run/nvmf-boot/ifupdown ] || return 0
    nvmf_boot_theirs
    [ -n "$_theirs" ] || return 0
    read -r _ours < /run/nvmf-boot/ifupdown
    printf '%s %s"\n' "${_ours%\"}" "$_theirs" > /run/nvmf-boot/ifupdown.new \
        && mv /run/nvmf-boot/ifupdown.new /run/nvmf-boot/ifupdown
}

# Starts the keeper, which outlives the initramfs. Both ways return when it has all that it needs from the initramfs, or
# has reported why it cannot start.
nvmf_boot_start_keeper() {
    if [ -e /usr/lib/systemd/system/nvmf-boot-keeper.service ]; then
        mkdir -p /run/systemd/system
        cp /usr/lib/systemd/system/nvmf-boot-keeper.service /run/systemd/system/
        systemctl start nvmf-boot-keeper.service
    else
        nvmf-boot-keeper < /dev/null > /dev/null
    fi
}

nvmf_boot_keep() {
    nvmf_boot_start_keeper || warn "nvmf-boot-keeper has not started, and its own message says why: if root loses all its" \
        "paths, nothing brings one back"
}

# Ends the connector in an initramfs without systemd. The associations stay, because the kernel holds them. The connector
# may have ended before, and its PID may be another process's now, so the process must have its name.
nvmf_boot_stop() {
    [ -e /run/nvmf-boot/pid ] || return 0
    read -r _pid < /run/nvmf-boot/pid
    rm -f /run/nvmf-boot/pid
    case $_pid in '' | *[!0-9]*) return 0 ;; esac
    { read -r _name < "/proc/$_pid/comm"; } 2> /dev/null || return 0
    [ "$_name" = nvmf-boot ] && kill "$_pid" 2> /dev/null && wait "$_pid"
}

nvmf_boot_stop
if [ -e /run/nvmf-boot/wanted ]; then
    nvmf_boot_persist
    nvmf_boot_claim_again
    nvmf_boot_keep
    need_shutdown
else
    # no path is wanted, so nvmf-boot leaves the interfaces of the command line to the real root
    rm -f /run/nvmf-boot/words
fi
unset _dir _line _pid _name _theirs _ours
