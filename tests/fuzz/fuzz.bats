# SPDX-License-Identifier: GPL-2.0-or-later

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

@test "fuzzing finds nothing in what users, targets and others write, nor in what is printed of it" {
    run -0 "$BATS_TEST_DIRNAME/run" "${FUZZ_SECONDS:-90}"
    assert_equal "$(grep -cE ': [0-9]{3,} inputs, nothing found' <<< "$output")" "$(find "$BATS_TEST_DIRNAME" -name '*.c' | wc -l)"
}
