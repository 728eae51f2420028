# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the guest stands in single quotes
# What happens to target, link and HCA after boot, and that it is ours that heals it. One pair: the newer kernel, root on
# two RDMA paths. Each fault comes when all is well, first with ours masked: the path stays away.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"
# shellcheck source=tests/vm/faults.bash
source "${BATS_TEST_DIRNAME}/faults.bash"

setup_file() {
    rig_begin_with_target
    # without the keeper, which would heal what these are about
    initiator_start newer "${two_paths[@]}" rd.nvmf.reconnect-delay=2 rd.nvmf.keeper=0
    wait_console initiator 'MARK shell'
    healed
    events_only
}

setup() {
    healed
    writer_start
    journal_from_here
}

# with ours masked: the path is gone for good
assert_stays_away() {
    run -0 seconds_in_guest 8
    assert_equal "$(controllers_of "$1")" ''
}

@test "an HCA that is removed and comes back bare: without ours the path stays away, with ours interface and path are back at once, by an event" {
    ours_off
    hca_off 1
    hca_on 1
    assert_stays_away 1
    run -0 on initiator "ip addr show dev $nic1"
    refute_output --partial 10.0.1.2
    ours_on
    healed
    hca_off 1
    seconds_in_guest 10
    hca_on 1
    assert_healed
    run -0 journal_of_passes
    assert_line --partial "interface $nic1: address 10.0.1.2/24 added"
    assert_line --partial "rdma 10.0.1.1:4420: connected as"
    assert_line --partial "$nqn:root has lost redundancy: 1 of 2 paths are live"
    assert_line --partial "$nqn:root is redundant: all 2 paths are live"
}

@test "a cable that is pulled for 30 s: the kernel keeps the path, and nothing of ours makes a second controller" {
    link_down 0
    run -0 on initiator "until grep -l traddr=10.0.0.1, /sys/class/nvme/nvme*/address | sed s/address/state/ | xargs cat | grep -v live; do sleep 1; done"
    seconds_in_guest 30
    link_up 0
    assert_healed
}

@test "a port of the target that is closed for 15 s is back without a second controller" {
    port_off 1
    seconds_in_guest 15
    port_on 1
    assert_healed
}

@test "a subsystem that is not exported for 20 s: the kernel deletes the controller, without ours for good, and ours makes it anew" {
    ours_off
    subsystem_off 1
    until_gone 1
    subsystem_on 1
    assert_stays_away 1
    ours_on
    healed
    subsystem_off 1
    until_gone 1
    seconds_in_guest 20
    subsystem_on 1
    assert_healed
    run -0 journal_of_passes
    assert_line --partial "rdma 10.0.1.1:4420: the target does not export this subsystem"
    assert_line --partial "rdma 10.0.1.1:4420: connected as"
}

@test "a controller of root that is deleted by hand stays away without ours and is back at once with it" {
    ours_off
    path_deleted 0
    assert_stays_away 0
    ours_on
    healed
    path_deleted 0
    assert_healed
}

@test "the timer alone heals the same faults" {
    timer_only
    path_deleted 1
    healed
    hca_off 0
    hca_on 0
    healed
    subsystem_off 1
    until_gone 1
    subsystem_on 1
    assert_healed
    events_only
}

@test "a target that is killed and started again: writes stall, none fails, both paths resume" {
    guest_stop target
    # a path that has not noticed is still called live
    until_none_live
    target_start
    assert_healed
}

# beyond its ctrl-loss-tmo
data1_goes_and_comes_back() {
    on target "rm $nvmet/ports/3/subsystems/$nqn:data1"
    on initiator "while grep -qs $nqn:data1 /sys/class/nvme/nvme*/subsysnqn; do sleep 1; done"
    on target "ln -s $nvmet/subsystems/$nqn:data1 $nvmet/ports/3/subsystems/"
}

@test "an added line of discovery.conf is connected at once, a bad one is named, a removed one is no longer restored" {
    on initiator 'mkdir -p /etc/nvme; printf "%s\n" "--transport=tcp --traddr=10.0.0.300" "-t tcp -a 10.0.0.1 -s 4420 --ctrl-loss-tmo=4 --reconnect-delay=1" > /etc/nvme/discovery.conf'
    run -0 on initiator "until grep -ls $nqn:data1 /sys/class/nvme/nvme*/subsysnqn; do sleep 1; done"
    run -0 journal_of_passes
    assert_line --regexp '/etc/nvme/discovery.conf:1:[0-9]+: .*10.0.0.300'
    run -0 healed
    # its disk has one name, before and after it is gone beyond its ctrl-loss-tmo
    run -0 on initiator 'ls /dev/disk/by-id/ | grep 000000000002'
    local name=${lines[0]}
    ours_off
    data1_goes_and_comes_back
    run -0 seconds_in_guest 8
    run -0 on initiator "grep -ls $nqn:data1 /sys/class/nvme/nvme*/subsysnqn || true"
    assert_output ''
    ours_on
    run -0 on initiator "until [ -e /dev/disk/by-id/$name ]; do sleep 1; done"
    healed
    data1_goes_and_comes_back
    run -0 on initiator "until [ -e /dev/disk/by-id/$name ]; do sleep 1; done"
    healed
    run -0 on initiator "nvme disconnect -n $nqn:data1"
    run -0 on initiator "until [ -e /dev/disk/by-id/$name ]; do sleep 1; done"
    assert_healed
    # a line that is gone: what it brought stays, but is not kept, and its discovery controller ends
    on initiator 'echo > /etc/nvme/discovery.conf'
    run -0 on initiator 'while grep -qs discovery /sys/class/nvme/nvme*/cntrltype; do sleep 1; done'
    run -0 on initiator 'nvmf-boot status'
    assert_line --regexp "not persistent: nvme[0-9]+, $nqn:data1 at tcp 10.0.0.1:4420"
    run -0 on initiator "nvme disconnect -n $nqn:data1; systemctl start nvme_fabrics_persistent.service; grep -ls $nqn:data1 /sys/class/nvme/nvme*/subsysnqn || true"
    refute_output --partial /sys/class
}
