# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the guest stands in single quotes
# What a command line can ask of interfaces, in images with and without other network stacks and systemd. One target.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"

# hardware addresses of the initiator's NICs
mac0=52:54:00:00:00:09
mac1=52:54:00:00:01:09

setup_file() {
    rig_begin_with_target
    # beside what every target has: VLAN 5 and IPv6 on link 0, IPv6 on link 1, and a DHCP server there
    on target '
        ip link add link eth0 name eth0.5 type vlan id 5 && ip addr add 10.5.0.1/24 dev eth0.5 && ip link set eth0.5 up
        echo 0 > /proc/sys/net/ipv6/conf/eth1/accept_dad
        ip -6 addr add fd00:1::1/64 dev eth1
        cd /sys/kernel/config/nvmet/ports
        port() {
            mkdir $1 && echo $3 > $1/addr_adrfam && echo $2 > $1/addr_trtype && echo $4 > $1/addr_traddr && echo 4420 > $1/addr_trsvcid &&
                ln -s /sys/kernel/config/nvmet/subsystems/nqn.2026-01.org.example:root $1/subsystems/
        }
        port 5 rdma ipv4 10.5.0.1 && port 6 rdma ipv6 fd00:1::1
        printf "start 10.0.1.50\nend 10.0.1.60\ninterface eth1\noption subnet 255.255.255.0\nlease_file /tmp/leases\n" > /tmp/udhcpd.conf
        : > /tmp/leases
        udhcpd -S /tmp/udhcpd.conf < /dev/null > /dev/null 2>&1'
}

boot() {
    initiator_boot "$@"
    wait_console initiator 'MARK shell'
}

@test "root over RDMA on a VLAN, and over RDMA with IPv6 on an interface named by its hardware address" {
    boot lean "vlan=$nic0.5:$nic0" "ip=10.5.0.2:::24::$nic0.5:none" "rd.nvmf.rxe=$nic0.5" "rd.nvmf.connect=rdma,10.5.0.1,$nqn:root" \
        "ip=[fd00:1::2]:::64::$mac1:none" "rd.nvmf.rxe=${mac1//:/-}" "rd.nvmf.connect=rdma,[fd00:1::1],$nqn:root"
    all_live
    assert_line --regexp 'live +nvme[0-9]+ +rdma 10.5.0.1:4420'
    assert_line --regexp 'live +nvme[0-9]+ +rdma \[fd00:1::1\]:4420'
    run -0 on initiator "ip addr show dev $nic0"
    refute_output --partial 'inet 10.'
    run -0 on initiator 'ls /sys/class/infiniband'
    assert_output --partial "rxe_$nic0"
}

# One stack of the image has its interface (by dhcp) and we have ours, whose words it would not understand. Root is behind
# the stack's: it ends with the initramfs, which waits for nothing else.
beside() {
    boot "$1" "ip=10.0.0.2:::24::$mac0:none" "rd.nvmf.connect=tcp,10.0.0.1,$nqn:data1" \
        "ip=$nic1:dhcp" "rd.nvmf.connect=tcp,10.0.1.1,$nqn:root"
    all_live
    assert_line --regexp 'live +nvme[0-9]+ +tcp 10.0.0.1:4420'
    assert_line --regexp 'live +nvme[0-9]+ +tcp 10.0.1.1:4420'
    run -0 on initiator "ip addr show dev $nic0"
    assert_equal "$(grep -c 'inet 10.' <<< "$output")" 1
    assert_output --partial 'inet 10.0.0.2/24'
    run -0 on initiator "ip addr show dev $nic1"
    assert_output --regexp 'inet 10.0.1.[56]'
    run -0 on initiator 'journalctl -b --no-pager'
    assert_output --regexp "dracut's network module has not configured ip=$nic1:dhcp yet"
}

@test "network-legacy in the image leaves our interface alone, and what it sets up by dhcp is waited for and used" {
    beside legacy
}

@test "systemd-networkd in the image leaves our interface alone, and what it sets up by dhcp is waited for and used" {
    beside networkd
}

@test "NetworkManager in the image leaves our interface alone, and what it sets up by dhcp is waited for and used" {
    beside manager
}

@test "dhcp that no program of the image can do is told, and does not keep a static path from root; rd.debug shows no secret" {
    boot lean rd.debug vendor.secret=hunter2 "ip=10.0.0.2:::24::$nic0:none" "rd.nvmf.connect=tcp,10.0.0.1,$nqn:root" "ip=$nic1:dhcp" "rd.nvmf.connect=tcp,10.0.1.1,$nqn:root"
    run -0 wait_console initiator 'and this image has none: make the image with --add network'
    run -0 on initiator 'findmnt -n -o SOURCE /'
    assert_output --partial /dev/nvme
    # the kernel and dracut print the command line as it is; our hooks are traced, and without it
    run -0 on initiator 'journalctl -b --no-pager | grep nvmf_boot'
    assert_output --partial nvmf_boot_save_words
    refute_output --partial hunter2
}

@test "an image without systemd boots the same words, its connector ends with it and its keeper stays" {
    boot nosystemd "${two_paths[@]}"
    all_live
    assert_equal "$(grep -cE 'live +nvme[0-9]+ +rdma 10.0.[01].1:4420' <<< "$output")" 2
    assert_line --regexp '^keeper: PID'
    run -1 on initiator 'ps | grep "[n]vmf-boot connect --wait$"'
    run -0 on initiator 'systemctl is-active nvme_fabrics_persistent.timer'
}
