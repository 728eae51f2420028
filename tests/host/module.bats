# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the dracut module asks dracut for, on hosts out of the golden cases. Dracut's own functions are stood in for by ones
# that print; a real dracut runs it in tests/vm.

# shellcheck disable=SC2034 # dracut's variables
bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

# dracut's functions and variables, and the connector on the host of a case: host CASE
host() {
    export case_root=$BATS_TEST_TMPDIR/root
    cp -a "$BATS_TEST_DIRNAME/../cases/$1/root" "$case_root"
    mkdir -p "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/image/lib/modules/6.1"
    printf '#!/bin/sh\nexec %s --root %s "$@"\n' "$(command -v nvmf-boot)" "$case_root" > "$BATS_TEST_TMPDIR/bin/nvmf-boot"
    # no module is built in
    printf '#!/bin/sh\nexit 1\n' > "$BATS_TEST_TMPDIR/bin/modinfo"
    chmod 755 "$BATS_TEST_TMPDIR"/bin/*
    PATH=$BATS_TEST_TMPDIR/bin:$PATH
    kernel=6.1 initdir=$BATS_TEST_TMPDIR/image moddir=/module hostonly=-h hostonly_cmdline=yes dracutbasedir=/nowhere SYSTEMCTL=true
    require_binaries() { :; }
    dracut_module_included() { return 1; }
    inst_binary() { :; }
    inst_hook() { :; }
    inst_simple() { :; }
    inst_multiple() { :; }
    inst_rules() { :; }
    dwarn() { echo "warning: $*"; }
    dfatal() { echo "fatal: $*"; }
    instmods() { echo "instmods${hostonly:+ of this host}: $*"; }
    # shellcheck source=modules.d/50nvmf-boot/module-setup.sh
    source "$BATS_TEST_DIRNAME/../../modules.d/50nvmf-boot/module-setup.sh"
}

# in_image MODULE...: instmods has found them
in_image() {
    for module; do : > "$initdir/lib/modules/6.1/$module.ko.xz"; done
}

@test "a hostonly image of a host on the fabric has its words and its drivers, and no warning" {
    host cmdline-modules-are-the-adapters-drivers-with-their-rdma-half
    in_image nvme-rdma 8021q mlx5_core ice rdma_ucm mlx5_ib irdma
    run -0 check
    run -0 installkernel
    assert_line 'instmods: nvme_rdma 8021q mlx5_core ice rdma_ucm mlx5_ib irdma'
    refute_output --partial warning:
    install
    run -0 cat "$initdir/etc/cmdline.d/55-nvmf-boot-host.conf"
    assert_output "$(nvmf-boot cmdline)"
}

@test "a module that the image lacks is named with its kernel" {
    host cmdline-modules-are-the-adapters-drivers-with-their-rdma-half
    in_image nvme-rdma 8021q mlx5_core ice rdma_ucm irdma
    run -0 installkernel
    assert_line 'warning: nvmf-boot: kernel module mlx5_ib of kernel 6.1 is not in this image: a path of root needs it'
    assert_equal "$(grep -c warning: <<< "$output")" 1
}

@test "what no word can say is a warning of the image: a bond, a VLAN's name, an address for a time, a secret" {
    host cmdline-tells-what-no-word-can-say
    run -0 installkernel
    assert_line "warning: nvmf-boot: interface bond0 is of type bond: add the parameters for dracut's network modules by hand"
    assert_line 'warning: nvmf-boot: interface storage is VLAN 5, but its name does not end in that number: no vlan= can make it'
    assert_line "warning: nvmf-boot: interface eth1 has its address from DHCP or a router: add ip=eth1:dhcp by hand, and a network module of dracut"
    assert_line 'warning: nvmf-boot: nvme0 uses DH-HMAC-CHAP, and no parameter can carry its secret: an image cannot connect it'
}

@test "a path to which no interface leads is a warning of the image" {
    host cmdline-modules-of-soft-roce-on-a-virtual-adapter
    echo 'link 1 lo mtu 65536 up carrier' > "$case_root/run/rtnetlink"
    run -0 installkernel
    assert_line 'warning: nvmf-boot: nvme0: no interface of this host leads to 10.0.0.1'
}

@test "an image without the host's words, generic or not, and a boot loader without them, is a warning that says them" {
    host cmdline-modules-of-soft-roce-on-a-virtual-adapter
    local warning
    warning="warning: nvmf-boot: root is on a fabric, but neither this image nor the boot loader of this boot has the parameters that connect it. Add to the boot loader's line: $(nvmf-boot cmdline)"
    hostonly_cmdline=no
    run -0 install
    assert_output "$warning"
    hostonly='' hostonly_cmdline=yes
    run -0 install
    assert_output "$warning"
    assert [ ! -e "$initdir/etc/cmdline.d" ]
    # said by --kernel-cmdline
    kernel_cmdline='quiet rd.nvmf.connect=rdma,10.0.0.1,nqn.2026-01.org.example:root'
    run -0 install
    assert_output ''
}

@test "a host on no fabric gets nothing unless it asks, and then no words" {
    host cmdline-of-a-host-that-is-on-no-fabric-is-empty
    run -255 check
    run -0 installkernel
    refute_output --partial warning:
    install
    assert [ ! -e "$initdir/etc/cmdline.d" ]
}

@test "a connector that fails is no host on no fabric: the module stays in, and dracut says that the image may lack something" {
    host cmdline-of-a-host-that-is-on-no-fabric-is-empty
    printf '#!/bin/sh\necho "nvmf-boot: cmdline: Cannot allocate memory" >&2\nexit 1\n' > "$BATS_TEST_TMPDIR/bin/nvmf-boot"
    run -0 check
    run -0 installkernel
    assert_line 'warning: nvmf-boot: cmdline: Cannot allocate memory'
    assert_line "fatal: nvmf-boot: 'nvmf-boot cmdline --modules' failed with status 1: this image may lack what it needs to find root on a fabric"
}

@test "a root of which nobody can tell where it is keeps the module in, and dracut says why" {
    host cmdline-fails-if-no-list-of-mounts-names-root
    run -0 check
    run -0 installkernel
    assert_line 'warning: nvmf-boot: cmdline: nobody can tell whether root is on a fabric: /proc/self/mountinfo does not list it'
    assert_line --partial "fatal: nvmf-boot: 'nvmf-boot cmdline --modules' failed with status 1"
}

@test "a root whose controller shows what is not believed keeps the module in, and dracut says why" {
    host cmdline-does-not-print-an-nqn-that-would-become-parameters
    run -0 check
    run -0 installkernel
    assert_line --partial 'warning: nvmf-boot: nvme0 carries root, but its parameters are not printed: an NQN has no comma'
    assert_line --partial "fatal: nvmf-boot: 'nvmf-boot cmdline --modules' failed with status 1"
    run -0 install
    assert [ ! -e "$initdir/etc/cmdline.d" ]
}

@test "a mirror of which one half is away is in the image as far as it is known, and dracut names the other half" {
    host cmdline-prints-one-half-of-a-mirror-and-fails-for-the-other
    in_image nvme-rdma rdma_ucm
    run -0 check
    run -0 installkernel
    assert_line 'instmods: nvme_rdma rdma_ucm'
    assert_line 'warning: nvmf-boot: cmdline: root stands on nqn.2026-01.org.example:two, and no path to this subsystem can be described: the next boot needs parameters that connect it'
    assert_line --partial "fatal: nvmf-boot: 'nvmf-boot cmdline' failed with status 1"
    run -0 install
    run -0 cat "$initdir/etc/cmdline.d/55-nvmf-boot-host.conf"
    assert_output --partial 'rd.nvmf.connect=rdma,10.0.0.1,nqn.2026-01.org.example:one'
}

@test "parameters that would not boot this host are not in the image, and dracut says so; the drivers are" {
    host cmdline-prints-nothing-that-would-be-read-as-something-else
    in_image nvme-tcp
    run -0 check
    run -0 installkernel
    assert_line 'instmods: nvme_tcp'
    assert_line --partial 'warning: nvmf-boot: cmdline: nothing is printed'
    assert_line --partial "fatal: nvmf-boot: 'nvmf-boot cmdline' failed with status 1"
    run -0 install
    assert [ ! -e "$initdir/etc/cmdline.d" ]
}

@test "what a source that is damaged leaves of the host is in the image, with a warning" {
    host cmdline-modules-are-the-adapters-drivers-with-their-rdma-half
    mkdir -p "$case_root/etc/nvme"
    printf '\0' > "$case_root/etc/nvme/discovery.conf"
    in_image nvme-rdma 8021q mlx5_core ice rdma_ucm mlx5_ib irdma
    run -0 check
    run -0 installkernel
    assert_line 'instmods: nvme_rdma 8021q mlx5_core ice rdma_ucm mlx5_ib irdma'
    assert_line --partial 'warning: nvmf-boot: /etc/nvme/discovery.conf: a NUL byte'
    assert_line --partial "fatal: nvmf-boot: 'nvmf-boot cmdline' failed with status 1"
    assert_equal "$(grep -c fatal: <<< "$output")" 1
}

@test "parameters that do not fit into the boot loader's line are a warning" {
    host cmdline-modules-of-soft-roce-on-a-virtual-adapter
    hostonly_cmdline=no
    nvmf_boot_host() { printf 'rd.nvmf.connect=%01800d\n' 0; }
    run -0 install
    assert_line --partial "warning: nvmf-boot: these are 1816 bytes, and the kernel keeps about 2000 of the boot loader's line"
}

@test "a generic image has all drivers and nothing of the host; nor has one of another root" {
    host cmdline-modules-are-the-adapters-drivers-with-their-rdma-half
    hostonly=''
    run -0 check
    run -0 installkernel
    assert_line 'instmods: =drivers/net/ethernet =drivers/net/phy =drivers/net/mdio =drivers/infiniband/hw'
    refute_output --partial warning:
    run -0 cmdline
    assert_output ''
    hostonly=-h dracutsysrootdir=/other
    run -0 cmdline
    assert_output ''
}
