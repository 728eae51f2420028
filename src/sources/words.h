/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's quoting of a command line (lib/cmdline.c, next_arg()): words are separated by blanks, a double
 * quote protects blanks wherever it stands, the quotes around a whole word or a whole value are taken off.
 *
 * Blanks are what isspace() takes in the C locale, which the kernel takes as well (and 0xa0, a byte of UTF-8, too: that
 * is left out here). Others take fewer: dracut's shell blanks, tabs and newlines, without quotes; systemd those and CR.
 * So what is left to them is left with the blanks between.
 */
#pragma once

#include "base/util.h"

/* A word of a line. Gone when the callback returns. */
struct line_word {
	const char *text; /* in the line, as it stands there: len bytes */
	size_t len;
	size_t blanks;	 /* bytes behind it up to the next one, or to the end */
	unsigned column; /* of its first byte in the line, from 1 */
	/* Without the quotes. value: NULL without '='. */
	const char *key, *value;
};

typedef void (*word_callback)(const struct line_word *word, void *data);

/* However long the line, of len bytes, and its words are. 0, or -ENOMEM with no word read. */
MUST_CHECK int words_each(const char *line, size_t len, word_callback callback, void *data);
