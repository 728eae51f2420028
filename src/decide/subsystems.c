/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/subsystems.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decide/reason.h"

/* ---- which there are ---- */

/* A wanted path, to be sorted by its subsystem. */
struct member {
	const char *nqn;
	size_t path;
};

static int compare_members(const void *a, const void *b)
{
	const struct member *one = a, *other = b;
	int order = strcmp(one->nqn, other->nqn);

	return order ? order : (one->path > other->path) - (one->path < other->path);
}

static int compare_subsystems(const void *a, const void *b)
{
	const struct subsystem *one = a, *other = b;

	return (one->lead > other->lead) - (one->lead < other->lead);
}

/* What all of its paths so far share. Another value, or one that is not known, ends it. */
static void share(const char **shared, bool is_first, const char *value)
{
	if (is_first)
		*shared = value;
	else if (!streq(*shared, value))
		*shared = "";
}

static const char *adapter_of(const struct inventory *inv, const struct match *match)
{
	struct iface iface = {0};
	const struct inv_link *link;

	(void)copy_string(iface.name, sizeof(iface.name), match->reach.iface);
	link = *iface.name ? inventory_link(inv, &iface) : NULL;
	return link ? link->adapter : "";
}

/* members: all of one subsystem. */
static struct subsystem subsystem_of(const struct matches *matches, const struct member *members, size_t n)
{
	const struct tid *first = &matches->plan->paths[members[0].path].tid;
	struct subsystem subsystem = {.lead = members[0].path, .disk = "", .shared = ""};
	const char *adapter = "", *place = first->traddr;

	for (size_t i = 0; i < n; i++) {
		const struct plan_path *path = &matches->plan->paths[members[i].path];

		subsystem.paths++;
		subsystem.live += match_is_live(matches, members[i].path);
		subsystem.is_named |= path->parent < 0;
		share(&adapter, i == 0, adapter_of(matches->inv, &matches->of[members[i].path]));
		if (!streq(path->tid.traddr, first->traddr) || !streq(path->tid.trsvcid, first->trsvcid))
			place = "";
	}
	if (n == 1)
		subsystem.risk = REASON_ONE_PATH;
	else if (*place)
		subsystem.risk = REASON_ONE_PORT;
	else if (*adapter)
		subsystem.risk = REASON_ONE_ADAPTER;
	subsystem.shared = n == 1 ? "" : *place ? place : adapter;
	return subsystem;
}

static int group(const struct matches *matches, struct subsystems *ret)
{
	CLEANUP_FREE struct member *members = calloc(matches->n + 1, sizeof(*members));
	size_t n = 0, end;

	ret->list = calloc(matches->n + 1, sizeof(*ret->list));
	if (!members || !ret->list)
		return -ENOMEM;
	for (size_t i = 0; i < matches->n; i++)
		if (!matches->plan->paths[i].gone && !matches->plan->paths[i].discovery)
			members[n++] = (struct member){matches->plan->paths[i].tid.subsysnqn, i};
	qsort(members, n, sizeof(*members), compare_members);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && streq(members[end].nqn, members[i].nqn); end++)
			;
		ret->list[ret->n++] = subsystem_of(matches, &members[i], end - i);
	}
	qsort(ret->list, ret->n, sizeof(*ret->list), compare_subsystems);
	return 0;
}

/* ---- their disks ---- */

/* A subsystem by its NQN, to be searched. */
struct name {
	const char *nqn;
	size_t subsystem;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->nqn, ((const struct name *)b)->nqn);
}

/* A namespace of a controller and its subsystem, to be sorted by disk. */
struct part {
	const struct inv_ns *ns;
	size_t subsystem;
};

static int compare_parts(const void *a, const void *b)
{
	const struct part *one = a, *other = b;

	if (one->subsystem != other->subsystem)
		return one->subsystem > other->subsystem ? 1 : -1;
	/* nvme0n2 before nvme0n10 */
	if (strlen(one->ns->disk) != strlen(other->ns->disk))
		return strlen(one->ns->disk) > strlen(other->ns->disk) ? 1 : -1;
	return strcmp(one->ns->disk, other->ns->disk);
}

