/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/words.h"

#include <ctype.h>
#include <string.h>

static size_t word_length(const char *start)
{
	bool quoted = false;
	size_t len;

	for (len = 0; start[len]; len++) {
		if (isspace((unsigned char)start[len]) && !quoted)
			break;
		if (start[len] == '"')
			quoted = !quoted;
	}
	return len;
}

/* "text" -> text; an end that is missing is forgiven */
static char *unquoted(char *text)
{
	size_t len = strlen(text);

	if (text[0] != '"')
		return text;
	if (len > 1 && text[len - 1] == '"')
		text[len - 1] = '\0';
	return text + 1;
}

void words_each(const char *line, word_callback callback, void *data)
{
	const char *p = line;

	while (*p) {
		size_t len = word_length(p);
		struct line_word word = {.text = p, .len = len, .column = (unsigned)(p - line) + 1};
		char buf[WORD_MAX] = "", *key, *value;

		if (len < sizeof(buf)) {
			memcpy(buf, p, len);
			buf[len] = '\0';
		}
		key = unquoted(buf);
		value = strchr(key, '=');
		if (value) {
			*value = '\0';
			value = unquoted(value + 1);
		}
		word.key = key;
		word.value = value;
		if (len)
			callback(&word, data);
		p += len ? len : 1;
	}
}
