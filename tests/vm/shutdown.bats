# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the guest stands in single quotes
# The end of a host whose root is on a fabric, its target alive. The second test looks at what the first leaves.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"

setup_file() {
    rig_begin_with_target
}

@test "reboot unmounts root, then ends the associations" {
    initiator_boot lean "${two_paths[@]}"
    wait_console initiator 'MARK shell'
    all_live
    on initiator 'rm /boot/initrd.img-6.12*'
    ends reboot
    assert_target_was_told
}

@test "poweroff likewise where /boot has no image to unpack, and root was left clean by the reboot before" {
    initiator_boot newer "${two_paths[@]}"
    wait_console initiator 'MARK shell'
    run -0 on initiator 'cat /root/file; dmesg | grep -i "recover\|orphan" || true'
    assert_output written
    all_live
    # what early boot has put there, since root has had no image then
    run -0 on initiator 'ls /run/initramfs/shutdown; du -sm /run/initramfs | cut -f1'
    echo "# the exit image has ${lines[1]} MB" >&3
    ends poweroff
    assert_target_was_told
}
