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
	const char *words; /* parameters: lines of "<origin>\t<parameters>", see the cmdline hook */
	bool are_boots;	   /* they are those of this boot */
};

/* What a loader has to do: a file or folder that is not there (-ENOENT, or -EBADF below a folder that is not there)
 * asks for nothing. One that cannot be read: source_unread(). source_read() does both. A line that is not understood
 * and may name a discovery controller: plan->uncertain, or that controller is ended. A line has a limit; one that is
 * longer is a complaint. DISCOVERY_NQN is no subsystem of a path that is not .discovery: refuse it. */
struct source_row {
	struct source source; /* a loader copies it into all that it adds to the plan */
	void (*load)(struct plan *plan, const struct source_input *input, const struct source_row *row);
	const char *origin; /* of parameters; NULL: others */
};

/* A complaint of a source as a whole. */
void source_complain(struct plan *plan, const char *name, const char *text);

/* It is there and cannot be read whole: who knows what it asks for. error: an errno of read_whole_file(). */
void source_unread(struct plan *plan, const char *name, int error);

/* That error as a sentence, static text. */
const char *source_error(int error);

/* Whether -errno says that there is no such file. */
bool source_is_absent(ssize_t error);

/* Reads a whole file of a source, of at most max bytes; messages call it by name. The caller frees *ret, NULL if there
 * is no text. Returns its length; 0 also if there is no such file; -errno if it is there and cannot be read whole:
 * that is reported, and the plan is unread. Each file of a source is read by this function, so that damage is nowhere
 * taken for absence. */
MUST_CHECK ssize_t source_read(struct plan *plan, int dirfd, const char *path, const char *name, size_t max,
			       char **ret);
