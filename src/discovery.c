/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "discovery.h"

#include <errno.h>
#include <fcntl.h>
#include <libnvme.h>
#include <stdlib.h>
#include <unistd.h>

#include "log_page.h"

/* ms a command */
#define COMMAND_LIMIT 3000
/* ms a page, plus one command: the loop stands still meanwhile */
#define READ_LIMIT 5000
/* bytes of a command: nvmet's and most arrays' MDTS allow it */
#define CHUNK 4096
/* readings of a page that changes while it is read */
#define TRIES 5

/* more: further commands follow, so the event of a changed log stays unacknowledged (RAE) */
static int get_log(int fd, uint64_t offset, void *buf, uint32_t len, bool more)
{
	struct nvme_get_log_args args = {
		.args_size = sizeof(args),
		.fd = fd,
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

static int get_entries(int fd, uint8_t *entries, size_t n, uint64_t deadline)
{
	size_t size = n * LOG_PAGE_ENTRY_SIZE;

	for (size_t done = 0; done < size; done += CHUNK) {
		uint32_t len = size - done < CHUNK ? (uint32_t)(size - done) : CHUNK;
		int r = get_log(fd, LOG_PAGE_HEADER_SIZE + done, entries + done, len, true);

		if (r < 0)
			return r;
		if (now_ms() > deadline)
			return -ETIMEDOUT;
	}
	return 0;
}

int discovery_read(int dev, const char *ctrl, struct plan *plan, int parent)
{
	CLEANUP_CLOSE int fd = openat(dev, ctrl, O_RDONLY | O_CLOEXEC);
	uint64_t deadline = now_ms() + READ_LIMIT;
	uint8_t buf[LOG_PAGE_HEADER_SIZE];
	int r;

	if (fd < 0)
		return -errno;
	for (int try = 0; try < TRIES && now_ms() <= deadline; try++) {
		CLEANUP_FREE uint8_t *entries = NULL;
		struct log_page_header before, after;

		r = get_log(fd, 0, buf, sizeof(buf), true);
		if (r < 0)
			return r;
		log_page_parse_header(buf, &before);
		if (before.numrec > LOG_PAGE_ENTRIES_MAX)
			before.numrec = LOG_PAGE_ENTRIES_MAX;
		entries = calloc(before.numrec + 1, LOG_PAGE_ENTRY_SIZE);
		if (!entries)
			return -ENOMEM;
		r = get_entries(fd, entries, before.numrec, deadline);
		if (r == 0)
			r = get_log(fd, 0, buf, sizeof(buf), false);
		if (r < 0)
			return r;
		log_page_parse_header(buf, &after);
		if (before.genctr != after.genctr)
			continue;
		log_page_parse(plan, parent, entries, before.numrec);
		return 0;
	}
	return -EAGAIN;
}
