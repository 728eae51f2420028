# SPDX-License-Identifier: GPL-2.0-or-later
#
# What several suites begin with.

# live_host: a host below ./root in a folder of the test's own, whose path is live
live_host() {
    cp -a "$BATS_TEST_DIRNAME/../cases/nothing-to-do-when-the-path-is-live/root" "$BATS_TEST_TMPDIR/root"
    cd "$BATS_TEST_TMPDIR" || return
    mkdir -p root/etc/nvme/exclusions.conf.d root/run/nvmf-boot
}

# configuration_files: those of people that are sources, from the table of the program
configuration_files() {
    sed -n '/struct source_row table/,/^};/s/.*"\(\/etc\/[^"]*\)".*/\1/p' "$BATS_TEST_DIRNAME/../../src/sources/sources.c" \
        | sed 's/^\(.*\/\)\([^ ]*\) and /\1\2\n\1/'
}
