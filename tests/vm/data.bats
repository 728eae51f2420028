# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the guest stands in single quotes
# A host with a root of its own and data volumes of /etc/nvme/discovery.conf: nothing but `systemctl enable` of the
# timer; and beside nvme-cli, which reads the same file and answers the same events.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"
# shellcheck source=tests/vm/faults.bash
source "${BATS_TEST_DIRNAME}/faults.bash"

setup_file() {
    rig_begin_with_target
    # a black hole: this address answers, and swallows RDMA
    on target 'ip addr add 10.0.1.9/24 dev eth1
        /sbin/tc qdisc add dev eth1 root handle 1: prio bands 4 && /sbin/tc qdisc add dev eth1 parent 1:4 netem loss 100% &&
        /sbin/tc filter add dev eth1 parent 1: protocol ip u32 match ip protocol 17 0xff match ip src 10.0.1.9/32 flowid 1:4'
    RIG_LOCAL_ROOT=1 initiator_start lean rd.driver.pre=virtio_blk
    wait_console initiator 'MARK shell'
    on initiator "mkdir -p /etc/nvme; : > /etc/nvme/discovery.conf
        for n in 0 1; do ip link set enp0s\$((n + 3)) up; ip addr add 10.0.\$n.2/24 dev enp0s\$((n + 3)); done"
}

conf() { on initiator "printf '%s\n' $(printf "'%s' " "$@") > /etc/nvme/discovery.conf"; }

# subsystem_added NAME: on the target's TCP port of link 0, with a disk that has a name
subsystem_added() {
    on target "s=$nvmet/subsystems/$nqn:$1; mkdir \$s && echo 1 > \$s/attr_allow_any_host && mkdir \$s/namespaces/1 &&
        truncate -s 4M /tmp/$1 && echo /tmp/$1 > \$s/namespaces/1/device_path && echo 1 > \$s/namespaces/1/buffered_io && echo 1 > \$s/namespaces/1/enable &&
        ln -s \$s $nvmet/ports/3/subsystems/"
}

until_connected() { run -0 on initiator "until grep -qs $nqn:$1 /sys/class/nvme/nvme*/subsysnqn; do sleep 1; done"; }
connected() { on initiator "grep -ls $nqn /sys/class/nvme/nvme*/subsysnqn | wc -l"; }

# what the first test is about; the others need it, alone, too
enabled() {
    on initiator 'systemctl is-enabled --quiet nvme_fabrics_persistent.timer' && return
    conf '--transport=tcp --traddr=10.0.0.1 --trsvcid=4420'
    on initiator 'systemctl enable --now nvme_fabrics_persistent.timer 2>&1'
    until_connected data1
    healed
    events_only
}

@test "enabling the timer is all that a host with data volumes needs" {
    conf '--transport=tcp --traddr=10.0.0.1 --trsvcid=4420'
    run -0 on initiator 'systemctl enable --now nvme_fabrics_persistent.timer 2>&1'
    until_connected data1
    healed
    # what is watched is not made
    run -0 on initiator 'ls /etc/nvme'
    refute_output --partial exclusions
    run -0 on initiator 'systemctl is-active nvme_fabrics_persistent.path; systemctl is-enabled nvme_fabrics_persistent.path'
    refute_output --partial inactive
    events_only
}

@test "a change of discovery.conf is seen though it falls into the moment in which a pass ends" {
    enabled
    journal_from_here
    # the descriptors of a process are closed when its exe is gone; systemd has not heard of it yet then
    run -0 on initiator 'for n in 1 2 3; do
        touch /run/nvmf-boot/kick/device
        for i in $(seq 20); do pid=$(pgrep -f "nvmf-boot connect") && break; done
        while [ -e "/proc/$pid/exe" ]; do :; done
        echo "--transport=tcp --traddr=10.0.$n.300" > /etc/nvme/discovery.conf
        until journalctl --sync && journalctl -u nvme_fabrics_persistent.service -o cat --no-pager -q --cursor="$(cat $TMPDIR/cursor)" | grep "10.0.$n.300"; do sleep 1; done
    done'
    conf '--transport=tcp --traddr=10.0.0.1 --trsvcid=4420'
    until_connected data1
    healed
}

# tried_by UNIT: what comes of what the rig tries with the bounds of a unit, whose file is UNIT
tried_by() {
    run -0 on initiator "sed -e '/^Condition/d; /^Type=/d; /^ExecStartPre=/d; s|^ExecStart=.*|ExecStart=/rig/denied /run/denied|' -e 's/^\[Service\]/&\nType=oneshot/' '$1' > /run/systemd/system/tried.service
        systemctl daemon-reload; rm -f /run/denied; systemctl start tried.service; cat /run/denied"
}

