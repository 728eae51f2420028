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

listen6() { background nsenter --net="/proc/$target/ns/net" socat "TCP6-LISTEN:$1,reuseaddr,fork" /dev/null; }

@test "an interface gets its address, gateway and MTU" {
    words ip=10.0.0.2::10.0.0.1:24::eth0:none:1400
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    assert_output 'nvmf-boot: interface eth0: address 10.0.0.2/24 added'
    run -0 in_host ip -o addr show dev eth0
    assert_output --partial 'inet 10.0.0.2/24 brd 10.0.0.255'
    run -0 in_host ip route show default
    assert_output --partial 'via 10.0.0.1 dev eth0'
    run -0 in_host ip -o link show dev eth0
    assert_output --regexp 'UP.* mtu 1400 '
}

# a namespace below / with two controllers, of which one was set by somebody, and one of a data volume
root_on_a_fabric() {
    local n
    mkdir -p "$root"/sys/{dev/block,block/nvme0n1/device,block/nvme1n1/device}
    echo '30 1 259:1 / / rw shared:1 - ext4 /dev/nvme0n1 rw' > "$root/proc/self/mountinfo"
    ln -s ../../block/nvme0n1 "$root/sys/dev/block/259:1"
    for n in 0 1 2; do
        mkdir -p "$root/sys/class/nvme/nvme$n"
        (
            cd "$root/sys/class/nvme/nvme$n" || exit
            echo tcp > transport
            echo "traddr=10.0.$n.1,trsvcid=4420" > address
            echo "$nqn" > subsysnqn
            echo live > state
            echo 10 > reconnect_delay
            echo off > fast_io_fail_tmo
        )
    done
    echo "$nqn" > "$root/sys/block/nvme0n1/device/subsysnqn"
    echo "${nqn%root}data" | tee "$root/sys/block/nvme1n1/device/subsysnqn" > "$root/sys/class/nvme/nvme2/subsysnqn"
    echo 0 | tee "$root/sys/block/nvme0n1/delayed_removal_secs" > "$root/sys/block/nvme1n1/delayed_removal_secs"
    echo 7 > "$root/sys/class/nvme/nvme1/reconnect_delay"
    echo 5 > "$root/sys/class/nvme/nvme0/fast_io_fail_tmo"
}

settings() { (cd "$root/sys" && head -v -n 1 block/*/delayed_removal_secs class/nvme/*/{reconnect_delay,fast_io_fail_tmo} | sed '/^$/d; s/==> //; s/ <==//' | paste - -); }

@test "root's disk is made to wait for a path and its controllers to try soon; what somebody has set, and data, are left alone" {
    root_on_a_fabric
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    run -0 settings
    assert_output 'block/nvme0n1/delayed_removal_secs	3600
block/nvme1n1/delayed_removal_secs	0
class/nvme/nvme0/reconnect_delay	2
class/nvme/nvme1/reconnect_delay	7
class/nvme/nvme2/reconnect_delay	10
class/nvme/nvme0/fast_io_fail_tmo	-1
class/nvme/nvme1/fast_io_fail_tmo	off
class/nvme/nvme2/fast_io_fail_tmo	off'
}

@test "the time after which root's controller is given up stays, though the kernel reckons it from the delay" {
    local sysfs
    root_on_a_fabric
    sysfs=$root/sys/class/nvme/nvme0
    echo 1800 > "$sysfs/ctrl_loss_tmo"
    touch -d 2026-01-01 "$sysfs/ctrl_loss_tmo"
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    assert_equal "$(cat "$sysfs/ctrl_loss_tmo")" 1800
    # written after the delay
    assert [ ! "$sysfs/reconnect_delay" -nt "$sysfs/ctrl_loss_tmo" ]
}

@test "root's disk is found below btrfs on LUKS" {
    root_on_a_fabric
    echo '30 1 0:24 /@ / rw shared:1 - btrfs /dev/mapper/luks-root rw' > "$root/proc/self/mountinfo"
    mkdir -p "$root"/sys/{class/block,block/dm-0/dm,block/dm-0/slaves/nvme0n1}
    echo luks-root > "$root/sys/block/dm-0/dm/name"
    ln -s ../../block/dm-0 ../../block/nvme0n1 "$root/sys/class/block/"
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    run -0 settings
    assert_output --partial 'block/nvme0n1/delayed_removal_secs	3600'
}

