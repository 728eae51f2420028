# SPDX-License-Identifier: GPL-2.0-or-later
#
# What an image gets of a host with many paths, and of one whose files are damaged: `nvmf-boot cmdline` prints what the
# next boot reads as the same paths, or says why it does not. One golden case is too small for it.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

nqn=nqn.2026-01.org.example:root

# A host whose root has no path yet.
setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir -p root/{dev,proc/self,run/nvmf-boot,etc/nvme} root/sys/{dev/block,block/nvme0n1/device,module/nvme_tcp}
    echo '30 1 259:1 / / rw shared:1 - ext4 /dev/nvme0n1 rw' > root/proc/self/mountinfo
    ln -s ../../block/nvme0n1 root/sys/dev/block/259:1
    echo "$nqn" > root/sys/block/nvme0n1/device/subsysnqn
}

# root_on PATHS INTERFACES [NQN]: the live paths of root, spread over the interfaces
root_on() {
    local n i dir
    for ((i = 0; i < $2; i++)); do
        printf 'link %d storage%d mtu 1500 up carrier\naddress %d 10.0.%d.2/24\nroute %d 10.0.%d.0/24\n' \
            $((i + 2)) "$i" $((i + 2)) "$i" $((i + 2)) "$i"
    done > root/run/rtnetlink
    for ((n = 0; n < $1; n++)); do
        dir=root/sys/class/nvme/nvme$n
        mkdir -p "$dir"
        echo tcp > "$dir/transport"
        echo "traddr=10.0.$((n % $2)).$((n / $2 + 10)),trsvcid=4420" > "$dir/address"
        echo "${3:-$nqn}" > "$dir/subsysnqn"
        echo live > "$dir/state"
    done
}

@test "the parameters of a root on 160 paths are read again as the same paths" {
    root_on 160 8
    run -0 --separate-stderr nvmf-boot cmdline --root root
    assert_equal "$stderr" ''
    assert [ "${#output}" -gt 10000 ]
    # as the hook keeps what an image embeds
    printf 'image\t%s\n' "$output" > root/run/nvmf-boot/words
    run -3 nvmf-boot status --root root
    assert_equal "$(grep -c '^  live ' <<< "$output")" 160
    refute_output --partial 'not persistent'
}

@test "a line of more than 64 KiB is read again, too" {
    local long
    long=$(printf 'nqn.2026-01.org.example:%0190d' 1)
    echo "$long" > root/sys/block/nvme0n1/device/subsysnqn
    root_on 300 8 "$long"
    run -0 --separate-stderr nvmf-boot cmdline --root root
    assert [ "${#output}" -gt 65536 ]
    printf 'image\t%s\n' "$output" > root/run/nvmf-boot/words
    run -3 nvmf-boot status --root root
    assert_equal "$(grep -c '^  live ' <<< "$output")" 300
}

@test "a host with more addresses than the next boot takes gets no parameters, and the reason" {
    root_on 65 65
    run -1 --separate-stderr nvmf-boot cmdline --root root
    assert_output ''
    assert_equal "$stderr" 'nvmf-boot: cmdline: nothing is printed, because the parameters would not boot this host as it runs: more than 64 addresses: this one is ignored'
}

@test "a source that cannot be read whole is reported with the parameters, and the exit status is 1" {
    root_on 2 1
    printf '\0' > root/etc/nvme/discovery.conf
    run -1 --separate-stderr nvmf-boot cmdline --root root
    assert_output --partial 'rd.nvmf.connect=tcp,10.0.0.10'
    assert_regex "$stderr" '/etc/nvme/discovery.conf: a NUL byte'
}

@test "interfaces of which some could not be read are reported with the parameters, and the exit status is 1" {
    root_on 2 1
    for ((i = 10; i < 16400; i++)); do printf 'link %d veth%d mtu 1500 up carrier\n' "$i" "$i"; done >> root/run/rtnetlink
    run -1 --separate-stderr nvmf-boot cmdline --root root
    assert_output --partial 'rd.nvmf.connect=tcp,10.0.0.10'
    assert_regex "$stderr" 'this host has more than [0-9]+ interfaces, and nvmf-boot looks at no more'
}

# is_unreadable FILE: a folder in its place, which root cannot read either
is_unreadable() {
    rm -rf "root/$1"
    mkdir -p "root/$1"
}

