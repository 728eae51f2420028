/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/modprobe.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "state/layout.h"

#define MODPROBE_SYSCTL "sys/kernel/modprobe"

/* "": with a newline, since a write of nothing changes nothing */
static void set_modprobe(const struct dirs *dirs, const char *path)
{
	char line[264];
	int r;

	(void)snprintf(line, sizeof(line), "%s\n", path);
	r = write_file(dirs->proc, MODPROBE_SYSCTL, line);
	if (r < 0)
		log_warning("cannot set kernel.modprobe to '%s': %s", path, strerror(-r));
}

void modprobe_empty(const struct dirs *dirs, struct messages *messages)
{
	char path[256];

	if (path_exists(dirs->run, LAYOUT_MODPROBE) || read_file(dirs->proc, MODPROBE_SYSCTL, path, sizeof(path)) <= 0)
		return;
	if (layout_write(dirs, LAYOUT_MODPROBE, path, messages))
		set_modprobe(dirs, "");
}

void modprobe_restore(const struct dirs *dirs)
{
	char path[256];

	if (read_file(dirs->run, LAYOUT_MODPROBE, path, sizeof(path)) <= 0)
		return;
	set_modprobe(dirs, path);
	(void)unlinkat(dirs->run, LAYOUT_MODPROBE, 0);
}
