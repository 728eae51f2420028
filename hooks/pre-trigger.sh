#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pre-trigger hook, sourced by dracut. An initramfs without systemd has no unit, so this hook starts the connector.
#
# On entry udevd runs and has seen no device yet. On exit, if a path is wanted, the connector runs in the background and
# its PID is in /run/nvmf-boot/pid. Nothing waits for it; the pre-pivot hook ends it.

if [ -z "$DRACUT_SYSTEMD" ] && [ -e /run/nvmf-boot/wanted ]; then
    nvmf-boot connect --wait < /dev/null > /dev/console 2>&1 &
    (umask 077 && echo $! > /run/nvmf-boot/pid)
fi
