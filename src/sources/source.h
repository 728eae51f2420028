/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A source of the plan: a row of the table in sources.c, whose loader stands in a file of its own beside the grammar of
 * what it reads.
 */
#pragma once

#include "base/dirs.h"
#include "plan/plan.h"

/* What loaders read from. */
struct source_input {
	const struct dirs *dirs;
	const char *words; /* the parameters of this boot: lines of "<origin>\t<parameters>", see the cmdline hook */
};

/* What a loader has to do: a file or folder that is not there (-ENOENT, or -EBADF below a folder that is not there)
 * asks for nothing. One that cannot be read: source_unread(). A line that is not understood and may name a discovery
 * controller: plan->uncertain, or that controller is ended. */
struct source_row {
	struct source source; /* a loader copies it into all that it adds to the plan */
	void (*load)(struct plan *plan, const struct source_input *input, const struct source_row *row);
	const char *origin; /* of parameters; NULL: others */
};

/* A complaint of a source as a whole. */
void source_complain(struct plan *plan, const char *name, const char *text);

/* It is there and cannot be read whole: who knows what it asks for. error: an errno of read_whole_file(). */
void source_unread(struct plan *plan, const char *name, int error);

/* That error as a sentence. */
const char *source_error(int error);
