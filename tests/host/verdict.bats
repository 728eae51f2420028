# SPDX-License-Identifier: GPL-2.0-or-later
#
# What status and the runs say of a host as it stands below a --root: since when, and of what use its paths are.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

nqn=nqn.2026-01.org.example:a

setup() {
    root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root"/{dev,sys/module/nvme_tcp,sys/block/nvme0n1,proc/self,run/nvmf-boot,etc/nvme} \
        "$root/sys/class/nvme/nvme0/nvme0c1n1"
    printf 'link 2 eth0 mtu 1500 up carrier\naddress 2 10.0.0.2/24\nroute 2 10.0.0.0/24\n' > "$root/run/rtnetlink"
    printf 'loader\trd.nvmf.hostid=11111111-2222-3333-4444-555555555555 rd.nvmf.connect=tcp,10.0.0.1,%s\n' "$nqn" \
        > "$root/run/nvmf-boot/words"
    cd "$root/sys/class/nvme/nvme0" || return
    echo traddr=10.0.0.1,trsvcid=4420 > address
    echo tcp > transport
    echo "$nqn" > subsysnqn
    echo live > state
    echo 7 > cntlid
}

# ago S: the time S seconds ago, in ms since boot; now, if the machine has not run for so long
ago() { awk -v s="$1" '{ ms = int($1 * 1000) - s * 1000; print ms < 1 ? 1 : ms }' /proc/uptime; }

# seen STATE ASSOCIATION SINCE AFTER LOOKED: what the last run has left; ages in s. Association: 1 + 65536 x cntlid
seen() {
    printf 'nvmf-boot state 2\nlooked %s\npath -1 0 tcp 10.0.0.1 4420 %s - - 0 0 0 %s %s 0 %s 0 0 %s 0\n' \
        "$(ago "$5")" "$nqn" "$(ago "$3")" "$(ago "$4")" "$1" "$2" > "$root/run/nvmf-boot/state"
}
live=0 connecting=1 same=458753 other=393217

# run_once: a pass over real interfaces; the steps are none
run_once() {
    rm -f "$root/run/rtnetlink"
    run nvmf-boot connect --on-this-host --root "$root"
}

# since: what status shows of the path
since() {
    run nvmf-boot status --root "$root"
    run -0 sed -nE 's/^  (live|connecting) +nvme0 +tcp 10.0.0.1:4420 +(.*[^ ]) +command line.*/\1 \2/p' <<< "$output"
}

@test "a state that was seen at once has its age" {
    seen $live $same 42 43 5
    since
    assert_output --regexp '^live 4[3-9] s$'
}

@test "a state that began while nobody looked has a bound" {
    seen $live $same 10 40 5
    since
    assert_output --regexp '^live < 4[0-9] s$'
}

@test "a state of which nobody has heard yet is as old as the last look at most" {
    seen $live $same 80 80 30
    echo connecting > "$root/sys/class/nvme/nvme0/state"
    since
    assert_output --regexp '^connecting < 3[0-9] s$'
    echo live > "$root/sys/class/nvme/nvme0/state"
    seen $connecting $same 80 80 30
    since
    assert_output --regexp '^live < 3[0-9] s$'
}

@test "an association that was made again while nobody looked has not the age of the one before" {
    seen $live $other 80 80 30
    since
    assert_output --regexp '^live < 3[0-9] s$'
}

@test "where the kernel counts that it made an association again, that is seen, too" {
    seen $live $((same + 2 * 4294967296)) 80 80 30
    mkdir "$root/sys/class/nvme/nvme0/diag"
    echo 2 > "$root/sys/class/nvme/nvme0/diag/reconnect_count"
    since
    assert_output --regexp '^live 8[0-9] s$'
    echo 3 > "$root/sys/class/nvme/nvme0/diag/reconnect_count"
    since
    assert_output --regexp '^live < 3[0-9] s$'
}

@test "a run keeps the bound, and does not take its own look for the beginning" {
    seen $connecting $same 80 80 30
    run_once
    assert_output --partial "$nqn at tcp 10.0.0.1:4420 is live as nvme0"
    since
    assert_output --regexp '^live < 3[0-9] s$'
}

