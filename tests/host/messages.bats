# SPDX-License-Identifier: GPL-2.0-or-later

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

man=$BATS_TEST_DIRNAME/../../man/nvmf-boot.8.scd

# the table of the section MESSAGES without its head
messages_of_the_page() { sed -n '/^# MESSAGES/,/^# /p' "$man" | sed -n '/^| /,/^$/p' | sed '/^$/d'; }

@test "each message of the program is in the man page with its meaning and what to do, and the page has no other" {
    run -0 messages
    assert_line --index 0 '|  this host has no interface _interface_ (it has _interfaces_)'
    diff -u <(messages) <(messages_of_the_page)
}
