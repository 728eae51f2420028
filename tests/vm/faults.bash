# shellcheck shell=bash disable=SC2016
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Faults of the fabric, and what is asked after each. Sourced by the suites and the soak; the rig's initiator runs from
# two RDMA paths, path N over link N (0 or 1).

nics=("$nic0" "$nic1")
root_nqn=$nqn:root

# ---- what keeps ----

# all of ours on root that could restore a path; nvme-cli's are masked in the image
units='nvme_fabrics_persistent.timer nvme_fabrics_persistent.path nvme_fabrics_persistent_conf.path nvme_fabrics_persistent.service'

ours_off() { on initiator "systemctl mask --runtime --now $units 2>&1"; }
ours_on() { on initiator "systemctl unmask --runtime $units 2>&1; systemctl start nvme_fabrics_persistent.timer nvme_fabrics_persistent.path nvme_fabrics_persistent_conf.path"; }

# timer_every SECONDS: from now on, until the next call
timer_every() {
    on initiator "d=/run/systemd/system/nvme_fabrics_persistent.timer.d; mkdir -p \$d
        printf '[Timer]\nOnActiveSec=\nOnUnitInactiveSec=\nOnActiveSec=$1s\nOnUnitInactiveSec=$1s\nRandomizedDelaySec=0\n' > \$d/every.conf
        systemctl daemon-reload && systemctl restart nvme_fabrics_persistent.timer"
}

# events only: the timer's next pass is an hour away
events_only() { timer_every 3600 && on initiator 'systemctl unmask --runtime nvme_fabrics_persistent.path; systemctl start nvme_fabrics_persistent.path'; }
# timer only: nobody looks at what udev drops
timer_only() { on initiator 'systemctl mask --runtime --now nvme_fabrics_persistent.path 2>&1' && timer_every 5; }

# ---- faults ----

# the HCA and its interface, once it has its name, are gone; they come back without address and RDMA device
hca_off() { on initiator "until [ -e /sys/class/net/${nics[$1]} ]; do sleep 1; done; rdma link delete \$(grep -lx ${nics[$1]} /sys/class/infiniband/*/parent | cut -d/ -f5) && echo \$(basename \$(readlink /sys/class/net/${nics[$1]}/device)) > /run/rig/tmp/hca$1 &&
    cat /run/rig/tmp/hca$1 > /sys/bus/virtio/drivers/virtio_net/unbind"; }
# whatever its name is: udev gives it one, and udev may be stuck on root
hca_on() { on initiator "d=\$(cat /run/rig/tmp/hca$1); echo \$d > /sys/bus/virtio/drivers/virtio_net/bind; until [ -d /sys/bus/virtio/devices/\$d/net ]; do sleep 1; done"; }

# the RDMA ports of the target are 1 and 2
port_off() { on target "rm $nvmet/ports/$(($1 + 1))/subsystems/*"; }
# root last: a port goes live with its first subsystem, and the others are not what is asked for
port_on() { on target "for name in root data1 data2; do ln -s $nvmet/subsystems/$nqn:\$name $nvmet/ports/$(($1 + 1))/subsystems/; done"; }

subsystem_off() { on target "rm $nvmet/ports/$(($1 + 1))/subsystems/$root_nqn"; }
subsystem_on() { on target "ln -s $nvmet/subsystems/$root_nqn $nvmet/ports/$(($1 + 1))/subsystems/"; }

# path_deleted N: by hand
path_deleted() {
    on initiator "for c in /sys/class/nvme/nvme*; do
        grep -q $root_nqn \$c/subsysnqn && grep -q 'traddr=10.0.$1.1,' \$c/address && grep -q rdma \$c/transport && echo 1 > \$c/delete_controller; done; true"
}

# nothing of root is in memory that the kernel can let go of
drop_caches() { on initiator 'sync; echo 3 > /proc/sys/vm/drop_caches'; }

# ---- what is asked ----

# seconds_in_guest N: the initiator's time passes
seconds_in_guest() { on initiator "sleep $1"; }

# controllers_of N: states of root's RDMA controllers on path N
controllers_of() {
    on initiator "for c in /sys/class/nvme/nvme*; do
        [ -e \$c ] && grep -q $root_nqn \$c/subsysnqn && grep -q 'traddr=10.0.$1.1,' \$c/address && grep -q rdma \$c/transport && cat \$c/state; done; true"
}

until_gone() { on initiator "until ! grep -l $root_nqn /sys/class/nvme/nvme*/subsysnqn | while read -r f; do cat \${f%subsysnqn}address; done | grep -q 'traddr=10.0.$1.1,'; do sleep 1; done"; }

until_none_live() { on initiator "while grep -lx $root_nqn /sys/class/nvme/nvme*/subsysnqn | sed s/subsysnqn/state/ | xargs cat | grep -x live; do sleep 1; done"; }

# until `status` says that all is well
healed() { on initiator 'until nvmf-boot status -q > $TMPDIR/status; do sleep 1; done'; }

writer_start() { on initiator 'rm -f $TMPDIR/stop; sh /run/rig/writer &'; }
# writer_result: "N writes, N failed, the longest N.N s"
writer_result() {
    on initiator 'touch $TMPDIR/stop; sleep 1; cat $TMPDIR/writes' \
        | awk '{ n++; if ($3 != "ok") failed++; if ($2 - $1 > longest) longest = $2 - $1 }
            END { printf "%d writes, %d failed, the longest %.1f s\n", n, failed, longest }'
}

# what our passes say from here on; the last line before is journald's own, about the sync
journal_from_here() { on initiator 'journalctl --sync; journalctl -n 0 --show-cursor | sed -n "s/^-- cursor: //p" > $TMPDIR/cursor'; }
journal_of_passes() { on initiator 'journalctl --sync; journalctl -u nvme_fabrics_persistent.service -o short-monotonic --no-pager -q --cursor="$(cat $TMPDIR/cursor)"'; }

# ---- by chance ----

# random_faults N SEED: N faults in turn, each on one path and when all is well; a line each
random_faults() {
    local n fault path length
    local -a faults=(hca cable port subsystem deleted)
    RANDOM=$2
    for n in $(seq "$1"); do
        fault=${faults[RANDOM % ${#faults[@]}]}
        path=$((RANDOM % 2))
        length=$((RANDOM % 12))
        echo "$n: $fault of path $path for $length s"
        case $fault in
            hca) hca_off "$path" && seconds_in_guest "$length" && hca_on "$path" ;;
            cable) link_down "$path" && seconds_in_guest "$length" && link_up "$path" ;;
            port) port_off "$path" && seconds_in_guest "$length" && port_on "$path" ;;
            subsystem) subsystem_off "$path" && seconds_in_guest "$length" && subsystem_on "$path" ;;
            deleted) path_deleted "$path" ;;
        esac || return
        healed || return
    done
}

# until nothing of ours runs, or is about to
quiet() {
    on initiator 'until udevadm settle && [ -z "$(ls /run/nvmf-boot/kick)" ] && [ "$(systemctl show -p ActiveState --value nvme_fabrics_persistent.service)" = inactive ] &&
        [ "$(systemctl show -p ActiveState --value nvme_fabrics_persistent_conf.service)" = inactive ]; do sleep 1; done'
}

# what a run may leave behind: controllers, our processes, files that grow
leftovers() {
    quiet > /dev/null
    on initiator 'echo "$(ls /sys/class/nvme | wc -l) controllers"; echo "$(ls /run/nvme/registry | wc -l) entries of the registry"
        ps | grep "[n]vmf-boot"; cd /run/nvmf-boot; find . -type f | sort; find . -type f -size +64k'
}
