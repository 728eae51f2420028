/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/words.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static size_t word_length(const char *start, size_t max)
{
	bool quoted = false;
	size_t len = 0;

	for (; len < max && (quoted || !isspace((unsigned char)start[len])); len++)
		if (start[len] == '"')
			quoted = !quoted;
	return len;
}

static size_t blanks_length(const char *start, size_t max)
{
	size_t len = 0;

	while (len < max && isspace((unsigned char)start[len]))
		len++;
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

int words_each(const char *line, size_t len, word_callback callback, void *data)
{
	CLEANUP_FREE char *copy = strndup(line, len);
	struct line_word word;
	char *value;

	if (!copy)
		return -ENOMEM;
	for (size_t at = 0; at < len; at += word.len + (word.len == 0)) {
		word = (struct line_word){
			.text = line + at, .len = word_length(line + at, len - at), .column = (unsigned)at + 1};
		if (word.len == 0)
			continue;
		word.blanks = blanks_length(line + at + word.len, len - at - word.len);
		copy[at + word.len] = '\0';
		word.key = unquoted(copy + at);
		value = strchr(word.key, '=');
		if (value) {
			*value = '\0';
			word.value = unquoted(value + 1);
		}
		callback(&word, data);
	}
	return 0;
}