@test "a root's disk of this host's own is left alone, and needs no keeper" {
    root_on_a_fabric
    mkdir "$root/sys/block/nvme0n1/device/nvme0"
    echo pcie > "$root/sys/block/nvme0n1/device/nvme0/transport"
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    run -0 settings
    assert_output --partial 'block/nvme0n1/delayed_removal_secs	0'
    run in_host nvmf-boot status --root "$root"
    refute_output --partial keeper
}

@test "root's policy is left alone where the words say so" {
    root_on_a_fabric
    words rd.nvmf.delayed-removal=0 rd.nvmf.reconnect-delay=10 rd.nvmf.fast-io-fail-tmo=5
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    run -0 settings
    assert_output --partial 'block/nvme0n1/delayed_removal_secs	0'
    assert_output --partial 'class/nvme/nvme0/reconnect_delay	10'
    assert_output --partial 'class/nvme/nvme0/fast_io_fail_tmo	5'
}

@test "a second pass changes and says nothing" {
    words ip=10.0.0.2::10.0.0.1:24::eth0:none
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    assert_output ''
}

@test "a source that cannot be read is reported once, and each pass exits with 1" {
    mkdir "$root/etc/nvme/discovery.conf"
    run -1 in_host nvmf-boot connect --on-this-host --root "$root"
    assert_output 'nvmf-boot: /etc/nvme/discovery.conf: Is a directory'
    run -1 in_host nvmf-boot connect --on-this-host --root "$root"
    assert_output ''
    rmdir "$root/etc/nvme/discovery.conf"
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
}

@test "an address that was flushed comes back with the next pass" {
    words ip=10.0.0.2:::24::eth0:none
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    in_host ip addr flush dev eth0
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    run -0 in_host ip -o addr show dev eth0
    assert_output --partial 'inet 10.0.0.2/24'
}

@test "a path is connected with exactly these options, and its controller is registered" {
    listen 4420
    words ip=10.0.0.2:::24::eth0:none "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    run -0 in_host nvmf-boot connect --wait=30 --on-this-host --root "$root"
    assert_output --regexp "$nqn at tcp 10.0.0.1:4420: connected as nvme0 in [0-9]+ ms"
    run -0 cat "$root/written"
    assert_output "nqn=$nqn,transport=tcp,traddr=10.0.0.1,trsvcid=4420,hostnqn=nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555,hostid=11111111-2222-3333-4444-555555555555,ctrl_loss_tmo=-1"
    run -0 cat "$root/run/nvme/registry/nvme0/owner"
    assert_output nvmf-boot
}

@test "a path is connected though /run is full, and each file that could not be written is named" {
    listen 4420
    words ip=10.0.0.2:::24::eth0:none "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    # shellcheck disable=SC2016 # expanded by the inner shell
    run -1 in_host unshare --mount sh -c '
        cp -a "$0/run" "$0/saved" && mount -n -t tmpfs -o size=64k run "$0/run" && cp -a "$0/saved/." "$0/run" || exit 99
        head -c 1m /dev/zero > "$0/run/fill" 2> /dev/null
        nvmf-boot connect --wait=30 --on-this-host --root "$0"' "$root"
    assert_output --partial "$nqn at tcp 10.0.0.1:4420: connected as nvme0"
    for file in nvme/registry/nvme0 nvmf-boot/state nvmf-boot/messages; do
        assert_line "nvmf-boot: /run/$file: cannot write this file: No space left on device"
    done
}

