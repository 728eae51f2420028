# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is reported, where it is kept, and who may read it: on a host below --root, in a network namespace without RDMA.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

load helper

setup() {
    live_host
    cp -a root/run run
    rm root/run/rtnetlink
    mkdir -p root/sys/module/rdma_rxe
    good=$(cut -f 2 root/run/nvmf-boot/words)
    # those with lines, by the last part of their names
    mapfile -t confs < <(configuration_files | sed -n 's/.*\/\(.*[.]conf\)$/\1/p')
}

# where no step reaches an interface of this host
# shellcheck disable=SC2120 # run passes them
connect() { unshare --net nvmf-boot connect --on-this-host --root=root "$@"; }
status() { unshare --net nvmf-boot status --root=root "$@"; }

# lines N SOURCE: N bad lines of a source, each another one
lines() {
    local i
    for ((i = 1; i <= $1; i++)); do
        case $2 in
            discovery.conf) echo "-t tcp -a 300.0.0.$i" ;;
            exclusions.conf) echo "exclusion = transport=bad$i" ;;
            image | etc | loader) printf '%s\trd.nvmf.bad%d=1\n' "$2" "$i" ;;
            *) return 1 ;;
        esac
    done
}

# sources NOISY: this source has 160 bad lines, each other one has one
sources() {
    local source
    printf 'loader\t%s\n' "$good" > root/run/nvmf-boot/words
    echo '[exclusions]' > root/etc/nvme/exclusions.conf
    : > root/etc/nvme/discovery.conf
    for source in image etc loader; do
        lines "$([ "$source" != "$1" ] && echo 1 || echo 160)" "$source" >> root/run/nvmf-boot/words
    done
    for source in "${confs[@]}"; do
        lines "$([ "$source" != "$1" ] && echo 1 || echo 160)" "$source" >> "root/etc/nvme/$source"
    done
}

# the sources of which a message is in $output, a letter each
seen() {
    local source letters=
    for source in '(image), column' '(/etc/cmdline), column' '(boot loader), column' "${confs[@]/%/:}"; do
        [[ $output != *"$source"* ]] || letters+=x
    done
    echo "$letters"
}

@test "whichever source is noisy, a complaint of each other one is shown, and what did not fit is counted" {
    local source command all
    assert [ "${#confs[@]}" -ge 2 ]
    all=$(printf 'x%.0s' image etc loader "${confs[@]}")
    for source in image etc loader "${confs[@]}"; do
        sources "$source"
        for command in status 'status --json' 'connect --dry-run'; do
            # shellcheck disable=SC2086 # words
            run $command
            assert_equal "$source, $command: $(seen)" "$source, $command: $all"
            assert_equal "$(grep -c 'and 96 more, which are not shown' <<< "$output")" 1
        done
        rm -f root/run/nvmf-boot/{state,messages}
        run connect
        assert_equal "$source: $(seen)" "$source: $all"
    done
}

@test "what did not fit is the last line of its source, and a file that fits has no such line" {
    lines 66 discovery.conf > root/etc/nvme/discovery.conf
    run -2 nvmf-boot check root/etc/nvme/discovery.conf
    assert_equal "${#lines[@]}" 65
    assert_line --index 63 --partial 'discovery.conf:64:'
    assert_line --index 64 'nvmf-boot: root/etc/nvme/discovery.conf: and 2 more, which are not shown'
    lines 64 discovery.conf > root/etc/nvme/discovery.conf
    run -2 nvmf-boot check root/etc/nvme/discovery.conf
    assert_equal "${#lines[@]}" 64
    refute_output --partial 'more'
}

@test "a step that fails is reported once, and status shows it until a run has no such step" {
    local failure='command line (boot loader), column 1: cannot add a soft-RoCE device on lo: '
    printf 'loader\trd.nvmf.rxe=lo\n' > root/run/nvmf-boot/words
    run -0 connect
    assert_output --partial "$failure"
    run -0 connect
    refute_output --partial "$failure"
    run -0 status
    assert_output --partial "$failure"
    run -0 status --json
    assert_output --regexp '"where":"command line \(boot loader\), column 1",
      "text":"cannot add a soft-RoCE device on lo: '
    : > root/run/nvmf-boot/words
    run -0 connect
    run -0 status
    refute_output --partial 'soft-RoCE'
}

@test "a bad line does not take the room of a step that fails" {
    sources loader
    printf 'loader\trd.nvmf.rxe=lo\n' >> root/run/nvmf-boot/words
    run connect
    assert_output --partial 'cannot add a soft-RoCE device on lo: '
    assert_output --partial 'and 96 more'
}

@test "what other commands have reported is kept when connect keeps its own" {
    printf 'modules 4\tnvmf-boot\tnvmf-boot\tcannot load module nvme-tcp: Exec format error\n' > root/run/nvmf-boot/messages
    printf 'connect 4\tnvmf-boot\tnvmf-boot\tthis is over\n' >> root/run/nvmf-boot/messages
    run -0 connect
    run -0 status
    assert_output --partial 'nvmf-boot: nvmf-boot: cannot load module nvme-tcp: Exec format error'
    refute_output --partial 'this is over'
}

@test "what a log page has said is kept until it is read again, as long as its discovery controller is wanted" {
    printf 'source 4\tlog page of tcp 10.0.0.9:8009\tlog page of tcp 10.0.0.9:8009:3\tentry ignored: an empty NQN\n' \
        > root/run/nvmf-boot/messages
    printf 'loader\t%s rd.nvmf.discover=tcp,10.0.0.9\n' "$good" > root/run/nvmf-boot/words
    sed -i 's/:8009/:4420/g' root/run/nvmf-boot/messages
    run connect
    refute_output --partial 'an empty NQN'
    run status
    assert_output --partial 'log page of tcp 10.0.0.9:4420:3: entry ignored: an empty NQN'
    printf 'loader\t%s\n' "$good" > root/run/nvmf-boot/words
    run -0 connect
    run -0 status
    refute_output --partial 'an empty NQN'
}

