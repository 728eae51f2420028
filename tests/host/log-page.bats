# SPDX-License-Identifier: GPL-2.0-or-later

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

@test "entries of a log page are checked like user input, and hostile ones are left out" {
    run -0 log-page
    assert_output "$(cat "$BATS_TEST_DIRNAME/log-page.expect")"
}
