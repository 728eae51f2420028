# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the guest stands in single quotes
# On any release of Debian, from its own packages, built and imaged there: a boot, three faults, an end. What goes deeper
# runs on Debian 12, see the suites beside this folder.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/../suite.bash"
# shellcheck source=tests/vm/faults.bash
source "${BATS_TEST_DIRNAME}/../faults.bash"

setup_file() {
    rig_begin_with_target
    initiator_start lean "${two_paths[@]}" nvme_core.admin_timeout=5
    wait_console initiator 'MARK shell'
}

@test "the package of this release holds what the others hold, and lintian has nothing to say of it" {
    run -0 "$BATS_TEST_DIRNAME/../../packages/files-of-deb" "$VM_IMAGES/nvmf-boot.deb"
    assert_output "$(< "$BATS_TEST_DIRNAME/../../packages/deb.files")"
    run -0 lintian --allow-root --pedantic --fail-on=error,warning,pedantic "$VM_IMAGES/nvmf-boot.deb"
    assert_output ''
}

@test "root on two RDMA paths is booted from the package and the image of this release, with timer and keeper" {
    all_live
    # no unit has failed
    run -0 on initiator 'systemctl is-system-running --wait'
    assert_output running
    run -0 on initiator 'dpkg-query -W -f "\${Package} \${Version}\n" dracut-core systemd libnvme1 libnvme1t64 nvmf-boot 2> /dev/null; uname -r'
    echo "# ${output//$'\n'/, }" >&3
    run -0 on initiator 'systemctl is-active nvme_fabrics_persistent.timer nvme_fabrics_persistent.path nvme_fabrics_persistent_conf.path nvmf-boot-keeper.service'
    assert_output $'active\nactive\nactive\nactive'
    run -0 on initiator 'systemctl start nvme_fabrics_persistent.service; systemctl show -p Result -p ExecMainStatus nvme_fabrics_persistent.service'
    assert_line Result=success
    assert_line ExecMainStatus=0
}

@test "an HCA that is removed and comes back bare" {
    healed && writer_start
    hca_off 1
    seconds_in_guest 5
    hca_on 1
    assert_healed
}

@test "a cable that is pulled for 20 s" {
    healed && writer_start
    link_down 0
    seconds_in_guest 20
    link_up 0
    assert_healed
}

@test "a subsystem that is not exported for 10 s" {
    healed && writer_start
    subsystem_off 1
    seconds_in_guest 10
    subsystem_on 1
    assert_healed
}

@test "a reboot unmounts root, then ends the associations" {
    healed
    ends reboot
    assert_target_was_told
}
