# SPDX-License-Identifier: GPL-2.0-or-later
#
# The packages, built from this tree with the tools of this machine: what they hold (*.files) and what their checkers say.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

setup_file() {
    top=$BATS_TEST_DIRNAME/../..
    export top
    "$top/packaging/build-deb" "$BATS_FILE_TMPDIR/deb" > "$BATS_FILE_TMPDIR/deb.log" 2>&1 || cat "$BATS_FILE_TMPDIR/deb.log"
    "$top/packaging/build-rpm" "$BATS_FILE_TMPDIR/rpm" > "$BATS_FILE_TMPDIR/rpm.log" 2>&1 || cat "$BATS_FILE_TMPDIR/rpm.log"
}

@test "the Debian package holds what its list says" {
    run -0 "$BATS_TEST_DIRNAME/files-of-deb" "$BATS_FILE_TMPDIR"/deb/nvmf-boot_*.deb
    assert_output "$(< "$BATS_TEST_DIRNAME/deb.files")"
}

# what an upgrade must not undo and a purge must not leave behind is debhelper's, if it finds the units
@test "the Debian package's scripts know its units" {
    run -0 dpkg-deb -I "$BATS_FILE_TMPDIR"/deb/nvmf-boot_*.deb postrm
    assert_output --partial "deb-systemd-helper purge 'nvme_fabrics_persistent.path' 'nvme_fabrics_persistent.timer' 'nvme_fabrics_persistent_conf.path'"
}

@test "lintian has nothing to say of the Debian package and its source" {
    run -0 lintian --allow-root --pedantic --fail-on=error,warning,pedantic "$BATS_FILE_TMPDIR"/deb/*.changes
    assert_output ''
}

@test "the RPM holds what its list says" {
    run -0 rpm -qp --qf '[%{FILEMODES:perms} %{FILEUSERNAME} %{FILENAMES}\n]' "$BATS_FILE_TMPDIR"/rpm/RPMS/*/nvmf-boot-[0-9]*.rpm
    # names of binaries by their contents
    assert_equal "$(grep -v '/[.]build-id' <<< "$output")" "$(< "$BATS_TEST_DIRNAME/rpm.files")"
}

@test "rpmlint has nothing to say of the RPM and its spec" {
    run -0 rpmlint -c "$top/packaging/rpm/rpmlint.toml" "$top/packaging/rpm/nvmf-boot.spec" "$BATS_FILE_TMPDIR"/rpm/*RPMS/{,*/}*.rpm
    assert_output --regexp ' 0 errors, 0 warnings'
}
