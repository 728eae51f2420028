/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What runs have reported, kept from one to the next: so that it is reported once and not by each run, and so that
 * `status` shows what has failed in another one.
 */
#pragma once

#include "base/dirs.h"
#include "plan/plan.h"

/* What the last run has kept; the caller frees *ret. 0 or -errno. */
MUST_CHECK int reported_read(const struct dirs *dirs, char **ret);

/* What that text says of the log pages of planned discovery controllers goes to the plan's messages, where it stays
 * until the page is read again; what failed at run time goes to 'failures', unless that is NULL. */
void reported_restore(const char *text, struct plan *plan, struct messages *failures);

/* Whether there is a message that this process has not printed. */
bool reported_lacks(const struct messages *messages);

/* Prints those messages that neither this process has printed nor an earlier run has reported, by its text (NULL: none
 * has). */
void reported_print(struct messages *messages, const char *text);

/* Keeps this run's messages for the next: what has failed in this command; by the text of an earlier run (or NULL),
 * what has failed in others; and the plan's (NULL: those of that text). Should that fail, it is one more failure. */
void reported_save(const struct dirs *dirs, const struct plan *plan, const char *command, struct messages *failures,
		   const char *text);
