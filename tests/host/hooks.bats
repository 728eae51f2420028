# SPDX-License-Identifier: GPL-2.0-or-later
#
# The cmdline hook with the real connector, in each shell that an initramfs may have: in a namespace of its own, whose
# /etc, /run and /proc/cmdline are those of a boot. Dracut's functions are the few that the hook calls; a real dracut
# runs it in tests/vm.

# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the namespace stands in single quotes
bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

path='rd.nvmf.hostid=11111111-2222-3333-4444-555555555555 rd.nvmf.connect=tcp,10.0.0.1,nqn.2026-01.org.example:root'

# boot PARAMETERS [COMMANDS [BEFORE]]: runs the commands BEFORE, sources the hook in $shell on a host with this command
# line, then runs the COMMANDS. The connector's starts are lines of $BATS_TEST_TMPDIR/starts.
boot() {
    local dir=$BATS_TEST_TMPDIR
    export dir
    mkdir -p "$dir/bin"
    : > "$dir/starts"
    printf '%s\n' "$1" > "$dir/cmdline"
    printf '#!/bin/sh\necho "$1" >> %s/starts\nexec %s "$@"\n' "$dir" "$(command -v nvmf-boot)" > "$dir/bin/nvmf-boot"
    chmod 755 "$dir/bin/nvmf-boot"
    cat > "$dir/boot" << 'END'
mkdir -p /etc/cmdline.d /run/initramfs/cmdline.d
getcmdline() { while read -r _l || [ -n "$_l" ]; do printf '%s ' "$_l"; done < /proc/cmdline; }
getarg() { for _a in $(getcmdline); do case $_a in "$1"*) echo "${_a#"$1"}" ;; esac; done; }
warn() { echo "warning: $*"; }
debug_off() { set +x; }
debug_on() { [ "${RD_DEBUG-}" = yes ] && set -x; }
END
    printf '%s\n' "${3-}" '. "$hook"' "${2-}" >> "$dir/boot"
    # shellcheck disable=SC2086 # busybox sh
    PATH=$dir/bin:$PATH hook=$BATS_TEST_DIRNAME/../../hooks/cmdline.sh unshare --mount --net sh -c '
        mount -n -t tmpfs -o size=1m run /run && mount -n -t tmpfs -o size=1m etc /etc && mount -n --bind "$dir/cmdline" /proc/cmdline && exec "$@"' sh $shell "$dir/boot" 3>&-
}

each_shell() {
    for shell in dash bash 'busybox sh'; do
        echo "# in $shell"
        "$@"
    done
}

starts() { paste -s -d ' ' "$BATS_TEST_TMPDIR/starts"; }

nothing_of_ours() {
    run -0 boot 'root=/dev/sda1 quiet' 'ls /run; getcmdline'
    assert_output 'initramfs
root=/dev/sda1 quiet '
    assert_equal "$(starts)" ''
}

@test "without a parameter of ours the hook starts no program and leaves nothing" {
    each_shell nothing_of_ours
}

misspelt() {
    run -0 boot 'root=/dev/sda1 rd.nvmf.conect=tcp,10.0.0.1,nqn.x:y' 'ls /run/nvmf-boot /etc/cmdline.d; getcmdline'
    assert_line --partial 'rd.nvmf.conect: no such parameter'
    refute_line wanted
    refute_line 50-nvmf-boot.conf
    assert_line 'root=/dev/sda1 rd.nvmf.conect=tcp,10.0.0.1,nqn.x:y '
    assert_equal "$(starts)" want
}

@test "a misspelt parameter as the only one is named, and the boot waits no longer than without it" {
    each_shell misspelt
}

far_off() {
    for key in rdnvmf.connect RD.NVMF.CONNECT rd_nvmf-connect; do
        run -0 boot "root=/dev/sda1 $key=tcp,10.0.0.1,nqn.x:y" 'ls /run/nvmf-boot'
        assert_line --partial "$key: no such parameter, rd.nvmf.connect= is probably meant"
        refute_line wanted
    done
}

@test "also if it is misspelt in the part that all parameters of nvmf-boot begin with" {
    each_shell far_off
}

