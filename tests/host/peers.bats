# SPDX-License-Identifier: GPL-2.0-or-later
#
# What others have written: a target, a boot loader that got its line from the network, a program that writes to the
# kernel's log, whoever names files. None of it is more than text.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

load helper

setup() { live_host; }

# assert_text FILE: it is UTF-8, and has no control character but newlines
assert_text() {
    iconv -f UTF-8 -t UTF-16LE "$1" > utf-16 && ! LC_ALL=C grep -aP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$1"
}

# outputs: all that the commands print of ./root
outputs() {
    for command in status 'status --json' 'connect --dry-run' 'check --cmdline=root/run/nvmf-boot/words'; do
        # shellcheck disable=SC2086 # words
        nvmf-boot $command --root=root < /dev/null > output 2>&1 || true
        cat output
        assert_text output || return
    done
}

@test "the name of a file reaches neither terminal nor JSON as it is" {
    local name=$'\e]0;pwned\a\xff\nline 2.conf'
    printf '[exclusions]\nexclusion = nonsense\n' > "root/etc/nvme/exclusions.conf.d/$name"
    run -0 outputs
    assert_output --partial 'exclusions.conf.d/\x1b]0;pwned\x07\xff\x0aline 2.conf:2:'
}

@test "a parameter reaches neither terminal nor JSON as it is, also one that is left to others" {
    printf 'loader\tbond=\e[2J\xff rd.nvmf.connect=tcp,10.7.0.1,nqn.x:y ip=10.0.0.2:::24:\ec:eth0:none rd.nvmf.\x9b=1\n' \
        > root/run/nvmf-boot/words
    run -0 outputs
    assert_output --partial "left to dracut's network modules: bond=\\x1b[2J\\xff"
    assert_output --partial "the host name '\\x1bc'"
    assert_output --partial 'rd.nvmf.\x9b: no such parameter'
}

@test "an NQN of a target reaches neither terminal nor JSON as it is" {
    printf 'nqn.x:\e]0;pwned\a\xff\xc2\x9b' > root/sys/class/nvme/nvme0/subsysnqn
    run -0 outputs
    assert_output --partial 'nqn.x:\x1b]0;pwned\x07\xff\xc2\x9b'
}

@test "what is left below /run reaches neither terminal nor JSON as it is, and a damaged state file is not shown at all" {
    local garbage=$'\e]0;pwned\a\xff\xc2\x9b'
    printf 'loader\trd.nvmf.discover=tcp,10.0.0.9\n' > root/run/nvmf-boot/words
    printf 'connect 4\tnvmf-boot%s\tnvmf-boot%s\tbad%s\n' "$garbage" "$garbage" "$garbage" > root/run/nvmf-boot/messages
    printf 'source 4\tlog page of tcp 10.0.0.9:4420\tlog page%s\tbad%s\n' "$garbage" "$garbage" >> root/run/nvmf-boot/messages
    run -0 outputs
    assert_output --partial 'bad\x1b]0;pwned\x07\xff\xc2\x9b'
    rm root/run/nvmf-boot/messages
    for text in "$garbage" "nvmf-boot state 2
$garbage
path -1 1 tcp 10.0.0.9 4420 nqn.x:$garbage - - 0 0 0 0 0 0 -1 0 0 0 0
path -1 1 $garbage"; do
        printf '%s' "$text" > root/run/nvmf-boot/state
        run -0 outputs
        refute_output --partial pwned
        assert_output --partial '/run/nvmf-boot/state'
    done
}

@test "a source with any name may report more than there is room for" {
    local name=$'\e]0;pwned\a\tx\n.conf' i
    { echo '[exclusions]' && for i in {1..70}; do echo "exclusion = nonsense$i"; done; } > "root/etc/nvme/exclusions.conf.d/$name"
    run -0 outputs
    assert_output --partial 'and 6 more, which are not shown'
}

@test "a unit that was made by hand and cannot be read is reported like any other" {
    local unit=systemd/system/nvme_fabrics_persistent.service
    mkdir -p "root/etc/${unit%/*}" "root/usr/lib/${unit%/*}"
    echo '[Unit]' > "root/usr/lib/$unit"
    head -c 20000 /dev/zero | tr '\0' x > "root/etc/$unit"
    run nvmf-boot status --root=root
    assert_output --partial "/etc/$unit: this unit was made by hand and is used instead of nvmf-boot's: the two cannot be compared: this file is too long."
}