static void add_part(struct subsystems *ret, const struct part *part)
{
	struct disk *disk = ret->n_disks ? &ret->disks[ret->n_disks - 1] : NULL;
	struct subsystem *subsystem = &ret->list[part->subsystem];

	if (!disk || disk->subsystem != part->subsystem || !streq(disk->name, part->ns->disk)) {
		if (subsystem->n_disks++ == 0)
			subsystem->first_disk = ret->n_disks;
		disk = &ret->disks[ret->n_disks++];
		*disk = (struct disk){.name = part->ns->disk, .subsystem = part->subsystem};
	}
	disk->is_there = part->ns->has_disk;
	disk->is_joined = part->ns->is_joined;
	disk->waited = part->ns->waited;
	disk->failed = part->ns->failed;
	disk->carries_root |= part->ns->carries_root;
	disk->paths[part->ns->ana]++;
}

static int add_disks(const struct matches *matches, struct subsystems *ret)
{
	const struct inventory *inv = matches->inv;
	CLEANUP_FREE struct name *names = calloc(ret->n + 1, sizeof(*names));
	CLEANUP_FREE struct part *parts = calloc(inv->n_namespaces + 1, sizeof(*parts));
	size_t n = 0;

	ret->disks = calloc(inv->n_namespaces + 1, sizeof(*ret->disks));
	if (!names || !parts || !ret->disks)
		return -ENOMEM;
	for (size_t i = 0; i < ret->n; i++)
		names[i] = (struct name){matches->plan->paths[ret->list[i].lead].tid.subsysnqn, i};
	qsort(names, ret->n, sizeof(*names), compare_names);
	for (size_t i = 0; i < inv->n_ctrls; i++) {
		struct name key = {.nqn = inv->ctrls[i].tid.subsysnqn};
		const struct name *name = bsearch(&key, names, ret->n, sizeof(*names), compare_names);

		if (name)
			ret->list[name->subsystem].carries_root |= inv->ctrls[i].carries_root;
	}
	for (size_t i = 0; i < inv->n_namespaces; i++) {
		struct name key = {.nqn = inv->ctrls[inv->namespaces[i].ctrl].tid.subsysnqn};
		const struct name *name = bsearch(&key, names, ret->n, sizeof(*names), compare_names);

		if (name)
			parts[n++] = (struct part){&inv->namespaces[i], name->subsystem};
	}
	qsort(parts, n, sizeof(*parts), compare_parts);
	for (size_t i = 0; i < n; i++)
		add_part(ret, &parts[i]);
	return 0;
}

/* ---- how they stand ---- */

/* The best state that one of its paths has. */
static enum ana_state best_state(const struct disk *disk)
{
	for (int i = 0; i < ANA_STATES; i++)
		if (disk->paths[i])
			return (enum ana_state)i;
	return ANA_OTHER;
}

static enum disk_state state_of_disk(const struct disk *disk)
{
	if (best_state(disk) > ANA_NON_OPTIMIZED)
		return DISKS_INACCESSIBLE;
	return disk->is_there ? DISKS_USABLE : DISKS_MISSING;
}

/* Whether one of its paths is live for long enough that the kernel has found its namespaces. */
static bool is_settled(const struct matches *matches, const struct history *history, uint64_t now,
		       const struct subsystem *subsystem)
{
	const struct plan_path *paths = matches->plan->paths;

	if (!history || subsystem->n_disks > 0)
		return true;
	for (size_t i = subsystem->lead; i < matches->n && i < history->n_attempts; i++)
		if (match_is_live(matches, i) && !paths[i].discovery &&
		    streq(paths[i].tid.subsysnqn, paths[subsystem->lead].tid.subsysnqn) &&
		    now - history->attempts[i].since >= DISKS_PATIENCE)
			return true;
	return false;
}

