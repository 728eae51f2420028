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

static unsigned kick_of(const char *name)
{
	static const struct {
		const char *name;
		enum kick kick;
	} kicks[] = {{"log", KICK_LOG}, {"conf", KICK_CONF}, {"modules", KICK_MODULES}};

	for (size_t i = 0; i < ARRAY_SIZE(kicks); i++)
		if (streq(name, kicks[i].name))
			return kicks[i].kick;
	return KICK_DEVICE;
}

unsigned kicks_take(const struct dirs *dirs, struct messages *messages)
{
	CLEANUP_DIRECTORY struct directory *dir = open_directory(dirs->run, LAYOUT_KICKS);
	char path[sizeof(LAYOUT_KICKS) + NAME_MAX + 1];
	unsigned kicks = 0;
	const char *name;

	while ((name = next_entry(dir))) {
		struct source source = {0};

		kicks |= kick_of(name);
		(void)snprintf(path, sizeof(path), LAYOUT_KICKS "/%s", name);
		if (unlinkat(dirs->run, path, 0) == 0 || unlinkat(dirs->run, path, AT_REMOVEDIR) == 0)
			continue;
		kicks |= KICK_STUCK;
		append(source.name, sizeof(source.name), "/run/%s", path);
		messages_add(messages, &source, LOG_LEVEL_WARNING, "this file cannot be removed: %s", strerror(errno));
	}
	return kicks;
}

void kicks_leave(const struct dirs *dirs, const char *name, struct messages *messages)
{
	char path[64] = "";

	append(path, sizeof(path), LAYOUT_KICKS "/%s", name);
	if (path_exists(dirs->run, LAYOUT_KICKS))
		(void)layout_write(dirs, path, "", messages);
}
