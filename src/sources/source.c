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
		return "this symbolic link leads to no file";
	if (error == EACCES)
		return "nvmf-boot may not read this file: run it as root";
	return strerror(error);
}

void source_unread(struct plan *plan, const char *name, int error)
{
	source_complain(plan, name, source_error(error));
	plan->unread = true;
}
