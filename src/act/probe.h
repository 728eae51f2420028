/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The preflight: is the path worth the kernel's global mutex? TCP is asked by a connect of our own. RDMA is asked what
 * nvme-rdma will ask: address and route resolution of the RDMA connection manager, and then a connection request, of a
 * format that no NVMe target accepts: its refusal shows that it is alive, where a black hole would hold the mutex for
 * over a minute. All through the raw interface of rdma/rdma_user_cm.h. Nothing here blocks; all paths are asked at
 * once.
 */
#pragma once

#include "plan/plan.h"

/* ms; an RDMA resolution takes no longer (nvme-rdma's own limit, NVME_RDMA_CM_TIMEOUT_MS) */
#define PROBE_RESOLVE_MS 3000
/* ms: while nobody answers, the question is asked again until so much time has passed. It costs nobody anything, and a
 * switch port may take as long to forward after its link has come up. */
#define PROBE_PATIENCE_MS 9000
/* ms: no question remains open longer than patience and this */
#define PROBE_LIMIT_MS 5000

struct probe {
	int fd;		   /* what to poll; -1: none under way */
	short events;	   /* POLLIN or POLLOUT */
	uint64_t deadline; /* ms since boot: the question is given up */
	uint64_t patience; /* likewise: it is not asked again */
	uint64_t asked;	   /* when it was asked */
	bool is_rdma;
	uint32_t id; /* the connection manager's */
	int path;    /* index in the plan */
	struct tid tid;
};

/* Starts one. 0: it is under way. 1: the path needs none or none can be made. -errno: the path is not worth a try. */
MUST_CHECK int probe_start(struct probe *probe, const struct tid *tid, int dev);

/* When its descriptor is ready or its deadline has passed. -EINPROGRESS: not over; 0: the path answers; else -errno. */
MUST_CHECK int probe_continue(struct probe *probe, short revents, int dev);

void probe_end(struct probe *probe);
