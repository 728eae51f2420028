# SPDX-License-Identifier: GPL-2.0-or-later
#
# What people read, held against the tables of the program, both ways: nothing is missing, and nothing is invented. The
# messages have a suite of their own, messages.bats.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert
load helper

top=$BATS_TEST_DIRNAME/../..
pages=("$top"/{README,NEWS,CONTRIBUTING}.md "$top"/docs/*.md "$top"/man/*.scd)

# ---- what the program knows ----

# help SECTION: its lines
help() { nvmf-boot --help | sed -n "/^$1:/,/^\$/s/^  //p"; }

commands() { help Commands | sed 's/ .*//'; }

# usage: options with their values as the help shows them, one spelling a line
usage() { help Options | cut -c 1-20 | tr -d ' ' | tr , '\n'; }

# owners: "command --option" for each command that takes an option which not all take
owners() {
    help Options | sed -nE 's/^.*(--[a-z-]+)[^ ]* +([a-z, ]+): .*/\1 \2/p' | tr -d , \
        | awk '{ for (i = 2; i <= NF; i++) print $i, $1 }'
}

# controller_options PLACE: those of src/plan/options.c that PLACE takes: parameter, conf
controller_options() {
    sed -nE "$([[ $1 == conf ]] || echo '/SECRET,/d;')"' s/^\t\[OPTION_.*= \{"([a-z-]+)".*/\1/p' "$top/src/plan/options.c"
}

# conf_options: the other options of a line of discovery.conf, with their letters
conf_options() { sed -nE "s/^\t\{\"([a-z-]+)\", ('(.)'|0), [a-z]+_argument, MEANS_.*/\1 \3/p" "$top/src/sources/discovery_conf.c"; }

# parameters: those of the command line that are no controller option; with their old names
parameters() {
    sed -nE 's/^\t\{"([a-z.-]+)", (parse|cmdline)_[a-z_]+, (NULL|"([a-z.]+)")\},.*/\1 \4/p' "$top/src/sources/cmdline.c" \
        | xargs -n 1
    sed -nE 's/.* flags\[\] = \{(.*)\};/\1/p' "$top/src/sources/cmdline.c" | grep -oE '[a-z.-]+'
}

# ---- what the pages name ----

# section PAGE NAME: its lines
section() { sed -n "/^# $2\$/,/^# /p" "$top/man/$1.scd"; }

# same LIST OTHER-LIST: whatever their order
same() { diff <(sort -u <<< "$1") <(sort -u <<< "$2"); }

@test "nvmf-boot(8) has each command of the help, and no other" {
    assert [ "$(commands | wc -l)" -ge 7 ]
    same "$(commands)" "$(section nvmf-boot.8 COMMANDS | sed -n 's/^\*\([a-z]*\)\*$/\1/p')"
    same "$(commands)" "$(section nvmf-boot.8 SYNOPSIS | sed -n 's/^\*nvmf-boot \([a-z]*\)\*.*/\1/p')"
}

@test "nvmf-boot(8) has each option of the help with its value, and no other" {
    assert [ "$(usage | wc -l)" -ge 10 ]
    same "$(usage)" "$(section nvmf-boot.8 OPTIONS | grep '^\*' | tr -d '*_ ' | tr , '\n')"
}

@test "the synopsis of nvmf-boot(8) gives each option to the commands that take it, and to no other" {
    assert [ "$(owners | wc -l)" -ge 9 ]
    same "$(owners)" "$(section nvmf-boot.8 SYNOPSIS | sed -n 's/^\*nvmf-boot \([a-z]*\)\*/\1 /p' | tr -d '[]|' \
        | awk '{ for (i = 2; i <= NF; i++) if ($i ~ /^--/) { sub(/=.*/, "", $i); print $1, $i } }')"
}

@test "the help of each command shows what the help of all gives to it" {
    local command
    for command in $(commands); do
        run -0 nvmf-boot "$command" --help
        assert_line --regexp "^Usage: nvmf-boot $command( \[FILE\])? \[OPTIONS\]\$"
        same "$(sed -n '/^Options:/,/^$/s/^  //p' <<< "$output" | grep -oE -- '--[a-z-]+')" \
            "$({ owners | sed -n "s/^$command //p" && usage | grep -vFf <(owners | sed 's/.* //'); } | grep -oE -- '--[a-z-]+')"
    done
}

@test "each command refuses the options that the help does not give to it, and no other" {
    local command option
    mkdir -p "$BATS_TEST_TMPDIR"/root/{sys,run,dev,proc,etc}
    for command in $(commands); do
        for option in $(usage | grep -oE -- '--[a-z-]+' | grep -vxE -- '--root|--wait'); do
            [[ $option != --cmdline ]] || option=--cmdline=/dev/null
            run nvmf-boot "$command" "$option" --root="$BATS_TEST_TMPDIR/root"
            if grep -qxF "$command ${option%=*}" <(owners) || ! grep -qE -- " ${option%=*}\$" <(owners); then
                refute_output --partial 'does not take'
            else
                assert_equal "$status" 2
                assert_line --partial "nvmf-boot: $command does not take ${option%=*}, which is an option of "
            fi
        done
    done
    # it would wait for ever
    run -2 nvmf-boot status --wait --root="$BATS_TEST_TMPDIR/root"
}

@test "nvmf-boot(8) has each exit status of the help, and no other" {
    same "$(help 'Exit status' | sed 's/ .*//')" "$(section nvmf-boot.8 'EXIT STATUS' | sed -n 's/^\*\([0-9]*\)\*$/\1/p')"
}

@test "nvmf-boot.cmdline(7) names each controller option that is a parameter, and no other" {
    same "$(controller_options parameter)" "$(section nvmf-boot.cmdline.7 ASSOCIATIONS \
        | sed -n '/_option_\*=\*_value_/,/^\*rd.nvmf.timeout/p' | grep '^	' | grep -oE '\*[a-z]+(-[a-z]+)*\*' | tr -d '*')"
    # and the program takes each
    assert [ "$(controller_options parameter | wc -l)" -gt 10 ]
    run nvmf-boot check --cmdline - <<< "$(controller_options parameter | sed 's/.*/rd.nvmf.&=1/')"
    # 1 is out of the range of some
    refute_output --partial 'no such parameter'
}

@test "nvmf-boot.cmdline(7) has each other parameter, in its summary, too, and no parameter that the program does not know" {
    local summary
    assert [ "$(parameters | wc -l)" -gt 20 ]
    # a name that ends in a dot is rd.nvmf._option_
    same "$(parameters)" "$({ section nvmf-boot.cmdline.7 ASSOCIATIONS && section nvmf-boot.cmdline.7 INTERFACES; } \
        | grep '^\*' | grep -oE '\*[a-z][a-z.-]*' | tr -d '*' | grep -v '\.$')"
    summary=$(section nvmf-boot.cmdline.7 SUMMARY | sed -n 's/^|  //p' | tr -d ' ' | tr , '\n' | sed 's/=.*//')
    same "$(parameters | grep -v '^nvmf\.')" "$(grep -v _option_ <<< "$summary")"
}

@test "no page and no message names a parameter of nvmf-boot that the program does not know" {
    run -0 grep -vxFf <(parameters && controller_options parameter | sed 's/^/rd.nvmf./') \
        <(grep -ohE '\b(rd\.)?nvmf\.[a-z][a-z-]*|\brd\.nonvmf\b' "${pages[@]}" "$top/src/decide/reason.c" "$top"/hooks/*.sh \
            "$top/modules.d/50nvmf-boot/module-setup.sh" && echo none)
    assert_output none
}

@test "no page names an option that neither the program, nor discovery.conf, nor a program of others has" {
    # of dracut, apt, systemctl and journalctl
    local -a others=(--add --hostonly --no-hostonly --hostonly-cmdline --kver --no-install-recommends --now --since)
    run -0 grep -vxFf <(usage | grep -oE -- '--[a-z-]+' && { controller_options conf && conf_options | sed 's/ .*//'; } | sed 's/^/--/' \
        && printf '%s\n' "${others[@]}") <(grep -ohE -- '--[a-z][a-z-]+' "${pages[@]}" && echo none)
    assert_output none
}

@test "no page calls a command of nvmf-boot that does not exist, or with an option of another" {
    local line command option
    while read -r line; do
        command=${line%% *}
        run -0 grep -xF "$command" <(commands)
        for option in ${line#"$command"}; do
            run ! grep -qE -- "^[a-z]+ $option\$" <(grep -qxF "$command $option" <(owners) || owners)
        done
    done < <(grep -ohE '([`*|] ?|^ {4}|^	)nvmf-boot [a-z]+( --[a-z-]+)*|nvmf-boot [a-z]+( --[a-z-]+)+' "${pages[@]}" | sed 's/^.*nvmf-boot //' | sort -u)
}

@test "no option of discovery.conf and no parameter stands in two tables" {
    assert [ "$(conf_options | wc -l)" -gt 15 ]
    run -0 uniq -d <({ controller_options conf && conf_options | sed 's/ .*//'; } | sort)
    assert_output ''
    run -0 uniq -d <({ conf_options | sed -n 's/.* \(.\)$/\1/p' && sed -nE "s/^\t\[OPTION_.*= \{\"[a-z-]+\", '(.)'.*/\1/p" "$top/src/plan/options.c"; } | sort)
    assert_output ''
    run -0 uniq -d <({ parameters && controller_options parameter | sed 's/^/rd.nvmf./'; } | sort)
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
    diff <(units_of_the_page | sort) <(cd "$top/src" && find . -name '*.[ch]' -printf '%P\n' | sed 's/\.[ch]$//' | sort -u)
}

@test "each configuration file that is a source is in nvmf-boot(8), and a change of it begins a pass" {
    local file
    local -a files
    mapfile -t files < <(configuration_files)
    assert [ "${#files[@]}" -ge 4 ]
    for file in "${files[@]}"; do
        run -0 grep -F "_${file}_" <(section nvmf-boot.8 FILES)
        [[ $file != *.conf ]] || run -0 grep -xF "PathChanged=$file" "$top/conf/nvme_fabrics_persistent_conf.path"
    done
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
