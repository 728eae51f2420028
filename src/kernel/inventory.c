/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/inventory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
	[CTRL_NEW] = "new",
	[CTRL_LIVE] = "live",
	[CTRL_CONNECTING] = "connecting",
	[CTRL_RESETTING] = "resetting",
	[CTRL_DELETING] = "deleting",
	[CTRL_DEAD] = "dead",
	[CTRL_OTHER] = "other",
};

const char *ctrl_state_name(enum ctrl_state state)
{
	return state_names[state];
}

enum ctrl_state ctrl_state_parse(const char *text)
{
	if (strncmp(text, "deleting", 8) == 0) /* also "deleting (no IO)" */
		return CTRL_DELETING;
	for (int i = 0; i < CTRL_OTHER; i++)
		if (streq(text, state_names[i]))
			return (enum ctrl_state)i;
	return CTRL_OTHER;
}

void inventory_free(struct inventory *inv)
{
	free(inv->links);
	free(inv->addresses);
	free(inv->routes);
	free(inv->ctrls);
	free(inv->namespaces);
	*inv = (struct inventory){0};
}

bool sysfs_is_absent(ssize_t error)
{
	return error == -ENOENT || error == -ENODEV;
}

bool inventory_is_whole(const struct inventory *inv)
{
	for (size_t i = 0; i < INVENTORY_PARTS; i++)
		if (inv->gap[i])
			return false;
	return true;
}

static bool is_meant(const struct inv_link *link, const struct iface *iface)
{
	if (!iface->hwaddr.len)
		return streq(link->name, iface->name);
	return !link->stacked &&
	       (hwaddr_matches(&iface->hwaddr, &link->permanent) || hwaddr_matches(&iface->hwaddr, &link->hwaddr));
}

const struct inv_link *inventory_link(const struct inventory *inv, const struct iface *iface)
{
	for (size_t i = 0; i < inv->n_links; i++)
		if (is_meant(&inv->links[i], iface))
			return &inv->links[i];
	return NULL;
}

const struct inv_link *inventory_link_by_index(const struct inventory *inv, int index)
{
	for (size_t i = 0; i < inv->n_links; i++)
		if (inv->links[i].index == index)
			return &inv->links[i];
	return NULL;
}

bool inventory_carries_root(const struct inventory *inv, const char *nqn)
{
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (inv->ctrls[i].carries_root && streq(inv->ctrls[i].tid.subsysnqn, nqn))
			return true;
	/* all of its controllers may be away */
	for (size_t i = 0; i < inv->n_heads; i++)
		if (streq(inv->heads[i].subsysnqn, nqn))
			return true;
	return false;
}

const struct identity *inventory_root_identity(const struct inventory *inv)
{
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (inv->ctrls[i].carries_root && inv->ctrls[i].identity.nqn[0] && inv->ctrls[i].identity.id[0])
			return &inv->ctrls[i].identity;
	return NULL;
}

bool inventory_has_live_path(const struct inventory *inv, const char *nqn)
{
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (inv->ctrls[i].state == CTRL_LIVE && streq(inv->ctrls[i].tid.subsysnqn, nqn))
			return true;
	return false;
}

bool inventory_root_is_cut(const struct inventory *inv)
{
	bool has_spares = false, has_live_spare = false;

	for (size_t i = 0; i < inv->n_heads; i++) {
		bool live = inventory_has_live_path(inv, inv->heads[i].subsysnqn);

		if (!inv->heads[i].spare && !live)
			return true;
		has_spares |= inv->heads[i].spare;
		has_live_spare |= inv->heads[i].spare && live;
	}
	return has_spares && !has_live_spare;
}
