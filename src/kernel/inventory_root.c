/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds what root stands on. inventory_mark_root() begins with the mounts of root and the swap devices, goes down
 * through partitions and stacked devices (md, device-mapper, btrfs), and ends at namespaces of subsystems. On exit
 * inv->heads lists their disks, and their controllers are marked. What could not be followed to its end is a gap.
 */
#include "kernel/inventory_root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STACK_DEPTH_MAX 8
/* longest text of a stacked device, a UUID of device-mapper, with its end */
#define STACK_TEXT_MAX 160

/* ---- reading ---- */

static void lose(struct inventory *inv, const char *why)
{
	if (!inv->gap[INVENTORY_ROOT])
		inv->gap[INVENTORY_ROOT] = why;
}

static void check_read(struct inventory *inv, ssize_t error)
{
	if (error < 0 && !sysfs_is_absent(error))
		lose(inv, "a file of sysfs that shows what root stands on cannot be read");
}

static ssize_t read_text(struct inventory *inv, int sys, const char *path, char *buf, size_t size)
{
	ssize_t len = read_file(sys, path, buf, size);

	check_read(inv, len);
	return len;
}

static struct directory *list(struct inventory *inv, int sys, const char *path)
{
	struct directory *dir = open_directory(sys, path);

	if (!dir)
		check_read(inv, -errno);
	return dir;
}

/* ---- namespaces ---- */

/* Local NVMe disks have a subsystem too, so the transport decides. If all controllers are gone there is no transport to
 * read; assume a fabric, because a local disk disappears together with its last controller. */
static bool is_on_fabric(struct inventory *inv, int sys, const char *disk)
{
	CLEANUP_DIRECTORY struct directory *dir = NULL;
	const char *name;
	char path[512], transport[16];

	(void)snprintf(path, sizeof(path), "block/%s/device/transport", disk);
	if (read_text(inv, sys, path, transport, sizeof(transport)) > 0)
		return streq(transport, "rdma") || streq(transport, "tcp");
	(void)snprintf(path, sizeof(path), "block/%s/device", disk);
	dir = list(inv, sys, path);
	while ((name = next_entry(dir))) {
		(void)snprintf(path, sizeof(path), "block/%s/device/%s/transport", disk, name);
		if (strncmp(name, "nvme", 4) == 0 && read_text(inv, sys, path, transport, sizeof(transport)) > 0)
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
	if (inv->n_heads == ROOT_HEADS_MAX || copy_string(head->name, sizeof(head->name), disk) < 0) {
		lose(inv, "root stands on more than " TEXT(ROOT_HEADS_MAX) " disks, and nvmf-boot looks at no more");
		return;
	}
	(void)copy_string(head->subsysnqn, sizeof(head->subsysnqn), nqn);
	head->spare = spare;
	inventory_read_head(head, sys);
	inv->n_heads++;
}

static void mark_namespace(struct inventory *inv, int sys, const char *disk, bool spare)
{
	char path[160], text[NQN_MAX + 1], nqn[NQN_MAX]; /* text: and the newline */

	(void)snprintf(path, sizeof(path), "block/%s/device/subsysnqn", disk);
	if (read_text(inv, sys, path, text, sizeof(text)) <= 0) {
		if (strncmp(disk, "nvme", 4) == 0)
			lose(inv, "sysfs does not show the subsystem of a disk that root is on");
		return;
	}
	if (!is_on_fabric(inv, sys, disk))
		return;
	copy_escaped(nqn, sizeof(nqn), text); /* as its controllers have it */
	add_head(inv, sys, disk, nqn, spare);
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (streq(inv->ctrls[i].tid.subsysnqn, nqn))
			inv->ctrls[i].carries_root = true;
}

/* ---- stacks ---- */

/* Whether a stacked device can do without some of the devices below: md with mirrors or parity, dm-multipath. */
static bool is_redundant(struct inventory *inv, int sys, const char *folder)
{
	char path[512], text[STACK_TEXT_MAX];

	(void)snprintf(path, sizeof(path), "%.400s/md/degraded", folder);
	if (read_text(inv, sys, path, text, sizeof(text)) > 0 && !streq(text, "0"))
		inv->root_is_degraded = true;
	(void)snprintf(path, sizeof(path), "%.400s/md/level", folder);
	if (read_text(inv, sys, path, text, sizeof(text)) > 0)
		return strncmp(text, "raid", 4) == 0 && !streq(text, "raid0");
	(void)snprintf(path, sizeof(path), "%.400s/dm/uuid", folder);
	return read_text(inv, sys, path, text, sizeof(text)) > 0 && strncmp(text, "mpath-", 6) == 0;
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

	if (len < 0 && depth > 0)
		check_read(inv, -errno);
	else if (len < 0)
		lose(inv, "sysfs does not show a disk that root is on");
	else if (depth > STACK_DEPTH_MAX)
		lose(inv, "root stands on more than " TEXT(
				  STACK_DEPTH_MAX) " layers of devices, and nvmf-boot looks no deeper");
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
		slaves = list(inv, sys, path);
	}
	if (!name)
		return;
	mark_namespace(inv, sys, name + 1, spare);
	spare |= slaves && is_redundant(inv, sys, folder);
	while ((slave = next_entry(slaves))) {
		(void)snprintf(path, sizeof(path), "class/block/%.255s", slave);
		mark_block(inv, sys, path, spare, depth + 1);
	}
}

