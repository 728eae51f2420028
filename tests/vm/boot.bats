# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016 # what is expanded in the guest stands in single quotes
# From an image of the guest's own dracut to a login, over the rig's fabric. One target serves all boots: the first test
# starts it, or whichever runs alone.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"

setup_file() {
    rig_begin "$VM_IMAGES"
}

target_runs() {
    guest_runs target && return
    target_start
    wait_console target 'MARK target ready'
}

# what every boot from the fabric must show: root, its controllers, the timer, our status and nvme-cli's word
assert_booted_over() {
    local transport=$1 paths=$2
    run -0 on initiator 'findmnt -n -o SOURCE /'
    assert_output --partial /dev/nvme
    # a login waits for one path only: the others may be on their way
    all_live
    assert_output --partial 'all wanted paths are live'
    run -0 on initiator "cd /sys/class/nvme && for c in *; do
        [ \"\$(cat \$c/subsysnqn)\" = $nqn:root ] && echo \$(cat \$c/transport \$c/state); done; true"
    assert_equal "$(grep -c "^$transport live" <<< "$output")" "$paths"
    refute_output --partial connecting
    run -0 on initiator 'systemctl is-active nvme_fabrics_persistent.timer'
    # its first pass has ended, and the next one is due
    run -0 on initiator 'while [ "$(systemctl show -p NextElapseUSecMonotonic --value nvme_fabrics_persistent.timer)" = infinity ] ||
        [ "$(systemctl show -p Result --value nvme_fabrics_persistent.service)" != success ]; do sleep 1; done
        systemctl is-failed nvme_fabrics_persistent.service; systemctl show -p ExecMainStatus --value nvme_fabrics_persistent.service'
    assert_line 0
    run -0 on initiator 'nvme list-subsys'
    assert_equal "$(grep -c "$transport traddr=10.0.*live" <<< "$output")" "$3"
}

@test "root on two RDMA links is booted when the target comes up after it is waited for" {
    initiator_start lean "${two_paths[@]}"
    run -0 wait_console initiator 'still waiting for .*:root at rdma 10.0.0.1:4420: .*target'
    target_start
    run -0 wait_console initiator 'MARK shell'
    assert_booted_over rdma 2 2
}

@test "the image carries neither nvme nor ip nor an identity of the host it was made on" {
    cpio -t --quiet < "$VM_IMAGES/initrd-lean.img" > "$BATS_TEST_TMPDIR/files"
    grep -q 'bin/nvmf-boot$' "$BATS_TEST_TMPDIR/files"
    run ! grep -E 'bin/(nvme|ip)$|etc/nvme' "$BATS_TEST_TMPDIR/files"
}

@test "a pass with nothing to do leaves no line in the journal and makes no controller" {
    guest_runs initiator || {
        target_runs
        initiator_start lean "${two_paths[@]}"
        wait_console initiator 'MARK shell'
        all_live
    }
    run -0 on initiator 'until [ "$(systemctl show -p ActiveState --value nvme_fabrics_persistent.service)" = inactive ]; do sleep 1; done
        systemctl start nvme_fabrics_persistent.service; journalctl --sync; c=$(journalctl -n 0 --show-cursor | sed -n "s/^-- cursor: //p")
        ls /sys/class/nvme > $TMPDIR/before; dmesg | grep -E "nvme|rdma|rxe" > $TMPDIR/lines
        systemctl start nvme_fabrics_persistent.service; journalctl --sync; journalctl --no-pager --after-cursor="$c" -q | sed "/request to sync journal/d"
        ls /sys/class/nvme | diff $TMPDIR/before -; dmesg | grep -E "nvme|rdma|rxe" | diff $TMPDIR/lines -'
    assert_output ''
}

@test "an image of a plain 'dracut -f' discovers and connects all of the target's subsystems over RDMA" {
    target_runs
    initiator_boot plain "rd.nvmf.rxe=$nic0" "ip=10.0.0.2:::24::$nic0:none" "rd.nvmf.discover=rdma,10.0.0.1"
    run -0 wait_console initiator 'MARK shell'
    assert_booted_over rdma 1 4
    run -0 on initiator 'nvmf-boot status --json'
    assert_equal "$(grep -c '"state":"live"' <<< "$output")" 4
    for name in root data1 data2; do
        assert_output --partial "\"subsysnqn\":\"$nqn:$name\""
    done
}

@test "root over TCP is booted although one word is malformed, and the console names it" {
    target_runs
    initiator_boot lean "ip=10.0.0.2:::24::$nic0:none" "rd.nvmf.connect=tcp,10.0.0.1" "rd.nvmf.connect=tcp,10.0.0.1,$nqn:root"
    run -0 wait_console initiator 'column [0-9]+: rd.nvmf.connect: expected <transport>,<traddr>,<subsysnqn>'
    run -0 wait_console initiator 'MARK shell'
    assert_booted_over tcp 1 1
}

@test "without a fabric word a local root is booted and nothing of ours runs or is loaded" {
    RIG_LOCAL_ROOT=1 initiator_boot lean rd.driver.pre=virtio_blk
    run -0 wait_console initiator 'MARK shell'
    run -0 on initiator 'findmnt -n -o SOURCE /'
    assert_output --partial /dev/vda
    run -0 on initiator 'lsmod'
    refute_output --regexp '(^|[[:space:]])(nvme|rdma|ib_core)'
    run -1 on initiator 'ps | grep "[n]vmf-boot"'
    run -0 on initiator 'journalctl -b --no-pager'
    assert_output --regexp 'nvmf-boot-initrd.service.*was skipped because'
    run -0 on initiator 'ls -d /run/nvmf-boot 2>&1; systemctl is-active nvme_fabrics_persistent.timer; true'
    assert_output --partial 'No such file'
    assert_line inactive
}

@test "a misspelt parameter as the only one is named on the console, and nothing of ours waits" {
    RIG_LOCAL_ROOT=1 initiator_boot lean rd.driver.pre=virtio_blk "rd.nvmf.conect=tcp,10.0.0.1,$nqn:root"
    run -0 wait_console initiator 'column [0-9]+: rd.nvmf.conect: no such'
    run -0 wait_console initiator 'MARK shell'
    run -0 on initiator 'ls /run/nvmf-boot; journalctl -b --no-pager'
    refute_line wanted
    assert_output --regexp 'nvmf-boot-initrd.service.*was skipped because'
    refute_output --partial rd.retry
}

@test "when root does not appear in time the emergency shell shows how it stands and how to try again" {
    target_runs
    initiator_boot lean "rd.nvmf.timeout=20" "ip=10.0.0.2:::24::$nic0:none" "rd.nvmf.connect=tcp,10.0.0.77,$nqn:root"
    run -0 wait_console initiator 'gave up waiting for .*:root at tcp 10.0.0.77:4420: .*answer'
    run -0 wait_console initiator 'The state of the NVMe over Fabrics paths'
    run -0 wait_console initiator 'failed +- +tcp 10.0.0.77:4420|ready +- +tcp 10.0.0.77:4420'
    run -0 wait_console initiator "To try again, run 'nvmf-boot connect --wait=60'"
}
