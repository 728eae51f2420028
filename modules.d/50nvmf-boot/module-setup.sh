#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# dracut module of nvmf-boot: see the README of the project. What happens in the initramfs stands in the hooks and
# in the connector; here is only what goes into the image. What a hostonly image has of its host, `nvmf-boot cmdline`
# tells; nothing of another one's (--sysroot).

nvmf_boot_host() {
    [[ ${dracutsysrootdir-} ]] || nvmf-boot cmdline "$@"
}

# called by dracut
check() {
    require_binaries nvmf-boot nvmf-boot-keeper || return 1
    # a host whose root is on no fabric gets nothing unless it asks
    [[ $hostonly && ! $(nvmf_boot_host 2> /dev/null) ]] && return 255
    return 0
}

# called by dracut
depends() {
    echo rootfs-block
    # a module of its own since 108
    compgen -G "$dracutbasedir/modules.d/??initqueue" > /dev/null && echo initqueue
    return 0
}

# called by dracut
cmdline() {
    local _words
    [[ $hostonly ]] || return 0
    _words=$(nvmf_boot_host 2> /dev/null)
    [[ ! $_words ]] || printf ' %s' "$_words"
}

# called by dracut
installkernel() {
    # the transports, the preflight's and soft-RoCE: whatever the host has
    hostonly='' instmods nvme-core nvme-fabrics nvme-rdma nvme-tcp rdma_cm rdma_ucm ib_ipoib
    hostonly='' instmods rdma_rxe crc32_generic 8021q
    # adapters with their RDMA half; in a hostonly image those of the host
    instmods "=drivers/net/ethernet" "=drivers/net/phy" "=drivers/net/mdio" "=drivers/infiniband/hw"
    instmods virtio_net hv_netvsc vmxnet3 xen-netfront
    [[ ! $hostonly ]] || nvmf_boot_install_host
}

# what root's paths need on this host, also where dracut does not see it, and a word for each thing that is not there
nvmf_boot_install_host() {
    local _module _line _loaded
    local -a _modules
    read -r -a _modules <<< "$(nvmf_boot_host --modules 2> /dev/null)"
    ((${#_modules[@]})) || return 0
    hostonly='' instmods "${_modules[@]}"
    _loaded=$(find "$initdir/lib/modules/$kernel/" -name '*.ko*' -printf '%f\n' | sed 's/[.].*//; s/-/_/g')
    for _module in "${_modules[@]}"; do
        grep -qx "${_module//-/_}" <<< "$_loaded" && continue
        modinfo -k "$kernel" -F filename "$_module" 2> /dev/null | grep -qx '(builtin)' && continue
        # a part of the kernel that is named like a module (pcieportdrv)
        [[ -d /sys/module/${_module//-/_} && ! -e /sys/module/${_module//-/_}/initstate ]] && continue
        dwarn "nvmf-boot: kernel module $_module of kernel $kernel is not in this image: a path of root needs it"
    done
    while read -r _line; do
        dwarn "$_line"
    done < <(nvmf_boot_host 2>&1 > /dev/null)
    return 0
}

# the names that this host's administrator, or what makes such files with each boot (netplan), gives its interfaces
nvmf_boot_install_names() {
    local _file
    for _file in /run/systemd/network/*.link; do
        [[ ! -e $_file ]] || inst_simple "$_file" "/etc/systemd/network/${_file##*/}"
    done
    inst_multiple -o /etc/systemd/network/*.link /etc/systemd/network/*.link.d/*.conf
}

# the way to root: in the image, or else the boot loader must say it
nvmf_boot_install_words() {
    local _words
    _words=$(nvmf_boot_host 2> /dev/null)
    [[ $_words ]] || return 0
    if [[ $hostonly && $hostonly_cmdline == yes ]]; then
        mkdir -p "$initdir/etc/cmdline.d"
        echo "$_words" > "$initdir/etc/cmdline.d/55-nvmf-boot-host.conf"
    elif ! grep -qE 'rd\.nvmf\.(connect|discover)=' /proc/cmdline - <<< "${kernel_cmdline-}"; then
        dwarn "nvmf-boot: root is on a fabric, but neither this image nor the boot loader's line of this boot says how to connect it." \
            "Add to that line: $_words"
    fi
}

# called by dracut
install() {
    inst_binary nvmf-boot
    inst_binary nvmf-boot-keeper
    inst_hook cmdline 92 "$moddir/cmdline.sh"
    inst_hook pre-trigger 50 "$moddir/pre-trigger.sh"
    inst_hook emergency 50 "$moddir/emergency.sh"
    inst_hook pre-pivot 50 "$moddir/pre-pivot.sh"
    inst_hook pre-pivot 51 "$moddir/exit-image.sh"
    inst_hook shutdown 50 "$moddir/shutdown.sh"
    inst_multiple sed timeout cp grep chmod chroot
    inst_multiple -o kexec # of the exit image
    # interfaces get their names in the initramfs: a link that is up is not renamed any more. From 112 on these rules come with
    # the network modules only.
    inst_multiple -o /usr/lib/systemd/network/99-default.link
    inst_rules 75-net-description.rules 80-net-setup-link.rules
    inst_simple "$moddir/rdma.rules" "$udevdir/rules.d/66-nvmf-boot-rdma.rules"
    [[ ! $hostonly ]] || nvmf_boot_install_names
    if dracut_module_included systemd; then
        inst_simple "$moddir/nvmf-boot-initrd.service" "$systemdsystemunitdir/nvmf-boot-initrd.service"
        inst_simple "$moddir/nvmf-boot-keeper.service" "$systemdsystemunitdir/nvmf-boot-keeper.service"
        inst_simple "$moddir/dracut-initqueue.conf" "$systemdsystemunitdir/dracut-initqueue.service.d/50-nvmf-boot.conf"
        $SYSTEMCTL -q --root "$initdir" add-wants initrd.target nvmf-boot-initrd.service
    fi
    nvmf_boot_install_words
}
