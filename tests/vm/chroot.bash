# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Roots of Debian: made by mmdebstrap, and used.

# suite_of RELEASE: its name in the archive
suite_of() {
    case $1 in
        debian12) echo bookworm ;;
        debian13) echo trixie ;;
        testing) echo testing ;;
        *) echo "'$1' is no release: debian12, debian13, testing" >&2 && return 2 ;;
    esac
}

# bootstrap RELEASE ROOT ARCHIVES OPTION...: makes a minimal root of a release with the packages of mmdebstrap's options. The
# folder ARCHIVES has a folder for each release: packages that are there are not fetched again.
bootstrap() (
    suite=$(suite_of "$1")
    mkdir -p "$3/$suite"
    # mmdebstrap hands the next free descriptor to dash, which knows those of one digit only
    for fd in /proc/"$BASHPID"/fd/*; do
        fd=${fd##*/}
        ((fd <= 2)) || exec {fd}>&-
    done
    # what is mounted below the root goes with the command. INITRD=No: no image is made by a kernel's package
    # shellcheck disable=SC2016 # expanded by mmdebstrap's shell
    archives=$3/$suite INITRD=No unshare --mount --propagation private mmdebstrap --quiet --mode=root --variant=minbase \
        --skip=essential/unlink \
        --setup-hook='mkdir -p "$1/var/cache/apt/archives" && mount --bind "$archives" "$1/var/cache/apt/archives"' \
        --customize-hook='umount "$1/var/cache/apt/archives"' \
        --aptopt='APT::Install-Recommends "false"' \
        --aptopt='Acquire::Check-Valid-Until "false"' \
        --dpkgopt=force-unsafe-io \
        "${@:4}" "$suite" "$2"
)

# in_root ROOT COMMAND...: with the mounts that package scripts and dracut expect; they go with the command. The root itself
# is one, too, as mmdebstrap in it expects.
in_root() {
    local root=$1
    shift
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --propagation private bash -euc '
        root=$1; shift
        mount --rbind "$root" "$root"
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
