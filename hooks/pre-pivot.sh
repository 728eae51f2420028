#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pre-pivot hook: a boot from a fabric pulls in what keeps the associations in the real root. /run survives the
# switch, so a link below /run/systemd is enough and root is not touched.

nvmf_boot_persist() {
    [ -e /run/nvmf-boot/words ] || return 0
    for _dir in /etc/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
        [ -e "${NEWROOT:-/sysroot}$_dir/nvme_fabrics_persistent.timer" ] || continue
        mkdir -p /run/systemd/system/timers.target.wants /run/systemd/system/paths.target.wants
        ln -sf "$_dir/nvme_fabrics_persistent.timer" /run/systemd/system/timers.target.wants/
        ln -sf "$_dir/nvme_fabrics_persistent.path" /run/systemd/system/paths.target.wants/
        return 0
    done
    warn "nvmf-boot is not installed in the real root: lost associations will not be restored after boot"
}

# in an initramfs without systemd; what it has begun stays in the kernel
nvmf_boot_stop() {
    [ -e /run/nvmf-boot/pid ] || return 0
    read -r _pid < /run/nvmf-boot/pid
    rm -f /run/nvmf-boot/pid
    kill "$_pid" 2> /dev/null && wait "$_pid"
}

nvmf_boot_stop
nvmf_boot_persist
unset _dir _pid
