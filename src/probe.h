/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The preflight: is the path worth the kernel's global mutex? TCP is asked by a connect of our own. RDMA is asked what
 * nvme-rdma will ask: address and route resolution of the RDMA connection manager, and then a connection request, of a
 * format that no NVMe target accepts: its refusal shows that it is alive, where a black hole would hold the mutex for
 * over a minute. All through the raw interface of rdma/rdma_user_cm.h. Nothing here blocks; all paths are asked at once.
 */
#pragma once

#include "plan.h"

/* ms; a resolution takes no longer (nvme-rdma's own limit, NVME_RDMA_CM_TIMEOUT_MS) */
#define PROBE_LIMIT_MS 3000
/* ms; for the answer to a connection request: it is sent again after about 4 s (CMA_CM_RESPONSE_TIMEOUT) */
#define PROBE_REQUEST_LIMIT_MS 5000

struct probe {
	int fd;		   /* what to poll; -1: none under way */
	short events;	   /* POLLIN or POLLOUT */
	uint64_t deadline; /* ms since boot */
	bool is_rdma;
	uint32_t id; /* the connection manager's */
	int path;    /* index in the plan */
};

/* Starts one. 0: it is under way. 1: the path needs none or none can be made. -errno: the path is not worth a try. */
MUST_CHECK int probe_start(struct probe *probe, const struct tid *tid, int dev);

/* When its descriptor is ready or its deadline has passed. -EINPROGRESS: not over; 0: the path answers; else -errno. */
MUST_CHECK int probe_continue(struct probe *probe, short revents, uint64_t now);

void probe_end(struct probe *probe);
