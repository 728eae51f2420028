# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rig: a target guest and an initiator guest, joined by two links. Sourced by the suites and the demo.
#
#   rig_make_images [RELEASE [few]]   makes the images of a release (debian12), or keeps those that are up to date; their
#                               folder is then in $images. For what is not run by tests/check, which makes them itself
#   rig_begin IMAGES            a fresh pair of guests, nothing started   (IMAGES: made by ./images)
#   target_start / initiator_start [INITRD [WORD...]]
#   on target|initiator SCRIPT  runs SCRIPT in a guest, prints what it prints, returns its status
#   wait_console GUEST REGEX    until a line of the guest's console matches
#   initiator_boot [INITRD [WORD...]]            the same again, with the root as the last boot left it
#   rig_tell                    in a suite's teardown: what a person needs who reads of a failure
#   guest_stop GUEST            as a power cut
#   link_down N / link_up N     QEMU's set_link on the initiator's NIC N (0 or 1)
#   rig_end                     ends both guests and removes what the rig made; with KEEP=1 they stay
#
# Link N has the target at 10.0.N.1 and the initiator, once configured, at 10.0.N.2; its NIC there is $nic0/$nic1.
# With RIG_DIR=, the rig makes its files there and leaves them, with a line for each guest that was started in boots.
# Every wait is for an event; limits are generous, since software emulation on a busy machine is slow. A wait for a guest
# that has ended, or that says `MARK ... failed`, ends at once and says why.

# seconds; no wait in the rig takes a tenth of it on an idle machine
rig_limit=${RIG_LIMIT:-240}
# seconds; no guest outlives it, whatever becomes of the suite
rig_guest_limit=${RIG_GUEST_LIMIT:-1500}

# One CPU, but room for a second. Where there can be but one, QEMU's software emulation makes locked instructions of
# plain loads and stores (and, before 8.1, leaves fences out), although its own thread serves the virtio devices at the
# same time. The guest's virtio drivers and that thread then now and then miss each other's notifications, and a NIC
# stops for ever.
rig_cpus=1,maxcpus=2

nqn=nqn.2026-01.org.example
# names that udev gives the two NICs of the initiator
nic0=enp0s3
nic1=enp0s4
# the command line of a boot with both paths over RDMA
# shellcheck disable=SC2034 # for the suites
two_paths=(
    "rd.nvmf.rxe=$nic0" "ip=10.0.0.2:::24::$nic0:none" "rd.nvmf.connect=rdma,10.0.0.1,$nqn:root"
    "rd.nvmf.rxe=$nic1" "ip=10.0.1.2:::24::$nic1:none" "rd.nvmf.connect=rdma,10.0.1.1,$nqn:root"
)

# and with one
# shellcheck disable=SC2034
one_path=("${two_paths[@]:0:3}")

rig_make_images() {
    local - line
    set -o pipefail
    images=$PWD/build/vm/${1:-debian12}
    mkdir -p build
    # what it is at, and for how long: it may take minutes
    tests/vm/images "${1:-debian12}" "$images" "${@:2}" 2>&1 | tee build/images.log | while IFS= read -r line; do
        [[ $line != images:* ]] || printf '    [%d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "${line#images: }"
    done && return
    echo "the images cannot be made; build/images.log ends with:" >&2
    tail -n 30 build/images.log >&2
    return 1
}

rig_begin() {
    rig_images=$1
    rig_owner=$BASHPID
    rig_dir=${RIG_DIR:-$(mktemp -d "${TMPDIR:-/tmp}/nvmf-boot-rig.XXXXXX")} || return
    rig_accel=$(rig_find_accel)
    qemu-img create -q -f qcow2 -F raw -b "$rig_images/root.img" "$rig_dir/root.qcow2" || return
    truncate -s 256M "$rig_dir/data1.raw" "$rig_dir/data2.raw" || return
    export rig_images rig_dir rig_accel rig_owner
}

