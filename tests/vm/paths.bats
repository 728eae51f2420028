# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016 # what is expanded in the guest stands in single quotes
# Paths that are dead, slow or refused while root is waited for: no live one waits for them, and each has its sentence.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"

setup_file() {
    rig_begin_with_target
}

# line REGEX: number of the first line of the journal that matches
line() {
    grep -nE -m 1 "$1" "$BATS_TEST_TMPDIR/journal" | cut -d: -f1
}

@test "a path without a neighbour and a black hole before the live one: root is mounted before the first verdict on them" {
    # on link 1 RDMA is swallowed, the address answers
    on target '/sbin/tc qdisc add dev eth1 root handle 1: prio bands 4 && /sbin/tc qdisc add dev eth1 parent 1:4 netem loss 100% &&
        /sbin/tc filter add dev eth1 parent 1: protocol ip u32 match ip protocol 17 0xff flowid 1:4'
    initiator_boot lean "rd.nvmf.rxe=$nic0" "ip=10.0.0.2:::24::$nic0:none" "rd.nvmf.rxe=$nic1" "ip=10.0.1.2:::24::$nic1:none" \
        "rd.nvmf.connect=rdma,10.0.0.77,$nqn:root" "rd.nvmf.connect=rdma,10.0.1.1,$nqn:root" "rd.nvmf.connect=rdma,10.0.0.1,$nqn:root"
    run -0 wait_console initiator 'MARK shell'
    run -0 on initiator 'until journalctl -b --no-pager | grep -q "10.0.0.77:4420: no machine on this link answers" &&
        journalctl -b --no-pager | grep -q "10.0.1.1:4420: the target does not answer"; do sleep 1; done; journalctl -b -o short-monotonic --no-pager'
    echo "$output" > "$BATS_TEST_TMPDIR/journal"
    assert [ "$(line 'Mounted sysroot.mount')" -lt "$(line 'rdma 10.0.0.77:4420: no machine on this link answers')" ]
    assert [ "$(line 'Mounted sysroot.mount')" -lt "$(line 'rdma 10.0.1.1:4420: the target does not answer')" ]
    # the mutex was never held for them
    run -0 on initiator 'dmesg | grep -c "rdma_resolve_addr\|rdma connection establishment failed" || true'
    assert_output 0
    on target '/sbin/tc qdisc del dev eth1 root'
    run -0 on initiator 'until nvmf-boot status | grep -E "live +nvme[0-9]+ +rdma 10.0.1.1:4420"; do sleep 1; done'
}

@test "no carrier on one of two links: root is booted over the other, and the path comes when the cable does" {
    initiator_boot lean "${two_paths[@]}"
    link_down 0
    run -0 wait_console initiator "rdma 10.0.0.1:4420: interface $nic0 has no carrier: check the cable and the switch port"
    run -0 wait_console initiator 'MARK shell'
    run -3 on initiator 'nvmf-boot status'
    assert_output --partial "interface $nic0 has no carrier"
    link_up 0
    all_live
    assert_line --regexp 'live +nvme[0-9]+ +rdma 10.0.0.1:4420'
}

@test "a switch port that forwards late, a port that is not there, a subsystem that is exported late, a host that is not allowed, a target that hangs: each is told, and root comes when the target is ready" {
    # the port is up and forwards nothing; what it would lead to does not listen yet
    on target "/sbin/tc qdisc add dev eth0 root netem loss 100%; rm $nvmet/ports/1/subsystems/*"
    # on 4421 something accepts and never answers
    on target 'nc -ll -p 4421 -e sleep 1000 > /dev/null 2>&1 < /dev/null &'
    initiator_boot lean "rd.nvmf.rxe=$nic0" "ip=10.0.0.2:::24::$nic0:none" "rd.nvmf.connect=rdma,10.0.0.1,$nqn:root" \
        "rd.nvmf.connect=tcp,10.0.0.1,$nqn:data1,4421" "rd.nvmf.connect=rdma,10.0.5.1,$nqn:root" "rd.nvmf.connect=tcp,10.0.0.1,$nqn:data2,,,eth9"
    run -0 wait_console initiator 'rdma 10.0.5.1:4420: there is no route to the target: check address, mask and gateway'
    run -0 wait_console initiator 'this host has no interface eth9 \(it has'
    run -0 wait_console initiator 'rdma 10.0.0.1:4420: no machine on this link answers for the target'
    on target '/sbin/tc qdisc del dev eth0 root'
    run -0 wait_console initiator 'rdma 10.0.0.1:4420: the target refused the connection: check the port'
    run -0 wait_console initiator 'tcp 10.0.0.1:4421: the target did not answer within the deadline'
    on target "ln -s $nvmet/subsystems/$nqn:data2 $nvmet/ports/1/subsystems/"
    run -0 wait_console initiator 'rdma 10.0.0.1:4420: the target does not export this subsystem on this port: check the NQN'
    on target "echo 0 > $nvmet/subsystems/$nqn:root/attr_allow_any_host; ln -s $nvmet/subsystems/$nqn:root $nvmet/ports/1/subsystems/"
    run -0 wait_console initiator 'rdma 10.0.0.1:4420: the target does not allow this host: add the host NQN'
    on target "echo 1 > $nvmet/subsystems/$nqn:root/attr_allow_any_host"
    run -0 wait_console initiator 'MARK shell'
    run -0 on initiator 'findmnt -n -o SOURCE /'
    assert_output --partial /dev/nvme
    run -4 on initiator 'nvmf-boot status'
    assert_line --regexp 'live +nvme[0-9]+ +rdma 10.0.0.1:4420'
    assert_output --partial 'no route to the target'
}

@test "a discovery controller that refers to another one: the disks behind both are connected, and a circle ends" {
    on target "cd $nvmet && mkdir ports/7 && echo ipv4 > ports/7/addr_adrfam && echo tcp > ports/7/addr_trtype && echo 10.0.1.1 > ports/7/addr_traddr &&
        echo 4430 > ports/7/addr_trsvcid && ln -s $nvmet/subsystems/$nqn:root ports/7/subsystems/ && mkdir ports/8 && echo ipv4 > ports/8/addr_adrfam &&
        echo tcp > ports/8/addr_trtype && echo 10.0.0.1 > ports/8/addr_traddr && echo 4431 > ports/8/addr_trsvcid && ln -s $nvmet/subsystems/$nqn:data1 ports/8/subsystems/ &&
        for r in '7 10.0.0.1 4431' '8 10.0.1.1 4430'; do set -- \$r; d=ports/\$1/referrals/next; mkdir \$d; echo ipv4 > \$d/addr_adrfam; echo tcp > \$d/addr_trtype;
            echo \$2 > \$d/addr_traddr; echo \$3 > \$d/addr_trsvcid; echo 1 > \$d/enable; done"
    initiator_boot lean "ip=10.0.0.2:::24::$nic0:none" "ip=10.0.1.2:::24::$nic1:none" "rd.nvmf.discover=tcp,10.0.1.1,none,4430"
    run -0 wait_console initiator 'MARK shell'
    all_live
    assert_equal "$(grep -cE 'live +nvme' <<< "$output")" 4
    assert_line --regexp 'live +nvme[0-9]+ +tcp 10.0.0.1:4431 .*log page of tcp 10.0.1.1:4430'
    assert_line --regexp 'live +nvme[0-9]+ +tcp 10.0.0.1:4431 .*log page of tcp 10.0.0.1:4431'
}
