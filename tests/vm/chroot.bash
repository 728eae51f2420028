# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# in_root ROOT COMMAND...: with the mounts that package scripts and dracut expect; they go with the command.
in_root() {
    local root=$1
    shift
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --propagation private bash -euc '
        root=$1; shift
        mount -t proc proc "$root/proc"
        mount -t sysfs sysfs "$root/sys"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        mount -t tmpfs tmpfs "$root/run"
        exec chroot "$root" "$@"' in_root "$root" "$@"
}

# kernel_of ROOT [N]: the release of its kernel, or of the Nth newer one
kernel_of() {
    local -a kernels
    mapfile -t kernels < <(ls -v "$1/lib/modules")
    echo "${kernels[${2:-0}]}"
}
