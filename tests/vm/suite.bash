# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What each suite with guests begins with. Sourced.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert
# shellcheck source=tests/vm/rig.bash
source "${BASH_SOURCE[0]%/*}/rig.bash"

rig_begin_with_target() {
    rig_begin "$VM_IMAGES"
    target_start
    wait_console target 'MARK target ready'
}

# guest_runs GUEST
guest_runs() {
    kill -0 "$(cat "$rig_dir/$1.pid" 2> /dev/null)" 2> /dev/null
}

teardown_file() {
    rig_end
}

teardown() {
    rig_tell
}

# shellcheck disable=SC2034 # for the suites
nvmet=/sys/kernel/config/nvmet

# no write has failed, both paths are live and there is one controller each
assert_healed() {
    run -0 healed
    assert_equal "$(controllers_of 0)" live
    assert_equal "$(controllers_of 1)" live
    run -0 writer_result
    assert_output --partial ', 0 failed'
    assert_output --regexp '^[1-9][0-9]* writes'
    echo "# $output" >&3
}

# ends VERB: asks for the end of the initiator, whose target is alive, and waits for the machine to have ended
ends() {
    on initiator 'echo written > /root/file; cat /sys/class/nvme/nvme*/cntlid' > "$rig_dir/associations"
    # what earlier faults left behind there is none of this end's
    on target 'dmesg -c > /dev/null; echo "func nvmet_stop_keep_alive_timer +p" > /proc/dynamic_debug/control'
    on initiator "(sleep 1; systemctl $1) > /dev/null 2>&1 &"
    run -0 wait_console initiator 'nvmf-boot: root is unmounted: targets told, associations ended'
    tail --pid="$(< "$rig_dir/initiator.pid")" -f /dev/null
}

# each association has ended at the target, and none by its host's silence
assert_target_was_told() {
    local id
    run -0 cat "$rig_dir/associations"
    assert_equal "${#lines[@]}" 2
    for id in "${lines[@]}"; do
        run -0 on target "until dmesg | grep 'ctrl $id stop keep-alive'; do sleep 1; done; dmesg | grep 'ctrl $id keep-alive timer' || true"
        refute_output --partial expired
    done
}

# until `status` of the initiator says that all is well; its text is then in $output
all_live() {
    # shellcheck disable=SC2016 # expanded in the guest
    run -0 on initiator 'until nvmf-boot status > $TMPDIR/status; do sleep 1; done; cat $TMPDIR/status'
}
