# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the kernel's log says of a connect that failed: whose record counts.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

nqn=nqn.2026-01.org.example:vol1
host=nqn.2026-01.org.example:host
options="nqn=$nqn,transport=tcp,traddr=10.0.0.1,trsvcid=4420,hostnqn=$host,hostid=11111111-2222-3333-4444-555555555555"

# testify PRIORITY MESSAGE...: what comes of them as the records that follow the open. The kernel gives one a read; here
# each fills the buffer, so that a read has one, too.
testify() {
    local priority=$1 message
    for message in "${@:2}"; do
        printf '%-8192s' "$priority,339,5140900,-,caller=T1;$message"$'\n SUBSYSTEM=nvme\n DEVICE=c240:0\n'
    done | witness "$BATS_TEST_TMPDIR" "$options"
}

# messages NQN HOSTNQN: those of the kernel that name a subsystem or a host, each with what it means
messages() {
    cat << END
ENXIO nvme nvme3: Connect Invalid Data Parameter, subsysnqn "$1"
EACCES nvme nvme3: Connect for subsystem $1 is not allowed, hostnqn: $2
EACCES nvme nvme3: Connect Invalid Data Parameter, hostnqn "$2"
END
}

setup() { : > "$BATS_TEST_TMPDIR/kmsg"; }

@test "each refusal of the target that the kernel logs is understood" {
    while read -r error message; do
        run -0 testify 3 "$message"
        assert_output "$error"
    done << END
$(messages "$nqn" "$host")
EBUSY nvme nvme3: Connect command failed: controller is busy or not available
EKEYREJECTED nvme nvme3: Connect command failed: authentication required
EIO nvme nvme3: Connect command failed, error wo/DNR bit: 6
END
}

@test "what a program has written to the log says nothing, whatever its facility" {
    for facility in {1..23} 536870911; do
        while read -r _ message; do
            run -0 testify $((facility * 8 + 3)) "$message"
            assert_output EIO
        done < <(messages "$nqn" "$host")
    done
}

@test "a record of another subsystem or host says nothing, though its NQN begins, ends or goes on like ours" {
    for suffix in 0 :x .; do
        while read -r _ message; do
            run -0 testify 3 "$message"
            assert_output EIO
        done < <(messages "$nqn$suffix" "$host$suffix" && messages "x$nqn" "x$host" && messages "${nqn%?}" "${host%?}" \
            && messages '' '' && messages "$host" "$nqn")
    done
}

@test "a message counts only as the kernel's NVMe driver begins it" {
    while read -r _ message; do
        run -0 testify 3 "joe: $message"
        assert_output EIO
        run -0 testify 3 "${message#* }"
        assert_output EIO
    done < <(messages "$nqn" "$host")
}

@test "what was logged before the write says nothing" {
    printf '3,338,5140899,-;%s\n' "nvme nvme3: Connect for subsystem $nqn is not allowed, hostnqn: $host" \
        > "$BATS_TEST_TMPDIR/kmsg"
    run -0 testify 3 'nvme nvme3: rescanning namespaces.'
    assert_output EIO
}

@test "a record is read whole, however long it is" {
    while read -r error message; do
        run -0 testify 3 "${message/: /: $(printf '%3000s' '' | tr ' ' x)}"
        assert_output "$error"
    done < <(messages "$nqn" "$host")
}

@test "the last record that says something counts" {
    local refused="nvme nvme3: Connect for subsystem $nqn is not allowed, hostnqn: $host"
    local unknown="nvme nvme4: Connect Invalid Data Parameter, subsysnqn \"$nqn\""
    for order in "$refused|$unknown|ENXIO" "$unknown|$refused|EACCES"; do
        IFS='|' read -r first second error <<< "$order"
        run -0 testify 3 "$first" "$second" "nvme nvme4: rescanning namespaces."
        assert_output "$error"
    done
}

@test "a log whose end cannot be found is no witness" {
    rm "$BATS_TEST_TMPDIR/kmsg"
    mkfifo "$BATS_TEST_TMPDIR/kmsg"
    run -1 testify 3 "nvme nvme3: Connect for subsystem $nqn is not allowed, hostnqn: $host"
}
