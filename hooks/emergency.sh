#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# emergency hook, sourced by dracut before it opens a shell. It tells the person at the console what is missing.
#
# On entry root has not appeared in time, or the user has asked for a shell. On exit, if the command line has parameters
# for nvmf-boot, the console shows the state of each path. Nothing is changed.

# also if no parameter could be used: the status says why
if [ -e /run/nvmf-boot/words ]; then
    {
        echo
        echo "The state of the NVMe over Fabrics paths:"
        nvmf-boot status 2>&1
        echo
        [ ! -e /run/nvmf-boot/wanted ] || echo "To try again, run 'nvmf-boot connect --wait=60'. Then leave this shell with 'exit'."
    } > /dev/console
fi
