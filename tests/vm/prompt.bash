# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# prompt: a prompt of the initiator, one line a command, as the rig talks to its guests. `target COMMAND` asks the other
# one. Ends with its input.
prompt() {
    local line guest
    echo "one line a command; target COMMAND runs it there; ^D ends the guests. Their consoles: $rig_dir/{initiator,target}.log"
    while IFS= read -r -e -p 'initiator# ' line; do
        guest=initiator
        [[ $line != 'target '* ]] || guest=target line=${line#target }
        [[ -z $line ]] || on "$guest" "$line" || echo "exit $?"
    done
}
