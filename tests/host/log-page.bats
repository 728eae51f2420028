# SPDX-License-Identifier: GPL-2.0-or-later

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

@test "entries of a log page are checked like user input, and hostile ones are left out" {
    run -0 log-page
    assert_output "$(cat "$BATS_TEST_DIRNAME/log-page.expect")"
}

@test "a discovery controller with many bad entries takes no room from another one, and what did not fit is counted once" {
    run -0 log-page
    assert_line 'log page of rdma 10.0.0.1:4420: 9 messages, of which the last is: and 292 more, which are not shown'
    assert_line --partial 'log page of rdma 10.0.0.2:4420: 1 messages'
}
