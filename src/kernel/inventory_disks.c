/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The namespaces of each live controller, as its folder in sysfs shows them:
 *
 *   nvme0c1n1   the kernel's multipath is on: a path of the disk nvme0n1, which is there as soon as a path may be used
 *   nvme0n1     it is off, or the subsystem allows one controller only: this controller's own disk
 */
#include "kernel/inventory_disks.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* 3 MiB; more is a gap */
#define NAMESPACES_MAX 32768
#define TOO_MANY(max) "this host has more than " TEXT(max) " paths to namespaces, and nvmf-boot looks at no more"

static const char *const ana_names[] = {
	[ANA_NONE] = "none",
	[ANA_OPTIMIZED] = "optimized",
	[ANA_NON_OPTIMIZED] = "non-optimized",
	[ANA_INACCESSIBLE] = "inaccessible",
	[ANA_PERSISTENT_LOSS] = "persistent-loss",
	[ANA_CHANGE] = "change",
	[ANA_OTHER] = "unknown",
};

const char *ana_state_name(enum ana_state state)
{
	return ana_names[state];
}

static enum ana_state ana_state_parse(const char *text)
{
	for (int i = ANA_OPTIMIZED; i < ANA_OTHER; i++)
		if (streq(text, ana_names[i]))
			return (enum ana_state)i;
	return ANA_OTHER;
}

/* False: the folder's entry is no namespace. */
static bool parse_name(const char *name, struct inv_ns *ns)
{
	unsigned subsystem, ctrl, number;
	int end = 0;

	ns->is_joined = sscanf(name, "nvme%uc%un%u%n", &subsystem, &ctrl, &number, &end) == 3 && !name[end];
	if (!ns->is_joined && (sscanf(name, "nvme%un%u%n", &subsystem, &number, &end) != 2 || name[end]))
		return false;
	(void)snprintf(ns->disk, sizeof(ns->disk), "nvme%un%u", subsystem, number);
	return true;
}

static void read_ns(const struct inventory *inv, int sys, const char *name, struct inv_ns *ns)
{
	char path[160], text[32];

	(void)snprintf(path, sizeof(path), "block/%s", ns->disk);
	ns->has_disk = path_exists(sys, path);
	(void)snprintf(path, sizeof(path), "class/nvme/%s/%.40s/ana_state", inv->ctrls[ns->ctrl].name, name);
	if (read_file(sys, path, text, sizeof(text)) > 0)
		ns->ana = ana_state_parse(text);
	for (size_t i = 0; i < inv->n_heads; i++)
		ns->carries_root |= streq(inv->heads[i].name, ns->disk);
}

/* 0; or -errno, -ENOSPC: there are too many. */
static int read_ctrl(struct inventory *inv, int sys, size_t ctrl)
{
	CLEANUP_DIRECTORY struct directory *dir = NULL;
	char path[64];
	const char *name;

	(void)snprintf(path, sizeof(path), "class/nvme/%s", inv->ctrls[ctrl].name);
	dir = open_directory(sys, path);
	while ((name = next_entry(dir))) {
		struct inv_ns ns = {.ctrl = ctrl, .waited = -1, .failed = -1}, *grown;

		if (!parse_name(name, &ns))
			continue;
		read_ns(inv, sys, name, &ns);
		grown = array_grow(inv->namespaces, &inv->n_namespaces, sizeof(*grown), NAMESPACES_MAX);
		if (!grown)
			return inv->n_namespaces < NAMESPACES_MAX ? -ENOMEM : -ENOSPC;
		inv->namespaces = grown;
		grown[inv->n_namespaces - 1] = ns;
	}
	return 0;
}

int inventory_read_disks(struct inventory *inv, const struct dirs *dirs)
{
	for (size_t i = 0; i < inv->n_ctrls; i++) {
		int r = 0;

		if (inv->ctrls[i].state == CTRL_LIVE && !inv->ctrls[i].discovery && !inv->ctrls[i].refused)
			r = read_ctrl(inv, dirs->sys, i);
		if (r == -ENOSPC) {
			inv->gap[INVENTORY_CTRLS] = TOO_MANY(NAMESPACES_MAX);
			return 0;
		}
		if (r < 0)
			return r;
	}
	return 0;
}

static long counter(int sys, const char *disk, const char *name)
{
	char path[128], text[32];
	long value;

	(void)snprintf(path, sizeof(path), "block/%s/diag/%s", disk, name);
	return read_file(sys, path, text, sizeof(text)) > 0 && parse_number(text, 0, LONG_MAX, &value) == 0 ? value
													    : -1;
}

void inventory_read_counters(struct inventory *inv, const struct dirs *dirs)
{
	for (size_t i = 0; i < inv->n_namespaces; i++) {
		struct inv_ns *ns = &inv->namespaces[i];

		ns->waited = counter(dirs->sys, ns->disk, "io_requeue_no_usable_path_count");
		ns->failed = counter(dirs->sys, ns->disk, "io_fail_no_available_path_count");
	}
}
