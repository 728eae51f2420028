#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pre-trigger hook: an initramfs without systemd has no unit that starts the connector. udevd runs, and nothing waits
# for us; pre-pivot ends it.

if [ -z "$DRACUT_SYSTEMD" ] && [ -e /run/nvmf-boot/wanted ]; then
    nvmf-boot connect --wait < /dev/null > /dev/console 2>&1 &
    (umask 077 && echo $! > /run/nvmf-boot/pid)
fi