# KVM only if a stock kernel gets as far as its first line with it
rig_find_accel() {
    if [[ -w /dev/kvm ]] && timeout 5 qemu-system-x86_64 -accel kvm -cpu host -m 256 -nodefaults -display none \
        -no-reboot -serial stdio -kernel "$rig_images/vmlinuz" -append 'console=ttyS0 earlyprintk=ttyS0 panic=-1' \
        < /dev/null 2> /dev/null | grep -q 'Linux version'; then
        echo kvm
    else
        echo tcg
    fi
}

# rig_qemu GUEST QEMU-ARGUMENT...
rig_qemu() {
    local guest=$1 cpu=Nehalem link pid
    local -a links=()
    shift
    [[ $rig_accel == kvm ]] && cpu=host
    for link in 0 1; do
        rm -f "$rig_dir/$guest.link$link"
        links+=(
            -netdev "dgram,id=net$link,local.type=unix,local.path=$rig_dir/$guest.link$link,remote.type=unix,remote.path=$rig_dir/$(rig_peer "$guest").link$link"
            -device "virtio-net-pci,id=nic$link,netdev=net$link,mac=52:54:00:00:0$link:0$((${#guest} % 10)),addr=0x$((link + 3)),romfile="
        )
    done
    rm -f "$rig_dir/$guest".{shell.in,shell.out,console,monitor}
    mkfifo "$rig_dir/$guest.shell.in" "$rig_dir/$guest.shell.out" || return
    # what an earlier start has said is none of this one's
    : > "$rig_dir/$guest.log"
    # the guest ends with its time limit, and with the process that began the rig
    rig_alone timeout -k 5 "$rig_guest_limit" qemu-system-x86_64 \
        -name "$guest" -machine q35,i8042=off,sata=off,smbus=off,usb=off -accel "$rig_accel" -cpu "$cpu" -smp "$rig_cpus" -nodefaults -display none -no-reboot \
        -chardev "socket,id=console,path=$rig_dir/$guest.console,server=on,wait=off,logfile=$rig_dir/$guest.log,logappend=on" \
        -serial chardev:console \
        -device virtio-serial-pci,addr=0x8 -chardev "pipe,id=shell,path=$rig_dir/$guest.shell" -device virtconsole,chardev=shell \
        -monitor "unix:$rig_dir/$guest.monitor,server=on,wait=off" \
        "${links[@]}" "$@" < /dev/null > "$rig_dir/$guest.qemu" 2>&1 &
    pid=$!
    echo "$pid" > "$rig_dir/$guest.pid"
    echo "$guest" >> "$rig_dir/boots"
    [[ -z ${KEEP-} ]] || return 0
    {
        tail --pid="$rig_owner" -f /dev/null
        kill "$(< "$rig_dir/$guest.pid")"
    } > /dev/null 2>&1 3>&- < /dev/null &
    # who waits for an answer, see on(), learns that none will come
    {
        tail --pid="$pid" -f /dev/null
        printf '\n%s\n' "$rig_ended"
    } < /dev/null 2> /dev/null 1<> "$rig_dir/$guest.shell.out" 3>&- &
}

rig_ended='rig: QEMU has ended'

rig_runs() {
    [[ -f $rig_dir/$1.pid ]] && kill -0 "$(< "$rig_dir/$1.pid")" 2> /dev/null
}

# a NIC of the rig that does not send any more is no fault of what is tested; a link that is down has no watchdog
rig_tell_stalls() {
    local guest
    for guest in target initiator; do
        ! grep -qaE 'virtio_net .*NETDEV WATCHDOG' "$rig_dir/$guest.log" 2> /dev/null \
            || echo "A link of the rig has stopped: QEMU takes no more packets of the $guest (NETDEV WATCHDOG). This is the rig's fault."
    done
}

