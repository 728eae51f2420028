/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/notice.h"

#include "base/log.h"
#include "decide/explain.h"
#include "decide/label.h"
#include "decide/reason.h"

/* A path's state with the obstacle, as one number to compare. */
static int state_number(const struct path_view *view)
{
	return (int)view->state | (int)view->reach.obstacle << 8;
}

static void notice_live(const struct plan_path *path, struct attempt *attempt, const struct path_view *view)
{
	char label[PATH_LABEL_MAX];
	const struct slots slots = {.path = path_label(path, label), .device = view->ctrl->name};
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

static void notice_lost(const struct plan_path *path, struct attempt *attempt, const struct path_view *view)
{
	char label[PATH_LABEL_MAX];
	const struct slots slots = {.path = path_label(path, label)};
	struct sentence event, why;

	if (attempt_was(attempt, PATH_LIVE) && view->ctrl)
		log_warning("%s: %s", reason_say(REASON_NOT_LIVE, &slots, &event),
			    reason_of_path(path, view, attempt, &why));
	else if (attempt_was(attempt, PATH_LIVE))
		log_warning("%s: %s", reason_say(REASON_NOT_LIVE, &slots, &event),
			    reason_say(REASON_REMOVED, &slots, &why));
	else if (view->state == PATH_WAITING)
		log_info("%s: %s", reason_say(REASON_WAITING, &slots, &event),
			 reason_of_path(path, view, attempt, &why));
	if (!view->ctrl)
		attempt->log_read = 0;
	/* something that concerns it has happened: no need to sit out an old wait */
	if (view->state == PATH_WAITING || attempt_was(attempt, PATH_WAITING) || attempt_was(attempt, PATH_LIVE) ||
	    attempt_was(attempt, PATH_CONNECTING)) {
		attempt->next = 0;
		attempt->failures = 0;
	}
	if (view->state == PATH_WAITING)
		attempt->probed = false;
}

struct redundancy {
	unsigned paths, live, before; /* before: live at the last look */
	bool is_new;		      /* one of them has not been looked at before */
};

/* of each path, at the last look */
static enum { UNKNOWN, NOT_LIVE, LIVE } last[PLAN_PATHS_MAX];

/* Of the subsystem that a path leads to. */
static struct redundancy redundancy_of(const struct loop *loop, size_t path)
{
	const struct plan *plan = &loop->work.plan;
	struct redundancy redundancy = {0};

	for (size_t i = 0; i < plan->n_paths; i++) {
		if (plan->paths[i].gone || plan->paths[i].discovery ||
		    !streq(plan->paths[i].tid.subsysnqn, plan->paths[path].tid.subsysnqn))
			continue;
		redundancy.paths++;
		redundancy.live += attempt_was(&loop->work.history.attempts[i], PATH_LIVE);
		redundancy.before += last[i] == LIVE;
		redundancy.is_new |= last[i] == UNKNOWN;
	}
	return redundancy;
}

/* One line when it is lost and one when it is back, not one a path. */
static void say_redundancy(const struct loop *loop, size_t path)
{
	struct redundancy now = redundancy_of(loop, path);
	const struct slots slots = {
		.subsystem = loop->work.plan.paths[path].tid.subsysnqn, .live = now.live, .paths = now.paths};
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

/* Whether it is the first path of its subsystem that has come or gone since the last look. */
static bool leads_change(const struct loop *loop, size_t path)
{
	const struct plan_path *paths = loop->work.plan.paths;

	if (paths[path].gone || paths[path].discovery)
		return false;
	for (size_t i = 0; i <= path; i++)
		if ((last[i] == LIVE) != attempt_was(&loop->work.history.attempts[i], PATH_LIVE) && !paths[i].gone &&
		    streq(paths[i].tid.subsysnqn, paths[path].tid.subsysnqn))
			return i == path;
	return false;
}

static void notice(struct loop *loop, size_t path, uint64_t now)
{
	struct path_view view = diff_path(&loop->work.plan, &loop->work.inv, &loop->work.history, path, now);
	struct attempt *attempt = &loop->work.history.attempts[path];
	bool on_its_way = view.state == PATH_READY || view.state == PATH_TRYING || view.state == PATH_FAILED;
	bool same_way = attempt_was(attempt, PATH_READY) || attempt_was(attempt, PATH_TRYING) ||
			attempt_was(attempt, PATH_FAILED);

	if (attempt->state == state_number(&view))
		return;
	if (view.state == PATH_LIVE)
		notice_live(&loop->work.plan.paths[path], attempt, &view);
	else
		notice_lost(&loop->work.plan.paths[path], attempt, &view);
	if (!on_its_way || !same_way)
		attempt->since = now;
	attempt->state = state_number(&view);
}

void notice_changes(struct loop *loop)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < loop->work.plan.n_paths; i++) {
		const struct attempt *attempt = &loop->work.history.attempts[i];

		last[i] = attempt->state < 0 ? UNKNOWN : attempt_was(attempt, PATH_LIVE) ? LIVE : NOT_LIVE;
		if (!loop->work.plan.paths[i].gone)
			notice(loop, i, now);
	}
	for (size_t i = 0; i < loop->work.plan.n_paths; i++)
		if (leads_change(loop, i))
			say_redundancy(loop, i);
}
