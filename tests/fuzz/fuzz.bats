# SPDX-License-Identifier: GPL-2.0-or-later

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

@test "a minute of fuzzing finds nothing in words, discovery.conf, exclusions.conf and log pages" {
    run -0 "$BATS_TEST_DIRNAME/run" "${FUZZ_SECONDS:-60}"
    assert_equal "$(grep -cE ': [0-9]{3,} inputs, nothing found' <<< "$output")" 4
}
