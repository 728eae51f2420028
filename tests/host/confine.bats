# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the connector in the service and the keeper deny themselves. Needs a kernel with Landlock (Linux 5.13), as each
# supported release has one.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

setup() {
    root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root"/{dev,sys,proc,run,etc}
    touch "$root"/{etc,run}/{there,old}
}

@test "a confined process writes below dev, sys, proc and run only, executes nothing, and traces nobody outside" {
    run -0 confine "$root"
    assert_output 'read etc: done
write to etc: Permission denied
  make a file: Permission denied
  make a folder: Permission denied
  remove a file: Permission denied
  take a file of run: Permission denied
write to run: done
  make a file: done
  make a folder: done
  remove a file: done
  take a file of run: done
execute: Permission denied
trace its parent: Operation not permitted'
}

# connected with WRAPPER...: a state folder that leads to /etc, as whoever got hold of the process would wish
led_astray() {
    mkdir "$root/etc/state"
    ln -s ../etc/state "$root/run/nvmf-boot"
    echo --transport=tcp > "$root/cmdline"
    run "$@" nvmf-boot connect --on-this-host --root "$root" --cmdline "$root/cmdline"
    run -0 ls "$root/etc/state"
}

@test "without the right to load modules, connect writes nothing to /etc" {
    led_astray setpriv --bounding-set -sys_module
    assert_output ''
}

@test "with it, connect is not confined: what modprobe.d has for a module may do all" {
    led_astray env
    refute_output ''
}
