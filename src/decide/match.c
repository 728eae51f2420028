/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/match.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a wish and its controller have in common; a discovery controller's NQN is no part of it. */
struct place {
	bool discovery;
	enum transport transport;
	const char *subsysnqn, *trsvcid;
	struct ip traddr;
};

/* A controller that may be a path. */
struct candidate {
	struct place place;
	const struct inv_ctrl *ctrl;
	struct ip host; /* the address that it starts from, without a scope; family 0: unknown */
	bool is_taken;
};

struct wish {
	size_t path;
	unsigned weight; /* how much it says */
};

/* A wanted path, to be sorted by its subsystem. */
struct member {
	const char *nqn; /* empty: a discovery controller */
	size_t path;
};

/* What one match is made with; freed at its end. */
struct pairing {
	struct candidate *candidates; /* sorted by place, then as the inventory has them */
	size_t n_candidates;
	struct wish *wishes;	/* sorted by weight, then as the plan has them */
	struct member *members; /* sorted by subsystem, then as the plan has them */
};

/* ---- places ---- */

static struct place place_of(const struct tid *tid, bool discovery)
{
	struct place place = {
		.discovery = discovery,
		.transport = tid->transport,
		.subsysnqn = discovery ? "" : tid->subsysnqn,
		.trsvcid = tid->trsvcid,
	};

	(void)!ip_parse(tid->traddr, &place.traddr);
	return place;
}

static int compare_places(const struct place *a, const struct place *b)
{
	int order = a->discovery - b->discovery;

	if (!order)
		order = (int)a->transport - (int)b->transport;
	if (!order)
		order = strcmp(a->subsysnqn, b->subsysnqn);
	if (!order)
		order = strcmp(a->trsvcid, b->trsvcid);
	return order ? order : ip_compare(&a->traddr, &b->traddr);
}

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *one = a, *other = b;
	int order = compare_places(&one->place, &other->place);

	return order ? order : (one->ctrl > other->ctrl) - (one->ctrl < other->ctrl);
}

static int compare_to_place(const void *place, const void *candidate)
{
	return compare_places(place, &((const struct candidate *)candidate)->place);
}

/* The first of the candidates there; they stand together. NULL: there is none. */
static struct candidate *candidates_at(const struct pairing *pairing, const struct place *place)
{
	struct candidate *found = place->traddr.family ? bsearch(place, pairing->candidates, pairing->n_candidates,
								 sizeof(*found), compare_to_place)
						       : NULL;

	while (found && found > pairing->candidates && compare_places(&found[-1].place, place) == 0)
		found--;
	return found;
}

static bool is_at(const struct pairing *pairing, const struct candidate *candidate, const struct place *place)
{
	return candidate < pairing->candidates + pairing->n_candidates && compare_places(&candidate->place, place) == 0;
}

/* What is being deleted is no path. */
static void find_candidates(struct pairing *pairing, const struct inventory *inv)
{
	for (size_t i = 0; i < inv->n_ctrls; i++) {
		const struct inv_ctrl *ctrl = &inv->ctrls[i];
		struct candidate candidate = {.ctrl = ctrl, .place = place_of(&ctrl->tid, ctrl->discovery)};

		if (ctrl->state == CTRL_DELETING || ctrl->state == CTRL_DEAD || !candidate.place.traddr.family)
			continue;
		(void)!ip_parse(ctrl->tid.host_traddr[0] ? ctrl->tid.host_traddr : ctrl->src_addr, &candidate.host);
		candidate.host.scope[0] = '\0';
		pairing->candidates[pairing->n_candidates++] = candidate;
	}
	if (pairing->n_candidates)
		qsort(pairing->candidates, pairing->n_candidates, sizeof(*pairing->candidates), compare_candidates);
}

/* ---- the host side ---- */

/* Linux shows the source address of a TCP controller from 6.1 on, and only while it is live. */
static bool hides_its_source(const struct candidate *candidate)
{
	return !candidate->host.family && candidate->ctrl->tid.transport == TRANSPORT_TCP &&
	       candidate->ctrl->state != CTRL_LIVE;
}

static bool is_from_address(const struct candidate *candidate, const char *host_traddr)
{
	struct ip host;

	if (ip_parse(host_traddr, &host) < 0)
		return false;
	host.scope[0] = '\0';
	return ip_equal(&host, &candidate->host) || hides_its_source(candidate);
}

/* name: as the kernel gets it */
static bool is_from_interface(const struct matches *matches, const struct plan_path *path, const char *name,
			      const struct candidate *candidate)
{
	if (candidate->ctrl->tid.host_iface[0])
		return streq(candidate->ctrl->tid.host_iface, name);
	return reach_is_from(matches->plan, matches->inv, path, &candidate->host) || hides_its_source(candidate);
}

