# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the guest stands in single quotes
# Persistence as administrators live with it: files as editors write them, bursts, and systemd's verbs as the switch.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"
# shellcheck source=tests/vm/faults.bash
source "${BATS_TEST_DIRNAME}/faults.bash"

line='--transport=tcp --traddr=10.0.0.1 --trsvcid=4420'
timer=nvme_fabrics_persistent.timer
paths='nvme_fabrics_persistent.path nvme_fabrics_persistent_conf.path nvme_fabrics_persistent_folder.path'

setup_file() {
    rig_begin_with_target
    RIG_LOCAL_ROOT=1 initiator_start lean rd.driver.pre=virtio_blk
    wait_console initiator 'MARK shell'
    on initiator "mkdir -p /etc/nvme; echo '$line' > /etc/nvme/discovery.conf
        for n in 0 1; do ip link set enp0s\$((n + 3)) up; ip addr add 10.0.\$n.2/24 dev enp0s\$((n + 3)); done
        systemctl enable --now $timer 2>&1"
    until_connected data1
    healed
    # nothing but events starts a pass
    timer_every 3600
    quiet
}

until_connected() { on initiator "until grep -qs $nqn:$1 /sys/class/nvme/nvme*/subsysnqn; do sleep 1; done"; }

# until nothing of ours runs, or is about to
quiet() {
    on initiator 'until udevadm settle && [ -z "$(ls /run/nvmf-boot/kick)" ] && [ "$(systemctl show -p ActiveState --value nvme_fabrics_persistent.service)" = inactive ] &&
        [ "$(systemctl show -p ActiveState --value nvme_fabrics_persistent_conf.service)" = inactive ]; do sleep 1; done'
}

# seen N: until a pass has reported the bad address of the line that names 10.0.N.300
seen() {
    run -0 on initiator "until journalctl --sync && journalctl -b -u nvme_fabrics_persistent.service -o cat --no-pager -q | grep -m 1 '10.0.$1.300'; do sleep 1; done"
}

nothing_failed() {
    run -0 on initiator 'systemctl --failed --plain --no-legend | grep nvm || true'
    assert_output ''
}

states() { on initiator "systemctl is-active $timer $paths | sort | uniq -c | tr -s ' '"; }

@test "discovery.conf counts at once however it is written: in place, by rename, through a link, twice in a second" {
    run -0 on initiator "sed -i 's/.*/--transport=tcp --traddr=10.0.11.300/' /etc/nvme/discovery.conf"
    seen 11
    quiet
    run -0 on initiator "echo '--transport=tcp --traddr=10.0.12.300' > /etc/nvme/discovery.conf"
    seen 12
    quiet
    # an editor's way, several times
    local n
    for n in 13 14 15; do
        run -0 on initiator "echo '--transport=tcp --traddr=10.0.$n.300' > /etc/nvme/.discovery.conf.swp && mv /etc/nvme/.discovery.conf.swp /etc/nvme/discovery.conf"
        seen "$n"
        quiet
    done
    run -0 on initiator "mkdir -p /srv/site; echo '--transport=tcp --traddr=10.0.16.300' > /srv/site/1; echo '--transport=tcp --traddr=10.0.17.300' > /srv/site/2
        ln -sfn /srv/site/1 /etc/nvme/discovery.conf"
    seen 16
    quiet
    run -0 on initiator 'ln -sfn /srv/site/2 /etc/nvme/discovery.conf'
    seen 17
    quiet
    run -0 on initiator "echo '--transport=tcp --traddr=10.0.18.300' > /srv/site/2"
    seen 18
    quiet
    run -0 on initiator "rm /etc/nvme/discovery.conf; echo '--transport=tcp --traddr=10.0.19.300' > /etc/nvme/discovery.conf; sed -i s/10.0.19/10.0.20/ /etc/nvme/discovery.conf"
    seen 20
    quiet
}

