/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "act/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <rdma/rdma_user_cm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* enum rdma_cm_event_type of the kernel's rdma/rdma_cm.h; not in a uapi header */
enum { CM_ADDR_RESOLVED = 0, CM_ADDR_ERROR = 1, CM_ROUTE_RESOLVED = 2, CM_CONNECT_RESPONSE = 5, CM_REJECTED = 8 };
/* enum ib_qp_type of rdma/ib_verbs.h */
#define QPT_RC 2
/* enum ib_cm_rej_reason of rdma/ib_cm.h: nothing listens there */
#define REJ_INVALID_SERVICE_ID 8
/* The queue pair of the connection managers themselves: the number of one in use would make the target end its
 * connection as a stale one. */
#define QPN_GSI 1
/* bytes of struct nvme_rdma_cm_req (linux/nvme-rdma.h), whose first two are the record format, 0 being the only one */
#define NVME_CM_REQ_SIZE 32

static uint16_t port_of(const struct tid *tid)
{
	return (uint16_t)strtoul(tid->trsvcid, NULL, 10);
}

/* ---- TCP ---- */

static int bind_host_side(int fd, const struct tid *tid)
{
	struct sockaddr_storage address;
	struct ip host;
	socklen_t len;

	if (tid->host_iface[0] &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, tid->host_iface, (socklen_t)strlen(tid->host_iface) + 1) < 0)
		return -errno;
	if (!tid->host_traddr[0] || ip_parse(tid->host_traddr, &host) < 0)
		return 0;
	len = ip_sockaddr(&host, 0, &address);
	return bind(fd, (struct sockaddr *)&address, len) < 0 ? -errno : 0;
}

