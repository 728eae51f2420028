# SPDX-License-Identifier: GPL-2.0-or-later
#
# The connector in a network namespace: real rtnetlink, real TCP, and a fake of the kernel's fabrics device. The host
# side has eth0, joined by a veth pair to a second namespace with the target.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

nqn=nqn.2026-01.org.example:root

# Runs a command until the test ends; bats waits for whoever holds its output or descriptor 3.
background() {
    "$@" > /dev/null 2>&1 < /dev/null 3>&- &
    running+=($!)
}

setup() {
    running=()
    background unshare --net sleep 600
    host=$!
    background unshare --net sleep 600
    target=$!
    until [[ $(readlink /proc/$host/ns/net) != $(readlink /proc/self/ns/net) &&
    $(readlink /proc/$target/ns/net) != $(readlink /proc/self/ns/net) ]]; do :; done
    in_host ip link add eth0 type veth peer name peer0 netns "$target"
    in_host ip link set lo up
    in_target ip link set peer0 up
    in_target ip addr add 10.0.0.1/24 dev peer0
    root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root"/{dev,sys/class/nvme,sys/module/nvme_tcp,proc/self,run/nvmf-boot,etc/nvme}
    background "$BATS_TEST_DIRNAME/fake-fabrics" "$root"
    until [[ -e $root/dev/nvme-fabrics ]]; do :; done
}

teardown() {
    kill "${running[@]}" 2> /dev/null || true
}

in_host() { nsenter --net="/proc/$host/ns/net" "$@"; }
in_target() { nsenter --net="/proc/$target/ns/net" "$@"; }
words() { printf 'loader\t%s rd.nvmf.hostid=11111111-2222-3333-4444-555555555555\n' "$*" > "$root/run/nvmf-boot/words"; }
listen() { background nsenter --net="/proc/$target/ns/net" socat "TCP-LISTEN:$1,reuseaddr,fork" /dev/null; }

@test "an interface gets its address, gateway and MTU" {
    words ip=10.0.0.2::10.0.0.1:24::eth0:none:1400
    run -0 in_host nvmf-boot connect --root "$root"
    assert_output 'nvmf-boot: interface eth0: address 10.0.0.2/24 added'
    run -0 in_host ip -o addr show dev eth0
    assert_output --partial 'inet 10.0.0.2/24 brd 10.0.0.255'
    run -0 in_host ip route show default
    assert_output --partial 'via 10.0.0.1 dev eth0'
    run -0 in_host ip -o link show dev eth0
    assert_output --regexp 'UP.* mtu 1400 '
}

@test "a second pass changes and says nothing" {
    words ip=10.0.0.2::10.0.0.1:24::eth0:none
    run -0 in_host nvmf-boot connect --root "$root"
    run -0 in_host nvmf-boot connect --root "$root"
    assert_output ''
}

@test "an address that was flushed comes back with the next pass" {
    words ip=10.0.0.2:::24::eth0:none
    run -0 in_host nvmf-boot connect --root "$root"
    in_host ip addr flush dev eth0
    run -0 in_host nvmf-boot connect --root "$root"
    run -0 in_host ip -o addr show dev eth0
    assert_output --partial 'inet 10.0.0.2/24'
}

@test "a path is connected with exactly these options, and its controller is registered" {
    listen 4420
    words ip=10.0.0.2:::24::eth0:none "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    run -0 in_host nvmf-boot connect --wait=30 --root "$root"
    assert_output --regexp "$nqn at tcp 10.0.0.1:4420: connected as nvme0 in [0-9]+ ms"
    run -0 cat "$root/written"
    assert_output "nqn=$nqn,transport=tcp,traddr=10.0.0.1,trsvcid=4420,hostnqn=nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555,hostid=11111111-2222-3333-4444-555555555555,ctrl_loss_tmo=-1"
    run -0 cat "$root/run/nvme/registry/nvme0/owner"
    assert_output nvmf-boot
}

@test "a target that appears late is connected when it appears" {
    words ip=10.0.0.2:::24::eth0:none "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    in_host nvmf-boot connect --wait=60 --root "$root" > "$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
    connector=$!
    until grep -q 'connection refused: nothing listens' "$BATS_TEST_TMPDIR/log"; do :; done
    assert [ ! -e "$root/written" ]
    listen 4420
    wait "$connector"
    assert [ -e "$root/written" ]
}

@test "an interface that appears late is configured when it appears" {
    listen 4420
    words ip=10.0.0.2:::24::late0:none "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    in_host nvmf-boot connect --wait=60 --root "$root" > "$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
    connector=$!
    until grep -q 'no interface late0 (there is eth0)' "$BATS_TEST_TMPDIR/log"; do :; done
    in_host ip link set eth0 name late0
    wait "$connector"
    assert [ -e "$root/written" ]
}

@test "a dead path is never written to the kernel" {
    listen 4420
    words ip=10.0.0.2:::24::eth0:none "rd.nvmf.connect=tcp,10.0.0.77,$nqn" "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    run -3 in_host nvmf-boot connect --root "$root"
    run -0 cat "$root/written"
    refute_output --partial 10.0.0.77
    run -3 in_host nvmf-boot status --root "$root"
    assert_output --regexp 'live +nvme0 +tcp 10.0.0.1:4420'
    assert_output --regexp 'tcp 10.0.0.77:4420'
}
