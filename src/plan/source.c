/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/source.h"

const char *source_format(const struct source *source, char buf[static SOURCE_TEXT_MAX])
{
	buf[0] = '\0';
	append(buf, SOURCE_TEXT_MAX, "%s", source->name);
	if (source->line && source->column)
		append(buf, SOURCE_TEXT_MAX, ":%u:%u", source->line, source->column);
	else if (source->line)
		append(buf, SOURCE_TEXT_MAX, ":%u", source->line);
	else if (source->column)
		append(buf, SOURCE_TEXT_MAX, ", column %u", source->column);
	return buf;
}
