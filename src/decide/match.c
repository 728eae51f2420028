/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/match.h"

#include <errno.h>
#include <stdlib.h>

static bool same_host(const struct identity *want, const struct identity *have)
{
	return !want->nqn[0] || !have->nqn[0] || streq(want->nqn, have->nqn);
}

/* A discovery controller asked for by the well-known NQN may show a unique one. */
static bool satisfies(const struct tid *tid, bool discovery, const struct inv_ctrl *ctrl)
{
	struct tid want = *tid;

	if (discovery != ctrl->discovery)
		return false;
	if (discovery && streq(want.subsysnqn, DISCOVERY_NQN))
		(void)copy_string(want.subsysnqn, sizeof(want.subsysnqn), ctrl->tid.subsysnqn);
	return tid_is_satisfied_by(&want, &ctrl->tid, ctrl->src_addr);
}

/* The controller that is this path; a live one before others; what is being deleted is none. tid: as the kernel gets
 * it. */
static const struct inv_ctrl *find_ctrl(const struct plan *plan, const struct inventory *inv,
					const struct plan_path *path, const struct tid *tid)
{
	const struct identity *identity = plan_path_identity(plan, path);
	const struct inv_ctrl *found = NULL;

	/* its interface has no address that could tell its controller from another one's */
	if (tid->transport == TRANSPORT_RDMA && path->tid.host_iface[0] && !tid->host_traddr[0])
		return NULL;
	for (size_t i = 0; i < inv->n_ctrls; i++) {
		const struct inv_ctrl *ctrl = &inv->ctrls[i];

		if (ctrl->state == CTRL_DELETING || ctrl->state == CTRL_DEAD ||
		    !satisfies(tid, path->discovery, ctrl) || !same_host(identity, &ctrl->identity))
			continue;
		if (!found || ctrl->state == CTRL_LIVE)
			found = ctrl;
	}
	return found;
}

static struct match match_path(const struct plan *plan, const struct inventory *inv, const struct plan_path *path)
{
	struct match match = {.reach = reach_path(plan, inv, path)};

	match.ctrl = find_ctrl(plan, inv, path, &match.reach.tid);
	if (match.ctrl)
		match.reach.obstacle = REASON_NONE;
	return match;
}

int match(struct matches *matches, const struct plan *plan, const struct inventory *inv)
{
	struct match *of = matches->of;

	/* a keeper takes no memory while there are no more of them */
	if (matches->n < plan->n_paths)
		of = reallocarray(of, plan->n_paths, sizeof(*of));
	if (!of && plan->n_paths) {
		match_free(matches);
		return -ENOMEM;
	}
	*matches = (struct matches){.plan = plan, .inv = inv, .of = of, .n = plan->n_paths};
	for (size_t i = 0; i < plan->n_paths; i++)
		of[i] = match_path(plan, inv, &plan->paths[i]);
	return 0;
}

void match_free(struct matches *matches)
{
	free(matches->of);
	*matches = (struct matches){0};
}

bool match_is_live(const struct matches *matches, size_t path)
{
	const struct inv_ctrl *ctrl = matches->of[path].ctrl;

	return !matches->plan->paths[path].gone && ctrl && ctrl->state == CTRL_LIVE && !ctrl->refused;
}

bool match_is_planned(const struct matches *matches, const struct inv_ctrl *ctrl)
{
	for (size_t i = 0; i < matches->n; i++)
		if (!matches->plan->paths[i].gone && matches->of[i].ctrl == ctrl)
			return true;
	return false;
}
