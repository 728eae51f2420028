/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/layout.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void layout_failed(struct messages *messages, const char *file, int error)
{
	struct source source = {0};

	append(source.name, sizeof(source.name), "%s", file);
	messages_add(messages, &source, LOG_LEVEL_ERROR, "cannot write this file: %s", strerror(error));
}

bool layout_write(const struct dirs *dirs, const char *path, const char *text, struct messages *messages)
{
	char file[SOURCE_NAME_MAX] = "";
	int r;

	(void)mkdirat(dirs->run, LAYOUT_FOLDER, 0755);
	r = replace_file(dirs->run, path, text, LAYOUT_MODE);
	append(file, sizeof(file), "/run/%s", path);
	if (r < 0)
		layout_failed(messages, file, -r);
	return r == 0;
}

void layout_remove(const struct dirs *dirs, const char *path, struct messages *messages)
{
	struct source source = {0};

	if (dirs->run < 0 || unlinkat(dirs->run, path, 0) == 0 || errno == ENOENT)
		return;
	append(source.name, sizeof(source.name), "/run/%s", path);
	messages_add(messages, &source, LOG_LEVEL_ERROR, "cannot remove this file: %s", strerror(errno));
}
