/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/notice.h"

#include "base/log.h"
#include "decide/explain.h"
#include "decide/label.h"
#include "decide/reason.h"
#include "decide/subsystems.h"

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

	if (!attempt_goes_on(attempt, match, state)) {
		/* of a new path: nothing that is not there has waited for longer */
		attempt->after = attempt->state < 0 && !match->ctrl ? now : loop->work.history.looked;
		attempt->since = now;
		attempt->association = path_association(match);
	}
	if (attempt->state == path_state_number(state, match))
		return;
	if (state == PATH_LIVE)
		notice_live(&loop->work.plan.paths[path], attempt, match->ctrl);
	else
		notice_lost(loop, path, state, now);
	attempt->state = path_state_number(state, match);
}

/* ---- disks ---- */

/* Once for each change. While no path is live, or has just become so, nothing is known. */
static void notice_disks(struct loop *loop, const struct subsystem *subsystem)
{
	struct attempt *attempt = &loop->work.history.attempts[subsystem->lead];
	const struct slots slots = {.subsystem = loop->work.plan.paths[subsystem->lead].tid.subsysnqn,
				    .device = subsystem->disk};
	struct sentence sentence;
	bool was_bad = attempt->disks > DISKS_USABLE;

	if (subsystem->state == DISKS_UNKNOWN || attempt->disks == (int)subsystem->state)
		return;
	attempt->disks = (int)subsystem->state;
	(void)subsystem_say_disks(&loop->work.matches, subsystem, &sentence);
	if (*sentence.line)
		log_message(subsystem->is_named || subsystem->carries_root ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE, "%s",
			    sentence.line);
	else if (was_bad)
		log_notice("%s", reason_say(REASON_DISK_BACK, &slots, &sentence));
}

static void notice_all_disks(struct loop *loop, uint64_t now)
{
	struct subsystems subsystems;

	if (subsystems_find(&loop->work.matches, &loop->work.history, now, &subsystems) < 0)
		return;
	for (size_t i = 0; i < subsystems.n; i++)
		notice_disks(loop, &subsystems.list[i]);
	subsystems_free(&subsystems);
}

/* A log page that names nothing, once. Its reason has the name by which the target must know this host. */
static void notice_page(struct loop *loop, size_t path, uint64_t now)
{
	const struct plan_path *dc = &loop->work.plan.paths[path];
	struct attempt *attempt = &loop->work.history.attempts[path];
	const int said = dc->log_empty ? DISKS_NONE : DISKS_UNKNOWN;
	char label[PATH_LABEL_MAX];
	struct sentence why;

	if (dc->gone || !dc->discovery || attempt->log_error || attempt->disks == said)
		return;
	attempt->disks = said;
	if (dc->log_empty && attempt_was(attempt, PATH_LIVE))
		log_warning("%s: %s", path_label(dc, label),
			    reason_of_path(&loop->work.matches, &loop->work.history, path, now, &why));
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
	loop->work.history.looked = now;
	/* passes look after disks and pages; the keeper's inventory has none */
	if (loop->work.is_keeper)
		return;
	notice_all_disks(loop, now);
	for (size_t i = 0; i < loop->work.plan.n_paths; i++)
		notice_page(loop, i, now);
}
