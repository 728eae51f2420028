/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Discovery log pages of three discovery controllers, one after another: the input is the bytes that reads return. */
#include <errno.h>

#include "sources/log_page.h"
#include "fuzz.h"

struct input {
	const uint8_t *data;
	size_t size;
};

/* What lies beyond the input is an error of the peer. */
static int get(void *data, uint64_t offset, void *buf, uint32_t len, bool more)
{
	const struct input *input = data;

	(void)more;
	if (offset > input->size || len > input->size - offset)
		return -EIO;
	memcpy(buf, input->data + offset, len);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan_path dc = {.discovery = true, .tid = {.transport = TRANSPORT_RDMA}};
	struct input input = {data, size};
	struct plan plan = {0};

	(void)!tid_set(&dc.tid, TID_TRADDR, "10.0.0.1");
	(void)!tid_set(&dc.tid, TID_TRSVCID, "4420");
	(void)!tid_set(&dc.tid, TID_SUBSYSNQN, DISCOVERY_NQN);
	if (plan_add_path(&plan, &dc) != 0)
		abort();
	for (size_t i = 0; i < plan.n_paths && i < 20; i++)
		if (plan.paths[i].discovery)
			(void)!log_page_read(&plan, (int)i, get, &input);
	/* and again, without its last entry */
	input.size = size > LOG_PAGE_ENTRY_SIZE ? size - LOG_PAGE_ENTRY_SIZE : 0;
	(void)!log_page_read(&plan, 0, get, &input);
	check_plan(&plan);
	plan_free(&plan);
	return 0;
}
