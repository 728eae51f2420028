/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/registry.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/inventory_read.h"
#include "state/layout.h"

static void unregister(const struct dirs *dirs, const char *ctrl)
{
	char path[128];

	(void)snprintf(path, sizeof(path), LAYOUT_REGISTRY "/%.64s/owner", ctrl);
	(void)unlinkat(dirs->run, path, 0);
	(void)snprintf(path, sizeof(path), LAYOUT_REGISTRY "/%.64s/seqnum", ctrl);
	(void)unlinkat(dirs->run, path, 0);
	(void)snprintf(path, sizeof(path), LAYOUT_REGISTRY "/%.64s", ctrl);
	(void)unlinkat(dirs->run, path, AT_REMOVEDIR);
}

void registry_prune(const struct dirs *dirs)
{
	CLEANUP_DIRECTORY struct directory *dir = open_directory(dirs->run, LAYOUT_REGISTRY);
	const char *name;
	char path[128];

	while ((name = next_entry(dir))) {
		if (!registry_is_ours(dirs, name))
			continue;
		(void)snprintf(path, sizeof(path), "class/nvme/%.64s", name);
		if (!path_exists(dirs->sys, path))
			unregister(dirs, name);
	}
}

void registry_enter(const struct dirs *dirs, int instance)
{
	char ctrl[32], folder[64], aside[80], path[128], seqnum[32];

	(void)mkdirat(dirs->run, "nvme", 0755);
	(void)mkdirat(dirs->run, LAYOUT_REGISTRY, 0755);
	(void)snprintf(ctrl, sizeof(ctrl), "nvme%d", instance);
	(void)snprintf(folder, sizeof(folder), LAYOUT_REGISTRY "/%s", ctrl);
	(void)snprintf(aside, sizeof(aside), LAYOUT_REGISTRY "/.%s.%d", ctrl, (int)getpid());
	if (read_file(dirs->sys, "kernel/uevent_seqnum", seqnum, sizeof(seqnum)) < 0 ||
	    mkdirat(dirs->run, aside, 0755) < 0)
		return;
	(void)snprintf(path, sizeof(path), "%s/owner", aside);
	(void)replace_file(dirs->run, path, "nvmf-boot\n");
	(void)snprintf(path, sizeof(path), "%s/seqnum", aside);
	(void)replace_file(dirs->run, path, seqnum);
	/* the entry of a controller of that name that is gone */
	unregister(dirs, ctrl);
	(void)renameat(dirs->run, aside, dirs->run, folder);
}