# rig_why GUEST: for a person who has waited for it in vain
rig_why() {
    rig_tell_stalls
    if ! rig_runs "$1"; then
        echo "QEMU of the $1 has ended.$([[ ! -s $rig_dir/$1.qemu ]] || echo ' It said:')"
        [[ ! -f $rig_dir/$1.qemu ]] || cat "$rig_dir/$1.qemu"
    fi
    echo "The last lines of the console of the $1 are:"
    [[ ! -f $rig_dir/$1.log ]] || tail -n 40 "$rig_dir/$1.log"
}

# rig_alone COMMAND...: becomes the command, with no descriptor but the first three: bats waits for whoever has one of its
rig_alone() {
    local fd
    for fd in "/proc/$BASHPID/fd"/*; do
        fd=${fd##*/}
        [[ $fd -le 2 ]] || exec {fd}>&-
    done
    exec "$@"
}

rig_peer() {
    [[ $1 == target ]] && echo initiator || echo target
}

# RIG_TARGET_PARAMETERS: more of them for the target's kernel
target_start() {
    rig_qemu target -m 384 -kernel "$rig_images/vmlinuz" -initrd "$rig_images/target.cpio" \
        -append "console=ttyS0 panic=-1 quiet mitigations=off ${RIG_TARGET_PARAMETERS-}" \
        -drive "if=none,id=root,file=$rig_dir/root.qcow2,format=qcow2,cache=unsafe" -device virtio-blk-pci,drive=root,addr=0x5 \
        -drive "if=none,id=data1,file=$rig_dir/data1.raw,format=raw,cache=unsafe" -device virtio-blk-pci,drive=data1,addr=0x6 \
        -drive "if=none,id=data2,file=$rig_dir/data2.raw,format=raw,cache=unsafe" -device virtio-blk-pci,drive=data2,addr=0x7
}

# initiator_start [INITRD [WORD...]]: boots INITRD (lean, plain, newer, ...) and the kernel it is for with the words on
# its command line; INITRD may be one that the suite has put into the rig's folder. With RIG_LOCAL_ROOT=1 it has a disk
# with a root of its own.
initiator_start() {
    local initrd=${1:-lean} kernel image
    image=$rig_dir/initrd-$initrd.img
    [[ -e $image ]] || image=$rig_images/initrd-$initrd.img
    kernel=$rig_images/vmlinuz-$initrd
    [[ -e $kernel ]] || kernel=$rig_images/vmlinuz
    local -a more=()
    if [[ -n ${RIG_LOCAL_ROOT-} ]]; then
        qemu-img create -q -f qcow2 -F raw -b "$rig_images/root.img" "$rig_dir/local.qcow2" || return
        # shellcheck disable=SC2054 # the commas are QEMU's
        more=(-drive "if=none,id=root,file=$rig_dir/local.qcow2,format=qcow2,cache=unsafe" -device virtio-blk-pci,drive=root,addr=0x5)
    fi
    [[ -z ${RIG_NBFT-} ]] || more+=(-acpitable "file=$RIG_NBFT")
    rig_qemu initiator -m 1024 -uuid 10000000-0000-4000-8000-0000000000aa -kernel "$kernel" -initrd "$image" \
        -append "console=ttyS0 panic=-1 quiet mitigations=off 8250.nr_uarts=1 root=UUID=10000000-0000-4000-8000-000000000000 rw ${*:2}" \
        "${more[@]}"
}

initiator_boot() {
    guest_stop initiator
    initiator_start "$@"
}

