/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/fields.h"

#include <string.h>

bool fields_split(struct fields *fields, const struct word *word, char separator)
{
	char *start = fields->buf;
	int depth = 0;

	fields->n = 0;
	if (copy_string(fields->buf, sizeof(fields->buf), word->value) < 0)
		return false;
	for (char *p = fields->buf;; p++) {
		char c = *p;

		if (c == '[')
			depth++;
		if (c == ']')
			depth--;
		if (c && (c != separator || depth > 0))
			continue;
		if (fields->n == FIELDS_MAX)
			return false;
		*p = '\0';
		fields->column[fields->n] = word->value_column + (unsigned)(start - fields->buf);
		fields->field[fields->n++] = start;
		start = p + 1;
		if (!c)
			return true;
	}
}

const char *fields_get(const struct fields *fields, size_t i)
{
	return i < fields->n ? fields->field[i] : "";
}

void complain_of_field(const struct word *word, const struct fields *fields, size_t i, const char *reason)
{
	struct source at = word->source;

	if (i < fields->n)
		at.column = fields->column[i];
	plan_complain(word->plan, &at, "%s=: '%s': %s", word->key, fields_get(fields, i), reason);
}

void complain_of_word(const struct word *word, const char *reason)
{
	plan_complain(word->plan, &word->source, "%s: %s", word->key, reason);
}

void complain_of_value(const struct word *word, const char *reason)
{
	plan_complain(word->plan, &word->source, "%s=: '%s': %s", word->key, word->value ? word->value : "", reason);
}
