#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pre-pivot hook, after the other: where the real root has no image of its kernel (a host that boots by PXE) or cannot unpack
# it, dracut's shutdown has nothing to go to. Then what it needs of this initramfs is put where it would have been unpacked: its
# script and hooks, and the programs that these call, about 20 MB.

# 3cpio unpacks into empty folders only, unless it is told otherwise; dracut 112 does not tell it
nvmf_boot_can_unpack() {
    _file=${NEWROOT:-/sysroot}/usr/lib/dracut/dracut-initramfs-restore
    [ ! -e "${NEWROOT:-/sysroot}/usr/bin/3cpio" ] || ! grep -qs '3cpio --extract "' "$_file"
}

# as dracut-initramfs-restore looks for it; a /boot of its own may hold it, but is not mounted yet
nvmf_boot_has_image() {
    _root=${NEWROOT:-/sysroot}
    read -r _ _ _kernel _ < /proc/version
    for _file in "$_root/boot/initrd.img-$_kernel" "$_root/boot/initramfs-$_kernel.img" "$_root/lib/modules/$_kernel/initrd" \
        "$_root"/boot/*/"$_kernel"/initrd "$_root"/efi/*/"$_kernel"/initrd "$_root"/boot/efi/*/"$_kernel"/initrd; do
        [ -e "$_file" ] && return 0
    done
    grep -qsE '^[^#]*[[:space:]]/(boot|efi|boot/efi)[[:space:]]' "$_root/etc/fstab"
}

# nvmf_boot_copy FILE...: to the same place
nvmf_boot_copy() {
    for _file; do
        mkdir -p "/run/initramfs${_file%/*}"
        [ -e "/run/initramfs$_file" ] || cp -L "$_file" "/run/initramfs$_file"
    done
}

# nvmf_boot_find NAME: where it is, in $_program; a busybox shell would say that it is its own
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
    # each link of a merged /usr with what it leads to
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
        # the loader lists, it does not start the program; of one that needs no libraries it says so
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
    # one that does not work is worse than none
    chroot /run/initramfs /bin/sh -c : || rm -rf /run/initramfs/shutdown /run/initramfs/bin
}

if [ -e /run/nvmf-boot/wanted ] && [ -e /shutdown ]; then
    { nvmf_boot_has_image && nvmf_boot_can_unpack; } || nvmf_boot_exit_image
fi
unset _root _kernel _file _loader _program _dir