@test "a file that shows what root stands on and cannot be read is an error, and never a root on no fabric" {
    local file
    for file in proc/self/mountinfo proc/swaps sys/block/nvme0n1/device/subsysnqn sys/block/nvme0n1/device/transport \
        sys/block/nvme0n1/device/nvme0/transport; do
        rm -rf root
        setup
        mkdir -p root/sys/block/nvme0n1/device/nvme0
        root_on 1 1
        is_unreadable "$file"
        run -1 --separate-stderr nvmf-boot cmdline --root root
        assert_regex "$stderr" 'what the kernel says: [a-z ,]+ cannot be read'
        run -1 --separate-stderr nvmf-boot cmdline --modules --root root
        assert_regex "$stderr" 'what the kernel says: [a-z ,]+ cannot be read'
        run -1 nvmf-boot status --root root
    done
}

@test "a root that no file shows is an error: no disk for its mount, a disk without a subsystem, no list of mounts" {
    local file
    for file in sys/dev/block/259:1 sys/block/nvme0n1/device/subsysnqn proc/self/mountinfo; do
        rm -rf root
        setup
        root_on 1 1
        rm "root/$file"
        run -1 --separate-stderr nvmf-boot cmdline --root root
        assert_output ''
        assert_regex "$stderr" 'cmdline: nobody can tell whether root is on a fabric'
    done
}

@test "an attribute of a controller that cannot be read is an error, and no other value is printed in its place" {
    local file
    for file in hostnqn hostid subsysnqn address state transport cntrltype reconnect_delay dhchap_secret tls_key; do
        rm -rf root
        setup
        root_on 2 1
        for ctrl in nvme0 nvme1; do echo nqn.2026-01.org.example:host > root/sys/class/nvme/$ctrl/hostnqn; done
        is_unreadable sys/class/nvme/nvme0/$file
        run -1 --separate-stderr nvmf-boot cmdline --root root
        assert_output --partial 'rd.nvmf.hostnqn=nqn.2026-01.org.example:host'
        assert_output --partial 'rd.nvmf.connect=tcp,10.0.0.11'
        assert_regex "$stderr" 'nvme0|an attribute of a controller'
    done
}

@test "an attribute of a controller that cannot be read lets connect do nothing, and status exits with 1" {
    root_on 1 1
    echo "rd.nvmf.connect=tcp,10.0.0.10,$nqn rd.nvmf.connect=tcp,10.0.0.11,$nqn" > words
    is_unreadable sys/class/nvme/nvme0/hostnqn
    run -1 --separate-stderr nvmf-boot status --root root --cmdline words
    assert_regex "$stderr" 'sysfs does not let nvmf-boot read an attribute of a controller'
    refute_output --regexp '^  live '
    run -1 --separate-stderr nvmf-boot connect --dry-run --root root --cmdline words
    assert_output ''
}

@test "a root of more layers or disks than nvmf-boot looks at is an error" {
    root_on 1 1
    local i
    mkdir -p root/sys/class/block
    for ((i = 0; i < 12; i++)); do
        mkdir -p root/sys/block/dm-$i/slaves
        ln -s ../../block/dm-$i root/sys/class/block/dm-$i
        : > root/sys/block/dm-$i/slaves/dm-$((i + 1))
    done
    echo '30 1 253:0 / / rw shared:1 - ext4 /dev/dm-0 rw' > root/proc/self/mountinfo
    ln -s ../../block/dm-0 root/sys/dev/block/253:0
    run -1 --separate-stderr nvmf-boot cmdline --root root
    assert_regex "$stderr" 'root stands on more than 8 layers of devices'
    rm root/sys/block/dm-0/slaves/*
    for ((i = 0; i < 40; i++)); do
        : > root/sys/block/dm-0/slaves/nvme${i}n2
        mkdir -p root/sys/block/nvme${i}n2/device
        echo "$nqn" > root/sys/block/nvme${i}n2/device/subsysnqn
        ln -s ../../block/nvme${i}n2 root/sys/class/block/nvme${i}n2
    done
    run -1 --separate-stderr nvmf-boot cmdline --root root
    assert_output --partial 'rd.nvmf.connect=tcp,10.0.0.10'
    assert_regex "$stderr" 'root stands on more than 32 disks'
}

@test "a line of the list of mounts may be long" {
    root_on 1 1
    printf '40 1 0:99 / /overlay rw - overlay overlay rw,lowerdir=%09000d\n%s\n' 1 "$(cat root/proc/self/mountinfo)" > mountinfo
    cp mountinfo root/proc/self/mountinfo
    run -0 --separate-stderr nvmf-boot cmdline --root root
    assert_output --partial 'rd.nvmf.connect=tcp,10.0.0.10'
}
