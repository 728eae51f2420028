# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What each suite with guests begins with. Sourced.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert
# shellcheck source=tests/vm/rig.bash
source "${BATS_TEST_DIRNAME}/rig.bash"

rig_begin_with_target() {
    rig_begin "$VM_IMAGES"
    target_start
    wait_console target 'MARK target ready'
}

teardown_file() {
    rig_end
}

teardown() {
    rig_tell
}

# shellcheck disable=SC2034 # for the suites
nvmet=/sys/kernel/config/nvmet

# until `status` of the initiator says that all is well; its text is then in $output
all_live() {
    # shellcheck disable=SC2016 # expanded in the guest
    run -0 on initiator 'until nvmf-boot status > $TMPDIR/status; do sleep 1; done; cat $TMPDIR/status'
}