/* The worst of root's disks, or the best of all. */
static void judge_disks(const struct subsystems *all, struct subsystem *subsystem)
{
	const struct disk *disks = all->disks + subsystem->first_disk, *found = NULL;

	for (size_t i = 0; i < subsystem->n_disks; i++) {
		bool is_usable = state_of_disk(&disks[i]) == DISKS_USABLE;

		if (disks[i].carries_root && !is_usable) {
			found = &disks[i];
			break;
		}
		if (!found || (is_usable && state_of_disk(found) != DISKS_USABLE))
			found = &disks[i];
	}
	subsystem->state = found ? state_of_disk(found) : DISKS_NONE;
	subsystem->disk = found ? found->name : "";
	subsystem->ana = found ? best_state(found) : ANA_NONE;
}

/* Paths that the kernel does not join, and that nothing above it joins for root, are disks that die alone. */
static void judge_split(const struct matches *matches, const struct subsystems *all, struct subsystem *subsystem)
{
	const struct inventory *inv = matches->inv;
	const struct disk *disks = all->disks + subsystem->first_disk;

	for (size_t i = 0; i < inv->n_heads; i++)
		if (inv->heads[i].spare &&
		    streq(inv->heads[i].subsysnqn, matches->plan->paths[subsystem->lead].tid.subsysnqn))
			return;
	for (size_t i = 0; i < subsystem->n_disks && subsystem->paths > 1; i++)
		if (!disks[i].is_joined) {
			subsystem->risk = REASON_NOT_JOINED;
			subsystem->shared = disks[i].name;
			return;
		}
}

int subsystems_find(const struct matches *matches, const struct history *history, uint64_t now, struct subsystems *ret)
{
	int r;

	*ret = (struct subsystems){0};
	r = group(matches, ret);
	if (r == 0)
		r = add_disks(matches, ret);
	if (r < 0) {
		subsystems_free(ret);
		return r;
	}
	for (size_t i = 0; i < ret->n; i++) {
		if (ret->list[i].live && is_settled(matches, history, now, &ret->list[i]))
			judge_disks(ret, &ret->list[i]);
		judge_split(matches, ret, &ret->list[i]);
	}
	return 0;
}

void subsystems_free(struct subsystems *subsystems)
{
	free(subsystems->list);
	free(subsystems->disks);
	*subsystems = (struct subsystems){0};
}

bool subsystems_lack_disks(const struct subsystems *subsystems)
{
	for (size_t i = 0; i < subsystems->n; i++)
		if (subsystems->list[i].state > DISKS_USABLE &&
		    (subsystems->list[i].carries_root || subsystems->list[i].is_named))
			return true;
	return false;
}

/* ---- what is said of them ---- */

static const char *say(const struct matches *matches, const struct subsystem *subsystem, enum reason reason,
		       const char *device, struct sentence *ret)
{
	const struct slots slots = {
		.subsystem = matches->plan->paths[subsystem->lead].tid.subsysnqn,
		.device = device,
		.state = ana_state_name(subsystem->ana),
	};

	*ret = (struct sentence){0};
	return reason == REASON_NONE ? ret->line : reason_say(reason, &slots, ret);
}

const char *subsystem_say_disks(const struct matches *matches, const struct subsystem *subsystem, struct sentence *ret)
{
	static const enum reason reasons[] = {
		[DISKS_UNKNOWN] = REASON_NONE,	    [DISKS_USABLE] = REASON_NONE,
		[DISKS_NONE] = REASON_NO_NAMESPACE, [DISKS_INACCESSIBLE] = REASON_INACCESSIBLE,
		[DISKS_MISSING] = REASON_NO_DISK,
	};

	return say(matches, subsystem, reasons[subsystem->state], subsystem->disk, ret);
}

const char *subsystem_say_risk(const struct matches *matches, const struct subsystem *subsystem, struct sentence *ret)
{
	return say(matches, subsystem, subsystem->risk, subsystem->shared, ret);
}
