# SPDX-License-Identifier: GPL-2.0-or-later
#
# The pre-pivot hook in each shell that an initramfs may have, in a namespace of its own; the programs that it starts are
# stood in for.

# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the namespace stands in single quotes
bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

# pivot SCRIPT [BEFORE]: sources the hook in $shell on a host that wants us, with the real root in $NEWROOT, then runs the
# script; BEFORE is run first
pivot() {
    export dir=$BATS_TEST_TMPDIR
    export NEWROOT=$dir/sysroot
    mkdir -p "$dir/bin" "$NEWROOT/usr/lib/systemd/system" "$NEWROOT/etc/default"
    touch "$NEWROOT/usr/lib/systemd/system/nvme_fabrics_persistent.timer"
    printf '#!/bin/sh\nmkdir -p /run/nvmf-boot && echo '\''EXCLUDE_INTERFACES="eth0 eth0.5"'\'' > /run/nvmf-boot/ifupdown\n' > "$dir/bin/nvmf-boot"
    printf '#!/bin/sh\nexit %s\n' "${keeper-0}" | tee "$dir/bin/nvmf-boot-keeper" > "$dir/bin/systemctl"
    chmod 755 "$dir"/bin/*
    cat > "$dir/pivot" << 'END'
mkdir -p /run/nvmf-boot && : > /run/nvmf-boot/wanted
warn() { echo "warning: $*"; }
need_shutdown() { :; }
END
    printf '%s\n' "${2-}" '. "$hook"' "$1" >> "$dir/pivot"
    # shellcheck disable=SC2086 # busybox sh
    PATH=$dir/bin:$PATH hook=$BATS_TEST_DIRNAME/../../hooks/pre-pivot.sh unshare --mount --net sh -c '
        mount -n -t tmpfs -o size=1m run /run && exec "$@"' sh $shell "$dir/pivot" 3>&-
}

each_shell() {
    for shell in dash bash 'busybox sh'; do
        echo "# in $shell"
        "$@"
    done
}

# excluded TEXT EXPECTED: what ifupdown is told where the real root says TEXT
excluded() {
    mkdir -p "$BATS_TEST_TMPDIR/sysroot/etc/default"
    printf '%s\n' "$1" > "$BATS_TEST_TMPDIR/sysroot/etc/default/networking"
    run -0 pivot 'cat /run/nvmf-boot/ifupdown; ls -A /run/nvmf-boot'
    assert_output "$2
ifupdown
wanted"
}

@test "what the real root excludes from ifupdown stays excluded, whatever its text is" {
    local text
    each_shell excluded 'CONFIGURE_INTERFACES=no' 'EXCLUDE_INTERFACES="eth0 eth0.5"'
    each_shell excluded 'EXCLUDE_INTERFACES="eth9 wlan*"' 'EXCLUDE_INTERFACES="eth0 eth0.5 eth9 wlan*"'
    each_shell excluded 'EXCLUDE_INTERFACES="eth9" # the "backup"' 'EXCLUDE_INTERFACES="eth0 eth0.5 eth9"'
    each_shell excluded 'EXCLUDE_INTERFACES=eth9	# eth8' 'EXCLUDE_INTERFACES="eth0 eth0.5 eth9"'
    each_shell excluded '#EXCLUDE_INTERFACES=eth7
EXCLUDE_INTERFACES=eth8
  EXCLUDE_INTERFACES=eth9' 'EXCLUDE_INTERFACES="eth0 eth0.5 eth9"'
    each_shell excluded "EXCLUDE_INTERFACES='eth9'" 'EXCLUDE_INTERFACES="eth0 eth0.5 eth9"'
    # what programs of sed, printf and shells would take for more than text
    for text in 'a|e touch /run/owned;#' 'a&b' 'a\1\nb' '%s%n' '$(touch /run/owned)' '`touch /run/owned`' '*'; do
        each_shell excluded "EXCLUDE_INTERFACES=\"$text\"" "EXCLUDE_INTERFACES=\"eth0 eth0.5 $text\""
    done
}

# ended FILE RESULT: what has become of a process of this file, whose PID the file of the connector names
ended() {
    # a shell may say that it was terminated
    run -0 --separate-stderr pivot '
        cat "/proc/$process/comm" 2> /dev/null || echo ended
        kill $process 2> /dev/null || :' "
        $1 1000 & process=\$!
        echo \$process > /run/nvmf-boot/pid
        until [ \"\$(cat /proc/\$process/comm)\" = ${1##*/} ]; do :; done"
    assert_output "$2"
}

no_pid() {
    run -0 pivot '' 'echo "1 -1" > /run/nvmf-boot/pid'
    assert_output ''
}

@test "the connector of an initramfs without systemd is ended, and no other process that has got its PID" {
    mkdir "$BATS_TEST_TMPDIR/program"
    cp "$(command -v sleep)" "$BATS_TEST_TMPDIR/program/nvmf-boot"
    each_shell ended "$BATS_TEST_TMPDIR/program/nvmf-boot" ended
    each_shell ended "$(command -v sleep)" sleep
    each_shell no_pid
}

warned() {
    run -0 pivot ''
    assert_output --partial "$1"
    assert_equal "${#lines[@]}" 1
}

quiet() {
    run -0 pivot ''
    assert_output ''
}

@test "a keeper that has not started is a warning, and only that" {
    each_shell quiet
    keeper=1
    each_shell warned 'warning: nvmf-boot-keeper has not started'
}

@test "no program's text in hooks, module and packages is made of what is not ours" {
    cd "$BATS_TEST_DIRNAME/../.."
    # "sed" or "awk" with a variable or a command in its program
    run -1 grep -rnE '\b(sed|awk)( -[a-zA-Z]+)* +"[^"]*[$`][^"]*"' hooks modules.d packaging conf
}
