# SPDX-License-Identifier: GPL-2.0-or-later
#
# The man pages, held against the tables of the program.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

top=$BATS_TEST_DIRNAME/../..

# parameter_options: the options of src/plan/options.c that can be a parameter: all but the secrets
parameter_options() {
    sed -nE '/SECRET,/d; s/^\t\[OPTION_.*= \{"([a-z-]+)".*/\1/p' "$top/src/plan/options.c"
}

@test "nvmf-boot.cmdline(7) names each controller option that is a parameter, and no other" {
    run -0 diff <(parameter_options | sort) <(sed -n '/_option_\*=\*_value_/,/^\*rd.nvmf.timeout/p' "$top/man/nvmf-boot.cmdline.7.scd" \
        | grep '^	' | grep -oE '\*[a-z]+(-[a-z]+)*\*' | tr -d '*' | sort)
    assert_output ''
    # and the program takes each
    assert [ "$(parameter_options | wc -l)" -gt 10 ]
    run -0 nvmf-boot check --cmdline - <<< "$(parameter_options | sed 's/.*/rd.nvmf.&=1/; s/queue-size=1/queue-size=16/')"
    assert_output ''
}

# units_of_the_page: FOLDER/NAME for each that the table of docs/design.md has, section 3
units_of_the_page() {
    sed -n '/^## 3/,/^## 4/p' "$top/docs/design.md" | awk -F '|' '/^\| (`[a-z/]+`)? *\| [a-z_, ]+ \|/ {
        if ($2 ~ /`/) { folder = $2; gsub(/[` ]/, "", folder) }
        n = split($3, names, ",")
        for (i = 1; i <= n; i++) { gsub(/ /, "", names[i]); if (folder != "" && names[i] != "file") print folder names[i] }
    }'
}

@test "the table of docs/design.md has each unit of src/, and no other" {
    run -0 diff <(units_of_the_page | sort) <(cd "$top/src" && find . -name '*.[ch]' -printf '%P\n' | sed 's/\.[ch]$//' | sort -u)
    assert_output ''
}

@test "each function that docs/design.md walks through is in the file that it names" {
    mapfile -t steps < <(grep -oE '[a-z_/]+\.(c|sh):[a-z_]+' "$top/docs/design.md")
    assert [ "${#steps[@]}" -gt 40 ]
    for step in "${steps[@]}"; do
        file=$top/src/${step%:*}
        [[ $step != hooks/* ]] || file=$top/${step%:*}
        run -0 grep -qE "^([a-z].*[ *])?${step#*:}\(.*[^;]$" "$file"
    done
}
