/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/notice.h"

#include "base/log.h"
#include "decide/explain.h"
#include "decide/label.h"
#include "decide/reason.h"

/* A path's state with the obstacle, as one number to compare. */
static int state_number(enum path_state state, const struct match *match)
{
	return (int)state | (int)match->reach.obstacle << 8;
}

static void notice_live(const struct plan_path *path, struct attempt *attempt, const struct inv_ctrl *ctrl)
{
	char label[PATH_LABEL_MAX];
	const struct slots slots = {.path = path_label(path, label), .device = ctrl->name};
	struct sentence sentence;

	/* what we connect ourselves is reported when the write is over */
	if (!attempt_was(attempt, PATH_LIVE) && !attempt->busy && !attempt->told)
		log_notice("%s", reason_say(REASON_LIVE, &slots, &sentence));
	attempt->error = 0;
	attempt->failures = 0;
	attempt->next = 0;
	attempt->probed = false;
	attempt->told = false;
}

static void notice_lost(struct loop *loop, size_t path, enum path_state state, uint64_t now)
{
	struct attempt *attempt = &loop->work.history.attempts[path];
	const struct inv_ctrl *ctrl = loop->work.matches.of[path].ctrl;
	char label[PATH_LABEL_MAX];
	const struct slots slots = {.path = path_label(&loop->work.plan.paths[path], label)};
	struct sentence event, why;

	(void)reason_of_path(&loop->work.matches, &loop->work.history, path, now, &why);
	if (attempt_was(attempt, PATH_LIVE) && ctrl)
		log_warning("%s: %s", reason_say(REASON_NOT_LIVE, &slots, &event), why.line);
	else if (attempt_was(attempt, PATH_LIVE))
		log_warning("%s: %s", reason_say(REASON_NOT_LIVE, &slots, &event),
			    reason_say(REASON_REMOVED, &slots, &why));
	else if (state == PATH_WAITING)
		log_info("%s: %s", reason_say(REASON_WAITING, &slots, &event), why.line);
	if (!ctrl)
		attempt->log_read = 0;
	/* something that concerns it has happened: no need to sit out an old wait */
	if (state == PATH_WAITING || attempt_was(attempt, PATH_WAITING) || attempt_was(attempt, PATH_LIVE) ||
	    attempt_was(attempt, PATH_CONNECTING)) {
		attempt->next = 0;
		attempt->failures = 0;
	}
	if (state == PATH_WAITING)
		attempt->probed = false;
}

struct redundancy {
	unsigned paths, live, before; /* before: live at the last look */
	bool is_new;		      /* one of them has not been looked at before */
};

/* Of the subsystem whose first path this is. */
static struct redundancy redundancy_of(const struct loop *loop, size_t lead)
{
	const struct attempt *attempts = loop->work.history.attempts;
	struct redundancy redundancy = {0};

	for (size_t i = lead; i != MATCH_END; i = loop->work.matches.of[i].next) {
		redundancy.paths++;
		redundancy.live += attempt_was(&attempts[i], PATH_LIVE);
		redundancy.before += attempts[i].before == WAS_LIVE;
		redundancy.is_new |= attempts[i].before == WAS_UNKNOWN;
	}
	return redundancy;
}

/* One line when it is lost and one when it is back, not one a path. */
static void say_redundancy(const struct loop *loop, size_t lead)
{
	struct redundancy now = redundancy_of(loop, lead);
	const struct slots slots = {
		.subsystem = loop->work.plan.paths[lead].tid.subsysnqn, .live = now.live, .paths = now.paths};
	struct sentence sentence;

	if (now.paths < 2 || now.is_new || now.before == now.live)
		return;
	if (now.live == now.paths)
		log_notice("%s", reason_say(REASON_REDUNDANT, &slots, &sentence));
	else if (now.live == 0)
		log_error("%s", reason_say(REASON_NO_PATH, &slots, &sentence));
	else if (now.before == now.paths)
		log_warning("%s", reason_say(REASON_NOT_REDUNDANT, &slots, &sentence));
}

static void notice(struct loop *loop, size_t path, uint64_t now)
{
	const struct match *match = &loop->work.matches.of[path];
	struct attempt *attempt = &loop->work.history.attempts[path];
	const enum path_state state = path_state(match, attempt, now);
	bool on_its_way = state == PATH_READY || state == PATH_TRYING || state == PATH_FAILED;
	bool same_way = attempt_was(attempt, PATH_READY) || attempt_was(attempt, PATH_TRYING) ||
			attempt_was(attempt, PATH_FAILED);

	if (attempt->state == state_number(state, match))
		return;
	if (state == PATH_LIVE)
		notice_live(&loop->work.plan.paths[path], attempt, match->ctrl);
	else
		notice_lost(loop, path, state, now);
	if (!on_its_way || !same_way)
		attempt->since = now;
	attempt->state = state_number(state, match);
}

void notice_changes(struct loop *loop)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < loop->work.plan.n_paths; i++) {
		struct attempt *attempt = &loop->work.history.attempts[i];

		attempt->before = attempt->state < 0		    ? WAS_UNKNOWN
				  : attempt_was(attempt, PATH_LIVE) ? WAS_LIVE
								    : WAS_NOT_LIVE;
		if (!loop->work.plan.paths[i].gone)
			notice(loop, i, now);
	}
	for (size_t i = 0; i < loop->work.plan.n_paths; i++)
		if (match_leads(&loop->work.matches, i) && !loop->work.plan.paths[i].discovery)
			say_redundancy(loop, i);
}