@test "a file of messages that is damaged or another version's is an empty one" {
    local text
    for text in 'x' 'x\n' 'loader: an old line\n' 'connect 9\ta\tb\tc\n' 'connect 4\ta\tb\n' 'connect 4\ta\tb\tc' \
        'connect 4 a b c\n\n\n' "connect 4\t$(printf '%0200d' 0)\tb\tc\n"; do
        # shellcheck disable=SC2059 # a format
        printf "$text" > root/run/nvmf-boot/messages
        run -0 status
        refute_output --partial ': c'
        run -0 connect
        refute_output --partial ': c'
    done
}

@test "without a folder below /run there is nothing to report: it is made" {
    local command
    for command in 'nvmf-boot modules --root=root' connect; do
        rm -rf root/run/nvmf-boot
        # shellcheck disable=SC2086 # words
        run -0 $command --quiet
        assert_output ''
        assert [ -e root/run/nvmf-boot/messages ]
    done
}

# ---- who may read it ----

@test "what nvmf-boot writes to its folder is for root alone, and what other network stacks read is for all, whatever the umask is" {
    local mask
    for mask in 000 022 077; do
        rm -rf root/run
        cp -a run root/run
        printf 'loader\t%s ip=10.0.0.2:::24::eth0:none\n' "$good" > root/run/nvmf-boot/words
        run sh -c "umask $mask && nvmf-boot want --root=root && nvmf-boot claim --root=root > /dev/null"
        rm root/run/rtnetlink
        run connect
        run find root/run/nvmf-boot -type f ! -name words ! -name .keep ! -perm 600
        assert_output root/run/nvmf-boot/ifupdown
        run find root/run/nvmf-boot -name state -o -name messages -o -name wanted
        assert_equal "${#lines[@]}" 3
        run find root/run/systemd root/run/NetworkManager root/run/nvmf-boot/ifupdown -type f ! -perm 644
        assert_output ''
    done
}

# as_nobody ARGUMENT...: status
as_nobody() {
    unshare --net setpriv --reuid=65534 --regid=65534 --clear-groups ./nvmf-boot status --root=root "$@"
}

@test "status of a user who may not read one of the files says which, and is never green" {
    local file
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR"
    # it may have been built where only root can go
    cp "$(command -v nvmf-boot)" .
    run -0 connect
    chmod a+r root/run/nvmf-boot/*
    run -0 as_nobody
    assert_output --partial 'all wanted paths are live'
    assert [ "$(configuration_files | wc -l)" -ge 4 ]
    for file in run/nvmf-boot/{words,state,messages} $(configuration_files); do
        file=${file#/}
        touch "root/$file"
        chmod 600 "root/$file"
        run -1 as_nobody
        assert_output --partial "/$file: nvmf-boot may not read this file: run it as root"
        refute_output --partial 'all wanted paths are live'
        run -1 as_nobody --json
        assert_output --partial "\"where\":\"/$file\""
        assert_output --partial '"status":1'
        chmod a+r "root/$file"
    done
    run -0 as_nobody
}

# ---- what cannot be written ----

# on_a_small_run COMMAND: root/run is a file system of its own, with one page that is free
on_a_small_run() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --net bash -c "$(declare -f connect)"'
        rm -rf saved && cp -a root/run saved && mount -n -t tmpfs -o size=64k run root/run && cp -a saved/. root/run || exit 99
        eval "$1"' bash "$1"
}

@test "files that cannot be written are each reported once and by name, the exit status is 1, and the rest is done" {
    local fill='head -c 1m /dev/zero > root/run/fill 2> /dev/null' file
    run -1 on_a_small_run "$fill; connect --wait=1"
    for file in state messages; do
        assert_equal "$(grep -c "^nvmf-boot: /run/nvmf-boot/$file: cannot write this file: No space left on device$" <<< "$output")" 1
    done
    assert_equal "$(grep -c 'cannot write' <<< "$output")" 2
    # the rest: a path that waits is found and reported
    printf 'loader\t%s rd.nvmf.connect=tcp,10.0.0.9,nqn.x:y,4420,,eth7\n' "$good" > root/run/nvmf-boot/words
    run -1 on_a_small_run "$fill; connect"
    assert_output --partial 'waiting for nqn.x:y at tcp 10.0.0.9:4420 on eth7: this host has no interface eth7'
    run -0 on_a_small_run 'connect; test -s root/run/nvmf-boot/state'
}

@test "a /run that is read-only is reported likewise by connect, want and claim" {
    printf 'loader\t%s ip=10.0.0.2:::24::eth0:none\n' "$good" > root/run/nvmf-boot/words
    run -1 on_a_small_run 'mount -n -o remount,ro root/run; connect'
    assert_output --partial 'nvmf-boot: /run/nvmf-boot/state: cannot write this file: Read-only file system'
    run -1 on_a_small_run 'mount -n -o remount,ro root/run; nvmf-boot want --root=root'
    assert_output --partial 'nvmf-boot: /run/nvmf-boot/wanted: cannot write this file: Read-only file system'
    run -1 on_a_small_run 'mount -n -o remount,ro root/run; nvmf-boot claim --quiet --root=root'
    assert_output --partial 'nvmf-boot: /run/systemd/network/00-nvmf-boot-0.network: cannot write this file: '
    # the parameters of others are printed all the same
    assert_output --partial 'rd.nvmf.connect=tcp,10.0.0.1,'
}
