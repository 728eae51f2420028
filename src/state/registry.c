/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/registry.h"

#include <errno.h>
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

/* Fills a new folder. 0 or -errno. */
static int make_entry(const struct dirs *dirs, const char *folder, const char *seqnum)
{
	char path[128];
	int r;

	if (mkdirat(dirs->run, folder, 0755) < 0)
		return -errno;
	(void)snprintf(path, sizeof(path), "%s/owner", folder);
	r = replace_file(dirs->run, path, "nvmf-boot\n", LAYOUT_MODE_PUBLIC);
	if (r < 0)
		return r;
	(void)snprintf(path, sizeof(path), "%s/seqnum", folder);
	return replace_file(dirs->run, path, seqnum, LAYOUT_MODE_PUBLIC);
}

void registry_enter(const struct dirs *dirs, int instance, struct messages *messages)
{
	char ctrl[32], aside[48], folder[64], folder_aside[80], file[96], seqnum[32];
	int r;

	if (read_file(dirs->sys, "kernel/uevent_seqnum", seqnum, sizeof(seqnum)) < 0)
		return;
	(void)mkdirat(dirs->run, "nvme", 0755);
	(void)mkdirat(dirs->run, LAYOUT_REGISTRY, 0755);
	(void)snprintf(ctrl, sizeof(ctrl), "nvme%d", instance);
	(void)snprintf(aside, sizeof(aside), ".%s.%d", ctrl, (int)getpid());
	(void)snprintf(folder, sizeof(folder), LAYOUT_REGISTRY "/%s", ctrl);
	(void)snprintf(folder_aside, sizeof(folder_aside), LAYOUT_REGISTRY "/%s", aside);
	(void)snprintf(file, sizeof(file), "/run/%s", folder);
	/* the entry of a controller of that name that is gone */
	unregister(dirs, ctrl);
	r = make_entry(dirs, folder_aside, seqnum);
	if (r == 0 && renameat(dirs->run, folder_aside, dirs->run, folder) < 0)
		r = -errno;
	if (r == 0)
		return;
	unregister(dirs, aside);
	layout_failed(messages, file, -r);
}