# denied_to_all MODULE CHROOT REBOOT: what is denied to all units, and the results of what some of them need
denied_to_all() {
    assert_output "trace: 1
make a mount namespace: 1
mount: 1
write and execute memory: 1
packet socket: 97
load a module: $1
chroot: $2
reboot: $3
set the clock: 1
be another user: 1
core dump: 0
mounts: the host's"
}

@test "what the units do not need is denied to what they start, and none has mounts of its own" {
    local module=/usr/lib/dracut/modules.d/50nvmf-boot
    tried_by /usr/lib/systemd/system/nvme_fabrics_persistent.service
    denied_to_all 1 1 1
    tried_by /usr/lib/systemd/system/nvme_fabrics_persistent_conf.service
    denied_to_all 1 1 1
    # 9: it may load modules, but there is no such file
    tried_by "$module/nvmf-boot-initrd.service"
    denied_to_all 9 1 1
    # 2: no such folder; 22: not what reboot() wants to hear
    tried_by "$module/nvmf-boot-keeper.service"
    denied_to_all 1 2 22
    # without bounds all of it is possible
    run -0 on initiator '/rig/denied /run/denied; grep -vE "core dump|mounts" /run/denied | sed "s/.*: //" | tr "\n" " "'
    assert_output '0 0 0 0 0 9 2 22 22 0 '
}

@test "a pass writes nothing to /etc, though its state folder leads there" {
    enabled
    run -0 on initiator 'systemctl stop nvme_fabrics_persistent.path; mv /run/nvmf-boot /run/aside; mkdir /etc/astray; ln -s /etc/astray /run/nvmf-boot
        systemctl start nvme_fabrics_persistent.service; ls /etc/astray
        echo by hand:; nvmf-boot connect > /dev/null 2>&1; ls /etc/astray
        rm -r /run/nvmf-boot /etc/astray; mv /run/aside /run/nvmf-boot; systemctl start nvme_fabrics_persistent.path'
    assert_line --index 0 'by hand:'
    assert_line --partial lock
}

# result_of_pass: the status and result of one more, and what its journal has
result_of_pass() {
    journal_from_here
    run -0 on initiator 'systemctl start nvme_fabrics_persistent.service
        systemctl show -p ExecMainStatus -p Result -p ActiveState nvme_fabrics_persistent.service'
    assert_line Result=success
    assert_line ActiveState=inactive
    assert_line "ExecMainStatus=$1"
}

@test "a pass that finds nothing usable, or a source that cannot be read, is no failed unit, and says so once" {
    enabled
    local name
    for name in 'fc 2' 'dangling 1'; do
        if [[ $name == fc* ]]; then
            conf '--transport=fc --traddr=nn-0x1000000044001123:pn-0x2000000055001123'
        else
            on initiator 'ln -sf /nowhere /etc/nvme/discovery.conf'
        fi
        result_of_pass "${name#* }"
        result_of_pass "${name#* }"
        run -0 journal_of_passes
        assert_output ''
    done
    on initiator 'rm /etc/nvme/discovery.conf'
    conf '--transport=tcp --traddr=10.0.0.1 --trsvcid=4420'
    healed
}

@test "a new subsystem on the target: without ours nobody connects it, with ours it is connected at once" {
    enabled
    ours_off
    subsystem_added new0
    seconds_in_guest 8
    run -0 on initiator "grep -ls $nqn:new0 /sys/class/nvme/nvme*/subsysnqn || true"
    assert_output ''
    ours_on
    until_connected new0
    subsystem_added new1
    until_connected new1
}

@test "a new subsystem whose event nobody hears is connected with the next pass" {
    enabled
    timer_only
    # the events of what follows are dropped: none is left when the path unit listens again
    subsystem_added new2
    until_connected new2
    run -0 on initiator 'rm -f /run/nvmf-boot/kick/*'
    healed
    events_only
}

# number of journal entries of the instances that nvme-cli's rule starts
started_by_nvme_cli() { on initiator 'journalctl --sync; journalctl -b -o export | grep -ac "UNIT=nvmf-connect@" || true'; }