static bool is_from_its_host(const struct matches *matches, size_t index, const struct candidate *candidate)
{
	const struct plan_path *path = &matches->plan->paths[index];
	const struct reach *reach = &matches->of[index].reach;

	if (path->tid.host_traddr[0] && !is_from_address(candidate, path->tid.host_traddr))
		return false;
	return !path->tid.host_iface[0] || is_from_interface(matches, path, reach->link, candidate);
}

static bool same_identity(const struct identity *want, const struct identity *have)
{
	return !want->nqn[0] || !have->nqn[0] || streq(want->nqn, have->nqn);
}

/* ---- one to one ---- */

static bool is_unique_discovery(const struct plan_path *path)
{
	return path->discovery && !streq(path->tid.subsysnqn, DISCOVERY_NQN);
}

/* An address is on one interface, an interface has several addresses. What is not wanted takes what is left. */
static unsigned weight_of(const struct plan_path *path)
{
	return path->gone ? 0
			  : 1U + is_unique_discovery(path) + 2U * (path->tid.host_iface[0] != '\0') +
				    4U * (path->tid.host_traddr[0] != '\0');
}

static int compare_wishes(const void *a, const void *b)
{
	const struct wish *one = a, *other = b;

	if (one->weight != other->weight)
		return one->weight < other->weight ? 1 : -1;
	return (one->path > other->path) - (one->path < other->path);
}

/* A discovery controller asked for by the well-known NQN may show a unique one. */
static bool satisfies(const struct matches *matches, size_t index, const struct candidate *candidate)
{
	const struct plan_path *path = &matches->plan->paths[index];

	if (candidate->is_taken ||
	    !same_identity(plan_path_identity(matches->plan, path), &candidate->ctrl->identity) ||
	    (is_unique_discovery(path) && !streq(path->tid.subsysnqn, candidate->ctrl->tid.subsysnqn)))
		return false;
	return is_from_its_host(matches, index, candidate);
}

/* A live one before others, then one that was asked for in the same words. */
static unsigned rank_of(const struct candidate *candidate, const struct tid *want)
{
	const struct tid *have = &candidate->ctrl->tid;

	return 1U + 2U * (candidate->ctrl->state == CTRL_LIVE) +
	       (!have->host_traddr[0] == !want->host_traddr[0] && !have->host_iface[0] == !want->host_iface[0]);
}

static void take_ctrl(struct matches *matches, const struct pairing *pairing, const struct wish *wish)
{
	const struct plan_path *path = &matches->plan->paths[wish->path];
	struct match *match = &matches->of[wish->path];
	struct place place = place_of(&match->reach.tid, path->discovery);
	struct candidate *found = NULL, *first = candidates_at(pairing, &place);
	unsigned best = 0;

	for (struct candidate *next = first; next && is_at(pairing, next, &place); next++) {
		struct match_ctrl *ctrl = &matches->ctrls[next->ctrl - matches->inv->ctrls];

		ctrl->has_its_place |= path->discovery && !path->gone;
		if (rank_of(next, &match->reach.tid) > best && satisfies(matches, wish->path, next)) {
			best = rank_of(next, &match->reach.tid);
			found = next;
		}
	}
	if (!found)
		return;
	found->is_taken = true;
	match->ctrl = found->ctrl;
	match->reach.obstacle = REASON_NONE;
	matches->ctrls[found->ctrl - matches->inv->ctrls].is_planned = !path->gone;
}

static void pair(struct matches *matches, struct pairing *pairing)
{
	find_candidates(pairing, matches->inv);
	for (size_t i = 0; i < matches->n; i++)
		pairing->wishes[i] = (struct wish){.path = i, .weight = weight_of(&matches->plan->paths[i])};
	if (matches->n)
		qsort(pairing->wishes, matches->n, sizeof(*pairing->wishes), compare_wishes);
	for (size_t i = 0; i < matches->n; i++)
		take_ctrl(matches, pairing, &pairing->wishes[i]);
}

/* ---- groups ---- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->nqn, ((const struct member *)b)->nqn);
}

static int compare_members(const void *a, const void *b)
{
	const struct member *one = a, *other = b;
	int order = compare_names(one, other);

	return order ? order : (one->path > other->path) - (one->path < other->path);
}

static void join(struct matches *matches, const struct member *members, size_t n)
{
	for (size_t i = 0, lead = 0; i < n; i++) {
		struct match *match = &matches->of[members[i].path];

		if (i == 0 || compare_names(&members[i - 1], &members[i]) != 0)
			lead = members[i].path;
		else
			matches->of[members[i - 1].path].next = members[i].path;
		match->lead = lead;
		matches->of[lead].group_is_live |= match_is_live(matches, members[i].path);
	}
}

/* All controllers of root's subsystem may be away. */
static void mark_heads(struct matches *matches, const struct member *members, size_t n)
{
	for (size_t i = 0; i < matches->inv->n_heads; i++) {
		const struct member key = {.nqn = matches->inv->heads[i].subsysnqn};
		const struct member *member =
			*key.nqn ? bsearch(&key, members, n, sizeof(*members), compare_names) : NULL;

		if (member)
			matches->of[matches->of[member->path].lead].carries_root = true;
	}
}

