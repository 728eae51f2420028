# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whoever reads a part of a result must not take it for the whole: each golden case that prints something, with a standard
# output that takes nothing.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

# unwritten ARGUMENTS...: complains of a command that prints something, unless it reports that it could not
unwritten() {
    local printed status=0
    printed=$(nvmf-boot "$@" 2> /dev/null < /dev/null) || true
    [[ $printed ]] || return 0
    nvmf-boot "$@" 2> stderr < /dev/null > /dev/full || status=$?
    commands+=("$1")
    [[ $status == 1 ]] && grep -qx 'nvmf-boot: cannot write to standard output: No space left on device' stderr \
        || echo "$PWD: nvmf-boot $*: exit $status"
}

@test "a command whose output cannot be written says so and exits with 1" {
    local commands=() folder
    cp -r "$BATS_TEST_DIRNAME/../cases" "$BATS_TEST_TMPDIR/cases"
    for folder in "$BATS_TEST_TMPDIR"/cases/*/; do
        cd "$folder" || return
        # shellcheck disable=SC2046 # the words of the file are the arguments
        unwritten $(cat run)
    done > "$BATS_TEST_TMPDIR/complaints"
    unwritten --help >> "$BATS_TEST_TMPDIR/complaints"
    unwritten --version >> "$BATS_TEST_TMPDIR/complaints"
    run -0 cat "$BATS_TEST_TMPDIR/complaints"
    assert_output ''
    run -0 env LC_ALL=C sort -u < <(printf '%s\n' "${commands[@]}")
    assert_output '--help
--version
check
claim
cmdline
connect
status'
}

@test "an output that is closed is no error of a command that prints nothing" {
    mkdir -p "$BATS_TEST_TMPDIR"/root/{sys,run,dev,proc,etc}
    # shellcheck disable=SC2016 # expanded by that bash
    run -0 bash -c 'nvmf-boot connect --dry-run --root "$1" >&-' bash "$BATS_TEST_TMPDIR/root"
}