unread() {
    run -0 --separate-stderr boot "$path ip=10.0.0.2:::24::eth0:none" 'getcmdline || :' 'mkdir -p /etc/nvme && : > /etc/nvme/exclusions.conf.d'
    assert_output "rd.retry=1000005 $path "
}

@test "a file that cannot be read keeps nobody from the parameters that are left" {
    each_shell unread
}

off() {
    run -0 boot "$1" 'ls /run/nvmf-boot /etc/cmdline.d' "${2-}"
    refute_line wanted
    refute_line 50-nvmf-boot.conf
}

@test "rd.nonvmf switches all of it off, also with a value that it does not know" {
    each_shell off "rd.nonvmf $path"
    each_shell off "rd.nonvmf=true $path"
}

modes() {
    run -0 --separate-stderr boot "$path ip=10.0.0.2:::24::eth0:none rd.retry=60" 'cd /run && stat -c "%a %n" \
        systemd/network systemd/network/00-nvmf-boot-0.network nvmf-boot/*'
    assert_output '755 systemd/network
644 systemd/network/00-nvmf-boot-0.network
644 nvmf-boot/ifupdown
600 nvmf-boot/messages
600 nvmf-boot/need-initqueue
600 nvmf-boot/rest
600 nvmf-boot/wanted
600 nvmf-boot/words'
}

@test "what other network stacks read is readable for their users, and all else is for root alone" {
    each_shell modes
}

@test "a discovery.conf in the image asks for nothing by itself" {
    local conf='mkdir -p /etc/nvme; echo -t tcp -a 10.0.0.1 -s 4420 > /etc/nvme/discovery.conf'
    each_shell off 'rd.nvmf.hostnqn=nqn.2026-01.org.example:host' "$conf"
    each_shell off "rd.nonvmf $path" "$conf"
}

a_path() {
    run -0 --separate-stderr boot "$path $1" 'cat /run/nvmf-boot/wanted /etc/cmdline.d/50-nvmf-boot.conf; ls /run/nvmf-boot; stat -c %a /run/nvmf-boot/words'
    assert_line --index 0 "$2"
    assert_line --index 1 "rd.retry=$3"
    assert_line 600
    if [[ $2 = 0 ]]; then refute_line need-initqueue; else assert_line need-initqueue; fi
}

@test "a path raises dracut's limit: for ever, to rd.nvmf.timeout= and a little more, and not to a number of 25 digits" {
    each_shell a_path '' 0 1000005
    each_shell a_path rd.nvmf.timeout=0 0 1000005
    each_shell a_path rd.nvmf.timeout=090 90 95
    each_shell a_path rd.nvmf.timeout=1234567890123456789012345 0 1000005
    assert_regex "$stderr" 'rd.nvmf.timeout: not a number of seconds'
}

limited() {
    run -0 boot "$path rd.retry=60" 'ls /etc/cmdline.d /run/nvmf-boot'
    refute_line 50-nvmf-boot.conf
    assert_line need-initqueue
}

@test "rd.retry= of the user stays" {
    each_shell limited
}

others() {
    # a path that leads nowhere: what is called starts no program
    run -0 boot "$path ip=10.0.0.2:::24::eth0:none quiet" '
        getcmdline
        PATH=/nowhere
        for _i in 1 2 3 4 5 6 7 8; do getcmdline > /run/text || :; done
        PATH=$dir/bin:/usr/sbin:/usr/bin:/sbin:/bin
        cat /run/text
        echo ip=eth1:dhcp > /run/initramfs/cmdline.d/late.conf
        getcmdline
        getcmdline > /run/text || :
        cat /run/text'
    assert_line --index 0 "rd.retry=1000005 $path quiet "
    assert_line --index 1 "rd.retry=1000005 $path quiet "
    assert_line --index 2 "rd.retry=1000005 $path quiet ip=eth1:dhcp rd.neednet=1"
    assert_line --index 3 "rd.retry=1000005 $path quiet ip=eth1:dhcp rd.neednet=1"
    assert_equal "${#lines[@]}" 4
    assert_equal "$(starts)" 'want claim claim'
}

@test "other programs read what is theirs, made again when a file has changed and else without a process" {
    each_shell others
}

