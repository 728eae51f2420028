# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the guest stands in single quotes
# Paths that are live and of no use: a host with a root of its own and a data volume over two paths. On the newest kernel,
# which counts what has become of its paths.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"
# shellcheck source=tests/vm/faults.bash
source "${BATS_TEST_DIRNAME}/faults.bash"

setup_file() {
    rig_begin_with_target
    # the same host in the initramfs and later
    RIG_LOCAL_ROOT=1 initiator_start newest rd.driver.pre=virtio_blk rd.nvmf.hostid=10000000-0000-4000-8000-0000000000aa "ip=10.0.0.2:::24::$nic0:none" "ip=10.0.1.2:::24::$nic1:none" \
        "rd.nvmf.connect=tcp,10.0.0.1,$nqn:data1" "rd.nvmf.connect=tcp,10.0.1.1,$nqn:data1"
    wait_console initiator 'MARK shell'
    healed
    events_only
}

# namespace 0|1: of data1, at the target
namespace() { on target "echo $1 > $nvmet/subsystems/$nqn:data1/namespaces/1/enable"; }

# ana PORT STATE: 3 and 4 are the TCP ports on the two links
ana() { on target "echo $2 > $nvmet/ports/$1/ana_groups/1/ana_state"; }

# seen_after TEXT: waits until a pass has reported it, and prints how many seconds after the time in $TMPDIR/began
seen_after() {
    on initiator "until journalctl --sync && journalctl -u nvme_fabrics_persistent.service -o short-monotonic --no-pager -q --cursor=\"\$(cat \$TMPDIR/cursor)\" |
        grep -F '$1' > \$TMPDIR/line; do sleep 1; done; head -n 1 \$TMPDIR/line | tr -d '[' | awk -v began=\"\$(cut -d ' ' -f 1 \$TMPDIR/began)\" '{ printf \"%d\\n\", \$1 - began }'"
}

begin() { journal_from_here && on initiator 'cat /proc/uptime > $TMPDIR/began'; }

@test "a namespace that the target disables is missed within 15 s, with an exit status of 3, and its return is reported" {
    begin
    namespace 0
    run -0 seen_after "$nqn:data1 shows no namespace to this host"
    assert [ "$output" -le 15 ]
    run -0 on initiator 'nvmf-boot status || echo "exit $?"'
    assert_output --partial "$nqn:data1 shows no namespace to this host"
    assert_line 'exit 3'
    begin
    namespace 1
    run -0 seen_after "$nqn:data1 shows a usable namespace: nvme0n1"
    assert [ "$output" -le 15 ]
    healed
}

@test "a disk that is inaccessible over one path is usable, and over both it is not: the next pass says so, without an event" {
    ana 3 inaccessible
    run -0 on initiator 'until nvmf-boot status | grep "1 path optimized, 1 path inaccessible"; do sleep 1; done; nvmf-boot status'
    assert_output --partial 'all wanted paths are live'
    begin
    ana 4 inaccessible
    on initiator 'until nvmf-boot status | grep -q "2 paths inaccessible"; do sleep 1; done'
    run -0 on initiator 'nvmf-boot status || echo "exit $?"'
    assert_line --partial "no path of $nqn:data1 may access nvme0n1: the target says inaccessible"
    assert_line 'exit 3'
    timer_every 5
    run -0 seen_after "no path of $nqn:data1 may access nvme0n1"
    begin
    ana 3 optimized
    ana 4 optimized
    run -0 seen_after "$nqn:data1 shows a usable namespace: nvme0n1"
    events_only
    healed
}

@test "a subsystem without a namespace that a log page names is a note, and one that is named is a fault" {
    on target "s=$nvmet/subsystems/$nqn:bare; mkdir \$s && echo 1 > \$s/attr_allow_any_host && ln -s \$s $nvmet/ports/3/subsystems/"
    on initiator 'echo "--transport=tcp --traddr=10.0.0.1 --trsvcid=4420" > /etc/nvme/discovery.conf'
    run -0 on initiator "until nvmf-boot status | grep -F '$nqn:bare shows no namespace to this host'; do sleep 1; done; nvmf-boot status"
    assert_output --partial 'all wanted paths are live'
    on initiator ': > /etc/nvme/discovery.conf'
}

@test "status --verbose shows what the kernel has counted" {
    run -0 on initiator 'nvmf-boot status --verbose'
    assert_line --regexp 'for want of a path [0-9]+ commands have waited'
    assert_line --regexp 'for want of a path [0-9]+ commands have failed'
    link_down 0
    on initiator 'until nvmf-boot status | grep -q "^  connecting"; do sleep 1; done'
    link_up 0
    healed
    run -0 on initiator 'nvmf-boot status --verbose'
    assert_line --regexp 'the kernel has connected it again [1-9][0-9]* time'
    run -0 on initiator 'nvmf-boot status --json'
    assert_line --regexp '"reconnects":[1-9]'
}
