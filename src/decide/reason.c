/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/reason.h"

#include <errno.h>
#include <string.h>

/* ---- this host ---- */

/* Before and behind the name of the interface; a sentence without it has only the first. */
static const char *const texts[][2] = {
	[OBSTACLE_NONE] = {"nothing in the way of ", ""},
	[OBSTACLE_NO_INTERFACE] = {"no interface ", ""},
	[OBSTACLE_UNSETTLED] = {"interface ", " is not initialised by udev yet"},
	[OBSTACLE_DOWN] = {"interface ", " is down"},
	[OBSTACLE_NO_CARRIER] = {"interface ", " has no carrier: check cable and switch port"},
	[OBSTACLE_NO_ADDRESS] = {"interface ", " has no address yet"},
	[OBSTACLE_NO_HOST_ADDRESS] = {"no interface has the host address of this path", NULL},
	[OBSTACLE_TENTATIVE] = {"interface ", " checks its IPv6 address for duplicates"},
	[OBSTACLE_DUPLICATE] = {"interface ", ": another machine has its IPv6 address"},
	[OBSTACLE_NO_RDMA_DEVICE] = {"interface ",
				     " has no RDMA device: HCA driver missing, or rd.nvmf.rxe= where there is no HCA"},
	[OBSTACLE_NO_ROUTE] = {"no route to the target: check address, mask and gateway of ip=", NULL},
	[OBSTACLE_FOREIGN] = {"dracut's network modules have not made the way yet that they are asked for by ", NULL},
};

const char *obstacle_reason(const struct reach *reach, char buf[static OBSTACLE_REASON_MAX])
{
	const char *const *text = texts[reach->obstacle];

	buf[0] = '\0';
	append(buf, OBSTACLE_REASON_MAX, "%s%s%s", text[0], text[1] ? reach->iface : reach->word,
	       text[1] ? text[1] : "");
	if (reach->obstacle == OBSTACLE_NO_INTERFACE)
		append(buf, OBSTACLE_REASON_MAX, " (there %s%s): is its driver in the image, its name right?",
		       *reach->others ? "is " : "is none", reach->others);
	return buf;
}

/* ---- the kernel and the target ---- */

static const struct {
	int error;
	enum transport transport; /* TRANSPORT_NONE: either */
	bool in_probe;
	const char *text;
} explanations[] = {
	{ETIMEDOUT, TRANSPORT_NONE, true, "no answer from the target: is it up, is the network between open?"},
	{EHOSTUNREACH, TRANSPORT_NONE, true, "no neighbour: nobody answers for the target's address on this link"},
	{ENETUNREACH, TRANSPORT_NONE, true, "no route to the target"},
	{ENODEV, TRANSPORT_RDMA, true, "no RDMA device for the route to the target"},
	{ENODEV, TRANSPORT_NONE, false, "no such host interface"},
	{EADDRNOTAVAIL, TRANSPORT_NONE, true, "the host address of this path is on no interface"},
	{EADDRNOTAVAIL, TRANSPORT_NONE, false, "the host address of this path is on no interface"},
	{ECONNREFUSED, TRANSPORT_NONE, true, "connection refused: nothing listens on this port of the target"},
	{ECONNREFUSED, TRANSPORT_NONE, false, "connection refused: nothing listens on this port of the target"},
	{ECONNRESET, TRANSPORT_RDMA, false,
	 "the target rejects or does not answer RDMA connections: port exported over RDMA?"},
	{ECONNRESET, TRANSPORT_TCP, false, "the target closed the connection: is this port NVMe/TCP?"},
	{EINTR, TRANSPORT_NONE, false, "the target did not answer within the deadline"},
	{ETIMEDOUT, TRANSPORT_NONE, false, "the target did not answer"},
	{EIO, TRANSPORT_NONE, false,
	 "the target refused the association: subsystem not exported (yet) on this port, or this host not allowed"},
	{ENXIO, TRANSPORT_NONE, false,
	 "the target does not export this subsystem on this port (yet): is the NQN right?"},
	{EACCES, TRANSPORT_NONE, false,
	 "the target does not allow this host: is its host NQN on the subsystem's list?"},
	{EBUSY, TRANSPORT_NONE, false, "the target is busy or has no controller left for this host"},
	{EINVAL, TRANSPORT_NONE, false, "the kernel refused the options: see its log (host NQN with another host ID?)"},
	{ENOENT, TRANSPORT_NONE, false, "no /dev/nvme-fabrics: nvme-fabrics is not loaded"},
	{EALREADY, TRANSPORT_NONE, false, "the kernel has this controller already, under another spelling"},
	{EKEYREJECTED, TRANSPORT_NONE, false, "the target wants authentication, which is not set up here"},
};

const char *errno_reason(int error, enum transport transport, bool in_probe)
{
	for (size_t i = 0; i < ARRAY_SIZE(explanations); i++)
		if (explanations[i].error == error && explanations[i].in_probe == in_probe &&
		    (explanations[i].transport == TRANSPORT_NONE || explanations[i].transport == transport))
			return explanations[i].text;
	return strerror(error);
}

/* ---- a path ---- */

const char *path_reason(const struct plan_path *path, const struct path_view *view, const struct attempt *attempt,
			char buf[static PATH_REASON_MAX])
{
	char reach[OBSTACLE_REASON_MAX];

	buf[0] = '\0';
	if (view->state == PATH_KERNEL)
		append(buf, PATH_REASON_MAX, "the kernel has it in state %s", ctrl_state_name(view->ctrl->state));
	else if (view->state == PATH_BLOCKED)
		append(buf, PATH_REASON_MAX, "%s", obstacle_reason(&view->reach, reach));
	else if (view->state == PATH_BUSY && !attempt->error)
		append(buf, PATH_REASON_MAX, "asked for the first time, no answer yet");
	else if (view->state != PATH_LIVE && attempt->error)
		append(buf, PATH_REASON_MAX, "%s",
		       errno_reason(attempt->error, path->tid.transport, attempt->in_probe));
	return buf;
}
