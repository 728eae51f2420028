# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a run asks, and how often: docs/design.md, section 7.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

setup() {
    root=$BATS_TEST_TMPDIR/root
    trace=$BATS_TEST_TMPDIR/trace
    mkdir -p "$root"/{dev,sys/class/nvme,sys/module/nvme_tcp,proc/self,run/nvmf-boot,etc/nvme}
    touch "$root/run/rtnetlink"
}

# traced COMMAND...: the files that it opens and the sockets that it connects; leaks are not looked for below a tracer
traced() {
    env ASAN_OPTIONS=detect_leaks=0 timeout 20 strace -qq -o "$trace" -e trace=openat,connect "$(command -v nvmf-boot)" "$@"
}

# opened FILE: how often, a folder too
opened() { grep -cE "^openat\([0-9]+, \"$1\"" "$trace"; }

@test "a run reads the inventory once before its first step, and each source once" {
    rm "$root/run/rtnetlink"
    # nothing listens there: the question is the first step, and the run ends with its answer
    printf 'loader\trd.nvmf.connect=tcp,127.0.0.1,nqn.2026-01.org.example:a,1\n' > "$root/run/nvmf-boot/words"
    echo '# none' > "$root/etc/nvme/discovery.conf"
    run -4 traced connect --on-this-host --root "$root"
    assert_output --partial 'the target refused the connection'
    first_step='^connect(.*127\.0\.0\.1'
    run -0 grep -q "$first_step" "$trace"
    for file in rtnetlink class/nvme class/infiniband; do
        assert_equal "$(sed "/$first_step/q" "$trace" | grep -cF "\"$file\"")" 1
    done
    assert_equal "$(opened nvmf-boot/words)" 1
    assert_equal "$(opened nvme/discovery.conf)" 1
}

@test "claim reads the parameters once" {
    printf 'loader\trd.nvmf.connect=tcp,10.0.0.1,nqn.2026-01.org.example:a ip=eth1:dhcp root=LABEL="my disk"\n' \
        > "$root/run/nvmf-boot/words"
    run -0 traced claim --root "$root"
    # each as it was given
    assert_output 'rd.nvmf.connect=tcp,10.0.0.1,nqn.2026-01.org.example:a ip=eth1:dhcp root=LABEL="my disk" rd.neednet=1'
    assert_equal "$(opened nvmf-boot/words)" 1
}

@test "claim hands on parameters with the blanks between them: not all programs take the same bytes for blanks" {
    printf 'loader\ta=1\vb  c=2\t\fd ip=10.0.0.2:::24::eth0:none  e=\xc3\xa0\r\n' > "$root/run/nvmf-boot/words"
    run -0 nvmf-boot claim --root "$root"
    assert_output $'a=1\vb  c=2\t\fd e=\xc3\xa0\r'
}

@test "want takes its file away when nothing is wanted any more, and not while that is not known" {
    printf 'loader\trd.nvmf.connect=tcp,10.0.0.1,nqn.2026-01.org.example:a\n' > "$root/run/nvmf-boot/words"
    run -0 nvmf-boot want --root "$root"
    assert [ -e "$root/run/nvmf-boot/wanted" ]
    printf 'loader\tquiet\0\n' > "$root/run/nvmf-boot/words"
    run -1 nvmf-boot want --root "$root"
    assert [ -e "$root/run/nvmf-boot/wanted" ]
    printf 'loader\tquiet\n' > "$root/run/nvmf-boot/words"
    run -0 nvmf-boot want --root "$root"
    assert [ ! -e "$root/run/nvmf-boot/wanted" ]
}

@test "claim hands on a parameter that is too long for ours" {
    long=other.module=$(printf '%05000d' 0)
    printf 'loader\trd.nvmf.timeout=9 %s\n' "$long" > "$root/run/nvmf-boot/words"
    run -0 nvmf-boot claim --root "$root"
    assert_output "rd.nvmf.timeout=9 $long "
}

@test "claim prints nothing if there are no parameters: the hook would take that for all that others shall see" {
    run -1 nvmf-boot claim --root "$root"
    assert_output "nvmf-boot: claim: this boot's parameters could not be read"
}

@test "status of a thousand discovery controllers takes seconds" {
    # shellcheck disable=SC2016 # expanded by the inner shell
    run -4 unshare --mount --propagation private bash -euc '
        mount -t tmpfs tmpfs "$1"
        mkdir -p "$1"/{sys/class/nvme,run,etc/nvme}
        touch "$1/run/rtnetlink"
        for ((i = 0; i < 1000; i++)); do
            folder=$1/sys/class/nvme/nvme$i address=10.1.$((i / 250)).$((i % 250 + 1))
            mkdir "$folder"
            echo tcp > "$folder/transport"
            echo "traddr=$address,trsvcid=8009" > "$folder/address"
            echo nqn.2014-08.org.nvmexpress.discovery > "$folder/subsysnqn"
            echo live > "$folder/state"
            echo "-t tcp -a $address" >> "$1/etc/nvme/discovery.conf"
        done
        timeout 30 nvmf-boot status --root "$1"' status "$root"
    # their log pages were never read
    assert_line --regexp '^some '
    assert_equal "$(grep -c '^  live' <<< "$output")" 1000
}
