# SPDX-License-Identifier: GPL-2.0-or-later
#
# The lock that timer, keeper and operator share.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

setup() {
    root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root"/{dev,sys/class/nvme,proc/self,run/nvmf-boot,etc/nvme}
    exec {held}> "$root/run/nvmf-boot/lock"
    flock "$held"
}

teardown() {
    exec {held}>&-
}

@test "a run waits for the lock no longer than its limit, also when the alarm comes before the wait" {
    # off the CPU between the setting of the alarm and the wait; leaks are not looked for below a tracer
    run -0 env ASAN_OPTIONS=detect_leaks=0 timeout 20 strace -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=setitimer \
        -e inject=setitimer:delay_exit=2500000:when=1 "$(command -v nvmf-boot)" connect --on-this-host --root "$root"
    run -0 grep -c DELAYED "$BATS_TEST_TMPDIR/trace"
    assert_output 1
}
