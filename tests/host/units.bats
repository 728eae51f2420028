# SPDX-License-Identifier: GPL-2.0-or-later
#
# The systemd units: what they may do, and what is held against the man page. That they work, and what they deny, is shown
# in guests.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

top=$BATS_TEST_DIRNAME/../..

# settings of a [Service] that make no mount namespace in systemd 252 to 262, see systemd.exec(5). What is not here is looked
# up before it is added: a mount namespace holds root, and in the initramfs /sysroot, when they are unmounted. (And what
# belongs to another section, systemd ignores here.)
without_mounts='Type ExecStart ExecStartPre SuccessExitStatus RestartPreventExitStatus Restart RestartSec
    TimeoutStartSec TimeoutStopSec KillMode KillSignal SendSIGKILL
    LogLevelMax StandardOutput StandardError OOMScoreAdjust LimitMEMLOCK LimitCORE
    CapabilityBoundingSet NoNewPrivileges RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID
    LockPersonality MemoryDenyWriteExecute SystemCallArchitectures SystemCallFilter SystemCallErrorNumber'

# settings FILE: a line for each of its section [Service]
settings() { sed -n '/^\[Service\]$/,/^\[/s/^\([A-Za-z]*=.*\)/\1/p' "$1"; }

# value FILE SETTING
value() { settings "$1" | sed -n "s/^$2=//p"; }

services() { find "$top/conf" -name '*.service' | sort; }

@test "no unit has a setting but those that are known to make no mount namespace" {
    local unit name
    assert [ "$(services | wc -l)" -ge 4 ]
    for unit in $(services); do
        for name in $(settings "$unit" | cut -d= -f1 | sort -u); do
            [[ " ${without_mounts//$'\n'/ } " == *" $name "* ]] || echo "${unit##*/}: $name="
        done
    done > "$BATS_TEST_TMPDIR/found"
    run -0 cat "$BATS_TEST_TMPDIR/found"
    assert_output ''
}

@test "each unit bounds its capabilities, system calls, sockets and core dumps" {
    local unit
    for unit in $(services); do
        run -0 settings "$unit"
        assert_line --regexp '^CapabilityBoundingSet='
        assert_line --regexp '^RestrictAddressFamilies='
        assert_line NoNewPrivileges=yes
        assert_line LimitCORE=0
        assert_line RestrictNamespaces=yes
        assert_line RestrictRealtime=yes
        assert_line RestrictSUIDSGID=yes
        assert_line LockPersonality=yes
        assert_line MemoryDenyWriteExecute=yes
        assert_line SystemCallArchitectures=native
        assert_line SystemCallFilter=@system-service
        assert_line 'SystemCallFilter=~@privileged @resources'
        # a refusal is an error that is reported, not the end
        assert_line SystemCallErrorNumber=EPERM
    done
}

@test "the units of what confines itself allow it to" {
    local name
    for name in nvme_fabrics_persistent nvmf-boot-keeper; do
        run -0 settings "$top/conf/$name.service"
        assert_line 'SystemCallFilter=landlock_create_ruleset landlock_add_rule landlock_restrict_self'
    done
}

@test "what an exit status is for the units is what nvmf-boot(8) says" {
    run -0 value "$top/conf/nvme_fabrics_persistent.service" SuccessExitStatus
    assert_output '1 2 3 4'
    run -0 value "$top/conf/nvmf-boot-initrd.service" SuccessExitStatus
    assert_output '3 4'
    run -0 value "$top/conf/nvmf-boot-initrd.service" RestartPreventExitStatus
    assert_output 2
    # as one line
    run -0 tr '\n' ' ' < <(sed -n '/^# EXIT STATUS/,/^# FILES/p' "$top/man/nvmf-boot.8.scd")
    assert_output --partial '_nvme_fabrics_persistent.service_ takes all of them for success'
    assert_output --partial '_nvmf-boot-initrd.service_ takes 3 and 4 for success, and is not started again after 2'
}
