/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/trust.h"

#include <stdlib.h>
#include <string.h>

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

/* A subsystem of which a path is named by somebody who may not name root's. */
struct doubt {
	const char *nqn;
	bool is_roots;	/* as far as is known: before root is mounted, a parameter names it */
	bool is_named;	/* by somebody who is trusted by default */
	bool is_listed; /* by somebody who is trusted by rd.nvmf.root-sources= as well */
};

static int compare_doubts(const void *a, const void *b)
{
	return strcmp(((const struct doubt *)a)->nqn, ((const struct doubt *)b)->nqn);
}

static struct doubt *find_doubt(struct doubt *doubts, size_t n, const char *nqn)
{
	const struct doubt key = {.nqn = nqn};

	return n ? bsearch(&key, doubts, n, sizeof(*doubts), compare_doubts) : NULL;
}

static bool is_doubtful(const struct plan *plan, const struct plan_path *path)
{
	return !path->gone && !path->discovery && why_untrusted(plan, path, plan->root_sources);
}

/* One for each subsystem, sorted. */
static size_t list_doubts(const struct plan *plan, struct doubt *doubts)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < plan->n_paths; i++)
		if (is_doubtful(plan, &plan->paths[i]))
			doubts[n++].nqn = plan->paths[i].tid.subsysnqn;
	if (n)
		qsort(doubts, n, sizeof(*doubts), compare_doubts);
	for (size_t i = 0; i < n; i++)
		if (!kept || !streq(doubts[kept - 1].nqn, doubts[i].nqn))
			doubts[kept++] = doubts[i];
	return kept;
}

static void look_into_doubts(const struct plan *plan, const struct inventory *inv, struct doubt *doubts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		doubts[i].is_roots = inventory_carries_root(inv, doubts[i].nqn);
	for (size_t i = 0; i < plan->n_paths; i++) {
		const struct plan_path *path = &plan->paths[i];
		struct doubt *doubt = path->gone || path->discovery ? NULL : find_doubt(doubts, n, path->tid.subsysnqn);

		if (!doubt)
			continue;
		doubt->is_roots |= path->source.is_explicit;
		doubt->is_named |= !why_untrusted(plan, path, 0);
		doubt->is_listed |= !why_untrusted(plan, path, plan->root_sources);
	}
}

/* NULL: nothing is wrong with this path. Without memory, which is no doubt at all, nobody is trusted. */
static const char *why_left_alone(const struct plan *plan, const struct plan_path *path, const struct doubt *doubt)
{
	if (doubt && !(doubt->is_roots && doubt->is_named))
		return NULL;
	/* who lists nobody that is there has listed nobody */
	return why_untrusted(plan, path, !doubt || doubt->is_listed ? plan->root_sources : 0);
}

void trust_apply(struct plan *plan, const struct inventory *inv)
{
	CLEANUP_FREE struct doubt *doubts = calloc(plan->n_paths + 1, sizeof(*doubts));
	size_t n = doubts ? list_doubts(plan, doubts) : 0;
	char place[TID_PLACE_MAX];

	look_into_doubts(plan, inv, doubts, n);
	for (size_t i = 0; i < plan->n_paths; i++) {
		struct plan_path *path = &plan->paths[i];
		const char *why = is_doubtful(plan, path)
					  ? why_left_alone(plan, path, find_doubt(doubts, n, path->tid.subsysnqn))
					  : NULL;

		if (!why)
			continue;
		path->gone = path->excluded = true;
		plan_note(plan, &path->source, "%s at %s is left alone: root may be on this subsystem, and %s",
			  path->tid.subsysnqn, tid_format_place(&path->tid, place), why);
	}
}