@test "that a named subsystem has lost its namespace is reported once, and once that it is back" {
    seen $live $same 80 80 30
    rmdir "$root/sys/class/nvme/nvme0/nvme0c1n1"
    run_once
    assert_equal "$status" 3
    assert_output "nvmf-boot: $nqn shows no namespace to this host: check at the target that the subsystem has a namespace, and that it is enabled"
    run_once
    assert_equal "$status" 3
    assert_output ''
    mkdir "$root/sys/class/nvme/nvme0/nvme0c1n1"
    run_once
    assert_equal "$status" 0
    assert_output "nvmf-boot: $nqn shows a usable namespace: nvme0n1"
    run_once
    assert_output ''
}

@test "nobody misses a namespace while the kernel may still look for it" {
    seen $connecting $same 80 80 30
    rmdir "$root/sys/class/nvme/nvme0/nvme0c1n1"
    run_once
    assert_equal "$status" 0
    refute_output --partial namespace
}

@test "an initramfs says what root's disk lacks until the time is over" {
    seen $live $same 80 80 30
    echo inaccessible > "$root/sys/class/nvme/nvme0/nvme0c1n1/ana_state"
    touch "$root/etc/initrd-release"
    sed -i 's/$/ rd.nvmf.timeout=6/' "$root/run/nvmf-boot/words"
    rm "$root/run/rtnetlink"
    run nvmf-boot connect --wait --on-this-host --root "$root"
    assert_equal "$status" 3
    # when it is seen, after five seconds, at the end
    assert_equal "$(grep -cF "no path of $nqn may access nvme0n1: the target says inaccessible" <<< "$output")" 3
}

@test "a log page that names nothing is reported once, with the host NQN" {
    printf 'loader\trd.nvmf.hostid=11111111-2222-3333-4444-555555555555 rd.nvmf.discover=tcp,10.0.0.1,,8009\n' \
        > "$root/run/nvmf-boot/words"
    echo nqn.2014-08.org.nvmexpress.discovery > "$root/sys/class/nvme/nvme0/subsysnqn"
    echo traddr=10.0.0.1,trsvcid=8009 > "$root/sys/class/nvme/nvme0/address"
    printf 'nvmf-boot state 2\nlooked 1\npath -1 1 tcp 10.0.0.1 8009 nqn.2014-08.org.nvmexpress.discovery - - 0 0 0 1 1 0 0 %s 0 458753 0\nempty 0\n' \
        "$(ago 1)" > "$root/run/nvmf-boot/state"
    run_once
    assert_output 'nvmf-boot: discovery controller at tcp 10.0.0.1:8009: its log page names nothing for this host, whose host NQN is nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555: allow this host NQN at the target'
    run_once
    assert_output ''
}

@test "the line of nvmf-boot(8) makes metrics for Prometheus of status --json" {
    # shellcheck disable=SC2016 # the marks of a literal block
    run -0 sed -n '/textfile collector/,/^# /{/^```$/,/^```$/p}' "$BATS_TEST_DIRNAME/../../man/nvmf-boot.8.scd"
    # man shows no backslash of such a block
    refute_output --partial $'\\'
    line=$(grep -v '^```$' <<< "$output")
    assert [ -n "$line" ]
    cd "$BATS_TEST_DIRNAME/../cases/json-of-subsystems-has-their-disks-and-risks" || return
    run -0 bash -c "nvmf-boot() { command nvmf-boot \"\$@\" --root root; }; $line"
    assert_output 'nvmf_boot_status 3
nvmf_boot_subsystem_paths{nqn="nqn.2026-01.org.example:a"} 2
nvmf_boot_subsystem_live{nqn="nqn.2026-01.org.example:a"} 2
nvmf_boot_subsystem_usable{nqn="nqn.2026-01.org.example:a"} 1
nvmf_boot_subsystem_at_risk{nqn="nqn.2026-01.org.example:a"} 1
nvmf_boot_subsystem_paths{nqn="nqn.2026-01.org.example:b"} 1
nvmf_boot_subsystem_live{nqn="nqn.2026-01.org.example:b"} 1
nvmf_boot_subsystem_usable{nqn="nqn.2026-01.org.example:b"} 0
nvmf_boot_subsystem_at_risk{nqn="nqn.2026-01.org.example:b"} 1'
}
