# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# The rig itself: what waits for a guest that cannot answer ends long before its limit, and says why.

load suite.bash

setup_file() {
    rig_begin "$VM_IMAGES"
}

setup() {
    began=$SECONDS
}

# nothing has waited to its limit
assert_at_once() {
    assert [ $((SECONDS - began)) -lt $((rig_limit / 2)) ]
}

@test "a QEMU that cannot start is reported with what it says, by each kind of wait" {
    rig_images=$rig_dir/none target_start
    run ! wait_console target 'MARK target ready'
    assert_output --partial 'QEMU of the target has ended. It said:'
    assert_output --partial "$rig_dir/none/vmlinuz"
    run -124 on target true
    assert_output --partial "$rig_dir/none/vmlinuz"
    run ! rig_monitor target 'info status'
    assert_output --partial "$rig_dir/none/vmlinuz"
    assert_at_once
}

@test "a target without soft-RoCE ends and is not ready: what failed is reported" {
    RIG_TARGET_PARAMETERS=module_blacklist=rdma_rxe target_start
    run ! wait_console target 'MARK target ready'
    assert_output --partial "MARK target failed: the command 'modprobe rdma_rxe' ended with status 1"
    assert_output --partial 'Module rdma_rxe is blacklisted'
    assert_at_once
}

@test "a question to a guest that panics ends with the panic's lines" {
    target_start
    run -0 wait_console target 'MARK target ready'
    run -7 on target 'echo answer; exit 7'
    assert_output answer
    run ! rig_monitor target 'set_link nosuch off'
    assert_output --partial nosuch
    run -124 on target 'echo c > /proc/sysrq-trigger; sleep 1000'
    assert_output --partial 'Kernel panic'
    run ! wait_console target 'MARK never'
    assert_output --partial 'Kernel panic'
    assert_at_once
}

@test "images that are not there are an error" {
    run ! rig_begin "$rig_dir/none"
    assert_output --partial "$rig_dir/none/root.img"
}
