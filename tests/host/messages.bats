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

# pattern: sentences of the page on stdin as extended regular expressions: a slot is any text
pattern() { sed -E 's/[][().?+*$^\\]/\\&/g; s/_[a-z]+_/.*/g'; }

@test "status shows each reason of a path in some golden case, and what to do below it" {
    local text hint shown
    # but for those of a moment: a try is under way, a run has just lost the path
    shown=$(cd "$BATS_TEST_DIRNAME/../cases" && grep -lx 'status --root root' ./*/run | sed 's/run$/expect/' | xargs cat)
    while IFS= read -r text && IFS= read -r && IFS= read -r hint; do
        text=${text#|  } hint=${hint#:\[ }
        [[ $text != 'waiting for'* ]] || break
        [[ $text != 'the target has not answered the first try yet' && $text != 'the kernel has removed its controller' ]] || continue
        run grep -A 1 -xE " {14}$(pattern <<< "$text")" <<< "$shown"
        [[ $status == 0 ]] || fail "no case of status shows: $text"
        [[ $hint == nothing ]] || assert_line --regexp "^ {16}$(pattern <<< "$hint")\$"
    done < <(messages_of_the_page)
}
