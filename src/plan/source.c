/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/source.h"

#include <string.h>

static const struct {
	const char *name;
	enum root_source source;
} root_sources[] = {{"cmdline", ROOT_SOURCE_CMDLINE}, {"conf", ROOT_SOURCE_CONF}, {"log", ROOT_SOURCE_LOG}};

const char *root_sources_parse(const char *text, unsigned *ret)
{
	unsigned sources = 0;

	for (;; text++) {
		size_t len = strcspn(text, ","), i = 0;

		while (i < ARRAY_SIZE(root_sources) &&
		       (strlen(root_sources[i].name) != len || strncmp(text, root_sources[i].name, len) != 0))
			i++;
		if (i == ARRAY_SIZE(root_sources))
			return "expected cmdline, conf or log, or several of them with commas";
		sources |= root_sources[i].source;
		text += len;
		if (!*text)
			break;
	}
	*ret = sources;
	return NULL;
}

const char *root_sources_format(unsigned sources, char buf[static ROOT_SOURCES_TEXT_MAX])
{
	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(root_sources); i++)
		if (sources & root_sources[i].source)
			append(buf, ROOT_SOURCES_TEXT_MAX, "%s%s", *buf ? "," : "", root_sources[i].name);
	return buf;
}

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