cannot_save() {
    run -0 boot "$path ip=10.0.0.2:::24::eth0:none" '
        dd if=/dev/zero of=/run/nvmf-boot/fill bs=4096 2> /dev/null
        getcmdline > /etc/before || :
        echo quiet > /run/initramfs/cmdline.d/late.conf
        getcmdline > /etc/after || :
        cmp /etc/before /etc/after && cat /etc/after && ls /run/nvmf-boot'
    assert_line "rd.retry=1000005 $path "
    assert_line words
}

@test "with a full /run the text for other programs and the kept parameters stay" {
    each_shell cannot_save
}

no_program() {
    run -0 boot "$path ip=10.0.0.2:::24::eth0:none" 'getcmdline; echo; ls /run/nvmf-boot'
    assert_line "$path ip=10.0.0.2:::24::eth0:none "
    refute_line wanted
}

@test "when the connector fails, dracut's own getcmdline() stays" {
    mkdir -p "$BATS_TEST_TMPDIR/broken"
    printf '#!/bin/sh\nexit 1\n' > "$BATS_TEST_TMPDIR/broken/nvmf-boot"
    chmod 755 "$BATS_TEST_TMPDIR/broken/nvmf-boot"
    PATH=$BATS_TEST_TMPDIR/broken:$PATH
    each_shell no_program
}

secret() {
    run -0 boot "$path vendor.secret=hunter2" 'RD_DEBUG=yes; set -x; . "$hook"; getcmdline > /run/text'
    assert_line --partial nvmf_boot_save_words
    refute_output --partial hunter2
}

@test "the trace of rd.debug shows no parameter" {
    each_shell secret
}

# ---- the firmware ----

# a mount below the one that has this test's own folders
table='mkdir -p /run/sys/firmware/acpi/tables && cp "$dir/NBFT" /run/sys/firmware/acpi/tables && mount -n --bind /run/sys /sys'

describe_table() {
    cat > "$BATS_TEST_TMPDIR/description" << 'END'
host nqn=nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555
hfi index=1 mac=52:54:00:00:00:01 ip=10.0.0.2/24
hfi index=2 mac=52:54:00:00:00:02 flags=07 origin=3
ssns index=1 traddr=10.0.0.1 nqn=nqn.2026-01.org.example:root
ssns index=2 traddr=10.0.1.1 nqn=nqn.2026-01.org.example:root hfi=2
END
    "$BATS_TEST_DIRNAME/../nbft" "$BATS_TEST_TMPDIR/description" > "$BATS_TEST_TMPDIR/NBFT"
}

firmware() {
    run -0 boot "$1" 'cat /run/nvmf-boot/wanted /etc/cmdline.d/50-nvmf-boot.conf; getcmdline; true' "$table"
}

by_firmware() {
    firmware 'root=/dev/sda1 quiet'
    assert_line 0
    assert_line rd.retry=900
    assert_line 'rd.retry=900 root=/dev/sda1 quiet ifname=nbft2:52:54:00:00:00:02 ip=nbft2:dhcp rd.neednet=1'
    firmware 'root=/dev/sda1 rd.nvmf.timeout=60'
    assert_line rd.retry=65
}

@test "a boot table of the firmware asks for its paths without a parameter, raises dracut's limit to 900 s, and asks for DHCP" {
    describe_table
    each_shell by_firmware
}

without_firmware() {
    run boot "root=/dev/sda1 $1" 'ls /run/nvmf-boot /etc/cmdline.d; getcmdline' "$table"
    refute_line wanted
    assert_line "root=/dev/sda1 $1 "
}

@test "rd.nvmf.nonbft and rd.nonvmf switch the boot table of the firmware off" {
    describe_table
    each_shell without_firmware rd.nvmf.nonbft
    each_shell without_firmware rd.nonvmf
}

@test "a boot table that is broken is reported with its offset, and the boot goes on without it" {
    describe_table
    echo 'checksum bad' >> "$BATS_TEST_TMPDIR/description"
    "$BATS_TEST_DIRNAME/../nbft" "$BATS_TEST_TMPDIR/description" > "$BATS_TEST_TMPDIR/NBFT"
    shell=dash
    run boot 'root=/dev/sda1' 'ls /run/nvmf-boot; getcmdline' "$table"
    assert_line --partial 'firmware (NBFT): offset 9: the checksum is wrong: nothing of this table is used'
    refute_line wanted
    assert_line 'root=/dev/sda1 '
}
