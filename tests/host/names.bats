# SPDX-License-Identifier: GPL-2.0-or-later
#
# Names of interfaces in files with grammars of their own: whatever a parameter says, a name there means itself.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

setup() {
    root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root"/{dev,sys/class/nvme,proc/self,run/nvmf-boot,etc,tmp}
    touch "$root/etc/initrd-release"
    printf 'link 1 lo mtu 65536 up carrier\n' > "$root/run/rtnetlink"
}

# each_parameter NAME: all that can name an interface
each_parameter() {
    printf 'ip=10.0.0.2:::24::%s:none vlan=%s.5:eth0 vlan=eth0.6:%s ifname=%s:52:54:00:00:00:01 rd.nvmf.rxe=%s ' "$1" "$1" "$1" "$1" "$1"
    printf 'rd.route=10.1.0.0/16:10.0.0.1:%s rd.nvmf.connect=tcp,10.0.0.1,nqn.x:y,4420,,%s\n' "$1" "$1"
}

@test "a name with a character that is a mark or a pattern anywhere is refused, and no other network stack is told it" {
    local code char reason='an interface name has letters, digits and . _ - @ only'
    for code in {33..126}; do
        printf -v char '%b' "\\x$(printf %x "$code")"
        # what separates fields and words, and what stands in names
        [[ $char != [A-Za-z0-9._@:/,\"-] ]] || continue
        each_parameter "e${char}0" > "$BATS_TEST_TMPDIR/parameters"
        run -2 nvmf-boot check --cmdline "$BATS_TEST_TMPDIR/parameters"
        assert_equal "$(grep -c "$reason" <<< "$output")" 7
        printf 'loader\t%s\n' "$(< "$BATS_TEST_TMPDIR/parameters")" > "$root/run/nvmf-boot/words"
        run -0 nvmf-boot claim --quiet --root "$root"
        run -0 find "$root/run" "$root/tmp" -type f ! -name rtnetlink
        assert_output "$root/run/nvmf-boot/words"
    done
}

@test "a name of letters, digits, dots, dashes and the like is told as it is" {
    printf 'loader\tip=10.0.0.2:::24::e.p_1-s@0:none\n' > "$root/run/nvmf-boot/words"
    run -0 nvmf-boot claim --root "$root"
    run -0 grep -h '^Name=' "$root/run/systemd/network/00-nvmf-boot-0.network"
    assert_output 'Name=e.p_1-s@0'
}

@test "an interface that is found by its hardware address and has such a name is told to no stack by name" {
    printf 'link 2 e*0 mtu 1500 up carrier hwaddr 52:54:00:00:00:01\n' >> "$root/run/rtnetlink"
    printf 'loader\tip=10.0.0.2:::24::52:54:00:00:00:01:none\n' > "$root/run/nvmf-boot/words"
    run -0 nvmf-boot claim --root "$root"
    run -0 grep -rlF 'e*0' "$root/run"
    assert_output "$root/run/rtnetlink"
    run -0 find "$root/run/systemd" "$root/tmp" -name '*\**'
    assert_output ''
}
