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

# root_on PATHS INTERFACES: the live paths of root, spread over the interfaces
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
        echo "$nqn" > "$dir/subsysnqn"
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
    run -0 nvmf-boot status --root root
    assert_equal "$(grep -c '^  live ' <<< "$output")" 160
    refute_output --partial 'not persistent'
}

@test "a line of more than 64 KiB is read again, too" {
    nqn=$(printf 'nqn.2026-01.org.example:%0190d' 1)
    echo "$nqn" > root/sys/block/nvme0n1/device/subsysnqn
    root_on 300 8
    run -0 --separate-stderr nvmf-boot cmdline --root root
    assert [ "${#output}" -gt 65536 ]
    printf 'image\t%s\n' "$output" > root/run/nvmf-boot/words
    run -0 nvmf-boot status --root root
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
