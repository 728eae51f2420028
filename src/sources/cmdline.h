/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel command line as a source of the plan; the grammar stands in cmdline.c. */
#pragma once

#include "plan/plan.h"

/* One origin's words. Call it from the weakest origin to the strongest: the words of a stronger one win. */
void cmdline_parse(struct plan *plan, enum origin origin, const char *words);

/* The hook's file: lines of "<origin>\t<words>", origin being image, etc or loader. */
void cmdline_parse_words_file(struct plan *plan, const char *text);

/* Its lines without the origin, from the weakest origin to the strongest. */
void cmdline_each_line(const char *text, void (*callback)(enum origin origin, const char *line, void *data),
		       void *data);

/* The word as it is kept in struct source and struct plan_foreign; empty if it does not fit. */
void cmdline_word_text(const char *key, const char *value, char text[static CMDLINE_WORD_MAX]);
