/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/diff.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "decide/diff_net.h"
#include "decide/subsystems.h"

/* ---- paths ---- */

enum path_state path_state(const struct match *match, const struct attempt *attempt, uint64_t now)
{
	/* one that our write is making is not the kernel's yet */
	if (match->ctrl && match->ctrl->state == CTRL_LIVE && !match->ctrl->refused)
		return PATH_LIVE;
	if (attempt->busy)
		return PATH_TRYING;
	if (match->ctrl)
		return PATH_CONNECTING;
	if (reason_table[match->reach.obstacle].forbids)
		return PATH_WAITING;
	return attempt->error && attempt->next > now ? PATH_FAILED : PATH_READY;
}

bool attempt_was(const struct attempt *attempt, enum path_state state)
{
	return attempt->state >= 0 && (attempt->state & 0xff) == (int)state;
}

int path_state_number(enum path_state state, const struct match *match)
{
	return (int)state | (int)match->reach.obstacle << 8;
}

/* Its number on this host, the target's number, and the kernel's count, where it has one. */
uint64_t path_association(const struct match *match)
{
	const struct inv_ctrl *ctrl = match->ctrl;
	uint64_t number;

	if (!ctrl)
		return 0;
	number = strtoul(ctrl->name + strcspn(ctrl->name, "0123456789"), NULL, 10);
	return 1 + ((number & 0xffff) | (uint64_t)(ctrl->cntlid & 0xffff) << 16 |
		    (uint64_t)(ctrl->reconnects > 0 ? ctrl->reconnects & 0x7fffffff : 0) << 32);
}

static bool is_on_its_way(int state)
{
	return state == PATH_READY || state == PATH_TRYING || state == PATH_FAILED;
}

bool attempt_goes_on(const struct attempt *attempt, const struct match *match, enum path_state state)
{
	if (attempt->state < 0)
		return false;
	if (is_on_its_way((int)state))
		return is_on_its_way(attempt->state & 0xff);
	return attempt->state == path_state_number(state, match) &&
	       (state != PATH_LIVE || attempt->association == path_association(match));
}

/* What comes first stays first among equals. */
static int compare_turns(const void *a, const void *b)
{
	const struct step *one = a, *other = b;

	if (one->turn != other->turn)
		return one->turn < other->turn ? -1 : 1;
	return (one->index > other->index) - (one->index < other->index);
}

/* Whether a path is one that the firmware could not use beside others that it could: nobody waits for it. */
static bool is_extra(const struct plan *plan, size_t path)
{
	for (size_t i = 0; plan->paths[path].is_optional && i < plan->n_paths; i++)
		if (!plan->paths[i].is_optional && !plan->paths[i].gone && !plan->paths[i].discovery &&
		    streq(plan->paths[i].tid.subsysnqn, plan->paths[path].tid.subsysnqn))
			return true;
	return false;
}

/* The writes in their order, since there is one writer: what the firmware could use, what has failed less, what has no
 * path yet. */
static void sort_connects(const struct matches *matches, const struct history *history, struct steps *steps,
			  size_t first)
{
	for (size_t i = first; i < steps->n; i++) {
		size_t path = (size_t)steps->list[i].index;
		unsigned failures = history->attempts[path].failures;

		steps->list[i].turn = UINT_MAX;
		if (steps->list[i].kind == STEP_CONNECT)
			steps->list[i].turn = (failures < 1000 ? failures : 1000) * 2 +
					      match_group_is_live(matches, path) +
					      (is_extra(matches->plan, path) ? 4000 : 0);
	}
	if (steps->n > first)
		qsort(steps->list + first, steps->n - first, sizeof(*steps->list), compare_turns);
}

static void diff_paths(const struct matches *matches, const struct history *history, uint64_t now, struct steps *steps)
{
	const struct plan *plan = matches->plan;
	size_t first = steps->n;

	for (size_t i = 0; i < matches->n; i++) {
		const struct plan_path *path = &plan->paths[i];
		const struct attempt *attempt = &history->attempts[i];
		enum path_state state = path_state(&matches->of[i], attempt, now);

		if (path->gone)
			continue;
		if (state == PATH_LIVE && path->discovery && attempt->next <= now &&
		    (!attempt->log_read || now - attempt->log_read > LOG_PAGE_AGE_MAX))
			steps_add(steps, STEP_READ_LOG, (int)i, 0);
		if (state == PATH_READY && matches->inv->has_transport[path->tid.transport] &&
		    (!attempt->failures || history->writes_left))
			steps_add(steps, attempt->probed ? STEP_CONNECT : STEP_PROBE, (int)i, 0);
	}
	sort_connects(matches, history, steps, first);
}

static bool was_ended(const struct history *history, const char *ctrl)
{
	for (size_t i = 0; i < history->n_ended; i++)
		if (streq(history->ended[i], ctrl))
			return true;
	return history->n_ended == ARRAY_SIZE(history->ended);
}

/* A line that is gone leaves its discovery controller behind, which would go on asking for nobody. Data is never
 * disconnected; nor is anything while a source cannot be read. */
static void diff_orphans(const struct matches *matches, const struct history *history, struct steps *steps)
{
	const struct plan *plan = matches->plan;
	const struct inventory *inv = matches->inv;

	if (plan_is_unread(plan) || plan->uncertain)
		return;
	for (size_t i = 0; i < inv->n_ctrls; i++) {
		const struct inv_ctrl *ctrl = &inv->ctrls[i];

		if (ctrl->ours && !ctrl->refused && ctrl->discovery && ctrl->state == CTRL_LIVE &&
		    !match_has_its_place(matches, ctrl) && !was_ended(history, ctrl->name))
			steps_add(steps, STEP_DELETE, (int)i, 0);
	}
}