@test "a secret of discovery.conf goes to the kernel with what the log page names, and nowhere else" {
    local secret=DHHC-1:00:QUJDREVGR0g=:
    listen 4420
    in_host ip link set eth0 up
    in_host ip addr add 10.0.0.2/24 dev eth0
    echo "-t tcp -a 10.0.0.1 -s 4420 -S $secret" > "$root/etc/nvme/discovery.conf"
    printf 'nvmf-boot state 1\npath -1 1 tcp 10.0.0.1 4420 nqn.2014-08.org.nvmexpress.discovery - - 0 0 0 0 0 -1 0\npath 0 0 tcp 10.0.0.1 4420 %s - - 0 0 0 0 0 -1 0\n' "$nqn" \
        > "$root/run/nvmf-boot/state"
    run -0 in_host nvmf-boot connect --dry-run --root "$root"
    refute_output --partial "$secret"
    run in_host nvmf-boot connect --verbose --wait=9 --on-this-host --root "$root"
    refute_output --partial "$secret"
    assert_output --partial "$nqn at tcp 10.0.0.1:4420: connected"
    run -0 cat "$root/written"
    assert_output --regexp "nqn=$nqn,.*,dhchap_secret=$secret"
    run ! grep "discovery,.*$secret" "$root/written"
    run ! grep -r "$secret" "$root/run"
}

