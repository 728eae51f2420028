# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the guest stands in single quotes
# A root that loses all its paths. The kernel of Debian 13's backports can hold root's disk; 6.1 for the contrast. Who heals is
# the keeper: the timer's and the events' units are stopped where it is the subject.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"
# shellcheck source=tests/vm/faults.bash
source "${BATS_TEST_DIRNAME}/faults.bash"

setup_file() {
    rig_begin_with_target
}

# runs INITRD WORD...: a host that is booted with them and has all its paths; the one of the test before, if it is such.
# What the keeper says is counted from here.
runs() {
    if ! guest_runs initiator || [[ $* != "$(cat "$rig_dir/booted")" ]]; then
        initiator_boot "$@"
        echo "$*" > "$rig_dir/booted"
        wait_console initiator 'MARK shell'
    fi
    healed
    on initiator 'dmesg -c > /dev/null'
}

keeper_pid() { on initiator 'cat /run/nvmf-boot/keeper'; }

# what the keeper says
keeper_says() { on initiator 'dmesg | grep nvmf-boot-keeper: || true'; }

# until_keeper_said REGEX N: N times
until_keeper_said() { on initiator "until [ \$(dmesg | grep -cE 'nvmf-boot-keeper: .*($1)') -ge $2 ]; do sleep 1; done"; }

# the device number that is mounted as root, and the disk that has it now
root_disk() { on initiator 'n=$(sed -n "s/.* \([0-9]*:[0-9]*\) \/ \/ .*/\1/p" /proc/1/mountinfo | tail -n 1); echo "$n $(basename "$(readlink /sys/dev/block/$n)")"'; }

root_is_live() { on initiator "until grep -lx $root_nqn /sys/class/nvme/nvme*/subsysnqn | sed s/subsysnqn/state/ | xargs cat | grep -qx live; do sleep 1; done"; }

# assert_went_on DISK: root is the disk that it was, and no write has failed
assert_went_on() {
    run -0 writer_result
    echo "# $output" >&3
    assert_output --partial ', 0 failed'
    assert_output --regexp '^[1-9][0-9]* writes'
    assert_equal "$(root_disk)" "$1"
}

