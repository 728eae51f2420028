#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# emergency hook: what a person at the console needs to know before the shell opens.

# also where no path was understood: the status says why
if [ -e /run/nvmf-boot/words ]; then
    {
        echo
        echo "NVMe over Fabrics, as it stands:"
        nvmf-boot status 2>&1
        echo
        [ ! -e /run/nvmf-boot/wanted ] || echo "Try again: nvmf-boot connect --wait=60     (then exit this shell to go on)"
    } > /dev/console
fi
