#compdef nvmf-boot
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zsh completion for nvmf-boot. `make` puts what `nvmf-boot --help` lists in place of the line with an @, see fill.awk.

local curcontext=$curcontext state line own
# @arrays

_arguments -C -s $common '1: :->command' '*:: :->rest' && return
case $state in
    command)
        _describe -t commands command commands
        ;;
    rest)
        own=options_of_$words[1]
        _arguments -s $common ${(P)own}
        ;;
esac
