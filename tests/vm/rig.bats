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

@test "a link that has stopped is reported as the rig's fault" {
    run -0 rig_why target
    refute_output --partial "rig's fault"
    # a stall cannot be made to order: the kernel's line about one
    echo '[  132.208565] virtio_net virtio0 enp0s3: NETDEV WATCHDOG: CPU: 0: transmit queue 0 timed out 114832 ms' > "$rig_dir/initiator.log"
    run -0 rig_why target
    assert_output --partial "A link of the rig has stopped: QEMU takes no more packets of the initiator (NETDEV WATCHDOG). This is the rig's fault."
    rm "$rig_dir/initiator.log"
}

@test "a locked instruction and a fence of a guest are what they say for QEMU's own thread, too: virtio rests on them" {
    # a boot sector: lock addw $0,(0x1000); mfence; hlt; jmp back to hlt
    printf '\xf0\x83\x06\x00\x10\x00\x0f\xae\xf0\xf4\xeb\xfd' > "$rig_dir/sector"
    truncate -s 510 "$rig_dir/sector"
    printf '\x55\xaa' >> "$rig_dir/sector"
    qemu-system-x86_64 -machine pc -accel tcg -cpu Nehalem -smp "$rig_cpus" -m 32 -nodefaults -display none -d in_asm,op -D "$rig_dir/sector.log" \
        -drive "if=ide,format=raw,file=$rig_dir/sector" < /dev/null > "$rig_dir/sector.qemu" 2>&1 3>&- &
    echo $! > "$rig_dir/sector.pid"
    # the block is in the log as a whole when the next one, which halts again, is
    run -0 wait_console sector '^0x0*7c0a:'
    guest_stop sector
    run -0 sed -n '/^0x0*7c00:/,/^ exit_tb/p' "$rig_dir/sector.log"
    assert_line --regexp 'call atomic_'
    assert_line --regexp '^ *mb '
}
