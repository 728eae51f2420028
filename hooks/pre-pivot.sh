#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pre-pivot hook: a boot from a fabric pulls in what keeps the associations in the real root, keeps its network managers
# off root's interfaces, and asks for dracut's shutdown, which ends them after root. /run survives the switch, so what is
# written there is enough and root is not touched.

nvmf_boot_persist() {
    for _dir in /etc/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
        [ -e "${NEWROOT:-/sysroot}$_dir/nvme_fabrics_persistent.timer" ] || continue
        mkdir -p /run/systemd/system/timers.target.wants /run/systemd/system/paths.target.wants
        ln -sf "$_dir/nvme_fabrics_persistent.timer" /run/systemd/system/timers.target.wants/
        ln -sf "$_dir/nvme_fabrics_persistent.path" "$_dir/nvme_fabrics_persistent_conf.path" /run/systemd/system/paths.target.wants/
        return 0
    done
    warn "nvmf-boot is not installed in the real root: lost associations will not be restored after boot"
}

# Now that all interfaces have their names: ifupdown knows no hardware addresses. What the host excludes itself stays
# excluded.
nvmf_boot_claim_again() {
    nvmf-boot claim --quiet > /dev/null
    [ -e /run/nvmf-boot/ifupdown ] || return 0
    _theirs=$(sed -n "s/^EXCLUDE_INTERFACES=[\"']\{0,1\}\([^\"']*\).*/\1/p" "${NEWROOT:-/sysroot}/etc/default/networking" 2> /dev/null)
    [ -n "$_theirs" ] || return 0
    # what they wrote is no part of a program's text: in sed's it could be a command
    read -r _ours < /run/nvmf-boot/ifupdown
    printf '%s %s"\n' "${_ours%\"}" "$_theirs" > /run/nvmf-boot/ifupdown.new \
        && mv /run/nvmf-boot/ifupdown.new /run/nvmf-boot/ifupdown
}

# It outlives the initramfs. Both ways last until it has all that it needs from here, or has said why it cannot start.
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

# in an initramfs without systemd; what it has begun stays in the kernel
nvmf_boot_stop() {
    [ -e /run/nvmf-boot/pid ] || return 0
    read -r _pid < /run/nvmf-boot/pid
    rm -f /run/nvmf-boot/pid
    kill "$_pid" 2> /dev/null && wait "$_pid"
}

nvmf_boot_stop
if [ -e /run/nvmf-boot/wanted ]; then
    nvmf_boot_persist
    nvmf_boot_claim_again
    nvmf_boot_keep
    need_shutdown
else
    # without a path the interfaces that it names are not ours in the real root
    rm -f /run/nvmf-boot/words
fi
unset _dir _pid _theirs _ours
