# SPDX-License-Identifier: GPL-2.0-or-later
#
# The completions for bash and zsh, held against what the program prints as its help.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

setup_file() {
    program=$(command -v nvmf-boot)
    export completions=${program%/*}/completions
    # what values can be
    mkdir -p "$BATS_FILE_TMPDIR/there/folder"
    touch "$BATS_FILE_TMPDIR/there/a file"
}

setup() { cd "$BATS_FILE_TMPDIR/there" || return; }

commands() { nvmf-boot --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'; }

# options_of COMMAND: each spelling of those that the help does not give to other commands alone
options_of() {
    nvmf-boot --help | awk -v command="$1" '
        /^[^ ]/ { section = $0 }
        section == "Options:" && /^ / {
            text = substr($0, 24)
            owners = match(text, /^[a-z]+(, [a-z]+)*: /) ? ", " substr(text, 1, RLENGTH - 2) ", " : ""
            if (!owners || index(owners, ", " command ", ")) print substr($0, 1, 23)
        }' | grep -oE -- '-(-[a-z-]+|[a-z])\b' | sort
}

# bash_offers LINE: what bash offers at its end, sorted
bash_offers() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    bash -euc '
        # there is no readline to tell
        compopt() { :; }
        source "$1/nvmf-boot.bash"
        read -ra COMP_WORDS <<< "${2//=/ = }"
        [[ $2 != *" " ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _nvmf_boot
        printf "%s\n" "${COMPREPLY[@]}"' bash "$completions" "$1" | sed '/^$/d' | sort
}

@test "bash completes each command of the help, and no other" {
    assert [ "$(commands | wc -l)" -ge 7 ]
    run -0 bash_offers 'nvmf-boot '
    assert_output "$(commands | sort)"
    run -0 bash_offers 'nvmf-boot st'
    assert_output status
}

@test "bash completes for each command the options of the help that it takes" {
    local command
    for command in $(commands); do
        run -0 bash_offers "nvmf-boot $command -"
        assert_equal "$(tr -d = <<< "$output" | sort -u)" "$(options_of "$command")"
    done
    run -0 bash_offers 'nvmf-boot connect --w'
    assert_output $'--wait\n--wait='
    run -0 bash_offers 'nvmf-boot status --w'
    assert_output ''
}

@test "bash completes folders, files and nothing where the help asks for DIR, FILE and a number" {
    run -0 bash_offers 'nvmf-boot status --root='
    assert_output folder
    run -0 bash_offers 'nvmf-boot status --root fo'
    assert_output folder
    run -0 bash_offers 'nvmf-boot connect --cmdline=a'
    assert_output 'a file'
    run -0 bash_offers 'nvmf-boot check '
    assert_output $'a file\nfolder'
    run -0 bash_offers 'nvmf-boot connect --wait='
    assert_output ''
    run -0 bash_offers 'nvmf-boot connect '
    assert_output ''
}

@test "bash completes at a prompt" {
    printf 'source %s/nvmf-boot.bash\nnvmf-boot() { echo "called: $*"; }\nnvmf-boot conn\t--dr\t--roo\tfol\t\nexit\n' "$completions" > "$BATS_TEST_TMPDIR/typed"
    run -0 timeout 20 script -qec 'bash --noprofile --norc -i' /dev/null < "$BATS_TEST_TMPDIR/typed"
    assert_output --partial 'called: connect --dry-run --root=folder/'
}

@test "zsh completes the same commands, options and values" {
    local command expected
    local -a typed=('nvmf-boot ' 'nvmf-boot status --root=' 'nvmf-boot check ')
    mkdir "$BATS_TEST_TMPDIR/zsh"
    cp "$completions/nvmf-boot.zsh" "$BATS_TEST_TMPDIR/zsh/_nvmf-boot"
    run -0 zsh -n "$BATS_TEST_TMPDIR/zsh/_nvmf-boot"
    expected=$(printf '%s\n' "${typed[0]}" && commands | sort && printf '%s\n' "${typed[1]}" folder "${typed[2]}" 'a\ file' folder)
    for command in $(commands); do
        typed+=("nvmf-boot $command -")
        expected+=$'\n'"${typed[-1]}"$'\n'$(options_of "$command")
    done
    run -0 timeout 60 "$BATS_TEST_DIRNAME/zsh-offers" "$BATS_TEST_TMPDIR/zsh" "${typed[@]}"
    assert_output "$expected"
}
