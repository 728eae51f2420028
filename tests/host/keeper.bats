# SPDX-License-Identifier: GPL-2.0-or-later
#
# The keeper's start, its presence and its end, in namespaces of its own: /usr is a mount of its own, which a sysfs of
# files places on a fabric. How it saves root is for tests/vm/root.bats.

# shellcheck disable=SC2016 # what is expanded in the namespace stands in single quotes
bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

# on_fabric SCRIPT: runs it there, with the project's programs in /opt. All that it starts ends with it.
on_fabric() {
    mkdir -p "$BATS_TEST_TMPDIR/image"
    cp -r "$BATS_TEST_DIRNAME/../../hooks" "$BATS_TEST_TMPDIR/"
    unshare --mount --net --pid --fork --propagation private bash -euc '
        mount -t tmpfs image "$1" && cd "$1"
        mkdir -p dev proc sys opt hooks etc/nvme run/nvmf-boot sys/{class/{nvme/nvme0,block},dev/block,block/nvme0n1/device}
        for folder in usr bin sbin lib lib32 lib64 libx32; do
            if [[ -L /$folder ]]; then cp -P "/$folder" .; elif [[ -d /$folder ]]; then mkdir "$folder" && mount --bind "/$folder" "$folder"; fi
        done
        mount --bind "$2" opt && mount --bind "$3" hooks && mount -t proc proc proc
        mknod -m 666 dev/null c 1 3 && : > dev/kmsg
        ln -s ../../block/nvme0n1 "sys/dev/block/$(mountpoint -d usr)"
        echo nqn.2026-01.org.example:root | tee sys/block/nvme0n1/device/subsysnqn > sys/class/nvme/nvme0/subsysnqn
        echo tcp > sys/class/nvme/nvme0/transport
        echo traddr=10.0.0.1,trsvcid=4420 > sys/class/nvme/nvme0/address
        echo live > sys/class/nvme/nvme0/state
        PATH=/opt:$PATH exec chroot . /bin/bash -c "$4"' \
        on_fabric "$BATS_TEST_TMPDIR/image" "$(dirname "$(command -v nvmf-boot-keeper)")" "$BATS_TEST_TMPDIR/hooks" "$1" 3>&-
}

# as other users, and with the capabilities of the service
nobody='nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }'
service='service() { setpriv --bounding-set=-all,+sys_admin,+net_admin,+syslog --inh-caps=-all "$@"; }'

@test "status shows a keeper that lives, and none when it has ended, whoever has its PID then" {
    run -0 on_fabric "$service"'
        nvmf-boot-keeper; echo "started: $?"
        nvmf-boot status | grep keeper
        service nvmf-boot status | grep keeper
        nvmf-boot status --json | grep keeper
        kill -9 "$(cat /run/nvmf-boot/keeper)"
        until nvmf-boot status | grep "no keeper"; do :; done
        echo 1 > /run/nvmf-boot/keeper
        nvmf-boot status --json | grep keeper'
    assert_line --index 0 'started: 0'
    assert_line --index 1 --regexp '^keeper: PID [0-9]+$'
    assert_line --index 2 "${lines[1]}"
    assert_line --index 3 --regexp "\"keeper\":${lines[1]#keeper: PID },"
    assert_line --index 4 --partial 'no keeper is running'
    assert_line --index 5 --regexp '"keeper":null'
}

@test "other users can neither hold a keeper's place nor see who has it, and are told so" {
    run -0 on_fabric "$nobody"'
        umask 0
        nvmf-boot-keeper
        stat -c %a /run/nvmf-boot/keeper
        nobody flock -sn /run/nvmf-boot/keeper true; echo "lock: $?"
        nobody flock -n /run/nvmf-boot/keeper true; echo "lock: $?"
        nobody mv /run/nvmf-boot/keeper /run/nvmf-boot/old; echo "move: $?"
        nobody nvmf-boot status 2> /dev/null | grep keeper
        nobody nvmf-boot status --json | grep keeper'
    assert_line 600
    # it cannot even be opened
    assert_equal "$(grep -cx 'lock: 66' <<< "$output")" 2
    refute_line 'move: 0'
    assert_line --partial 'whether a keeper is running cannot be seen: Permission denied: run nvmf-boot status as root'
    assert_line --regexp '"keeper":null'
}

@test "to ask for the keeper takes nothing from one that starts" {
    run -0 on_fabric '
        : > /run/nvmf-boot/keeper
        ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /trace -e trace=%file,fcntl,flock nvmf-boot status > /dev/null
        grep -E "LOCK_|SETLK" /trace
        grep -c F_OFD_GETLK /trace'
    assert_output 1
}

@test "a second keeper says that there is one, and is no failure" {
    run -0 on_fabric 'nvmf-boot-keeper; cat /run/nvmf-boot/keeper; nvmf-boot-keeper; echo "status $?"; cat /run/nvmf-boot/keeper'
    assert_output --regexp "^([0-9]+)
nvmf-boot: a keeper is running already: PID ([0-9]+)
status 0
([0-9]+)$"
    assert_equal "${lines[3]}" "${lines[0]}"
    assert_equal "${lines[1]##* }" "${lines[0]}"
}

