# SPDX-License-Identifier: GPL-2.0-or-later
#
# The picture of two boots (tests/bench/timeline.awk).

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

# picture "SECONDS LABEL, SECONDS LABEL, ..." "...": of these two boots
picture() {
    local boot
    for boot in 1 2; do
        tr ',' '\n' <<< "${!boot}" | sed 's/^ *//; s/ /\t/' > "$BATS_TEST_TMPDIR/$boot"
    done
    awk -F '\t' -f "$BATS_TEST_DIRNAME/../bench/timeline.awk" "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
}

# collisions: of the texts of a picture with each other and with upright lines; letters 7 wide, 12 high
collisions() {
    sed "s/'/ /g" | awk '
        /<text/ && !/middle/ {
            text = $0
            gsub(/<[^>]*>/, "", text)
            n++; x[n] = $3; y[n] = $5; w[n] = length(text) * 7; t[n] = text
        }
        /<line/ && $3 == $7 { m++; lx[m] = $3; top[m] = $5; end[m] = $9 }
        END {
            for (i = 1; i <= n; i++) {
                for (j = i + 1; j <= n; j++)
                    if (y[i] - y[j] < 12 && y[j] - y[i] < 12 && x[i] < x[j] + w[j] && x[j] < x[i] + w[i]) print t[i] " x " t[j]
                for (j = 1; j <= m; j++)
                    if (lx[j] > x[i] && lx[j] < x[i] + w[i] && top[j] < y[i] && end[j] > y[i] - 9) print t[i] " x line at " lx[j]
            }
        }'
}

@test "no label of the picture overlaps another or a line, however close the events are" {
    picture '22.2 interface, 22.3 address, 23.0 RDMA device, 23.9 controller, 27.7 root mounted' \
        '19.3 interface, 20.6 hook runs, 23.6 controller, 26.9 root mounted' > "$BATS_TEST_TMPDIR/usual.svg"
    picture '20.0 interface, 20.0 address, 20.0 RDMA device, 20.1 controller, 20.2 root mounted, 24.0 real root' \
        '3.0 interface, 3.1 hook runs, 55.6 controller, 55.9 root mounted, 61.0 real root' > "$BATS_TEST_TMPDIR/close.svg"
    run -0 collisions < "$BATS_TEST_TMPDIR/usual.svg"
    assert_output ''
    run -0 collisions < "$BATS_TEST_TMPDIR/close.svg"
    assert_output ''
}

@test "the picture has one axis and shows when each boot had mounted root" {
    run -0 picture '20.0 interface, 27.7 root mounted' '19.3 interface, 26.9 root mounted'
    assert_line --partial '>nvmf-boot: root mounted after 27.7 s<'
    assert_line --partial '>a hook that runs ip and nvme connect: root mounted after 26.9 s<'
    assert_equal "$(grep -c '>0</text>' <<< "$output")" 1
}
