# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the keeper does for other disks before it reboots a host.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

setup() {
    root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root"/{dev/cciss,sys/class/block/{sda,sda1,dm-0,away,cciss!c0d0}}
    touch "$root"/dev/{sda,sda1,dm-0,cciss/c0d0}
}

# traced OPTIONS...: what it asks the kernel for each disk; a leak check does not go below a tracer
traced() {
    ASAN_OPTIONS=detect_leaks=0 strace -f -qq -y -o "$BATS_TEST_TMPDIR/trace" -e trace=ioctl "$@" disks "$root" 1000
}

@test "each block device that has a node is written out" {
    run -0 traced
    assert_output 0
    run -0 sed -n 's/.*<.*\/dev\/\(.*\)>, BLKFLSBUF.*/\1/p' "$BATS_TEST_TMPDIR/trace"
    assert_equal "$(sort <<< "$output" | paste -s -d ' ')" 'cciss/c0d0 dm-0 sda sda1'
}

@test "a disk that never ends holds neither the others nor the reboot for longer than the limit" {
    run -0 traced -e inject=ioctl:delay_enter=4000000:when=1
    assert_output 1
    run -0 grep -c BLKFLSBUF "$BATS_TEST_TMPDIR/trace"
    assert_output 4
}