@test "nvme-cli's rule beside ours: a new subsystem is connected once, by us" {
    enabled
    run -0 on initiator 'rm /etc/udev/rules.d/70-nvmf-autoconnect.rules /etc/systemd/system/nvmf-connect@.service /etc/systemd/system/nvmf-connect.target
        udevadm control --reload && systemctl daemon-reload'
    subsystem_added new3
    until_connected new3
    healed
    run -0 started_by_nvme_cli
    assert_output 0
    run -0 on initiator "grep -ls $nqn:new3 /sys/class/nvme/nvme*/subsysnqn | wc -l"
    assert_output 1
    # with ours stopped it does its work again
    on initiator 'systemctl stop nvme_fabrics_persistent.timer nvme_fabrics_persistent.path'
    subsystem_added new4
    until_connected new4
    run -0 started_by_nvme_cli
    refute_output 0
    events_only
    healed
}

@test "nvmf-autoconnect and a pass of ours at the same time, over the same file, make one controller a path" {
    enabled
    on initiator "ln -sf /dev/null /etc/systemd/system/nvmf-connect@.service; systemctl daemon-reload"
    for _ in 1 2 3; do
        on initiator 'systemctl stop nvme_fabrics_persistent.path; nvme disconnect-all; rm -rf /run/nvmf-boot/state
            rm -f /etc/systemd/system/nvmf-autoconnect.service; systemctl daemon-reload
            systemctl start --no-block nvmf-autoconnect.service; systemctl start nvme_fabrics_persistent.service nvme_fabrics_persistent.path
            while systemctl is-active nvmf-autoconnect.service | grep -q activating; do sleep 1; done'
        healed
        run -0 on initiator "grep -hs $nqn /sys/class/nvme/nvme*/subsysnqn | sort | uniq -d"
        assert_output ''
    done
}

@test "what a bare 'nvme disconnect-all' took is back at once" {
    enabled
    local before
    before=$(connected)
    run -0 on initiator 'nvme disconnect-all'
    healed
    assert_equal "$(connected)" "$before"
}

@test "20 dead paths, one of them a black hole, and 2 live ones: both are live before the first verdict on a dead one, and the kernel is asked for live ones only" {
    enabled
    local -a list=('--transport=rdma --traddr=10.0.1.9 --trsvcid=4420')
    for n in {101..119}; do list+=("--transport=tcp --traddr=10.0.0.$n --trsvcid=4420"); done
    run -0 on initiator "rdma link add rxe1 type rxe netdev $nic1
        systemctl stop nvme_fabrics_persistent.path nvme_fabrics_persistent.timer
        until [ \"\$(systemctl show -p ActiveState --value nvme_fabrics_persistent.service)\" = inactive ]; do sleep 1; done
        nvme disconnect-all; rm -rf /run/nvmf-boot/state
        mount -t tracefs tracefs /sys/kernel/tracing; echo p:writes nvmf_dev_write > /sys/kernel/tracing/kprobe_events && echo 1 > /sys/kernel/tracing/events/kprobes/writes/enable"
    journal_from_here
    conf "${list[@]}" '--transport=tcp --traddr=10.0.0.1 --trsvcid=4420' '--transport=tcp --traddr=10.0.1.1 --trsvcid=4420'
    on initiator 'systemctl start nvme_fabrics_persistent.service'
    run -0 journal_of_passes
    echo "$output" > "$BATS_TEST_TMPDIR/journal"
    line() { grep -nE -m 1 "$1" "$BATS_TEST_TMPDIR/journal" | cut -d: -f1; }
    assert [ "$(line 'tcp 10.0.1.1:4420: connected')" -lt "$(line 'no machine on this link answers|the target does not answer')" ]
    assert [ "$(line 'tcp 10.0.0.1:4420: connected')" -lt "$(line 'no machine on this link answers|the target does not answer')" ]
    run -0 on initiator "grep -c writes: /sys/kernel/tracing/trace; ls -d /sys/class/nvme/nvme* | wc -l"
    assert_equal "${lines[0]}" "${lines[1]}"
    on initiator 'systemctl start nvme_fabrics_persistent.path nvme_fabrics_persistent.timer'
}

@test "what exclusions.conf names is left alone from then on, and again connected when it is taken out" {
    enabled
    conf '--transport=tcp --traddr=10.0.0.1 --trsvcid=4420'
    until_connected data2
    run -0 on initiator "printf '[exclusions]\nexclusion = nqn=$nqn:data2\n' > /etc/nvme/exclusions.conf; nvme disconnect -n $nqn:data2"
    healed
    run -0 on initiator "nvmf-boot status; systemctl start nvme_fabrics_persistent.service; grep -ls $nqn:data2 /sys/class/nvme/nvme*/subsysnqn || true"
    assert_output --regexp "$nqn:data2 at tcp 10.0.0.1:4420 is left alone: excluded by /etc/nvme/exclusions.conf:2"
    refute_output --partial /sys/class
    run -0 on initiator 'rm /etc/nvme/exclusions.conf'
    until_connected data2
}
