# SPDX-License-Identifier: GPL-2.0-or-later

bats_require_minimum_version 1.8.0

@test "all that is written by hand is lint clean" {
    "$BATS_TEST_DIRNAME/../lint"
}
