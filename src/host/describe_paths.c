/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/describe_paths.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "host/describe_net.h"

const struct inv_ctrl *describe_next_ctrl(const struct inventory *inv, const struct inv_ctrl *before)
{
	const struct inv_ctrl *next = NULL;

	for (size_t i = 0; i < inv->n_ctrls; i++) {
		const struct inv_ctrl *ctrl = &inv->ctrls[i];

		if (!ctrl->carries_root || ctrl->refused || ctrl->discovery || ctrl->state == CTRL_DELETING ||
		    ctrl->state == CTRL_DEAD)
			continue;
		if ((!before || strverscmp(ctrl->name, before->name) > 0) &&
		    (!next || strverscmp(ctrl->name, next->name) < 0))
			next = ctrl;
	}
	return next;
}

static bool has_ctrl(const struct inventory *inv, const char *nqn)
{
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (streq(inv->ctrls[i].tid.subsysnqn, nqn))
			return true;
	return false;
}

/* The disk that root has lost is on a subsystem without a controller. */
static bool may_be_lost(const struct inventory *inv, const struct plan_path *path)
{
	return inv->root_is_degraded && path->source.is_explicit && !has_ctrl(inv, path->tid.subsysnqn);
}

bool describe_is_away(const struct matches *matches, size_t index)
{
	const struct plan_path *path = &matches->plan->paths[index];

	return !path->discovery && !path->gone && !matches->of[index].ctrl &&
	       (inventory_carries_root(matches->inv, path->tid.subsysnqn) || may_be_lost(matches->inv, path));
}

/* What a target reports of itself must not become a parameter of the next boot. */
static void warn_of_refused(const struct inventory *inv)
{
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (inv->ctrls[i].carries_root && inv->ctrls[i].refused)
			log_warning("%s carries root, but its parameters are not printed: %s (its target shows %s)",
				    inv->ctrls[i].name, inv->ctrls[i].refused, inv->ctrls[i].tid.subsysnqn);
}

/* Whether a path to the subsystem can be described. */
static bool has_path(const struct matches *matches, const char *nqn)
{
	const struct inventory *inv = matches->inv;

	for (const struct inv_ctrl *ctrl = NULL; (ctrl = describe_next_ctrl(inv, ctrl));)
		if (streq(ctrl->tid.subsysnqn, nqn))
			return true;
	for (size_t i = 0; i < matches->n; i++) {
		const struct tid *tid = &matches->plan->paths[i].tid;

		if (describe_is_away(matches, i) && streq(tid->subsysnqn, nqn) && describe_way(inv, tid, "").link)
			return true;
	}
	return false;
}

static bool was_named(const struct inventory *inv, size_t head)
{
	for (size_t i = 0; i < head; i++)
		if (streq(inv->heads[i].subsysnqn, inv->heads[head].subsysnqn))
			return true;
	return false;
}

int describe_check(const struct matches *matches)
{
	const struct inventory *inv = matches->inv;
	int r = 0;

	if (inv->n_heads == 0 && (!inv->root_is_listed || inv->gap[INVENTORY_ROOT])) {
		log_error("cmdline: nobody can tell whether root is on a fabric%s",
			  inv->root_is_listed ? "" : ": /proc/self/mountinfo does not list it");
		return -ENODATA;
	}
	warn_of_refused(inv);
	if (inv->root_is_degraded)
		log_warning(
			"root has lost a disk of an array or a file system: nobody can tell where it was, so only the "
			"paths that this boot asks for are printed for it");
	for (size_t i = 0; i < inv->n_heads; i++) {
		const char *nqn = inv->heads[i].subsysnqn;

		if (was_named(inv, i) || has_path(matches, nqn))
			continue;
		log_error("cmdline: root stands on %s, and no path to this subsystem can be described: the next boot "
			  "needs "
			  "parameters that connect it",
			  nqn);
		r = -ENODATA;
	}
	return r;
}
