#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What people build by hand: a hook that runs ip and nvme connect. Only `make bench` uses it.

# called by dracut
check() {
    return 255
}

# called by dracut
installkernel() {
    hostonly='' instmods nvme-rdma nvme-tcp rdma_rxe crc32_generic
    # the same drivers, so that both images take as long to unpack
    instmods "=drivers/net/ethernet" "=drivers/net/phy" "=drivers/net/mdio" "=drivers/infiniband/hw"
}

# called by dracut
install() {
    inst_multiple nvme ip rdma
    inst_simple /usr/lib/systemd/network/99-default.link
    inst_hook initqueue/settled 50 "$moddir/recipe.sh"
    dracut_need_initqueue
}
