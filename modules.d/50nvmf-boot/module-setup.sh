#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The dracut module of nvmf-boot. dracut sources it when it makes an image, and calls the functions that are marked so.
#
# On entry $initdir is the image in the making. On exit it has the connector, the keeper, the hooks, the units and the
# drivers. A hostonly image also has the parameters and drivers of this host, as `nvmf-boot cmdline` prints them; an image
# of another root (--sysroot) has none of these. What happens in the initramfs stands in the hooks and in the connector.

nvmf_boot_host() {
    [[ ${dracutsysrootdir-} ]] || nvmf-boot cmdline "$@"
}

# nvmf_boot_host_warnings [OPTION]: prints what the connector reports, a warning a line. A connector that fails is no host
# on no fabric: nothing that root needs may be left out in silence.
nvmf_boot_host_warnings() {
    local _line _lines _status
    _lines=$(nvmf_boot_host "$@" 2>&1 > /dev/null)
    _status=$?
    [[ ! $_lines ]] || while read -r _line; do
        dwarn "$_line"
    done <<< "$_lines"
    ((_status == 0)) || dfatal "nvmf-boot: 'nvmf-boot cmdline${1:+ $1}' failed with status $_status:" \
        "this image may lack what it needs to find root on a fabric"
}

# called by dracut
check() {
    local _words
    require_binaries nvmf-boot nvmf-boot-keeper || return 1
    [[ $hostonly ]] || return 0
    # a host whose root is on no fabric gets nothing unless it asks; if the connector cannot tell, installkernel reports it
    _words=$(nvmf_boot_host 2> /dev/null) || return 0
    [[ $_words ]] || return 255
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
    # transports, what probes need, and soft-RoCE, whatever adapters the host has
    hostonly='' instmods nvme-core nvme-fabrics nvme-rdma nvme-tcp rdma_cm rdma_ucm ib_ipoib
    hostonly='' instmods rdma_rxe crc32_generic 8021q
    # adapters with their RDMA halves; in a hostonly image only those of the host
    instmods "=drivers/net/ethernet" "=drivers/net/phy" "=drivers/net/mdio" "=drivers/infiniband/hw"
    instmods virtio_net hv_netvsc vmxnet3 xen-netfront
    [[ ! $hostonly ]] || nvmf_boot_install_host
}

# Installs the modules that root's paths need on this host, also those that dracut does not find by itself, and warns of
# each that is missing.
nvmf_boot_install_host() {
    local _module _words _loaded
    local -a _modules
    _words=$(nvmf_boot_host --modules 2> /dev/null) || [[ $_words ]] || nvmf_boot_host_warnings --modules
    read -r -a _modules <<< "$_words"
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
    nvmf_boot_host_warnings
    return 0
}

# Installs the files that give this host's interfaces their names. netplan makes some of them at each boot.
nvmf_boot_install_names() {
    local _file
    for _file in /run/systemd/network/*.link; do
        [[ ! -e $_file ]] || inst_simple "$_file" "/etc/systemd/network/${_file##*/}"
    done
    inst_multiple -o /etc/systemd/network/*.link /etc/systemd/network/*.link.d/*.conf
}

# Installs the parameters that connect root. If they are not in the image, the boot loader must give them.
nvmf_boot_install_words() {
    local _words
    _words=$(nvmf_boot_host 2> /dev/null)
    [[ $_words ]] || return 0
    if [[ $hostonly && $hostonly_cmdline == yes ]]; then
        mkdir -p "$initdir/etc/cmdline.d"
        echo "$_words" > "$initdir/etc/cmdline.d/55-nvmf-boot-host.conf"
    elif ! grep -qE 'rd\.nvmf\.(connect|discover)=' /proc/cmdline - <<< "${kernel_cmdline-}"; then
        dwarn "nvmf-boot: root is on a fabric, but neither this image nor the boot loader of this boot has the parameters that" \
            "connect it. Add to the boot loader's line: $_words"
        # x86 and arm64 keep 2047 bytes of it
        ((${#_words} < 1800)) || dwarn "nvmf-boot: these are ${#_words} bytes, and the kernel keeps about 2000 of the boot" \
            "loader's line: make the image with --hostonly-cmdline instead"
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
    # Interfaces must get their names in the initramfs, because a link that is up is not renamed later. From dracut 112 on
    # only the network modules install these rules.
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
