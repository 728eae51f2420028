# SPDX-License-Identifier: GPL-2.0-or-later
#
# A folder is listed in the order of its names, whatever the order in which its file system has them. tmpfs has the one in
# which they were made, so the cases are made there twice, forwards and backwards.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

@test "what is printed does not depend on the order in which a file system lists its folders" {
    # shellcheck disable=SC2016 # expanded by the inner shell
    run -0 unshare --mount --propagation private bash -euc '
        cases=$1 tmp=$2
        mount -t tmpfs tmpfs "$tmp"
        cd "$cases"
        # copy FOLDER SORT-OPTION
        copy() {
            mkdir "$tmp/$1"
            find . | LC_ALL=C sort $2 | tar --no-recursion -c -T - | tar -C "$tmp/$1" -x
        }
        copy forwards ""
        copy backwards -r
        for case in */; do
            for order in forwards backwards; do
                cd "$tmp/$order/$case"
                [[ ! -d root ]] || find root > "$tmp/$order.found"
                { nvmf-boot $(< run) || true; } > "$tmp/$order.printed" 2>&1 < /dev/null
            done
            diff -u --label "$case forwards" --label "$case backwards" "$tmp"/{forwards,backwards}.printed
            if ! cmp -s "$tmp"/{forwards,backwards}.found; then echo "$case"; fi
        done' order "$BATS_TEST_DIRNAME/../cases" "$BATS_TEST_TMPDIR"
    # most cases have folders that are listed differently
    assert [ "${#lines[@]}" -gt 50 ]
}
