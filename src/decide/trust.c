/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/trust.h"

/* Named by a source, or by the log page of a discovery controller that a source names. */
static bool is_trusted(const struct plan *plan, const struct plan_path *path)
{
	return path->parent < 0 || plan->paths[path->parent].parent < 0;
}

/* Whether it is root's, as far as is known (before root is mounted: a parameter names it), and somebody who is trusted
 * names its paths. */
static bool is_guarded(const struct plan *plan, const struct inventory *inv, const char *nqn)
{
	bool is_roots = inventory_carries_root(inv, nqn), is_named = false;

	for (size_t i = 0; i < plan->n_paths; i++) {
		const struct plan_path *path = &plan->paths[i];

		if (path->gone || path->discovery || !streq(path->tid.subsysnqn, nqn))
			continue;
		is_roots |= path->source.is_explicit;
		is_named |= is_trusted(plan, path);
	}
	return is_roots && is_named;
}

void trust_apply(struct plan *plan, const struct inventory *inv)
{
	char place[TID_PLACE_MAX];

	for (size_t i = 0; i < plan->n_paths; i++) {
		struct plan_path *path = &plan->paths[i];

		if (path->gone || path->discovery || is_trusted(plan, path) ||
		    !is_guarded(plan, inv, path->tid.subsysnqn))
			continue;
		path->gone = path->excluded = true;
		plan_note(plan, &path->source,
			  "%s at %s is left alone: root may be on this subsystem, and only a referral names this path",
			  path->tid.subsysnqn, tid_format_place(&path->tid, place));
	}
}
