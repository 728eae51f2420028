/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What root stands on: from its mount through partitions and stacked devices to the subsystems below. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "inventory.h"

#define STACK_DEPTH_MAX 8

static void mark_namespace(struct inventory *inv, int sys, const char *disk)
{
	char path[160], nqn[NQN_MAX + 1]; /* and the newline */

	(void)snprintf(path, sizeof(path), "block/%s/device/subsysnqn", disk);
	if (read_file(sys, path, nqn, sizeof(nqn)) <= 0)
		return;
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (streq(inv->ctrls[i].tid.subsysnqn, nqn))
			inv->ctrls[i].carries_root = true;
}

/* A block device, named by its folder's link: a partition's disk, the slaves of a stacked one, or a namespace. */
static void mark_block(struct inventory *inv, int sys, const char *folder, int depth)
{
	char path[512], target[512];
	CLEANUP_DIR DIR *slaves = NULL;
	struct dirent *entry;
	ssize_t len = readlinkat(sys, folder, target, sizeof(target) - 1);
	char *name;

	if (len <= 0 || depth > STACK_DEPTH_MAX)
		return;
	target[len] = '\0';
	(void)snprintf(path, sizeof(path), "%.400s/partition", folder);
	if (path_exists(sys, path)) {
		*strrchr(target, '/') = '\0';
	} else {
		(void)snprintf(path, sizeof(path), "%.400s/slaves", folder);
		slaves = open_directory(sys, path);
	}
	name = strrchr(target, '/');
	if (!name)
		return;
	mark_namespace(inv, sys, name + 1);
	while (slaves && (entry = readdir(slaves))) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "class/block/%.255s", entry->d_name);
		mark_block(inv, sys, path, depth + 1);
	}
}

void inventory_mark_root(struct inventory *inv, const struct dirs *dirs)
{
	int fd = openat(dirs->proc, "self/mountinfo", O_RDONLY | O_CLOEXEC);
	FILE *mounts = fd >= 0 ? fdopen(fd, "re") : NULL;
	bool in_initramfs = path_exists(dirs->etc, "initrd-release");
	char line[4096];

	while (mounts && fgets(line, sizeof(line), mounts)) {
		const char *tail = strstr(line, " - ");
		unsigned major, minor;
		char where[256], folder[64], name[41];

		if (sscanf(line, "%*d %*d %u:%u %*s %255s", &major, &minor, where) != 3)
			continue;
		inv->sysroot_mounted |= in_initramfs && streq(where, "/sysroot");
		if (!streq(where, "/") && !streq(where, "/usr") && !streq(where, "/sysroot"))
			continue;
		(void)snprintf(folder, sizeof(folder), "dev/block/%u:%u", major, minor);
		/* btrfs has a device number of its own; its source names one of its devices */
		if (major == 0 && tail && sscanf(tail, " - %*s /dev/%40s", name) == 1)
			(void)snprintf(folder, sizeof(folder), "class/block/%s", name);
		mark_block(inv, dirs->sys, folder, 0);
	}
	if (mounts)
		(void)fclose(mounts);
}
