/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The diff: desired (plan) minus actual (inventory) gives steps, with what was tried so far deciding when. Pure.
 */
#pragma once

#include "decide/history.h"
#include "decide/match.h"
#include "decide/steps.h"

enum path_state {
	PATH_LIVE,
	PATH_CONNECTING, /* the controller exists but is not live: the kernel works on it */
	PATH_WAITING,	 /* something on this host is in the way */
	PATH_READY,	 /* nothing known against it */
	PATH_TRYING,	 /* being tried now */
	PATH_FAILED,	 /* tried; waits for its next turn */
};

/*
 * The first that applies:
 *
 *   state       when                                        what comes next
 *   LIVE        its controller is live                      of a discovery controller: STEP_READ_LOG
 *   TRYING      attempt->busy                               the end of the probe or the write: act/apply.h
 *   CONNECTING  its controller is there and not live        what the kernel makes of it
 *   WAITING     its obstacle forbids a probe                another look: what is in the way has changed
 *   FAILED      attempt->error, attempt->next to come       that time; run/notice.h brings it forward
 *   READY       otherwise                                   STEP_PROBE; with attempt->probed, STEP_CONNECT
 */
enum path_state path_state(const struct match *match, const struct attempt *attempt, uint64_t now);

/* Whether the path was in this state at the last look. */
bool attempt_was(const struct attempt *attempt, enum path_state state);

/* The state, and the obstacle, as one number to compare: what attempt->state holds. */
int path_state_number(enum path_state state, const struct match *match);

/* Which association the path's controller is: another number, another association. 0: there is none. */
uint64_t path_association(const struct match *match);

/* Whether it has been in this state since the last look. Between ready, trying and failed there is no difference. */
bool attempt_goes_on(const struct attempt *attempt, const struct match *match, enum path_state state);

/* ms: a log page is read again after so long although no event has told of a change: by each pass of the timer */
#define LOG_PAGE_AGE_MAX 45000

/* What can be done now, in the order in which it shall be done. The caller frees *ret. Returns the number of steps or
 * -ENOMEM. */
ssize_t diff(const struct matches *matches, const struct history *history, uint64_t now, struct step **ret);

/* How it stands: the exit statuses of nvmf-boot(8). */
enum verdict {
	VERDICT_ALL_LIVE = 0,
	VERDICT_UNREAD = 1,   /* a source or the inventory could not be read whole: who knows what is missing */
	VERDICT_UNUSABLE = 2, /* something is asked for, and no path came of it */
	VERDICT_DEGRADED = 3,
	VERDICT_LOST = 4
};
/* history: since when paths are live, and which log page was asked for in vain; or NULL */
enum verdict diff_verdict(const struct matches *matches, const struct history *history, uint64_t now);

/* Whether all wanted paths are live. */
bool diff_all_live(const struct matches *matches);
