/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/source.h"

#include <errno.h>
#include <string.h>

void source_complain(struct plan *plan, const char *name, const char *text)
{
	struct source source = {0};

	(void)copy_string(source.name, sizeof(source.name), name);
	plan_complain(plan, &source, "%s", text);
}

const char *source_error(int error)
{
	if (error == EILSEQ)
		return "a NUL byte is in this file: it is damaged, and nothing of it is used";
	if (error == ENOLINK)
		return "this file or a folder above it is a symbolic link that leads nowhere";
	if (error == EFBIG)
		return "this file is too long";
	if (error == EACCES)
		return "nvmf-boot may not read this file: run it as root";
	return strerror(error);
}

void source_unread(struct plan *plan, const char *name, int error)
{
	source_complain(plan, name, source_error(error));
	plan->unread = true;
}

bool source_is_absent(ssize_t error)
{
	/* EBADF: not even the folder above its folder is there */
	return error == -ENOENT || error == -EBADF;
}

ssize_t source_read(struct plan *plan, int dirfd, const char *path, const char *name, size_t max, char **ret)
{
	ssize_t n = read_whole_file(dirfd, path, max, ret);

	if (source_is_absent(n))
		return 0;
	if (n < 0)
		source_unread(plan, name, (int)-n);
	return n;
}