rig_tell() {
    [[ -z ${BATS_TEST_COMPLETED-} && -f $rig_dir/initiator.log ]] || return 0
    # the next test may boot
    local kept=$rig_dir/test-$BATS_TEST_NUMBER
    mkdir -p "$kept"
    cp "$rig_dir"/*.{log,qemu} "$kept/"
    rig_tell_stalls
    tail -n 40 "$rig_dir/initiator.log"
    # after a question that got no answer there is nobody to ask
    on initiator 'systemctl --no-pager status "nvme_fabrics_persistent.*" | grep -E "\.(path|timer|service) -|Active:"
        journalctl --no-pager -q -o short-monotonic -n 60; nvmf-boot status' 30 || true
    on initiator 'journalctl --no-pager -q -o short-monotonic; dmesg' 30 > "$kept/initiator.journal" 2>&1 || true
    on target dmesg 30 > "$kept/target.journal" 2>&1 || true
}

# guest_stop GUEST: as a power cut
guest_stop() {
    local pid
    pid=$(cat "$rig_dir/$1.pid" 2> /dev/null) || return 0
    kill "$pid" 2> /dev/null || true
    while kill -0 "$pid" 2> /dev/null; do
        wait "$pid" 2> /dev/null || tail --pid="$pid" -f /dev/null
    done
    rm -f "$rig_dir/$1.pid"
}

rig_end() {
    [[ -n ${rig_dir-} && -z ${KEEP-} ]] || return 0
    guest_stop initiator
    guest_stop target
    [[ -n ${RIG_DIR-} ]] || rm -rf "$rig_dir"
}

# wait_console GUEST REGEX [LIMIT]: prints the first matching line of its console, from its start
wait_console() {
    local line log tail
    if [[ ! -f $rig_dir/$1.pid ]]; then
        echo "wait_console: the $1 is not started" >&2
        return 1
    fi
    exec {log}< <(exec timeout "${3:-$rig_limit}" tail -n +1 --pid="$(< "$rig_dir/$1.pid")" -F "$rig_dir/$1.log" 2> /dev/null 3>&-)
    tail=$!
    line=$(grep -m 1 -aE "$2|Kernel panic|MARK [a-z ]+ failed" <&"$log") || true
    exec {log}<&-
    kill "$tail" 2> /dev/null || true
    if ! grep -qaE "$2" <<< "$line"; then
        {
            echo "wait_console: no line '$2' on the console of the $1${line:+, but: $line}"
            rig_why "$1"
        } >&2
        return 1
    fi
    printf '%s\n' "$line"
}

# on GUEST SCRIPT [LIMIT]: 124 if there is no answer
on() {
    local id="q$RANDOM$RANDOM" in out line status='' before='' end=$((SECONDS + ${3:-$rig_limit}))
    # opened before QEMU is looked at: its end is then either seen or read
    exec {in}<> "$rig_dir/$1.shell.in" {out}<> "$rig_dir/$1.shell.out" || return
    if rig_runs "$1"; then
        printf '%s %s\n' "$id" "$(base64 -w 0 <<< "$2")" >&"$in"
        # a script that prints and never ends is no answer either
        while [[ $SECONDS -lt $end ]] && IFS= read -r -t $((end - SECONDS)) line <&"$out"; do
            line=${line%$'\r'}
            [[ $line != "$rig_ended" ]] || break
            if [[ $line == "$id exit "* ]]; then
                status=${line##* }
                break
            fi
            # the agent ends the last line of the script, if need be, by an empty one
            [[ -z $before ]] || printf '%s\n' "${before#x}"
            before=x$line
        done
    fi
    [[ ${before#x} == '' ]] || printf '%s\n' "${before#x}"
    exec {in}>&- {out}>&-
    if [[ -z $status ]]; then
        {
            if rig_runs "$1"; then
                echo "on $1: no answer within ${3:-$rig_limit} s to: $2"
            else
                echo "on $1: no answer to: $2"
            fi
            rig_why "$1"
        } >&2
        return 124
    fi
    return "$status"
}

# rig_monitor GUEST COMMAND: one line for QEMU's monitor
rig_monitor() {
    local answer
    # there from QEMU's first moments
    until [[ -S $rig_dir/$1.monitor ]] || ! rig_runs "$1"; do :; done
    answer=$(echo "$2" | socat -t 2 - "UNIX-CONNECT:$rig_dir/$1.monitor") || {
        rig_why "$1" >&2
        return 1
    }
    [[ $answer != *Error:* ]] || {
        echo "rig_monitor $1: $2: $answer" >&2
        return 1
    }
}

link_down() { rig_monitor initiator "set_link nic$1 off"; }
link_up() { rig_monitor initiator "set_link nic$1 on"; }
