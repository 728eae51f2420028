/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds what root stands on. inventory_mark_root() begins with the mounts of root and the swap devices, goes down
 * through partitions and stacked devices (md, device-mapper, btrfs), and ends at namespaces of subsystems. On exit
 * inv->heads lists their disks, and their controllers are marked.
 */
#include "kernel/inventory_root.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STACK_DEPTH_MAX 8

/* Local NVMe disks have a subsystem too, so the transport decides. If all controllers are gone there is no transport to
 * read; assume a fabric, because a local disk disappears together with its last controller. */
static bool is_on_fabric(int sys, const char *disk)
{
	CLEANUP_DIRECTORY struct directory *dir = NULL;
	const char *name;
	char path[512], transport[16];

	(void)snprintf(path, sizeof(path), "block/%s/device/transport", disk);
	if (read_file(sys, path, transport, sizeof(transport)) > 0)
		return streq(transport, "rdma") || streq(transport, "tcp");
	(void)snprintf(path, sizeof(path), "block/%s/device", disk);
	dir = open_directory(sys, path);
	while ((name = next_entry(dir))) {
		(void)snprintf(path, sizeof(path), "block/%s/device/%s/transport", disk, name);
		if (strncmp(name, "nvme", 4) == 0 && read_file(sys, path, transport, sizeof(transport)) > 0)
			return streq(transport, "rdma") || streq(transport, "tcp");
	}
	return true;
}

void inventory_read_head(struct inv_head *head, int sys)
{
	char path[160], text[32];

	(void)snprintf(path, sizeof(path), "block/%s/delayed_removal_secs", head->name);
	if (read_file(sys, path, text, sizeof(text)) <= 0 ||
	    parse_number(text, 0, LONG_MAX, &head->delayed_removal_s) < 0)
		head->delayed_removal_s = -1;
}

static void add_head(struct inventory *inv, int sys, const char *disk, const char *nqn, bool spare)
{
	struct inv_head *head = &inv->heads[inv->n_heads];

	for (size_t i = 0; i < inv->n_heads; i++)
		if (streq(inv->heads[i].name, disk))
			return;
	if (inv->n_heads == ROOT_HEADS_MAX || copy_string(head->name, sizeof(head->name), disk) < 0)
		return;
	(void)copy_string(head->subsysnqn, sizeof(head->subsysnqn), nqn);
	head->spare = spare;
	inventory_read_head(head, sys);
	inv->n_heads++;
}

static void mark_namespace(struct inventory *inv, int sys, const char *disk, bool spare)
{
	char path[160], text[NQN_MAX + 1], nqn[NQN_MAX]; /* text: and the newline */

	(void)snprintf(path, sizeof(path), "block/%s/device/subsysnqn", disk);
	if (read_file(sys, path, text, sizeof(text)) <= 0 || !is_on_fabric(sys, disk))
		return;
	copy_escaped(nqn, sizeof(nqn), text); /* as its controllers have it */
	add_head(inv, sys, disk, nqn, spare);
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (streq(inv->ctrls[i].tid.subsysnqn, nqn))
			inv->ctrls[i].carries_root = true;
}

/* Whether a stacked device can do without some of the devices below: md with mirrors or parity, dm-multipath. */
static bool is_redundant(int sys, const char *folder)
{
	char path[512], text[64];

	(void)snprintf(path, sizeof(path), "%.400s/md/level", folder);
	if (read_file(sys, path, text, sizeof(text)) > 0)
		return strncmp(text, "raid", 4) == 0 && !streq(text, "raid0");
	(void)snprintf(path, sizeof(path), "%.400s/dm/uuid", folder);
	return read_file(sys, path, text, sizeof(text)) > 0 && strncmp(text, "mpath-", 6) == 0;
}

/* Marks what a block device stands on: the disk of a partition, the slaves of a stacked device, or a namespace. The
 * last part of its folder's link is its name. */
static void mark_block(struct inventory *inv, int sys, const char *folder, bool spare, int depth)
{
	char path[512], target[512];
	CLEANUP_DIRECTORY struct directory *slaves = NULL;
	const char *slave;
	ssize_t len = readlinkat(sys, folder, target, sizeof(target) - 1);
	char *name;

	if (len <= 0 || depth > STACK_DEPTH_MAX)
		return;
	target[len] = '\0';
	name = strrchr(target, '/');
	(void)snprintf(path, sizeof(path), "%.400s/partition", folder);
	if (name && path_exists(sys, path)) {
		*name = '\0';
		name = strrchr(target, '/');
	} else {
		(void)snprintf(path, sizeof(path), "%.400s/slaves", folder);
		slaves = open_directory(sys, path);
	}
	if (!name)
		return;
	mark_namespace(inv, sys, name + 1, spare);
	spare |= slaves && is_redundant(sys, folder);
	while ((slave = next_entry(slaves))) {
		(void)snprintf(path, sizeof(path), "class/block/%.255s", slave);
		mark_block(inv, sys, path, spare, depth + 1);
	}
}