@test "who holds the keeper's place without being one is not believed, and who starts a keeper is told" {
    run -0 on_fabric '
        cp /opt/nvmf-boot-keeper /impostor
        /impostor
        nvmf-boot status | grep keeper
        nvmf-boot-keeper; echo "status $?"'
    assert_output "no keeper is running: if root loses all its paths, nothing brings one back: reboot to start it again
nvmf-boot: no keeper can start: /run/nvmf-boot/keeper: a process that is no keeper has locked it
status 1"
}

@test "a keeper that cannot start says why, and who has started it fails" {
    run -0 on_fabric '
        mkdir /run/nvmf-boot/keeper; nvmf-boot-keeper; echo "status $?"
        mv /sys /none; nvmf-boot-keeper; echo "status $?"
        mkdir /sys; nvmf-boot-keeper; echo "status $?"
        nvmf-boot-keeper --help; echo "status $?"'
    assert_line --index 0 'nvmf-boot: no keeper can start: /run/nvmf-boot/keeper: Is a directory'
    assert_line --index 1 'status 1'
    assert_line --index 2 'nvmf-boot: no keeper can start: No such file or directory'
    assert_line --index 3 'status 1'
    assert_line --index 4 'nvmf-boot: root is not on a fabric: no keeper is needed'
    assert_line --index 5 'status 0'
    assert_line --index 6 'nvmf-boot: the keeper takes no options and no arguments: see nvmf-boot(8)'
    assert_line --index 7 'status 2'
}

@test "no core dump shows the memory of the programs that hold keys" {
    # the kernel asks the same before it shows a process to another one with equal rights
    run -0 on_fabric '
        less() { setpriv --bounding-set=-sys_ptrace --inh-caps=-all "$@"; }
        less nvmf-boot-keeper
        setpriv --bounding-set=-sys_ptrace --inh-caps=-all sleep 60 &
        until grep -qx sleep /proc/$!/comm; do :; done
        less readlink /proc/$!/exe
        less readlink "/proc/$(cat /run/nvmf-boot/keeper)/exe" || echo keeper: no
        mkfifo /words; chmod 666 /words
        setpriv --reuid=65534 --regid=65534 --clear-groups nvmf-boot check --cmdline /words & exec 9> /words
        stat -c "nvmf-boot is shown to user %u" /proc/$!/environ
        # it can still look at itself
        ln -s /proc/self/fd/0 /dev/stdin
        setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "echo vlan=eth0.5:eth0 | nvmf-boot check --cmdline -"'
    assert_line /usr/bin/sleep
    assert_line 'keeper: no'
    assert_line 'nvmf-boot is shown to user 0'
    assert_line --partial vlan=eth0.5:eth0
}

# hook_ends SHELL SIGNAL FILE FORMAT: by which signal a process of that file has ended, whose PID the keeper's file has
# in that format; KILL is the test's own, behind the hook
hook_ends() {
    run -0 on_fabric "
        cp /usr/bin/sleep $3; $3 600 & printf '$4' \$! > /run/nvmf-boot/keeper
        until grep -qx '${3##*/}' /proc/\$!/comm; do :; done
        echo . /hooks/shutdown.sh > /run/hook
        $1 /run/hook"'
        kill -KILL $!; wait $! 2> /dev/null; kill -l $?'
    assert_line "$2"
}

@test "the shutdown hook ends the keeper, and no other process" {
    for shell in dash bash 'busybox sh'; do
        hook_ends "$shell" TERM /nvmf-boot-keepe '%s\n'
        hook_ends "$shell" KILL /other '%s\n'
        hook_ends "$shell" KILL /nvmf-boot-keepe '-%s\n'
        hook_ends "$shell" KILL /nvmf-boot-keepe '%s 1\n'
        hook_ends "$shell" KILL /nvmf-boot-keepe ''
    done
}

@test "a reboot because of a lost root writes out the other disks first; where it is refused, it is tried again in time" {
    # in a PID namespace reboot(2) ends that namespace; here it is refused
    run -0 on_fabric '
        mkdir /sys/class/block/sda
        : > /dev/sda
        printf "loader\trd.nvmf.on-root-loss=reboot\n" > /run/nvmf-boot/words
        setpriv --bounding-set=-sys_boot --inh-caps=-all env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -D -o /trace -e trace=ioctl,reboot nvmf-boot-keeper
        rm -r /sys/block/nvme0n1 /sys/class/nvme/nvme0
        ip link set lo up # an event: the keeper looks
        until grep -q "cannot reboot" /dev/kmsg; do sleep 1; done
        sleep 3
        cat /dev/kmsg
        grep -oE "BLKFLSBUF|reboot" /trace'
    assert_line --regexp 'root is lost: the keeper reboots this host now'
    assert_equal "$(grep -c 'cannot reboot this host: Operation not permitted' <<< "$output")" 1
    assert_equal "${lines[*]: -2}" 'BLKFLSBUF reboot'
}
