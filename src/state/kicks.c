/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/kicks.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "state/layout.h"

bool kicks_take(const struct dirs *dirs)
{
	CLEANUP_DIRECTORY struct directory *dir = open_directory(dirs->run, LAYOUT_KICKS);
	bool log_changed = false;
	char path[sizeof(LAYOUT_KICKS) + NAME_MAX + 1];
	const char *name;

	while ((name = next_entry(dir))) {
		log_changed |= streq(name, "log");
		(void)snprintf(path, sizeof(path), LAYOUT_KICKS "/%s", name);
		/* what stays there starts passes without end: DirectoryNotEmpty= */
		if (unlinkat(dirs->run, path, 0) < 0 && unlinkat(dirs->run, path, AT_REMOVEDIR) < 0)
			log_warning("/run/%s cannot be removed: %s", path, strerror(errno));
	}
	return log_changed;
}

void kicks_leave(const struct dirs *dirs, const char *name, struct messages *messages)
{
	char path[64] = "";

	append(path, sizeof(path), LAYOUT_KICKS "/%s", name);
	if (path_exists(dirs->run, LAYOUT_KICKS))
		(void)layout_write(dirs, path, "", messages);
}