/* ---- modules ---- */

static void need_module(const struct history *history, struct steps *steps, int module, bool needed, bool there)
{
	if (needed && !there && !history->module_tried[module])
		steps_add(steps, STEP_LOAD_MODULE, module, 0);
}

static void diff_modules(const struct plan *plan, const struct inventory *inv, const struct history *history,
			 struct steps *steps)
{
	bool needed[TRANSPORT_TCP + 1] = {false};

	for (size_t i = 0; i < plan->n_paths; i++)
		needed[plan->paths[i].tid.transport] = true;
	need_module(history, steps, MODULE_NVME_RDMA, needed[TRANSPORT_RDMA], inv->has_transport[TRANSPORT_RDMA]);
	need_module(history, steps, MODULE_NVME_TCP, needed[TRANSPORT_TCP], inv->has_transport[TRANSPORT_TCP]);
	need_module(history, steps, MODULE_RDMA_RXE, plan->n_rxes > 0, inv->has_rxe);
	need_module(history, steps, MODULE_8021Q, plan->n_vlans > 0, inv->has_vlan);
	need_module(history, steps, MODULE_RDMA_UCM, needed[TRANSPORT_RDMA], inv->has_rdma_cm);
}

ssize_t diff(const struct matches *matches, const struct history *history, uint64_t now, struct step **ret)
{
	const struct plan *plan = matches->plan;
	const struct inventory *inv = matches->inv;
	struct steps steps = {0};

	diff_modules(plan, inv, history, &steps);
	if (!inv->gap[INVENTORY_NET])
		diff_net(plan, inv, history, &steps);
	if (!inv->gap[INVENTORY_CTRLS])
		diff_paths(matches, history, now, &steps);
	diff_orphans(matches, history, &steps);
	*ret = steps.list;
	return steps.short_of_memory ? -ENOMEM : (ssize_t)steps.n;
}

/* ---- verdict ---- */

static enum verdict paths_verdict(const struct matches *matches)
{
	enum verdict verdict = VERDICT_ALL_LIVE;
	bool has_io = false;

	for (size_t i = 0; i < matches->n; i++) {
		const struct plan_path *path = &matches->plan->paths[i];

		if (path->gone)
			continue;
		has_io |= !path->discovery;
		if (match_is_live(matches, i) || is_extra(matches->plan, i))
			continue;
		if (!path->discovery && !match_group_is_live(matches, i))
			return VERDICT_LOST;
		verdict = VERDICT_DEGRADED;
	}
	/* what a discovery controller would name is unknown while none has answered */
	return verdict == VERDICT_DEGRADED && !has_io ? VERDICT_LOST : verdict;
}

bool diff_all_live(const struct matches *matches)
{
	return paths_verdict(matches) == VERDICT_ALL_LIVE;
}

/* Exclusions have left none of the paths that are asked for. */
static bool all_is_excluded(const struct plan *plan)
{
	bool has_excluded = false;

	for (size_t i = 0; i < plan->n_paths; i++) {
		if (!plan->paths[i].gone && !plan->paths[i].discovery)
			return false;
		has_excluded |= plan->paths[i].excluded;
	}
	return has_excluded;
}

/* Whether a log page has been read, or has named something before: of a live discovery controller. */
static bool page_is_known(const struct plan *plan, const struct attempt *attempt, size_t dc)
{
	for (size_t i = 0; i < plan->n_paths; i++)
		if (plan->paths[i].parent == (int)dc)
			return true;
	return attempt->log_read || plan->paths[dc].log_empty;
}

/* What live discovery controllers would name is unknown while their page has not been read. */
static enum verdict pages_verdict(const struct matches *matches, const struct history *history)
{
	bool has_io = false, is_unknown = false;

	for (size_t i = 0; history && i < matches->n && i < history->n_attempts; i++) {
		const struct plan_path *path = &matches->plan->paths[i];

		has_io |= !path->discovery && !path->gone;
		is_unknown |= path->discovery && match_is_live(matches, i) &&
			      !page_is_known(matches->plan, &history->attempts[i], i);
	}
	if (!is_unknown)
		return VERDICT_ALL_LIVE;
	return has_io ? VERDICT_DEGRADED : VERDICT_LOST;
}

/* Whether the log page of a live discovery controller was asked for in vain: a source, too. */
static bool page_is_unread(const struct matches *matches, const struct history *history)
{
	for (size_t i = 0; history && i < matches->n && i < history->n_attempts; i++)
		if (history->attempts[i].log_error && match_is_live(matches, i) && matches->plan->paths[i].discovery)
			return true;
	return false;
}

enum verdict diff_verdict(const struct matches *matches, const struct history *history, uint64_t now)
{
	struct subsystems subsystems;
	enum verdict verdict;

	if (plan_is_unread(matches->plan) || !inventory_is_whole(matches->inv) || page_is_unread(matches, history))
		return VERDICT_UNREAD;
	if (plan_is_unusable(matches->plan))
		return VERDICT_UNUSABLE;
	verdict = paths_verdict(matches);
	if (verdict == VERDICT_ALL_LIVE && all_is_excluded(matches->plan))
		return VERDICT_UNUSABLE;
	if (verdict == VERDICT_ALL_LIVE)
		verdict = pages_verdict(matches, history);
	if (verdict != VERDICT_ALL_LIVE)
		return verdict;
	if (subsystems_find(matches, history, now, &subsystems) < 0)
		return VERDICT_UNREAD;
	if (subsystems_lack_disks(&subsystems))
		verdict = VERDICT_DEGRADED;
	subsystems_free(&subsystems);
	return verdict;
}