# memory PID: what is in it that it can write to; the sanitizers' own is larger than all memory, and holds no text
memory() {
    local range from to
    while read -r range _; do
        from=$((16#${range%-*} / 4096)) to=$((16#${range#*-} / 4096))
        ((to - from > 65536)) || dd if="/proc/$1/mem" bs=4096 skip="$from" count=$((to - from)) status=none
    done < <(grep ' rw' "/proc/$1/maps")
}

@test "when a secret is written, no option string with it is left in memory" {
    local secret=DHHC-1:00:QUJDREVGR0g=: connector
    listen 4420
    in_host ip link set eth0 up
    in_host ip addr add 10.0.0.2/24 dev eth0
    echo "-t tcp -a 10.0.0.1 -s 4420 -S $secret" > "$root/etc/nvme/discovery.conf"
    printf 'nvmf-boot state 1\npath -1 1 tcp 10.0.0.1 4420 nqn.2014-08.org.nvmexpress.discovery - - 0 0 0 0 0 -1 0\npath 0 0 tcp 10.0.0.1 4420 %s - - 0 0 0 0 0 -1 0\npath 0 0 tcp 10.0.0.77 4420 %s - - 0 0 0 0 0 -1 0\n' "$nqn" "$nqn" \
        > "$root/run/nvmf-boot/state"
    background nsenter --net="/proc/$host/ns/net" nvmf-boot connect --wait=60 --on-this-host --root "$root"
    connector=${running[-1]}
    until grep -qs "dhchap_secret=$secret" "$root/written"; do :; done
    memory "$connector" > "$BATS_TEST_TMPDIR/memory"
    # the plan has it, for the next try
    grep -qaF "$secret" "$BATS_TEST_TMPDIR/memory"
    run -1 grep -caF "dhchap_secret=$secret" "$BATS_TEST_TMPDIR/memory"
    assert_output 0
    # nor is the line of the file
    run -1 grep -caF -- "-S $secret" "$BATS_TEST_TMPDIR/memory"
    assert_output 0
}

@test "paths that answer and are then refused by the kernel cost a run 16 writes, however long it lasts" {
    local -a list=()
    listen 4420
    for n in {1..8}; do list+=("rd.nvmf.connect=tcp,10.0.0.1,$nqn:$n"); done
    words ip=10.0.0.2:::24::eth0:none "${list[@]}"
    # a kernel that takes no write
    kill "${running[2]}"
    rm -f "$root/dev/nvme-fabrics"
    run -4 in_host nvmf-boot connect --quiet --wait=12 --on-this-host --root "$root"
    run -4 nvmf-boot status --json --root "$root"
    assert_equal "$(sed -n 's/.*"failures":\([0-9]*\).*/\1/p' <<< "$output" | awk '{ sum += $1 } END { print sum }')" 16
}

@test "a run ends when discovery.conf changes and leaves a kick for the next; an editor's other files do not wake it" {
    words ip=10.0.0.2:::24::eth0:none "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    # seconds of CPU, and how it ended
    # shellcheck disable=SC2016 # expanded there
    in_host bash -c 'TIMEFORMAT=%U; time timeout 60 nvmf-boot connect --wait=50 --on-this-host --root "$1"; echo "exit $?"' bash "$root" \
        > "$BATS_TEST_TMPDIR/log" 2>&1 < /dev/null 3>&- &
    until grep -q 'refused the connection' "$BATS_TEST_TMPDIR/log"; do :; done
    echo '# saved' > "$root/etc/nvme/discovery.conf~"
    run -0 sleep 2
    run ! grep exit "$BATS_TEST_TMPDIR/log"
    assert [ ! -e "$root/run/nvmf-boot/kick/conf" ]
    echo '# saved' > "$root/etc/nvme/discovery.conf"
    until grep -q exit "$BATS_TEST_TMPDIR/log"; do :; done
    run -0 tail -n 2 "$BATS_TEST_TMPDIR/log"
    assert_line --index 0 --regexp '^0\.[0-4]'
    assert_line --index 1 'exit 4'
    assert [ -e "$root/run/nvmf-boot/kick/conf" ]
}

@test "what lies in the folder of kicks is taken away, also an empty folder; what cannot be is reported" {
    mkdir -p "$root"/run/nvmf-boot/kick/{conf,full/of}
    touch "$root/run/nvmf-boot/kick/device"
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    assert_output 'nvmf-boot: /run/nvmf-boot/kick/full: this file cannot be removed: Directory not empty'
    run -0 ls "$root/run/nvmf-boot/kick"
    assert_output full
}

@test "a run that is stopped leaves the kicks that it has taken to the next run" {
    words ip=10.0.0.2:::24::eth0:none "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    mkdir -p "$root/run/nvmf-boot/kick"
    touch "$root"/run/nvmf-boot/kick/{log,controller}
    nsenter --net="/proc/$host/ns/net" nvmf-boot connect --wait=50 --on-this-host --root "$root" > "$BATS_TEST_TMPDIR/log" 2>&1 < /dev/null 3>&- &
    until grep -q 'refused the connection' "$BATS_TEST_TMPDIR/log"; do :; done
    run -0 ls "$root/run/nvmf-boot/kick"
    assert_output ''
    kill "$!"
    wait "$!" || true
    run -0 ls "$root/run/nvmf-boot/kick"
    assert_output $'device\nlog'
}

@test "a kick that tells of a changed source ends a run that had no event of it" {
    words ip=10.0.0.2:::24::eth0:none "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    mkdir -p "$root/run/nvmf-boot/kick"
    nsenter --net="/proc/$host/ns/net" nvmf-boot connect --wait=50 --on-this-host --root "$root" > "$BATS_TEST_TMPDIR/log" 2>&1 < /dev/null 3>&- &
    until grep -q 'refused the connection' "$BATS_TEST_TMPDIR/log"; do :; done
    touch "$root/run/nvmf-boot/kick/conf"
    # 50 s would be its end without
    run -0 timeout 30 tail --pid="$!" -f /dev/null
    assert [ -e "$root/run/nvmf-boot/kick/conf" ]
}

@test "connect --cmdline leaves nothing for the runs of this boot, and takes none of their kicks" {
    words "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    mkdir -p "$root/run/nvmf-boot/kick"
    touch "$root/run/nvmf-boot/kick/log"
    echo "rd.nvmf.connect=tcp,10.0.0.9,$nqn" > "$BATS_TEST_TMPDIR/other"
    run -4 in_host nvmf-boot connect --on-this-host --root "$root" --cmdline "$BATS_TEST_TMPDIR/other"
    run -0 find "$root/run/nvmf-boot" -name state -o -name messages -o -name log
    assert_output "$root/run/nvmf-boot/kick/log"
}

@test "a target that appears late is connected when it appears" {
    words ip=10.0.0.2:::24::eth0:none "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    in_host nvmf-boot connect --wait=60 --on-this-host --root "$root" > "$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
    connector=$!
    until grep -q 'the target refused the connection: check the port' "$BATS_TEST_TMPDIR/log"; do :; done
    assert [ ! -e "$root/written" ]
    listen 4420
    wait "$connector"
    assert [ -e "$root/written" ]
}

@test "an interface that appears late is configured when it appears" {
    listen 4420
    words ip=10.0.0.2:::24::late0:none "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    in_host nvmf-boot connect --wait=60 --on-this-host --root "$root" > "$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
    connector=$!
    until grep -q 'this host has no interface late0 (it has eth0)' "$BATS_TEST_TMPDIR/log"; do :; done
    in_host ip link set eth0 name late0
    wait "$connector"
    assert [ -e "$root/written" ]
}

@test "a dead path is never written to the kernel" {
    listen 4420
    words ip=10.0.0.2:::24::eth0:none "rd.nvmf.connect=tcp,10.0.0.77,$nqn" "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    run -3 in_host nvmf-boot connect --on-this-host --root "$root"
    run -0 cat "$root/written"
    refute_output --partial 10.0.0.77
    run -3 in_host nvmf-boot status --root "$root"
    assert_output --regexp 'live +nvme0 +tcp 10.0.0.1:4420'
    assert_output --regexp 'tcp 10.0.0.77:4420'
}

@test "an interface is found by its hardware address, and gets another one" {
    in_host ip link set eth0 address 52:54:00:00:00:01
    words ip=10.0.0.2:::24::52:54:00:00:00:01:none:1400:02:00:00:00:00:09
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    assert_output 'nvmf-boot: interface eth0: address 10.0.0.2/24 added'
    run -0 in_host ip -o link show dev eth0
    assert_output --partial 'link/ether 02:00:00:00:00:09'
    assert_output --partial 'mtu 1400'
}

@test "an alias names an interface that is not renamed" {
    in_host ip link set eth0 address 52:54:00:00:00:01
    words ifname=san0:52-54-00-00-00-01 ip=10.0.0.2:::24::san0:none
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    run -0 in_host ip -o addr show dev eth0
    assert_output --partial 'inet 10.0.0.2/24'
}

@test "one interface gets several addresses, and routes through gateways inside and outside of its networks" {
    words ip=10.0.0.2::10.0.0.254:24::eth0:none '"ip=[fd00::2]::[fd00::1]:64::eth0:none"' ip=10.0.1.2:10.0.1.1::32::eth0:none \
        rd.route=10.1.0.0/16:10.0.0.1 rd.route=10.2.0.0/16:10.9.9.9:eth0 'rd.route=[fd00:1::/64]:[fd00::1]'
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    run -0 in_host ip -o addr show dev eth0
    assert_output --partial 'inet 10.0.0.2/24'
    assert_output --partial 'inet 10.0.1.2 peer 10.0.1.1/32'
    assert_output --partial 'inet6 fd00::2/64'
    run -0 in_host ip route
    assert_line --partial 'default via 10.0.0.254 dev eth0'
    assert_line --partial '10.1.0.0/16 via 10.0.0.1 dev eth0'
    assert_line --partial '10.2.0.0/16 via 10.9.9.9 dev eth0'
    run -0 in_host ip -6 route
    assert_line --partial 'fd00:1::/64 via fd00::1 dev eth0'
    assert_line --partial 'default via fd00::1 dev eth0'
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    assert_output ''
}

@test "the check of an IPv6 address for duplicates is awaited, then the path is connected" {
    listen6 4420
    in_target ip -6 addr add fd00::1/64 dev peer0 nodad
    words 'ip=[fd00::2]:::64::eth0:none' "rd.nvmf.connect=tcp,fd00::1,$nqn"
    run -0 in_host nvmf-boot connect --wait=30 --on-this-host --root "$root"
    assert_output --partial 'the kernel is checking that the IPv6 address of interface eth0 is unique'
    assert_output --regexp "tcp \[fd00::1\]:4420: connected as nvme0"
}

@test "an IPv6 address that another machine has is told" {
    in_target ip -6 addr add fd00::2/64 dev peer0 nodad
    words 'ip=[fd00::2]:::64::eth0:none' "rd.nvmf.connect=tcp,fd00::1,$nqn"
    in_host nvmf-boot connect --wait=60 --on-this-host --root "$root" > "$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
    until grep -q 'another machine uses the IPv6 address of interface eth0' "$BATS_TEST_TMPDIR/log"; do :; done
    kill $!
}

@test "one bad ip= among good ones configures the good ones" {
    words ip=10.0.0.2:::24::eth0:none ip=10.0.0.300:::24::eth0:none ip=10.0.1.2:::24::eth0:none
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    assert_output --partial "'10.0.0.300': not a numeric address"
    run -0 in_host ip -o addr show dev eth0
    assert_output --partial 'inet 10.0.0.2/24'
    assert_output --partial 'inet 10.0.1.2/24'
}

@test "what the kernel refuses is said once, with the word that asked for it" {
    words ip=10.0.0.2:::24::eth0:none::01:00:00:00:00:01
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    assert_output --regexp 'column 1: interface eth0: cannot set its hardware address: '
    run -0 in_host nvmf-boot connect --on-this-host --root "$root"
    assert_output ''
}

@test "other network stacks are kept off our interfaces" {
    words ip=10.0.0.2:::24::eth0:none vlan=eth0.5:eth0 ip=10.0.5.2:::24::eth0.5:none ip=10.0.1.2:::24::52:54:00:00:00:01:none ip=eth7:dhcp
    mkdir -p "$root/tmp"
    touch "$root/etc/initrd-release"
    run -0 nvmf-boot claim --root "$root"
    assert_output --regexp "^ip=eth7:dhcp rd.nvmf.hostid=.* rd.neednet=1$"
    run -0 cat "$root"/run/systemd/network/00-nvmf-boot-*.network
    assert_line Name=eth0
    assert_line Name=eth0.5
    assert_line PermanentMACAddress=52:54:00:00:00:01
    assert_line Unmanaged=yes
    run -0 cat "$root/run/NetworkManager/conf.d/50-nvmf-boot.conf"
    assert_line 'match-device=interface-name:=eth0,interface-name:=eth0.5,mac:52:54:00:00:00:01'
    assert_equal "$(cat "$root/run/nvmf-boot/ifupdown")" 'EXCLUDE_INTERFACES="eth0 eth0.5"'
    assert_equal "$(tail -n 1 "$root/run/systemd/system/networking.service.d/50-nvmf-boot.conf")" 'EnvironmentFile=-/run/nvmf-boot/ifupdown'
    assert_equal "$(readlink "$root/run/systemd/system/ifup@eth0.5.service")" /dev/null
    assert [ -e "$root/tmp/net.eth0.did-setup" ]
    refute [ -e "$root/tmp/net.eth7.did-setup" ]
}

@test "a run whose time is over names each missing path with its reason, although its first try is still under way" {
    words ip=10.0.0.2:::24::eth0:none rd.nvmf.timeout=1 "rd.nvmf.connect=tcp,10.0.0.77,$nqn"
    run -4 in_host nvmf-boot connect --wait --on-this-host --root "$root"
    assert_line "nvmf-boot: gave up waiting for $nqn at tcp 10.0.0.77:4420: the target has not answered the first try yet"
}

@test "the splash screen shows what is waited for" {
    words ip=10.0.0.2:::24::eth0:none "rd.nvmf.connect=tcp,10.0.0.1,$nqn"
    background nsenter --net="/proc/$host/ns/net" socat -u ABSTRACT-LISTEN:/org/freedesktop/plymouthd,fork "CREATE:$BATS_TEST_TMPDIR/splash"
    background nsenter --net="/proc/$host/ns/net" nvmf-boot connect --wait --on-this-host --root "$root"
    until grep -qs 'still waiting for' "$BATS_TEST_TMPDIR/splash"; do :; done
    run -0 cat -v "$BATS_TEST_TMPDIR/splash"
    assert_output --partial "M^B"
    assert_output --partial "$nqn at tcp 10.0.0.1:4420: the target refused the connection"
}
