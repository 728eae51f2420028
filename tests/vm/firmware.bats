# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# A boot from what the firmware says: QEMU hands over a table (NBFT), the kernel command line names root's file system only.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"

setup_file() {
    rig_begin_with_target
}

@test "a table of the firmware with two static interfaces boots root over both, and the real root keeps them connected" {
    "${BATS_TEST_DIRNAME}/../nbft" - > "$rig_dir/NBFT" << END
host nqn=nqn.2014-08.org.nvmexpress:uuid:10000000-0000-4000-8000-0000000000ab id=100000000000400080000000000000ab
hfi index=1 mac=52:54:00:00:00:09 ip=10.0.0.2/24 flags=03
hfi index=2 mac=52:54:00:00:01:09 ip=10.0.1.2/24 flags=03
ssns index=1 traddr=10.0.0.1 nqn=$nqn:root hfi=1
ssns index=2 traddr=10.0.1.1 nqn=$nqn:root hfi=2
END
    RIG_NBFT=$rig_dir/NBFT initiator_start lean
    run -0 wait_console initiator 'MARK shell'
    all_live
    assert_output --partial 'all wanted paths are live'
    assert_equal "$(grep -c '^  live .* firmware (NBFT' <<< "$output")" 2
    run -0 on initiator 'cat /sys/class/nvme/nvme*/hostnqn | sort -u; cat /proc/cmdline; findmnt -n -o SOURCE /'
    assert_line --index 0 nqn.2014-08.org.nvmexpress:uuid:10000000-0000-4000-8000-0000000000ab
    refute_line --partial nvmf.
    assert_line --index 2 --partial /dev/nvme
}
