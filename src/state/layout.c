/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/layout.h"

#include <string.h>
#include <sys/stat.h>

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
