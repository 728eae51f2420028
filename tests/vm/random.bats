# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# Root on two RDMA paths, and faults by chance; `make soak N=200` for more of them. Not on Linux 6.1, which now and then
# never ends the removal of an RDMA device while somebody connects over it (cma_remove_one waits for that connection).

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"
# shellcheck source=tests/vm/faults.bash
source "${BATS_TEST_DIRNAME}/faults.bash"

setup_file() {
    rig_begin_with_target
    initiator_start newest "${two_paths[@]}" rd.nvmf.reconnect-delay=2
    wait_console initiator 'MARK shell'
    healed
}

@test "12 faults by chance, never on both paths at once: no write fails, all is live in the end, nothing is left behind" {
    local seed=${FAULTS_SEED:-$RANDOM}
    echo "# seed $seed" >&3
    leftovers > "$BATS_TEST_TMPDIR/before"
    writer_start
    random_faults 12 "$seed"
    run -0 writer_result
    assert_output --partial ', 0 failed'
    echo "# $output" >&3
    leftovers | diff "$BATS_TEST_TMPDIR/before" -
}