@test "one keeper, with the same PID after the switch, daemon-reload and daemon-reexec; of root it has nothing" {
    runs newest "${one_path[@]}" nvme_core.admin_timeout=5
    local pid
    pid=$(keeper_pid)
    run -0 on initiator 'systemctl daemon-reload; systemctl daemon-reexec; systemctl is-active nvmf-boot-keeper.service; systemctl show -p MainPID --value nvmf-boot-keeper.service'
    assert_line --index 0 active
    assert_line --index 1 "$pid"
    assert_equal "$(keeper_pid)" "$pid"
    # it and its writer, and no other one
    run -0 on initiator 'ps -o pid,args | grep -c "[@]nvmf-boot-keeper"'
    assert_output 2
    # device numbers of what it has open and mapped: not root's
    run -0 on initiator "n=\$(sed -n 's/.* \([0-9]*:[0-9]*\) \/ \/ .*/\1/p' /proc/1/mountinfo | tail -n 1)
        major=\$(printf '%02x' \${n%:*}); minor=\$(printf '%02x' \${n#*:})
        for p in $pid \$(pgrep -P $pid); do
            grep \" \$major:\$minor \" /proc/\$p/maps
            for f in /proc/\$p/fd/* /proc/\$p/cwd /proc/\$p/root /proc/\$p/exe; do
                [ \"\$(stat -L -c %d \$f)\" != \"\$((\${n%:*} * 256 + \${n#*:}))\" ] || echo \"\$f is on root: \$(readlink \$f)\"
            done
        done"
    assert_output ''
    # the bounds of its unit, and its own
    run -0 on initiator 'journalctl --sync; journalctl -b -o cat --no-pager | grep -E "the keeper runs and brings|does not confine the keeper"'
    assert_output --partial 'the keeper runs and brings'
    refute_output --partial 'confine'
    run -0 on initiator "for p in $pid \$(pgrep -P $pid); do
            grep -E '^(NoNewPrivs|Seccomp):' /proc/\$p/status
            [ \$(readlink /proc/\$p/ns/mnt) = \$(readlink /proc/1/ns/mnt) ] || echo a mount namespace of its own
        done | tr '\t' ' '"
    assert_output $'NoNewPrivs: 1\nSeccomp: 2\nNoNewPrivs: 1\nSeccomp: 2'
    run -0 on initiator "grep VmLck /proc/$pid/status; cat /proc/$pid/oom_score_adj; cat /sys/block/nvme0n1/delayed_removal_secs"
    echo "# ${lines[0]}" >&3
    assert_line --index 1 -- -1000
    assert_line --index 2 3600
}

@test "one path, its HCA removed for 5 s and back bare: root waits and goes on" {
    runs newest "${one_path[@]}" nvme_core.admin_timeout=5
    local disk
    disk=$(root_disk)
    on initiator "systemctl stop $units 2>&1"
    writer_start
    hca_off 0
    seconds_in_guest 5
    hca_on 0
    until_keeper_said 'root has a path again' 1
    assert_went_on "$disk"
    run -0 keeper_says
    # whatever its name is by then
    assert_output --regexp 'interface (eth|enp)[0-9a-z]*: address 10.0.0.2/24 added'
    assert_output --partial 'rdma 10.0.0.1:4420: connected as'
    # of kernel.modprobe nothing is left behind
    run -0 on initiator 'cat /proc/sys/kernel/modprobe; ls /run/nvmf-boot'
    assert_line --index 0 /sbin/modprobe
    refute_line modprobe
}

@test "one path, its subsystem not exported for 20 s: the kernel deletes the controller, the keeper makes it anew" {
    runs newest "${one_path[@]}" nvme_core.admin_timeout=5
    local disk
    disk=$(root_disk)
    on initiator "systemctl stop $units 2>&1"
    writer_start
    subsystem_off 0
    until_gone 0
    seconds_in_guest 20
    subsystem_on 0
    until_keeper_said 'root has a path again' 1
    assert_went_on "$disk"
}

@test "five removals by chance: no failed write, no growth of memory, no controller left behind" {
    runs newest "${one_path[@]}" nvme_core.admin_timeout=5
    local disk before n
    disk=$(root_disk)
    before=$(on initiator "grep -h -E 'VmRSS|VmLck' /proc/$(keeper_pid)/status")
    on initiator "systemctl stop $units 2>&1"
    RANDOM=4711
    writer_start
    for n in 1 2 3 4 5; do
        hca_off 0
        seconds_in_guest $((RANDOM % 8))
        hca_on 0
        until_keeper_said 'root has a path again' "$n"
    done
    assert_went_on "$disk"
    assert_equal "$(on initiator "grep -h -E 'VmRSS|VmLck' /proc/$(keeper_pid)/status")" "$before"
    run -0 on initiator 'ls /sys/class/nvme | wc -l'
    assert_output 1
}

@test "a reboot while the target is dead ends: after 30 s what waits for root fails" {
    runs newest "${one_path[@]}" nvme_core.admin_timeout=5
    # what has nothing of root in memory cannot even begin
    on initiator 'cat /usr/lib/systemd/system/* /usr/lib/systemd/systemd-shutdown > /dev/null 2>&1; systemctl --version > /dev/null'
    guest_stop target
    until_keeper_said 'root has lost its last path' 1
    on initiator 'systemctl reboot > /dev/null 2>&1 &'
    run -0 wait_console initiator 'nvmf-boot-keeper: this host is shutting down and root has no path'
    run -0 wait_console initiator 'nvmf-boot-keeper: this host cannot shut down without root: the keeper reboots it now'
    tail --pid="$(< "$rig_dir/initiator.pid")" -f /dev/null
    target_start
    wait_console target 'MARK target ready'
}

@test "both paths are removed for 60 s, with nothing of root in memory and journald stopped: the keeper brings them back" {
    runs newest "${two_paths[@]}" nvme_core.admin_timeout=5
    local disk
    disk=$(root_disk)
    on initiator 'systemctl stop systemd-journald.socket systemd-journald-dev-log.socket systemd-journald-audit.socket systemd-journald.service 2>&1'
    writer_start
    drop_caches
    local faults
    faults=$(on initiator "cut -d' ' -f12 /proc/$(keeper_pid)/stat")
    hca_off 0
    hca_off 1
    seconds_in_guest 60
    hca_on 0
    hca_on 1
    until_keeper_said 'root has a path again' 1
    assert_went_on "$disk"
    assert_equal "$(on initiator "cut -d' ' -f12 /proc/$(keeper_pid)/stat")" "$faults"
    on initiator 'until [ $(ls /sys/class/nvme | wc -l) = 2 ]; do sleep 1; done'
}

@test "the same under memory pressure, with swap on root" {
    runs newest "${two_paths[@]}" nvme_core.admin_timeout=5
    local disk
    disk=$(root_disk)
    on initiator 'dd if=/dev/zero of=/swapfile bs=1M count=300 2> /dev/null && chmod 600 /swapfile && mkswap /swapfile > /dev/null && swapon /swapfile
        mkdir -p /run/hog && mount -t tmpfs -o size=2G hog /run/hog && systemctl start systemd-journald
        systemd-run --quiet --unit=hog dd if=/dev/zero of=/run/hog/x bs=1M count=900
        until [ $(sed -n "s/^SwapFree: *\([0-9]*\) kB/\1/p" /proc/meminfo) -lt 280000 ]; do sleep 1; done'
    writer_start
    hca_off 0
    hca_off 1
    seconds_in_guest 10
    hca_on 0
    hca_on 1
    until_keeper_said 'root has a path again' 1
    assert_went_on "$disk"
    on initiator 'systemctl stop hog.service 2>&1; umount /run/hog; swapoff /swapfile; rm /swapfile
        until [ $(ls /sys/class/nvme | wc -l) = 2 ]; do sleep 1; done'
}

@test "a keeper that is killed while kernel.modprobe is emptied: status says so, and a pass restores it" {
    runs newest "${two_paths[@]}" nvme_core.admin_timeout=5
    on initiator "echo /sbin/modprobe > /run/nvmf-boot/modprobe; echo > /proc/sys/kernel/modprobe; kill -9 $(keeper_pid)"
    run -0 on initiator 'nvmf-boot status'
    assert_output --partial 'no keeper'
    # one that is under way has had its first step already: the next one
    run -0 on initiator 'for n in 1 2 3; do systemctl start nvme_fabrics_persistent.service; done; cat /proc/sys/kernel/modprobe'
    assert_output /sbin/modprobe
}

@test "the control: without a keeper, and with nothing of ours in memory, root stays away" {
    runs newest "${two_paths[@]}" nvme_core.admin_timeout=5 rd.nvmf.keeper=0
    on initiator "systemctl stop $units 2>&1; systemctl start nvme_fabrics_persistent.timer nvme_fabrics_persistent.path"
    # its disk waits as with a keeper
    run -0 on initiator 'cat /sys/block/nvme0n1/delayed_removal_secs'
    assert_output 3600
    # what a pass maps cannot be dropped: not while one runs
    run -0 on initiator 'for n in 1 2 3 4 5; do
            systemctl start nvme_fabrics_persistent.service; sync; echo 3 > /proc/sys/vm/drop_caches
            set -- $(fincore -n -b -o RES /usr/sbin/nvmf-boot); [ $1 != 0 ] || break
        done; echo "$1 bytes"'
    assert_line '0 bytes'
    hca_off 0
    hca_off 1
    hca_on 0
    hca_on 1
    seconds_in_guest 90
    run -0 on initiator "grep -lsx $root_nqn /sys/class/nvme/nvme*/subsysnqn || true"
    assert_output ''
}

@test "kernel 6.1, one path, its HCA removed: the console says that root is lost, once, nothing spins, and the host reboots if asked to" {
    runs lean "${one_path[@]}" nvme_core.admin_timeout=5 rd.nvmf.on-root-loss=reboot
    hca_off 0
    run -0 wait_console initiator 'nvmf-boot-keeper: root is lost: the kernel removed its disk together with its last path'
    local pid before
    pid=$(keeper_pid)
    hca_on 0
    before=$(on initiator "cut -d' ' -f14,15 /proc/$pid/stat")
    seconds_in_guest 10
    # ticks of 10 ms, in user and in kernel mode
    run -0 on initiator "set -- $before \$(cut -d' ' -f14,15 /proc/$pid/stat); echo \$((\$3 + \$4 - \$1 - \$2))"
    echo "# $output ticks in 10 s" >&3
    assert [ "$output" -lt 100 ]
    run -0 grep -ac 'root is lost: the kernel removed its disk' "$rig_dir/initiator.log"
    assert_output 1
    run -0 wait_console initiator 'root is lost: the keeper reboots this host now'
    tail --pid="$(< "$rig_dir/initiator.pid")" -f /dev/null
}
