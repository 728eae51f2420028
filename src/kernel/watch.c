/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/watch.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

/* multicast groups of NETLINK_KOBJECT_UEVENT: the kernel's, and udev's when it is through with an event */
#define UEVENT_KERNEL 1
#define UEVENT_UDEV 2

static int open_netlink(int protocol, unsigned groups)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

#define FILE_EVENTS (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)

/* The folders and not the files: editors replace those. No folder, no event: -1. */
static int open_files(int etc)
{
	static const char *const folders[] = {"nvme", "nvme/exclusions.conf.d"};
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), added = 0;
	char path[64];

	for (size_t i = 0; fd >= 0 && i < ARRAY_SIZE(folders); i++) {
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", etc, folders[i]);
		added += inotify_add_watch(fd, path, FILE_EVENTS) >= 0;
	}
	if (fd < 0 || added)
		return fd;
	close(fd);
	return -1;
}

int watch_open(struct watch *watch, int etc)
{
	watch->fd[WATCH_FILES] = open_files(etc);
	watch->fd[WATCH_RTNETLINK] = open_netlink(NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE |
									 RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE);
	watch->fd[WATCH_UEVENT] = open_netlink(NETLINK_KOBJECT_UEVENT, UEVENT_KERNEL | UEVENT_UDEV);
	return watch->fd[WATCH_RTNETLINK] < 0 || watch->fd[WATCH_UEVENT] < 0 ? -errno : 0;
}

void watch_close(struct watch *watch)
{
	for (int i = 0; i < WATCH_FDS; i++)
		util_closep(&watch->fd[i]);
}

/* The messages of both senders hold "SUBSYSTEM=<name>" as a string among others. */
static bool uevent_concerns_us(const char *buf, size_t len)
{
	static const char *const subsystems[] = {"net", "infiniband", "nvme", "nvme-fabrics", "nvme-subsystem", "misc"};
	static const char key[] = "SUBSYSTEM=";

	for (size_t i = 0; i < ARRAY_SIZE(subsystems); i++) {
		char wanted[64] = "";
		size_t size;

		append(wanted, sizeof(wanted), "%s%s", key, subsystems[i]);
		size = strlen(wanted) + 1;
		if (len >= size && memmem(buf, len, wanted, size))
			return true;
	}
	/* disks of namespaces: nvme0n1 and nvme-subsys0 are in the path of the device */
	return memmem(buf, len, "SUBSYSTEM=block", sizeof("SUBSYSTEM=block")) && memmem(buf, len, "/nvme", 5);
}

/* Discovery log page change (NVMe base spec, asynchronous events), as drivers/nvme/host/core.c words it. */
static bool is_log_change(const char *buf, size_t len)
{
	static const char event[] = "NVME_AEN=0x70f002";

	return memmem(buf, len, event, sizeof(event)) != NULL;
}

/* What sources.h reads there; an editor's other files are not. */
static bool is_source(const char *name)
{
	size_t len = strlen(name);

	return streq(name, "hostnqn") || streq(name, "hostid") || (len > 5 && streq(name + len - 5, ".conf"));
}

static bool is_conf_change(const char *buf, size_t len)
{
	for (size_t at = 0; at + sizeof(struct inotify_event) <= len;) {
		struct inotify_event event;

		memcpy(&event, buf + at, sizeof(event));
		at += sizeof(event);
		if (event.len && is_source(buf + at))
			return true;
		at += event.len;
	}
	return false;
}

bool watch_drain(struct watch *watch)
{
	static char buf[65536];
	bool concerns_us = false;

	for (int i = 0; i < WATCH_FDS; i++) {
		ssize_t n;

		while (watch->fd[i] >= 0) {
			n = read(watch->fd[i], buf, sizeof(buf)); /* recv() is for sockets only */
			if (n < 0 && errno == ENOBUFS) {	  /* an overrun: something was lost */
				concerns_us = true;
				continue;
			}
			if (n <= 0)
				break;
			watch->log_changed |= i == WATCH_UEVENT && is_log_change(buf, (size_t)n);
			watch->conf_changed |= i == WATCH_FILES && is_conf_change(buf, (size_t)n);
			concerns_us |= i == WATCH_RTNETLINK || watch->conf_changed ||
				       (i == WATCH_UEVENT && uevent_concerns_us(buf, (size_t)n));
		}
	}
	return concerns_us;
}
