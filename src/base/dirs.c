/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/dirs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

/* The folder's descriptor or -1; *error: -errno, or 0. */
static int open_dir(const char *root, const char *name, int *error)
{
	char path[4096];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	*error = fd < 0 ? open_error(AT_FDCWD, path) : 0;
	return fd;
}

int dirs_open(struct dirs *dirs, const char *root)
{
	int dev, sys, proc, run, etc, tmp;

	*dirs = (struct dirs){
		.dev = open_dir(root, "dev", &dev),
		.sys = open_dir(root, "sys", &sys),
		.proc = open_dir(root, "proc", &proc),
		.run = open_dir(root, "run", &run),
		.etc = open_dir(root, "etc", &etc),
		.tmp = open_dir(root, "tmp", &tmp),
		.is_host = !*root,
	};
	/* what is asked for stands in etc and run: an error is not absence there */
	dirs->failed = sys < 0 ? "sys" : run < 0 && run != -ENOENT ? "run" : "etc";
	if (sys < 0)
		return sys;
	if (run < 0 && run != -ENOENT)
		return run;
	return etc == -ENOENT ? 0 : etc;
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