/* The folder in sysfs of a device, by its name below /dev. Devices of device-mapper have another name in sysfs. */
static void device_folder(int sys, const char *name, char folder[static 64])
{
	CLEANUP_DIRECTORY struct directory *dir = NULL;
	const char *device;
	char path[320], text[160];

	(void)snprintf(folder, 64, "class/block/%.48s", name);
	if (strncmp(name, "mapper/", 7) != 0)
		return;
	dir = open_directory(sys, "class/block");
	while ((device = next_entry(dir))) {
		(void)snprintf(path, sizeof(path), "class/block/%s/dm/name", device);
		if (read_file(sys, path, text, sizeof(text)) > 0 && streq(text, name + 7))
			(void)snprintf(folder, 64, "class/block/%.48s", device);
	}
}

/* The list of mounts names one device of a file system that has several. btrfs lists all of them in sysfs. */
static void mark_btrfs(struct inventory *inv, int sys, const char *name)
{
	CLEANUP_DIRECTORY struct directory *systems = open_directory(sys, "fs/btrfs");
	const char *system, *device;
	char path[640];

	while ((system = next_entry(systems))) {
		CLEANUP_DIRECTORY struct directory *devices = NULL;

		(void)snprintf(path, sizeof(path), "fs/btrfs/%s/devices/%s", system, name);
		if (!path_exists(sys, path))
			continue;
		*strrchr(path, '/') = '\0';
		devices = open_directory(sys, path);
		while ((device = next_entry(devices))) {
			(void)snprintf(path, sizeof(path), "class/block/%s", device);
			mark_block(inv, sys, path, false, 0);
		}
	}
}

/* "/dev/sda2  partition  1048572  0  -2" */
static void mark_swaps(struct inventory *inv, const struct dirs *dirs)
{
	int fd = openat(dirs->proc, "swaps", O_RDONLY | O_CLOEXEC);
	FILE *swaps = fd >= 0 ? fdopen(fd, "re") : NULL;
	char line[512], name[160], folder[64];

	while (swaps && fgets(line, sizeof(line), swaps)) {
		if (sscanf(line, "/dev/%159s partition", name) != 1)
			continue;
		device_folder(dirs->sys, name, folder);
		mark_block(inv, dirs->sys, folder, false, 0);
	}
	if (swaps)
		(void)fclose(swaps);
}

static bool is_root(const char *where)
{
	static const char *const places[] = {"/", "/usr", "/var", "/sysroot", "/sysroot/usr", "/sysroot/var"};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (streq(where, places[i]))
			return true;
	return false;
}

void inventory_mark_root(struct inventory *inv, const struct dirs *dirs)
{
	int fd = openat(dirs->proc, dirs->is_resident ? "1/mountinfo" : "self/mountinfo", O_RDONLY | O_CLOEXEC);
	FILE *mounts = fd >= 0 ? fdopen(fd, "re") : NULL;
	bool in_initramfs = path_exists(dirs->etc, "initrd-release");
	char line[4096];

	while (mounts && fgets(line, sizeof(line), mounts)) {
		const char *tail = strstr(line, " - ");
		unsigned major, minor;
		char where[256], folder[64], name[160];

		if (sscanf(line, "%*d %*d %u:%u %*s %255s", &major, &minor, where) != 3)
			continue;
		inv->sysroot_mounted |= in_initramfs && streq(where, "/sysroot");
		if (!is_root(where))
			continue;
		(void)snprintf(folder, sizeof(folder), "dev/block/%u:%u", major, minor);
		/* btrfs has a device number of its own; its source names one of its devices */
		if (major == 0 && tail && sscanf(tail, " - %*s /dev/%159s", name) == 1) {
			device_folder(dirs->sys, name, folder);
			mark_btrfs(inv, dirs->sys, strrchr(folder, '/') + 1);
		}
		mark_block(inv, dirs->sys, folder, false, 0);
	}
	if (mounts)
		(void)fclose(mounts);
	mark_swaps(inv, dirs);
}
