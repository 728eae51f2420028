/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/trust.h"

/* Why nobody who may name paths of root names this one; NULL: somebody does. It is a source, or the log page of a
 * discovery controller that a source names; 'sources' says which of these; 0: all. */
static const char *why_untrusted(const struct plan *plan, const struct plan_path *path, unsigned sources)
{
	const struct plan_path *named = path->parent < 0 ? path : &plan->paths[path->parent];
	unsigned needed = named->source.root_source | (path->parent < 0 ? 0 : ROOT_SOURCE_LOG);

	if (named->parent >= 0)
		return "only a referral names this path";
	if (sources && (sources & needed) != needed)
		return "rd.nvmf.root-sources= does not list who names this path";
	return NULL;
}

/* Whether it is root's, as far as is known (before root is mounted: a parameter names it), and somebody who is trusted
 * names its paths. */
static bool is_guarded(const struct plan *plan, const struct inventory *inv, const char *nqn, unsigned sources)
{
	bool is_roots = inventory_carries_root(inv, nqn), is_named = false;

	for (size_t i = 0; i < plan->n_paths; i++) {
		const struct plan_path *path = &plan->paths[i];

		if (path->gone || path->discovery || !streq(path->tid.subsysnqn, nqn))
			continue;
		is_roots |= path->source.is_explicit;
		is_named |= !why_untrusted(plan, path, sources);
	}
	return is_roots && is_named;
}

void trust_apply(struct plan *plan, const struct inventory *inv)
{
	char place[TID_PLACE_MAX];

	for (size_t i = 0; i < plan->n_paths; i++) {
		struct plan_path *path = &plan->paths[i];
		const char *nqn = path->tid.subsysnqn, *why;
		unsigned sources = is_guarded(plan, inv, nqn, plan->root_sources) ? plan->root_sources : 0;

		why = why_untrusted(plan, path, sources);
		if (path->gone || path->discovery || !why || !is_guarded(plan, inv, nqn, sources))
			continue;
		path->gone = path->excluded = true;
		plan_note(plan, &path->source, "%s at %s is left alone: root may be on this subsystem, and %s",
			  path->tid.subsysnqn, tid_format_place(&path->tid, place), why);
	}
}