static int start_tcp(struct probe *probe, const struct tid *tid, const struct ip *target)
{
	struct sockaddr_storage address;
	socklen_t len = ip_sockaddr(target, port_of(tid), &address);
	int r;

	probe->fd = socket(target->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (probe->fd < 0)
		return -errno;
	probe->events = POLLOUT;
	r = bind_host_side(probe->fd, tid);
	if (r == 0 && connect(probe->fd, (struct sockaddr *)&address, len) < 0 && errno != EINPROGRESS)
		r = -errno;
	return r;
}

static int continue_tcp(struct probe *probe)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(probe->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return -errno;
	return -error;
}

/* ---- RDMA ---- */

static int command(int fd, uint32_t cmd, void *request, size_t size, size_t out)
{
	struct rdma_ucm_cmd_hdr header = {.cmd = cmd, .in = (uint16_t)size, .out = (uint16_t)out};
	char buf[sizeof(header) + sizeof(struct rdma_ucm_connect)];

	memcpy(buf, &header, sizeof(header));
	memcpy(buf + sizeof(header), request, size);
	return write(fd, buf, sizeof(header) + size) < 0 ? -errno : 0;
}

static int start_rdma(struct probe *probe, const struct tid *tid, const struct ip *target, int dev)
{
	struct rdma_ucm_create_id_resp response = {0};
	/* the kernel drops the events of an ID whose uid is 0 (drivers/infiniband/core/ucma.c) */
	struct rdma_ucm_create_id create = {
		.uid = 1, .response = (uintptr_t)&response, .ps = RDMA_PS_TCP, .qp_type = QPT_RC};
	struct rdma_ucm_resolve_addr resolve = {.timeout_ms = PROBE_RESOLVE_MS};
	struct sockaddr_storage address;
	struct ip host;
	int r;

	probe->fd = openat(dev, "infiniband/rdma_cm", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (probe->fd < 0)
		return 1; /* no rdma_ucm: the kernel's own limits decide */
	probe->events = POLLIN;
	r = command(probe->fd, RDMA_USER_CM_CMD_CREATE_ID, &create, sizeof(create), sizeof(response));
	if (r < 0)
		return r;
	probe->id = response.id;
	resolve.id = response.id;
	if (tid->host_traddr[0] && ip_parse(tid->host_traddr, &host) == 0) {
		resolve.src_size = (uint16_t)ip_sockaddr(&host, 0, &address);
		memcpy(&resolve.src_addr, &address, resolve.src_size);
	}
	resolve.dst_size = (uint16_t)ip_sockaddr(target, port_of(tid), &address);
	memcpy(&resolve.dst_addr, &address, resolve.dst_size);
	return command(probe->fd, RDMA_USER_CM_CMD_RESOLVE_ADDR, &resolve, sizeof(resolve), 0);
}

/* iWARP has no path records. Its drivers look the number of the queue pair up, and count from 1. */
static bool takes_requests(const struct probe *probe)
{
	struct rdma_ucm_query_route_resp response = {0};
	struct rdma_ucm_query query = {.response = (uintptr_t)&response, .id = probe->id};

	return command(probe->fd, RDMA_USER_CM_CMD_QUERY_ROUTE, &query, sizeof(query), sizeof(response)) == 0 &&
	       response.num_paths > 0;
}

static int request_connection(const struct probe *probe)
{
	struct rdma_ucm_connect connect = {
		.id = probe->id,
		.conn_param = {.qp_num = QPN_GSI,
			       .private_data = {0xff, 0xff},
			       .private_data_len = NVME_CM_REQ_SIZE,
			       .retry_count = 7,
			       .rnr_retry_count = 7,
			       .valid = 1},
	};

	/* where it cannot be asked, the resolution has to do */
	if (!takes_requests(probe) || command(probe->fd, RDMA_USER_CM_CMD_CONNECT, &connect, sizeof(connect), 0) < 0)
		return 0;
	return -EINPROGRESS;
}

static int continue_rdma(struct probe *probe)
{
	struct rdma_ucm_event_resp event = {0};
	struct rdma_ucm_get_event get = {.response = (uintptr_t)&event};
	struct rdma_ucm_resolve_route route = {.id = probe->id, .timeout_ms = PROBE_RESOLVE_MS};
	int r = command(probe->fd, RDMA_USER_CM_CMD_GET_EVENT, &get, sizeof(get), sizeof(event));

	if (r < 0)
		return r == -EAGAIN ? -EINPROGRESS : r;
	if (event.event == CM_ADDR_RESOLVED) {
		r = command(probe->fd, RDMA_USER_CM_CMD_RESOLVE_ROUTE, &route, sizeof(route), 0);
		return r < 0 ? r : -EINPROGRESS;
	}
	if (event.event == CM_ROUTE_RESOLVED)
		return request_connection(probe);
	if (event.event == CM_REJECTED)
		return event.status == REJ_INVALID_SERVICE_ID ? -ECONNREFUSED : 0;
	if (event.event == CM_CONNECT_RESPONSE)
		return 0;
	/* an address that nobody answers for */
	if (event.event == CM_ADDR_ERROR && (int)event.status == -ETIMEDOUT)
		return -EHOSTUNREACH;
	return (int)event.status < 0 ? (int)event.status : -EHOSTUNREACH;
}

/* ---- both ---- */

static int ask(struct probe *probe, int dev)
{
	struct ip target;
	int r;

	if (ip_parse(probe->tid.traddr, &target) < 0)
		return -EINVAL;
	probe->asked = now_ms();
	r = probe->is_rdma ? start_rdma(probe, &probe->tid, &target, dev) : start_tcp(probe, &probe->tid, &target);
	if (r != 0)
		probe_end(probe);
	return r;
}

int probe_start(struct probe *probe, const struct tid *tid, int dev)
{
	uint64_t now = now_ms();

	*probe = (struct probe){
		.fd = -1,
		.is_rdma = tid->transport == TRANSPORT_RDMA,
		.path = probe->path,
		.tid = *tid,
		.patience = now + PROBE_PATIENCE_MS,
		.deadline = now + PROBE_PATIENCE_MS + PROBE_LIMIT_MS,
	};
	return ask(probe, dev);
}

/* Nobody has answered, after a while: a refusal that comes at once is final. */
static bool is_worth_asking_again(const struct probe *probe, int error)
{
	uint64_t now = now_ms();

	return (error == -EHOSTUNREACH || error == -ETIMEDOUT) && now < probe->patience && now - probe->asked >= 1000;
}

int probe_continue(struct probe *probe, short revents, int dev)
{
	int r = -ETIMEDOUT;

	if (revents)
		r = probe->is_rdma ? continue_rdma(probe) : continue_tcp(probe);
	else if (now_ms() < probe->deadline)
		r = -EINPROGRESS;
	if (!is_worth_asking_again(probe, r))
		return r;
	probe_end(probe);
	r = ask(probe, dev);
	return r == 0 ? -EINPROGRESS : r < 0 ? r : 0;
}

void probe_end(struct probe *probe)
{
	util_closep(&probe->fd);
	probe->fd = -1;
}
