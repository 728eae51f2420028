#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# shutdown hook, sourced in a subshell by dracut's shutdown, once a round. It ends the associations, so that the targets
# need not find out by the silence of this host.
#
# On entry root is unmounted, or dracut has given up on it ($final is "final" in the last round). On exit no controller is
# left, but for one whose target does not answer within the limit. Status 1 asks dracut for another round.

# s; a live association ends in a fraction of one, a dead one may take the kernel's admin timeout
nvmf_boot_limit=10

# systemd brings /sys along; dracut moves it aside if it did not
for _sys in /sys /oldsys/sys; do
    [ -d "$_sys/class/nvme" ] && break
done

# not while something stands on the disks: the hooks of what does (md, dm) may need another round
if [ "${final-}" != final ]; then
    for _file in "$_sys"/block/nvme*/holders/* "$_sys"/block/nvme*/nvme*/holders/*; do
        [ -e "$_file" ] && return 1
    done
fi

# It would bring back what ends here. The file may be older than who has the PID now, so the process must have the name
# of a keeper, as far as the kernel keeps names.
nvmf_boot_end_keeper() {
    read -r _keeper < /run/nvmf-boot/keeper || return
    case $_keeper in '' | *[!0-9]*) return ;; esac
    read -r _name < "${_sys%sys}proc/$_keeper/comm" || return
    [ "$_name" != nvmf-boot-keepe ] || kill "$_keeper"
}
nvmf_boot_end_keeper 2> /dev/null

# queued writes fail from now on instead of waiting for a path
for _file in "$_sys"/block/nvme*/delayed_removal_secs; do
    [ -w "$_file" ] && echo 0 > "$_file"
done

_root=unmounted
grep -qs ' /oldroot ' /proc/mounts && _root='still mounted'
# shellcheck disable=SC2016 # expanded by the inner shell
# the shell that waits for them is killed at the limit, should one hang in the kernel
timeout "$nvmf_boot_limit" /bin/sh -c '
    for ctrl in "$0"/class/nvme-fabrics/ctl/nvme*; do
        [ -e "$ctrl/delete_controller" ] && echo 1 > "$ctrl/delete_controller" &
    done
    wait' "$_sys" && echo "nvmf-boot: root is $_root: targets told, associations ended"
true
