# SPDX-License-Identifier: GPL-2.0-or-later
#
# What many paths cost: four times as many may take five times the CPU, not sixteen times. Ratios are asserted, since
# seconds are the machine's.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

setup_file() {
    export fabrics=$BATS_FILE_TMPDIR
    for paths in 512 2048; do
        fabric "$fabrics/$paths" "$paths"
        cp -a "$fabrics/$paths" "$fabrics/$paths-away"
        rm -r "$fabrics/$paths-away"/sys/class/nvme/nvme*
    done
}

# attributes TRANSPORT ADDRESS NQN, of the controller in the folder $ctrl
attributes() {
    echo "$1" > "$ctrl/transport"
    echo "traddr=$2,trsvcid=4420" > "$ctrl/address"
    echo "$3" > "$ctrl/subsysnqn"
    echo live > "$ctrl/state"
}

# fabric FOLDER PATHS: a discovery controller, and the paths that its log page has named, two to each subsystem. All are
# live, and each has a controller beside it that nobody asks for.
fabric() {
    local root=$1 i nqn address ctrl
    mkdir -p "$root"/{sys/module/nvme_tcp,proc/self,run/nvmf-boot,etc/nvme}
    printf 'link 2 eth0 mtu 1500 up carrier\naddress 2 10.0.0.2/8\nroute 2 10.0.0.0/8\n' > "$root/run/rtnetlink"
    printf 'loader\trd.nvmf.discover=tcp,10.0.0.1,,4420 rd.nvmf.hostid=11111111-2222-3333-4444-555555555555\n' \
        > "$root/run/nvmf-boot/words"
    # shellcheck disable=SC2046 # one word each
    mkdir -p $(seq -f "$root/sys/class/nvme/nvme%.0f" 0 $((2 * $2 - 2)))
    ctrl=$root/sys/class/nvme/nvme0
    attributes tcp 10.0.0.1 nqn.2014-08.org.nvmexpress.discovery
    echo 'nvmf-boot state 2' > "$root/run/nvmf-boot/state"
    echo 'path -1 1 tcp 10.0.0.1 4420 nqn.2014-08.org.nvmexpress.discovery - - 0 0 0 1 1 0 0 1 0 0 0' >> "$root/run/nvmf-boot/state"
    for ((i = 1; i < $2; i++)); do
        nqn=nqn.2026-01.org.example:subsystem-$((i / 2)) address=10.$((i % 2 + 1)).$((i / 500)).$((i / 2 % 250 + 1))
        echo "path 0 0 tcp $address 4420 $nqn - - 0 0 0 1 1 0 0 0 0 0 0"
        ctrl=$root/sys/class/nvme/nvme$i
        attributes tcp "$address" "$nqn"
        ctrl=$root/sys/class/nvme/nvme$(($2 + i - 1))
        attributes tcp "10.9.$((i / 250)).$((i % 250 + 1))" nqn.2026-01.org.example:other
    done >> "$root/run/nvmf-boot/state"
}

# milliseconds of CPU that a command takes: the least of some runs, since neighbours cost cache
cpu() {
    local TIMEFORMAT='%3U %3S' least='' run
    for run in 1 2 3 4 5; do
        run=$({ time "$@" > /dev/null 2>&1 || true; } 2>&1 | awk '{ print 1000 * ($1 + $2) }')
        [[ -n $least && $least -le $run ]] || least=$run
    done
    echo "$least"
}

# four_times COMMAND...: what 2,048 paths cost against 512; with the name of the folders in place of @
four_times() {
    local few many
    few=$(cpu "${@/@/$fabrics/512}")
    many=$(cpu "${@/@/$fabrics/2048}")
    echo "# $1 $2: $few ms of 512 paths, $many ms of 2048" >&3
    ((many <= 5 * few))
}

@test "status shows all of 2,048 paths as live within two seconds of CPU" {
    run -0 --separate-stderr nvmf-boot status --root "$fabrics/2048"
    assert_equal "$(grep -c '^  live ' <<< "$output")" 2048
    assert_equal "$(grep -c '^not persistent: ' <<< "$output")" 2047
    (($(cpu nvmf-boot status --root "$fabrics/2048") <= 2000))
}

@test "status costs five times the CPU at most for four times the paths" {
    four_times nvmf-boot status --root @
    four_times nvmf-boot status --json --root @
    four_times nvmf-boot status --root @-away
}

@test "the steps cost five times the CPU at most for four times the paths" {
    four_times nvmf-boot connect --dry-run --root @
    four_times nvmf-boot connect --dry-run --root @-away
    run --separate-stderr nvmf-boot connect --dry-run --root "$fabrics/2048-away"
    assert_equal "$(grep -c '^connect ' <<< "$output")" 2048
}