/* The folder in sysfs of a device, by its name below /dev. Devices of device-mapper have another name in sysfs. */
static void device_folder(struct inventory *inv, int sys, const char *name, char folder[static 64])
{
	CLEANUP_DIRECTORY struct directory *dir = NULL;
	const char *device;
	char path[320], text[STACK_TEXT_MAX];

	(void)snprintf(folder, 64, "class/block/%.48s", name);
	if (strncmp(name, "mapper/", 7) != 0)
		return;
	dir = list(inv, sys, "class/block");
	while ((device = next_entry(dir))) {
		(void)snprintf(path, sizeof(path), "class/block/%s/dm/name", device);
		if (read_text(inv, sys, path, text, sizeof(text)) > 0 && streq(text, name + 7))
			(void)snprintf(folder, 64, "class/block/%.48s", device);
	}
}

/* devinfo/<number>/missing is 1 for a device that the file system is mounted without. */
static bool misses_device(struct inventory *inv, int sys, const char *system)
{
	CLEANUP_DIRECTORY struct directory *devices = NULL;
	const char *number;
	char path[640], text[16];

	(void)snprintf(path, sizeof(path), "fs/btrfs/%s/devinfo", system);
	devices = list(inv, sys, path);
	while ((number = next_entry(devices))) {
		(void)snprintf(path, sizeof(path), "fs/btrfs/%s/devinfo/%s/missing", system, number);
		if (read_text(inv, sys, path, text, sizeof(text)) > 0 && !streq(text, "0"))
			return true;
	}
	return false;
}

/* The list of mounts names one device of a file system that has several. btrfs lists all of them in sysfs. */
static void mark_btrfs(struct inventory *inv, int sys, const char *name)
{
	CLEANUP_DIRECTORY struct directory *systems = list(inv, sys, "fs/btrfs");
	const char *system, *device;
	char path[640];

	while ((system = next_entry(systems))) {
		CLEANUP_DIRECTORY struct directory *devices = NULL;

		(void)snprintf(path, sizeof(path), "fs/btrfs/%s/devices/%s", system, name);
		if (!path_exists(sys, path))
			continue;
		inv->root_is_degraded |= misses_device(inv, sys, system);
		*strrchr(path, '/') = '\0';
		devices = list(inv, sys, path);
		while ((device = next_entry(devices))) {
			(void)snprintf(path, sizeof(path), "class/block/%s", device);
			mark_block(inv, sys, path, false, 0);
		}
	}
}

/* ---- mounts and swaps ---- */

/* Calls on_line for each line of a file of /proc. One that is not there has none. */
static void each_line(struct inventory *inv, const struct dirs *dirs, const char *path, const char *why,
		      void (*on_line)(struct inventory *inv, const struct dirs *dirs, const char *line))
{
	int fd = openat(dirs->proc, path, O_RDONLY | O_CLOEXEC);
	FILE *file = fd >= 0 ? fdopen(fd, "re") : NULL;
	CLEANUP_FREE char *line = NULL;
	size_t size = 0;

	/* EBADF: there is no /proc */
	if (!file && errno != ENOENT && errno != EBADF)
		lose(inv, why);
	while (file && getline(&line, &size, file) >= 0)
		on_line(inv, dirs, line);
	if (file && ferror(file))
		lose(inv, why);
	if (file)
		(void)fclose(file);
}

/* "/dev/sda2  partition  1048572  0  -2" */
static void mark_swap(struct inventory *inv, const struct dirs *dirs, const char *line)
{
	char name[160], folder[64];

	if (sscanf(line, "/dev/%159s partition", name) != 1)
		return;
	device_folder(inv, dirs->sys, name, folder);
	mark_block(inv, dirs->sys, folder, false, 0);
}

static bool is_root(const char *where)
{
	static const char *const places[] = {"/", "/usr", "/var", "/sysroot", "/sysroot/usr", "/sysroot/var"};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (streq(where, places[i]))
			return true;
	return false;
}

/* A file system that has a device number of its own, such as btrfs: its source names one of its devices. Others of the
 * kind (tmpfs, NFS, overlay) have none. */
static void mark_source(struct inventory *inv, int sys, const char *tail)
{
	char type[32], name[160], folder[64];
	int fields = tail ? sscanf(tail, " - %31s /dev/%159s", type, name) : 0;

	if (fields > 0 && streq(type, "btrfs") && fields < 2)
		lose(inv, "the list of mounts names no device of root's file system");
	if (fields < 2)
		return;
	device_folder(inv, sys, name, folder);
	if (streq(type, "btrfs"))
		mark_btrfs(inv, sys, strrchr(folder, '/') + 1);
	mark_block(inv, sys, folder, false, 0);
}

/* "30 1 259:1 / /usr rw,relatime shared:1 - ext4 /dev/nvme0n1p1 rw" */
static void mark_mount(struct inventory *inv, const struct dirs *dirs, const char *line)
{
	unsigned major, minor;
	char where[256], folder[64];

	if (sscanf(line, "%*d %*d %u:%u %*s %255s", &major, &minor, where) != 3)
		return;
	inv->root_is_listed |= streq(where, "/");
	inv->sysroot_mounted |= streq(where, "/sysroot") && path_exists(dirs->etc, "initrd-release");
	if (!is_root(where))
		return;
	if (major == 0) {
		mark_source(inv, dirs->sys, strstr(line, " - "));
		return;
	}
	(void)snprintf(folder, sizeof(folder), "dev/block/%u:%u", major, minor);
	mark_block(inv, dirs->sys, folder, false, 0);
}

void inventory_mark_root(struct inventory *inv, const struct dirs *dirs)
{
	each_line(inv, dirs, dirs->is_resident ? "1/mountinfo" : "self/mountinfo",
		  "the list of mounts, which shows what root stands on, cannot be read", mark_mount);
	each_line(inv, dirs, "swaps", "the list of swap devices cannot be read", mark_swap);
}
