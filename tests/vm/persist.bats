# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the guest stands in single quotes
# Persistence as administrators live with it: files as editors write them.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"
# shellcheck source=tests/vm/faults.bash
source "${BATS_TEST_DIRNAME}/faults.bash"

line='--transport=tcp --traddr=10.0.0.1 --trsvcid=4420'
timer=nvme_fabrics_persistent.timer

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

# seen N: until a pass has reported the bad address of the line that names 10.0.N.300
seen() {
    run -0 on initiator "until journalctl --sync && journalctl -b -u nvme_fabrics_persistent.service -o cat --no-pager -q | grep -m 1 '10.0.$1.300'; do sleep 1; done"
}

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
