# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the guest stands in single quotes
# Network managers of the real root with a profile that wants DHCP on all interfaces. Root hangs on one path over link 0;
# link 1 is the control: there the profile does its work.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"

setup_file() {
    rig_begin_with_target
    on target 'for n in 0 1; do
        printf "start 10.0.$n.50\nend 10.0.$n.60\ninterface eth$n\noption subnet 255.255.255.0\noption lease 3600\nlease_file /tmp/leases$n\n" > /tmp/udhcpd$n.conf
        : > /tmp/leases$n
        udhcpd -S /tmp/udhcpd$n.conf < /dev/null > /dev/null 2>&1; done'
    initiator_start lean "rd.nvmf.rxe=$nic0" "ip=10.0.0.2:::24::$nic0:none" "rd.nvmf.connect=rdma,10.0.0.1,$nqn:root"
    wait_console initiator 'MARK shell'
    # what the kernel tells of addresses, and of the controller
    on initiator '/bin/ip -o monitor address >> $TMPDIR/addresses 2>&1 < /dev/null & dmesg -c > /dev/null'
}

setup() {
    on initiator ": > \$TMPDIR/addresses; ip addr flush dev $nic1; ip link set $nic1 up"
}

# managed: the control interface has got its address from the server
until_control_is_managed() {
    run -0 on initiator "until ip -o addr show dev $nic1 | grep -q '10.0.1.[56]'; do sleep 1; done"
}

assert_root_was_left_alone() {
    run -0 on initiator 'cat $TMPDIR/addresses'
    assert_line --regexp "$nic1 +inet 10.0.1.[56]"
    refute_line --regexp "Deleted.*$nic0"
    refute_line --regexp "$nic0 +inet 10.0.0.[56]"
    run -0 on initiator "ip -o addr show dev $nic0; cat /sys/class/nvme/nvme0/state; dmesg | grep nvme || true"
    assert_line --regexp "inet 10.0.0.2/24"
    assert_line live
    refute_output --regexp 'recover|reconnect|failed'
    run -0 on initiator 'echo x | dd of=/written conv=fsync 2>&1'
}

@test "systemd-networkd with DHCP for all, started and restarted, leaves root's interface alone" {
    on initiator 'printf "[Match]\nName=en*\n[Network]\nDHCP=ipv4\n" > /etc/systemd/network/10-all.network
        systemctl start systemd-networkd'
    until_control_is_managed
    on initiator "ip addr flush dev $nic1; systemctl restart systemd-networkd"
    until_control_is_managed
    run -0 on initiator "cat /run/systemd/netif/links/\$(cat /sys/class/net/$nic0/ifindex)"
    assert_line ADMIN_STATE=unmanaged
    on initiator 'systemctl stop systemd-networkd systemd-networkd.socket; rm /etc/systemd/network/10-all.network'
    assert_root_was_left_alone
}

@test "NetworkManager with DHCP for all, started and restarted, leaves root's interface alone" {
    on initiator 'cd /etc/systemd/system && rm dbus.service dbus.socket NetworkManager.service && systemctl daemon-reload
        for nic in enp0s3 enp0s4; do
            f=/etc/NetworkManager/system-connections/$nic.nmconnection
            printf "[connection]\nid=$nic\ntype=ethernet\ninterface-name=$nic\n[ipv4]\nmethod=auto\n[ipv6]\nmethod=disabled\n" > $f
            chmod 600 $f
        done
        systemctl start NetworkManager'
    until_control_is_managed
    on initiator "ip addr flush dev $nic1; systemctl restart NetworkManager"
    until_control_is_managed
    run -0 on initiator "nmcli -t -f GENERAL.STATE device show $nic0"
    assert_output --partial unmanaged
    on initiator 'systemctl stop NetworkManager'
    assert_root_was_left_alone
}

@test "ifupdown with DHCP for all, at start, at restart and for what is plugged in, leaves root's interface alone" {
    on initiator 'for nic in enp0s3 enp0s4; do printf "auto $nic\nallow-hotplug $nic\niface $nic inet dhcp\n"; done >> /etc/network/interfaces
        rm -f /etc/systemd/system/networking.service; systemctl daemon-reload; systemctl start networking'
    until_control_is_managed
    on initiator 'systemctl restart networking'
    until_control_is_managed
    on initiator 'systemctl stop networking; udevadm trigger --action=add --settle /sys/class/net/enp0s3 /sys/class/net/enp0s4'
    until_control_is_managed
    assert_root_was_left_alone
}
