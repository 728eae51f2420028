/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's quoting of a command line (lib/cmdline.c, next_arg()): words are separated by blanks, a double
 * quote protects blanks wherever it stands, the quotes around a whole word or a whole value are taken off.
 */
#pragma once

#include "base/util.h"

/* bytes of one word, with its end (x86's whole line has 2048) */
#define WORD_MAX 4096

/* A word of a line. Gone when the callback returns. */
struct line_word {
	const char *text; /* in the line, as it stands there: len bytes */
	size_t len;
	unsigned column; /* of its first byte in the line, from 1 */
	/* Without the quotes. key: empty if the word has WORD_MAX bytes or more; value: NULL without '='. */
	const char *key, *value;
};

typedef void (*word_callback)(const struct line_word *word, void *data);

void words_each(const char *line, word_callback callback, void *data);
