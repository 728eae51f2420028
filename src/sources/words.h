/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's quoting of a command line (lib/cmdline.c, next_arg()): words are separated by blanks, a double
 * quote protects blanks wherever it stands, the quotes around a whole word or a whole value are taken off.
 */
#pragma once

#include "base/util.h"

/* bytes of one word, with its end; longer words are passed over (x86's whole line has 2048) */
#define WORD_MAX 4096

/* value is NULL for a word without '='. column counts bytes of the line from 1, at the word's first. Both strings
 * are gone when the callback returns. */
typedef void (*word_callback)(const char *key, const char *value, unsigned column, void *data);

void words_each(const char *line, word_callback callback, void *data);
