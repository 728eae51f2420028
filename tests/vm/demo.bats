# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

@test "the demo boots, breaks and heals, and leaves nothing behind" {
    run -0 "$BATS_TEST_DIRNAME/demo"
    assert_output --partial 'all desired paths are live'
    assert_output --partial 'degraded'
    assert_output --partial ' 0 failed'
    refute_output --regexp '^ +[?]  '
    run ! pgrep -f 'qemu-system.*nvmf-boot-rig'
}