@test "the exclusions and their folder count at once, and so does a folder that is made later" {
    run -0 on initiator "mkdir /etc/nvme/exclusions.conf.d; printf '[exclusions]\nexclusion = nqn=10.0.21.300 bad\n' > /etc/nvme/exclusions.conf.d/site.conf"
    seen 21
    quiet
    run -0 on initiator "sed -i s/10.0.21/10.0.22/ /etc/nvme/exclusions.conf.d/site.conf"
    seen 22
    run -0 on initiator 'rm -r /etc/nvme/exclusions.conf.d; mv /etc/nvme /etc/nvme.aside'
    quiet
    run -0 on initiator "mkdir /etc/nvme; echo '--transport=tcp --traddr=10.0.23.300' > /etc/nvme/discovery.conf"
    seen 23
    quiet
    run -0 on initiator "rm -r /etc/nvme; mv /etc/nvme.aside /etc/nvme; echo '$line' > /etc/nvme/discovery.conf"
    healed
    quiet
    nothing_failed
}

# subsystems_added FROM TO: on the target's TCP port of link 0
subsystems_added() {
    on target "for i in \$(seq $1 $2); do s=$nvmet/subsystems/$nqn:new\$i; mkdir \$s && echo 1 > \$s/attr_allow_any_host && mkdir \$s/namespaces/1 &&
        truncate -s 4M /tmp/new && echo /tmp/new > \$s/namespaces/1/device_path && echo 1 > \$s/namespaces/1/buffered_io && echo 1 > \$s/namespaces/1/enable &&
        ln -s \$s $nvmet/ports/3/subsystems/ || exit; done"
}

# how many passes have begun since /run/passes was removed
passes() { on initiator 'cat /run/passes 2> /dev/null | wc -l'; }

@test "a new subsystem starts one pass, and what the pass has made starts none" {
    quiet
    run -0 on initiator "d=/run/systemd/system/nvme_fabrics_persistent.service.d; mkdir -p \$d; printf '[Service]\nExecStartPre=+/bin/sh -c \"echo >> /run/passes\"\n' > \$d/count.conf; systemctl daemon-reload; rm -f /run/passes"
    local i
    for i in 1 2 3; do
        subsystems_added "$i" "$i"
        until_connected "new$i"
        quiet
        run -0 passes
        assert_output "$i"
    done
    nothing_failed
}

@test "200 new subsystems in a burst are all connected, and no unit has failed" {
    quiet
    subsystems_added 101 300
    run -0 on initiator "until [ \$(grep -hs $nqn:new /sys/class/nvme/nvme*/subsysnqn | sort -u | grep -c 'new[123]..\$') -ge 200 ]; do sleep 1; done"
    quiet
    nothing_failed
    run -0 states
    assert_output ' 4 active'
}

@test "stopping the timer stops all of it, and starting it starts all of it" {
    quiet
    run -0 on initiator "systemctl stop $timer"
    run -0 states
    assert_output ' 4 inactive'
    run -0 on initiator "rm -f /run/passes; touch /run/nvmf-boot/kick/device; echo '# stopped' >> /etc/nvme/discovery.conf; sleep 3; ls /run/passes 2> /dev/null || true"
    assert_output ''
    # what has come meanwhile is not lost
    run -0 on initiator "systemctl start $timer; until [ -e /run/passes ]; do sleep 1; done"
    quiet
    run -0 states
    assert_output ' 4 active'
}

@test "disable --now and mask --now of the timer end all of it, and a masked one is not started by the others" {
    run -0 on initiator "systemctl disable --now $timer 2>&1"
    run -0 states
    assert_output ' 4 inactive'
    run -0 on initiator "systemctl is-enabled $timer || true"
    assert_output disabled
    run -0 on initiator "systemctl enable --now $timer 2>&1"
    run -0 states
    assert_output ' 4 active'
    run -0 on initiator "systemctl mask --now $timer 2>&1"
    run -0 states
    assert_output ' 4 inactive'
    run ! on initiator 'systemctl start nvme_fabrics_persistent.path'
    run -0 states
    assert_output ' 4 inactive'
    run -0 on initiator "systemctl unmask $timer 2>&1; systemctl start $timer"
    run -0 states
    assert_output ' 4 active'
    nothing_failed
}
