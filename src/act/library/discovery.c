/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "act/library/discovery.h"

#include <errno.h>
#include <fcntl.h>
#include <libnvme.h>
#include <unistd.h>

#include "sources/log_page.h"

/* ms a command */
#define COMMAND_LIMIT 3000

/* more: further commands follow, so the event of a changed log stays unacknowledged (RAE) */
static int get_log(void *data, uint64_t offset, void *buf, uint32_t len, bool more)
{
	struct nvme_get_log_args args = {
		.args_size = sizeof(args),
		.fd = *(const int *)data,
		.timeout = COMMAND_LIMIT,
		.lid = NVME_LOG_LID_DISCOVER,
		.nsid = NVME_NSID_NONE,
		.lpo = offset,
		.log = buf,
		.len = len,
		.rae = more,
	};
	int r = nvme_get_log(&args);

	if (r < 0)
		return -errno;
	return r > 0 ? -EIO : 0; /* above 0: an NVMe status */
}

int discovery_read(int dev, const char *ctrl, struct plan *plan, int parent)
{
	CLEANUP_CLOSE int fd = openat(dev, ctrl, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : log_page_read(plan, parent, get_log, &fd);
}
