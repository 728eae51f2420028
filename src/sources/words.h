/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's quoting of a command line (lib/cmdline.c, next_arg()): words are separated by blanks, a double
 * quote protects blanks wherever it stands, the quotes around a whole word or a whole value are taken off.
 */
#pragma once

#include "base/util.h"

/* A word of a line. Gone when the callback returns. */
struct line_word {
	const char *text; /* in the line, as it stands there: len bytes */
	size_t len;
	unsigned column; /* of its first byte in the line, from 1 */
	/* Without the quotes. value: NULL without '='. */
	const char *key, *value;
};

typedef void (*word_callback)(const struct line_word *word, void *data);

/* However long the line, of len bytes, and its words are. 0, or -ENOMEM with no word read. */
MUST_CHECK int words_each(const char *line, size_t len, word_callback callback, void *data);
