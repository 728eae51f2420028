# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# The first minute of somebody who has nothing but Debian, make and this tree: minimal roots of both releases, at the same
# time. The demo is CI's only one.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

# fresh RELEASE FORM SCRIPT: to a log of its own
fresh() {
    local status=0
    "$BATS_TEST_DIRNAME/fresh" "$@" > "$BATS_FILE_TMPDIR/$1" 2>&1 < /dev/null 3>&- || status=$?
    echo "exit $status" >> "$BATS_FILE_TMPDIR/$1"
}

setup_file() {
    # shellcheck disable=SC2016 # expanded in the root
    fresh debian12 clone 'make demo && ls /tmp && ! grep -ls "nvmf-boot-ri[g]" /proc/[0-9]*/cmdline' &
    fresh debian13 tarball 'make check-fast; tests/need build vm && tests/vm/target-up debian13' &
    wait
}

@test "in a minimal Debian 12 a clone's demo boots, breaks and heals, shows who healed what, and leaves nothing behind" {
    run -0 cat "$BATS_FILE_TMPDIR/debian12"
    assert_output --partial 'all wanted paths are live'
    assert_output --partial 'degraded'
    # nothing is missing in the timeline
    refute_output --regexp '^ +[?]  '
    # one path is back by a pass; root, without any, by the keeper
    assert_line --regexp '^ +[0-9.]+  pass    .*:data1 at rdma 10[.]0[.]1[.]1:4420: connected as nvme'
    assert_line --regexp '^ +[0-9.]+  keeper  root has a path again'
    assert_line --regexp '^ +[0-9.]+  keeper  .*:root at rdma 10[.]0[.][01][.]1:4420: connected as nvme'
    assert_line --regexp '^ +[0-9.]+  kernel  nvme nvme[0-9]+: Removing ctrl: NQN ".*:root"'
    # an adapter's RDMA device goes before its interface: the keeper does not make another one in between
    refute_output --partial 'cannot add a soft-RoCE device on enp0s4: Too many open files'
    # more than ten seconds without a path, and a writer that did not notice
    assert_line --regexp '^    live paths .*0000000000'
    assert_line --regexp '^    [1-9][0-9]+ writes to root, 0 failed[.]$'
    assert_line --regexp 'Root had no live path for [1-9][0-9]+[.][0-9] s[.]'
    # neither a folder of the rig nor a guest
    [[ ${lines[-2]} == '==> '*' Done: nothing is left running or mounted' ]]
    assert_equal "${lines[-1]}" 'exit 0'
}

@test "in a minimal Debian 13 the tests of a tarball pass that need no guest" {
    run -0 cat "$BATS_FILE_TMPDIR/debian13"
    assert_line --regexp '^[1-9][0-9]+ passed, 0 failed$'
    refute_line --regexp '^not ok '
}

@test "in a minimal Debian 13 images are made, and the target comes up with its RDMA ports" {
    run -0 tail -n 60 "$BATS_FILE_TMPDIR/debian13"
    assert_line --partial 'MARK target ready'
    assert_equal "${lines[-1]}" 'exit 0'
}
