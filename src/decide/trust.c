/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/trust.h"

#include <stdlib.h>
#include <string.h>

/* Named by a source, or by the log page of a discovery controller that a source names. */
static bool is_trusted(const struct plan *plan, const struct plan_path *path)
{
	return path->parent < 0 || plan->paths[path->parent].parent < 0;
}

/* A subsystem that only a referral's log page may name. */
struct doubt {
	const char *nqn;
	bool is_roots; /* as far as is known: before root is mounted, a parameter names it */
	bool is_named; /* by somebody who is trusted */
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
	return !path->gone && !path->discovery && !is_trusted(plan, path);
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

static void clear_doubts(const struct plan *plan, const struct inventory *inv, struct doubt *doubts, size_t n)
{
	for (size_t i = 0; i < plan->n_paths; i++) {
		const struct plan_path *path = &plan->paths[i];
		struct doubt *doubt = path->gone || path->discovery ? NULL : find_doubt(doubts, n, path->tid.subsysnqn);

		if (!doubt)
			continue;
		doubt->is_roots |= path->source.is_explicit;
		doubt->is_named |= is_trusted(plan, path);
	}
	for (size_t i = 0; i < inv->n_ctrls; i++) {
		struct doubt *doubt =
			inv->ctrls[i].carries_root ? find_doubt(doubts, n, inv->ctrls[i].tid.subsysnqn) : NULL;

		if (doubt)
			doubt->is_roots = true;
	}
}

void trust_apply(struct plan *plan, const struct inventory *inv)
{
	CLEANUP_FREE struct doubt *doubts = calloc(plan->n_paths + 1, sizeof(*doubts));
	size_t n = doubts ? list_doubts(plan, doubts) : 0;
	char place[TID_PLACE_MAX];

	clear_doubts(plan, inv, doubts, n);
	for (size_t i = 0; i < plan->n_paths; i++) {
		struct plan_path *path = &plan->paths[i];
		const struct doubt *doubt = is_doubtful(plan, path) ? find_doubt(doubts, n, path->tid.subsysnqn) : NULL;

		/* without memory nobody is trusted */
		if (!is_doubtful(plan, path) || (doubt && !(doubt->is_roots && doubt->is_named)))
			continue;
		path->gone = path->excluded = true;
		plan_note(plan, &path->source,
			  "%s at %s is left alone: root may be on this subsystem, and only a referral names this path",
			  path->tid.subsysnqn, tid_format_place(&path->tid, place));
	}
}
