/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/dirs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

static int open_dir(const char *root, const char *name)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int dirs_open(struct dirs *dirs, const char *root)
{
	*dirs = (struct dirs){
		.dev = open_dir(root, "dev"),
		.sys = open_dir(root, "sys"),
		.proc = open_dir(root, "proc"),
		.run = open_dir(root, "run"),
		.etc = open_dir(root, "etc"),
		.tmp = open_dir(root, "tmp"),
		.is_host = !*root,
	};
	return dirs->sys < 0 ? -ENOENT : 0;
}

void dirs_close(struct dirs *dirs)
{
	util_closep(&dirs->dev);
	util_closep(&dirs->sys);
	util_closep(&dirs->proc);
	util_closep(&dirs->run);
	util_closep(&dirs->etc);
	util_closep(&dirs->tmp);
}
