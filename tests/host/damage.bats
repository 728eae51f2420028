# SPDX-License-Identifier: GPL-2.0-or-later
#
# What cannot be read whole is not absent: each kind of damage to each file that the plan comes from, and to what the
# kernel says, is reported by name, ends nothing, and shows in the exit status.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

nqn=nqn.2026-01.org.example:root
host='rd.nvmf.hostid=11111111-2222-3333-4444-555555555555'

# A host with one live discovery controller that we made, which discovery.conf names.
setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir -p root/{dev,sys/module/nvme_tcp,sys/class/dmi/id,proc/self,run/nvmf-boot,run/nvme/registry/nvme0,etc/nvme/exclusions.conf.d}
    controller nvme0 10.0.0.1 nqn.unique:discovery
    echo discovery > root/sys/class/nvme/nvme0/cntrltype
    echo nvmf-boot > root/run/nvme/registry/nvme0/owner
    printf 'link 2 eth0 mtu 1500 up carrier\naddress 2 10.0.0.2/24\nroute 2 10.0.0.0/24\n' > root/run/rtnetlink
    good
}

# controller NAME ADDRESS NQN: a live one
controller() {
    local dir=root/sys/class/nvme/$1
    mkdir -p "$dir"
    echo tcp > "$dir/transport"
    echo "traddr=$2,trsvcid=8009" > "$dir/address"
    echo "$3" > "$dir/subsysnqn"
    echo live > "$dir/state"
}

# the sources, undamaged: by name, as in messages, and what is in them
declare -gA text_of=(
    ["/run/nvmf-boot/words"]="loader	quiet"
    ["/run/nvmf-boot/state"]='nvmf-boot state 1'
    ["/etc/nvme/discovery.conf"]='-t tcp -a 10.0.0.1'
    ["/etc/nvme/exclusions.conf"]='[exclusions]'
    ["/etc/nvme/exclusions.conf.d/a.conf"]='[exclusions]'
    ["/etc/nvme/hostnqn"]='nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555'
    ["/etc/nvme/hostid"]='11111111-2222-3333-4444-555555555555'
)

good() {
    local name
    for name in "${!text_of[@]}"; do
        rm -rf "root$name"
        printf '%s\n' "${text_of[$name]}" > "root$name"
    done
}

wish() { printf 'loader\trd.nvmf.connect=tcp,10.0.0.1,%s,4420 %s\n' "$nqn" "$1" > root/run/nvmf-boot/words; }

# ---- the kernel ----

@test "a host with more controllers than are looked at is reported, and nothing is connected twice or ended" {
    wish "$host"
    (
        cd root/sys/class/nvme || exit
        printf 'nvme%d\n' {1..16384} | xargs mkdir
        printf 'nvme%d/transport\n' {1..16384} | xargs -n 500 sh -c 'echo tcp | tee "$@" > /dev/null' -
    )
    run -1 --separate-stderr nvmf-boot connect --dry-run --root root
    assert_output ''
    assert_equal "$stderr" 'nvmf-boot: what the kernel says: this host has more than 16384 controllers on fabrics, and nvmf-boot looks at no more'
}

@test "an answer of the kernel that is interrupted is asked for again, and if that does not help, reported; no step comes of it" {
    rm -r root/run/rtnetlink root/run/nvme root/etc/nvme/discovery.conf
    wish "$host ip=10.0.0.2:::24::p0:none"
    # shellcheck disable=SC2016 # expanded in the namespace
    run -0 unshare --net bash -euc '
        ip link add p0 type veth peer name p1
        ip addr add 10.0.0.2/24 dev p0
        ip link set p0 up
        ip link set p1 up
        interrupted 0 root
        interrupted 9 root
        interrupted 10 root'
    assert_line --index 0 --partial 'connect nqn='
    assert_line --index 1 'verdict 4'
    assert_line --index 2 "${lines[0]}"
    assert_line --index 3 'verdict 4'
    assert_line --partial 'what the kernel says: addresses changed while nvmf-boot read them, 10 times in a row: some may be missing'
    assert_line --index $((${#lines[@]} - 1)) 'verdict 1'
    refute_output --partial 'add address'
}
