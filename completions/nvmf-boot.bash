# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bash completion for nvmf-boot. `make` puts what `nvmf-boot --help` lists in place of the lines with an @, see fill.awk.

# _nvmf_boot_reply OPTIONS: offers what compgen lists with these options
_nvmf_boot_reply() {
    mapfile -t COMPREPLY < <(compgen "$@")
}

# _nvmf_boot_value KIND WORD: offers values of the kind; true if WORD is a value at all
_nvmf_boot_value() {
    case $1 in
        DIR) _nvmf_boot_reply -d -- "$2" ;;
        FILE) _nvmf_boot_reply -f -- "$2" ;;
    esac
    [[ ! $1 ]] || compopt -o filenames
    [[ $1 ]]
}

_nvmf_boot() {
    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command='' each
    # the options of all commands, and those that only some commands take
    local common='@common'
    local -A options=(
        # @options
    )
    # what follows an option, with and without its =
    local -A values=(
        # @values
    )
    local -A operands=(
        # @operands
    )

    # bash breaks --root=DIR into three words
    if [[ $word == '=' ]]; then
        word='' option="$option="
    elif [[ $option == '=' ]]; then
        option="${COMP_WORDS[COMP_CWORD - 2]}="
    fi
    _nvmf_boot_value "${values[$option]-}" "$word" && return

    for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $command || ! $each || ! ${options[$each]+known} ]] || command=$each
    done
    if [[ $word == -* ]]; then
        _nvmf_boot_reply -W "$common ${command:+${options[$command]}}" -- "$word"
    elif [[ ! $command ]]; then
        _nvmf_boot_reply -W "${!options[*]}" -- "$word"
    else
        _nvmf_boot_value "${operands[$command]-}" "$word"
    fi
    # a value follows at once
    [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
}

complete -F _nvmf_boot nvmf-boot
