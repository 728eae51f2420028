#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Second pre-pivot hook, sourced by dracut after pre-pivot.sh. It makes dracut's shutdown possible on hosts that boot by PXE.
#
# At shutdown, dracut unpacks an initramfs of the real root into /run/initramfs and pivots there. On entry the real root
# is mounted below $NEWROOT. If it has no initramfs of the running kernel, or cannot unpack it, then on exit /run/initramfs
# holds what the shutdown needs, copied from the running initramfs: dracut's script and hooks, and the programs that they
# call, about 20 MB. Otherwise the hook changes nothing.

# 3cpio unpacks into an empty folder only, unless an option allows others; dracut 112 does not give that option
nvmf_boot_can_unpack() {
    _file=${NEWROOT:-/sysroot}/usr/lib/dracut/dracut-initramfs-restore
    [ ! -e "${NEWROOT:-/sysroot}/usr/bin/3cpio" ] || ! grep -qs '3cpio --extract "' "$_file"
}

# looks where dracut-initramfs-restore does; a /boot with its own mount is not mounted yet, and may hold an image
nvmf_boot_has_image() {
    _root=${NEWROOT:-/sysroot}
    read -r _ _ _kernel _ < /proc/version
    for _file in "$_root/boot/initrd.img-$_kernel" "$_root/boot/initramfs-$_kernel.img" "$_root/lib/modules/$_kernel/initrd" \
        "$_root"/boot/*/"$_kernel"/initrd "$_root"/efi/*/"$_kernel"/initrd "$_root"/boot/efi/*/"$_kernel"/initrd; do
        [ -e "$_file" ] && return 0
    done
    grep -qsE '^[^#]*[[:space:]]/(boot|efi|boot/efi)[[:space:]]' "$_root/etc/fstab"
}

# nvmf_boot_copy FILE...: copies each file to the same place below /run/initramfs
nvmf_boot_copy() {
    for _file; do
        mkdir -p "/run/initramfs${_file%/*}"
        [ -e "/run/initramfs$_file" ] || cp -L "$_file" "/run/initramfs$_file"
    done
}

# nvmf_boot_find NAME: puts the program's path into $_program; `command -v` of a busybox shell finds its own applets first
nvmf_boot_find() {
    for _dir in /usr/sbin /usr/bin /sbin /bin; do
        _program=$_dir/$1
        [ ! -x "$_program" ] || return 0
    done
    return 1
}

nvmf_boot_exit_image() {
    for _loader in /lib64/ld-*.so.* /lib/ld-*.so.* /lib64/ld64.so.* /lib/ld64.so.*; do
        [ -x "$_loader" ] && break
    done
    [ -x "$_loader" ] || return
    # the links of a merged /usr, and the folders that they lead to
    for _file in bin sbin lib lib32 lib64 libx32; do
        [ ! -d "/$_file" ] || mkdir -p "/run/initramfs/usr/$_file"
        if [ -h "/$_file" ]; then cp -a "/$_file" /run/initramfs/; fi
    done
    for _program in sh umount mount reboot poweroff halt losetup stat sleep timeout cat ls mkdir mknod rm grep sed kill setsid \
        systemctl kexec cp dmsetup lvm mdadm cryptsetup multipath; do
        nvmf_boot_find "$_program" || continue
        # shellcheck disable=SC3013 # dash and busybox have it
        if [ "$_program" -ef /usr/bin/busybox ]; then
            nvmf_boot_copy /usr/bin/busybox
            mkdir -p "/run/initramfs${_program%/*}"
            ln -f /run/initramfs/usr/bin/busybox "/run/initramfs$_program"
            _program=/usr/bin/busybox
        else
            nvmf_boot_copy "$_program"
        fi
        # the loader lists the libraries without starting the program
        for _file in $("$_loader" --list "$_program" 2> /dev/null); do
            case $_file in /*) nvmf_boot_copy "$_file" ;; esac
        done
    done
    nvmf_boot_copy "$_loader" /shutdown /lib/dracut-lib.sh /etc/initrd-release /usr/lib/initrd-release
    [ ! -e /lib/dracut-dev-lib.sh ] || nvmf_boot_copy /lib/dracut-dev-lib.sh
    for _file in "${hookdir:-/lib/dracut/hooks}"/*shutdown*/*; do
        [ ! -f "$_file" ] || nvmf_boot_copy "$_file"
    done
    chmod 755 /run/initramfs/shutdown
    # a copy that does not work is worse than none
    chroot /run/initramfs /bin/sh -c : || rm -rf /run/initramfs/shutdown /run/initramfs/bin
}

if [ -e /run/nvmf-boot/wanted ] && [ -e /shutdown ]; then
    { nvmf_boot_has_image && nvmf_boot_can_unpack; } || nvmf_boot_exit_image
fi
unset _root _kernel _file _loader _program _dir
