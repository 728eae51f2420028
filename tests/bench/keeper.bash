# shellcheck shell=bash disable=SC2016,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the keeper costs, and how soon root goes on after its only HCA is back: against the timer's and the events' units alone.
# Sourced by ./run, with the target started; the kernel is one that holds root's disk.

# shellcheck source=tests/vm/faults.bash
source tests/vm/faults.bash

# gap WORD...: median of the seconds from the device's return to the first write that root completes; "never" if one takes
# longer than two minutes, since without a keeper nothing in memory brings root back
gap() {
    local took
    initiator_boot newest "${one_path[@]}" nvme_core.admin_timeout=5 "$@"
    wait_console initiator 'MARK shell' > /dev/null
    healed
    for _ in $(seq "$boots"); do
        writer_start
        hca_off 0
        seconds_in_guest 5
        on initiator 'cut -d" " -f1 /proc/uptime > $TMPDIR/back'
        hca_on 0
        took=$(on initiator 'until awk -v back="$(cat $TMPDIR/back)" "\$2 > back { printf \"%.1f\n\", \$2 - back; n++; exit } END { exit !n }" $TMPDIR/writes
            do sleep 1; done' 120 2> /dev/null) || { echo never && return; }
        echo "$took"
        on initiator 'touch $TMPDIR/stop; sleep 1'
        healed
    done | median
}

say "root without a path, without and with the keeper"
without=$(gap rd.nvmf.keeper=0)
result "the only HCA back to root's next completed write (s)" "$(gap)" "$without"
keeper=$(on initiator 'cat /run/nvmf-boot/keeper')
result "keeper: locked memory (MB)" "$(on initiator "awk '/VmLck/ { printf \"%.1f\", \$2 / 1024 }' /proc/$keeper/status")" -
# one audit each minute
say "three audits of the keeper"
wakeups() { on initiator "sed -n 's/^voluntary_ctxt_switches:[^0-9]*//p' /proc/$keeper/status"; }
before=$(wakeups)
on initiator 'sleep 180' 240
result "keeper: wake-ups over three audits" $(($(wakeups) - before)) -