static void group(struct matches *matches, struct pairing *pairing)
{
	struct member *members = pairing->members;
	size_t n = 0;

	for (size_t i = 0; i < matches->n; i++) {
		const struct plan_path *path = &matches->plan->paths[i];

		matches->of[i].lead = i;
		matches->of[i].next = MATCH_END;
		if (!path->gone)
			members[n++] = (struct member){path->discovery ? "" : path->tid.subsysnqn, i};
	}
	if (!n)
		return;
	qsort(members, n, sizeof(*members), compare_members);
	join(matches, members, n);
	mark_heads(matches, members, n);
	for (size_t i = 0; i < matches->inv->n_ctrls; i++) {
		const struct inv_ctrl *ctrl = &matches->inv->ctrls[i];
		const struct member key = {.nqn = ctrl->tid.subsysnqn};
		const struct member *member =
			*key.nqn ? bsearch(&key, members, n, sizeof(*members), compare_names) : NULL;

		if (!member)
			continue;
		matches->of[matches->of[member->path].lead].has_live_ctrl |= ctrl->state == CTRL_LIVE;
		matches->of[matches->of[member->path].lead].carries_root |= ctrl->carries_root;
	}
}

/* ---- all of it ---- */

/* A keeper takes no memory while there are no more of them than before. */
static bool make_room(struct matches *matches, size_t n_paths, size_t n_ctrls)
{
	struct match *of = matches->of;
	struct match_ctrl *ctrls = matches->ctrls;

	if (matches->n < n_paths)
		of = reallocarray(of, n_paths, sizeof(*of));
	if (of)
		matches->of = of;
	if (matches->n_ctrls < n_ctrls)
		ctrls = reallocarray(ctrls, n_ctrls, sizeof(*ctrls));
	if (ctrls)
		matches->ctrls = ctrls;
	return (of || !n_paths) && (ctrls || !n_ctrls);
}

int match(struct matches *matches, const struct plan *plan, const struct inventory *inv)
{
	CLEANUP_FREE struct candidate *candidates = calloc(inv->n_ctrls + 1, sizeof(*candidates));
	CLEANUP_FREE struct wish *wishes = calloc(plan->n_paths + 1, sizeof(*wishes));
	CLEANUP_FREE struct member *members = calloc(plan->n_paths + 1, sizeof(*members));
	struct pairing pairing = {.candidates = candidates, .wishes = wishes, .members = members};

	if (!candidates || !wishes || !members || !make_room(matches, plan->n_paths, inv->n_ctrls)) {
		match_free(matches);
		return -ENOMEM;
	}
	matches->plan = plan;
	matches->inv = inv;
	matches->n = plan->n_paths;
	matches->n_ctrls = inv->n_ctrls;
	for (size_t i = 0; i < matches->n; i++)
		matches->of[i] = (struct match){.reach = reach_path(plan, inv, &plan->paths[i])};
	for (size_t i = 0; i < matches->n_ctrls; i++)
		matches->ctrls[i] = (struct match_ctrl){0};
	pair(matches, &pairing);
	group(matches, &pairing);
	return 0;
}

void match_free(struct matches *matches)
{
	free(matches->of);
	free(matches->ctrls);
	*matches = (struct matches){0};
}

bool match_is_live(const struct matches *matches, size_t path)
{
	const struct inv_ctrl *ctrl = matches->of[path].ctrl;

	return !matches->plan->paths[path].gone && ctrl && ctrl->state == CTRL_LIVE && !ctrl->refused;
}

bool match_leads(const struct matches *matches, size_t path)
{
	return !matches->plan->paths[path].gone && matches->of[path].lead == path;
}

bool match_group_is_live(const struct matches *matches, size_t path)
{
	return matches->of[matches->of[path].lead].group_is_live;
}

bool match_is_planned(const struct matches *matches, const struct inv_ctrl *ctrl)
{
	return matches->ctrls[ctrl - matches->inv->ctrls].is_planned;
}

bool match_has_its_place(const struct matches *matches, const struct inv_ctrl *ctrl)
{
	return matches->ctrls[ctrl - matches->inv->ctrls].has_its_place;
}
