#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# dracut module of nvmf-boot: see the README of the project. What happens in the initramfs stands in the hooks and
# in the connector; here is only what goes into the image.

# called by dracut
check() {
    require_binaries nvmf-boot nvmf-boot-keeper || return 1
    # a host that is not on a fabric gets nothing unless it asks
    if [[ $hostonly ]]; then
        grep -qsE '^(rdma|tcp)$' /sys/class/nvme/nvme*/transport || return 255
    fi
    return 0
}

# called by dracut
depends() {
    echo rootfs-block
}

# called by dracut
installkernel() {
    # the transports, the preflight's and soft-RoCE: whatever the host has
    hostonly='' instmods nvme-core nvme-fabrics nvme-rdma nvme-tcp rdma_cm rdma_ucm ib_ipoib
    hostonly='' instmods rdma_rxe crc32_generic 8021q
    # adapters with their RDMA half; in a hostonly image those of the host
    instmods "=drivers/net/ethernet" "=drivers/net/phy" "=drivers/net/mdio" "=drivers/infiniband/hw"
    instmods virtio_net hv_netvsc vmxnet3 xen-netfront
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
    # interfaces get their names in the initramfs: a link that is up is not renamed any more
    inst_multiple -o /usr/lib/systemd/network/99-default.link
    if dracut_module_included systemd; then
        inst_simple "$moddir/nvmf-boot-initrd.service" "$systemdsystemunitdir/nvmf-boot-initrd.service"
        inst_simple "$moddir/nvmf-boot-keeper.service" "$systemdsystemunitdir/nvmf-boot-keeper.service"
        $SYSTEMCTL -q --root "$initdir" add-wants initrd.target nvmf-boot-initrd.service
    fi
}
