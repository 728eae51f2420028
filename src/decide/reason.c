/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/reason.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct reason_row reason_table[REASONS] = {
	[REASON_NONE] = {"nothing is in the way", "The path can be tried."},

	/* ---- obstacles on this host ---- */
	[REASON_NO_INTERFACE] = {"this host has no interface {interface} (it has {interfaces})",
				 "No interface has this name or hardware address.",
				 "check the name, and whether the image contains the driver", .forbids = true},
	[REASON_NOT_INITIALISED] = {"udev has not initialised interface {interface} yet",
				    "The interface may still get another name. nvmf-boot waits for udev.",
				    .forbids = true},
	[REASON_DOWN] = {"interface {interface} is down", "Nothing has set the interface up yet.",
			 "it needs an ip=, or another program that sets it up", .forbids = true},
	[REASON_NO_CARRIER] = {"interface {interface} has no carrier", "The interface has no link to the switch.",
			       "check the cable and the switch port", .forbids = true},
	[REASON_NO_ADDRESS] = {"interface {interface} has no address yet",
			       "The interface has no address from which the target can be reached.",
			       "it needs an ip=, or another program that gives it an address", .forbids = true},
	[REASON_NO_HOST_ADDRESS] = {"no interface has the host address of this path",
				    "The path must start from an address (the field host-traddr) that this host does "
				    "not have.",
				    "check host-traddr and the ip= of that address", .forbids = true},
	[REASON_TENTATIVE] = {"the kernel is checking that the IPv6 address of interface {interface} is unique",
			      "This takes a second or two. nvmf-boot waits.", .forbids = true},
	[REASON_DUPLICATE] = {"another machine uses the IPv6 address of interface {interface}",
			      "The kernel does not use an address that another machine has.",
			      "give one of the two machines another address", .forbids = true},
	[REASON_NO_ROUTE] = {"there is no route to the target",
			     "The address of the target is in no network of this host.",
			     "check address, mask and gateway of ip=, or add rd.route=", .forbids = true},
	[REASON_FOREIGN] = {"dracut's network module has not configured {parameter} yet",
			    "dracut does DHCP, bonds, teams and bridges. nvmf-boot waits for it.",
			    "check that the image has a network module, and that a DHCP server answers",
			    .forbids = true},
	[REASON_NO_RDMA_DEVICE] = {"interface {interface} has no RDMA device",
				   "The RDMA driver of the adapter is missing, or the adapter does no RDMA.",
				   "check the driver of the HCA; without an HCA, add rd.nvmf.rxe={interface}",
				   .forbids = true},
	[REASON_NOT_CONFIGURED] = {"nvmf-boot has not configured interface {interface} yet",
				   "An ip= names the interface. nvmf-boot sets it up and adds the address.",
				   .forbids = true},
	[REASON_NO_IDENTITY] = {"the name of this host cannot be read",
				"A file with the host NQN or the host ID is damaged, or nvmf-boot may not read it. A "
				"target knows a host by this pair, so nvmf-boot uses no other.",
				"repair the file that nvmf-boot reports, or add rd.nvmf.hostnqn= and rd.nvmf.hostid=",
				.forbids = true},

	/* ---- the kernel ---- */
	[REASON_KERNEL_STATE] = {"the kernel has its controller in state {state}",
				 "The controller exists and is not live. The kernel connects it again, or removes it."},
	[REASON_NOT_BELIEVED] = {"nvmf-boot does not use what sysfs shows of {device}: {error}",
				 "A target fills some of these attributes. One that no parameter could have is not "
				 "believed, so nobody knows what the controller leads to.",
				 "look at the target for what it says of itself, and see dmesg"},
	[REASON_REMOVED] = {"the kernel has removed its controller",
			    "The adapter was removed, the time ctrl-loss-tmo is over, or somebody has disconnected it.",
			    "nvmf-boot connects it again"},
	[REASON_NO_RDMA_ROUTE] = {"the route to the target leads to no RDMA device",
				  "The kernel would reach the target over an interface that does no RDMA.",
				  "check the routes, and add host-traddr to the path"},
	[REASON_UNKNOWN_INTERFACE] = {"the kernel does not know the host interface of this path",
				      "The interface went away while the path was tried.", "check host-iface"},
	[REASON_BAD_OPTIONS] = {"the kernel refused the options of this path",
				"The kernel's log has the reason. Often it knows this host NQN with another host ID.",
				"see dmesg, and check host NQN and host ID"},
	[REASON_NO_FABRICS] = {"there is no /dev/nvme-fabrics", "The module nvme-fabrics is not loaded.",
			       "run 'nvmf-boot modules' as root to see why"},
	[REASON_ALREADY] = {"the kernel already has a controller like this one",
			    "A controller with other spellings of address or host is connected to the same place.",
			    "compare its parameters with 'nvme list-subsys'"},
	[REASON_FORBIDDEN] = {"this host forbids the connection",
			      "A packet filter or a security module of this host refused it, or nvmf-boot does not run "
			      "as root.",
			      "check the rules of the packet filter, and run nvmf-boot as root"},
	[REASON_NO_ROOM] = {"this host has no memory or no free port for the connection",
			    "The kernel is short of memory, or all local ports are in use.", "nvmf-boot tries again"},
	[REASON_ERROR] = {"the kernel reported an error: {error}", "nvmf-boot has no better sentence for this error.",
			  "see dmesg"},

	/* ---- the target ---- */
	[REASON_FIRST_TRY] = {"the target has not answered the first try yet", "The first try is under way."},
	[REASON_NO_NEIGHBOUR] = {"no machine on this link answers for the target's address",
				 "The target is down, or it is not on this link.",
				 "check the target, the VLAN and the address"},
	[REASON_NO_ANSWER] = {"the target does not answer",
			      "The target is down, or something in the network between drops packets.",
			      "check that the target is up, and the network between"},
	[REASON_REFUSED] = {"the target refused the connection", "The target is up. Nothing listens on this port.",
			    "check the port, and whether the target exports it"},
	[REASON_RDMA_REJECTED] = {"the target rejected or ignored the RDMA connection",
				  "The port may be exported over TCP only.",
				  "check that the target exports this port over RDMA"},
	[REASON_CLOSED] = {"the target closed the connection", "Another service may listen on this port.",
			   "check that this port is NVMe/TCP"},
	[REASON_DEADLINE] = {"the target did not answer within the deadline",
			     "The target accepted the connection and was silent then. The deadline doubles with each "
			     "try, from 5 s to 120 s.",
			     "look for trouble at the target; nvmf-boot tries again"},
	[REASON_SILENT] = {"the target did not answer the kernel",
			   "The target answered the question of nvmf-boot, and not the kernel's.",
			   "look for trouble at the target; nvmf-boot tries again"},
	[REASON_NOT_ACCEPTED] = {"the target refused the association", "The kernel's log may say more.",
				 "check that the target exports the subsystem here and allows this host"},
	[REASON_NOT_EXPORTED] = {"the target does not export this subsystem on this port",
				 "The NQN is wrong, or the target exports the subsystem later.",
				 "check the NQN; nvmf-boot tries again"},
	[REASON_NOT_ALLOWED] = {"the target does not allow this host",
				"The subsystem has a list of hosts, and this host is not on it.",
				"add the host NQN of this host to the list of the subsystem at the target"},
	[REASON_BUSY] = {"the target is busy or has no controller left for this host",
			 "The target has too many associations.", "nvmf-boot tries again"},
	[REASON_AUTHENTICATION] = {"the target requires authentication", "The path has no DH-HMAC-CHAP secret.",
				   "set the secret in discovery.conf: no parameter can carry it"},

	/* ---- what has become of a path ---- */
	[REASON_WAITING] = {"waiting for {path}", "Something on this host is in the way. The reason follows."},
	[REASON_STILL_WAITING] = {"still waiting for {path}",
				  "The path is not live. The initramfs prints this every five seconds, with the "
				  "reason."},
	[REASON_GAVE_UP] = {"gave up waiting for {path}",
			    "The time of rd.nvmf.timeout= is over. The reason follows, and dracut opens its emergency "
			    "shell."},
	[REASON_CONNECTED] = {"{path}: connected as {device} in {number} ms", "nvmf-boot has connected the path."},
	[REASON_LIVE] = {"{path} is live as {device}", "The kernel or another program has connected the path."},
	[REASON_NOT_LIVE] = {"{path} is no longer live", "The path is lost. The reason follows."},

	/* ---- a subsystem ---- */
	[REASON_REDUNDANT] = {"{subsystem} is redundant: all {paths} paths are live",
			      "The disk survives the loss of a path."},
	[REASON_NOT_REDUNDANT] = {"{subsystem} has lost redundancy: {live} of {paths} paths are live",
				  "The disk works, over fewer paths.", "nvmf-boot status shows what is missing"},
	[REASON_NO_PATH] = {"{subsystem} has no live path: all {paths} are lost", "Nothing reaches the disk.",
			    "nvmf-boot status shows the reasons"},

	/* ---- its disks ---- */
	[REASON_NO_NAMESPACE] = {"{subsystem} shows no namespace to this host",
				 "The association is live, and there is no disk. The target has no namespace in the "
				 "subsystem, has disabled it, or does not let this host see it.",
				 "check at the target that the subsystem has a namespace, and that it is enabled"},
	[REASON_INACCESSIBLE] = {"no path of {subsystem} may access {device}: the target says {state}",
				 "The associations are live. The target reports for each of them that the disk cannot "
				 "be reached over it now (asymmetric namespace access, ANA).",
				 "check at the target in which state its controllers and its ANA groups are"},
	[REASON_NO_DISK] = {"{subsystem} shows a namespace, and the kernel has made no disk {device} of it",
			    "The kernel's log has the reason. It may be a format of blocks that the kernel does not "
			    "know.",
			    "see dmesg"},
	[REASON_DISK_BACK] = {"{subsystem} shows a usable namespace: {device}", "The disk can be used again."},

	/* ---- its redundancy ---- */
	[REASON_ONE_PATH] = {"{subsystem} has one path only", "If this path is lost, the disk is.",
			     "give it a second path, over another adapter to another port"},
	[REASON_ONE_PORT] = {"all paths of {subsystem} lead to one port of the target, {device}",
			     "If this port is lost, all paths are.", "name another port of the target"},
	[REASON_ONE_ADAPTER] = {"all paths of {subsystem} go over one adapter, {device}",
				"The interfaces are functions of one PCI device. If it fails, all paths are lost.",
				"take another adapter for one of the paths"},
	[REASON_NOT_JOINED] = {"the kernel does not join the paths of {subsystem}: {device} has one path only",
			       "Each controller is a disk of its own, and what stands on one is lost with its path. "
			       "The kernel's multipath is off (nvme_core.multipath=N), or the subsystem allows one "
			       "controller only.",
			       "remove nvme_core.multipath=N from the command line of the kernel"},

	/* ---- a log page ---- */
	[REASON_LOG_UNREAD] = {"nvmf-boot cannot read the log page of this discovery controller: {error}",
			       "What the page names is unknown. Paths that an earlier page named are kept.",
			       "look for trouble at the target; nvmf-boot tries again"},
	[REASON_LOG_EMPTY] = {"its log page names nothing for this host, whose host NQN is {host}",
			      "The discovery controller has answered. It lists only what a host may use.",
			      "allow this host NQN at the target"},

	/* ---- root ---- */
	[REASON_HELD] =
		{"{device} holds the root file system: if all its paths are lost, I/O waits up to {number} s for "
		 "one to return",
		 "nvmf-boot has set delayed_removal_secs of root's disk."},
	[REASON_NOT_HELD] = {"the kernel does not let {device} wait for a path: {error}",
			     "Root is lost when its last path is.", "give root a second path"},
	[REASON_NOT_SET] = {"the kernel does not take {setting} for {device}: {error}",
			    "The controller of root keeps the value that it has."},
	[REASON_ROOT_CUT] = {"root has lost its last path: programs that read or write root wait",
			     "The keeper brings a path back as soon as one answers."},
	[REASON_ROOT_BACK] = {"root has a path again after {number} ms", "Programs go on."},
	[REASON_ROOT_LATE] = {"root is lost: the kernel removed its disk, because no path came back in time",
			      "What is mounted stays dead, and running programs fail, even if a path comes back.",
			      "reboot this host (rd.nvmf.on-root-loss=reboot does it automatically), and give root a "
			      "second path"},
	[REASON_ROOT_LOST] = {"root is lost: the kernel removed its disk together with its last path",
			      "The kernel is older than 6.16 and cannot keep the disk. What is mounted stays dead, and "
			      "running programs fail, even if a path comes back.",
			      "reboot this host (rd.nvmf.on-root-loss=reboot does it automatically), and give root a "
			      "second path"},
	[REASON_ROOT_REBOOT] = {"root is lost: the keeper reboots this host now",
				"rd.nvmf.on-root-loss=reboot asks for it."},
	[REASON_ROOT_RELEASED] = {"this host is shutting down and root has no path: I/O that waits for root fails now",
				  "Otherwise the host could not end. The keeper has waited 30 s."},
	[REASON_ROOT_STUCK] = {"this host cannot shut down without root: the keeper reboots it now",
			       "systemd cannot run its shutdown from the dead root, or has taken more than a minute."},
	[REASON_NO_KEEPER] =
		{"no keeper is running: if root loses all its paths, nothing brings one back",
		 "rd.nvmf.keeper=0 was given, the keeper was ended or could not start, or the image did not "
		 "start it.",
		 "reboot to start it again"},
	[REASON_KEEPER_UNKNOWN] = {"whether a keeper is running cannot be seen: {error}", "Only root sees it.",
				   "run nvmf-boot status as root"},
};

/* ---- sentences ---- */

#define NUMBER_TEXT_MAX 24

static const char *slot_value(const struct slots *slots, const char *name, size_t len, char buf[static NUMBER_TEXT_MAX])
{
	const struct {
		const char *name, *text; /* text NULL: it is a number */
		unsigned long long number;
	} values[] = {
		{"interface", slots->interface, 0}, {"interfaces", slots->interfaces, 0},
		{"parameter", slots->parameter, 0}, {"path", slots->path, 0},
		{"subsystem", slots->subsystem, 0}, {"device", slots->device, 0},
		{"state", slots->state, 0},	    {"setting", slots->setting, 0},
		{"error", slots->error, 0},	    {"host", slots->host, 0},
		{"live", NULL, slots->live},	    {"paths", NULL, slots->paths},
		{"number", NULL, slots->number},
	};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		if (strlen(values[i].name) != len || strncmp(values[i].name, name, len) != 0)
			continue;
		if (values[i].text)
			return values[i].text;
		(void)snprintf(buf, NUMBER_TEXT_MAX, "%llu", values[i].number);
		return buf;
	}
	return "?";
}

static void fill(const char *text, const struct slots *slots, char buf[static REASON_TEXT_MAX])
{
	char number[NUMBER_TEXT_MAX];

	buf[0] = '\0';
	while (*text) {
		size_t plain = strcspn(text, "{"), name = strcspn(text + plain, "}");

		append(buf, REASON_TEXT_MAX, "%.*s", (int)plain, text);
		text += plain;
		if (!*text)
			return;
		append(buf, REASON_TEXT_MAX, "%s", slot_value(slots, text + 1, name - 1, number));
		text += name + 1;
	}
}

const char *reason_say(enum reason reason, const struct slots *slots, struct sentence *ret)
{
	const struct reason_row *row = &reason_table[reason];

	fill(row->text, slots, ret->text);
	fill(row->hint ? row->hint : "", slots, ret->hint);
	ret->line[0] = '\0';
	append(ret->line, sizeof(ret->line), "%s%s%s", ret->text, *ret->hint ? ": " : "", ret->hint);
	return ret->line;
}

/* ---- a failed try ---- */

static const struct {
	int error;
	enum transport transport; /* TRANSPORT_NONE: either */
	bool in_probe;
	enum reason reason;
} causes[] = {
	{ETIMEDOUT, TRANSPORT_NONE, true, REASON_NO_ANSWER},
	{EHOSTUNREACH, TRANSPORT_NONE, true, REASON_NO_NEIGHBOUR},
	{ENETUNREACH, TRANSPORT_NONE, true, REASON_NO_ROUTE},
	{ENODEV, TRANSPORT_RDMA, true, REASON_NO_RDMA_ROUTE},
	{ENODEV, TRANSPORT_NONE, false, REASON_UNKNOWN_INTERFACE},
	{EADDRNOTAVAIL, TRANSPORT_NONE, true, REASON_NO_HOST_ADDRESS},
	{EADDRNOTAVAIL, TRANSPORT_NONE, false, REASON_NO_HOST_ADDRESS},
	{ECONNREFUSED, TRANSPORT_NONE, true, REASON_REFUSED},
	{ECONNREFUSED, TRANSPORT_NONE, false, REASON_REFUSED},
	{ECONNRESET, TRANSPORT_RDMA, false, REASON_RDMA_REJECTED},
	{ECONNRESET, TRANSPORT_TCP, false, REASON_CLOSED},
	{EINTR, TRANSPORT_NONE, false, REASON_DEADLINE},
	{ETIMEDOUT, TRANSPORT_NONE, false, REASON_SILENT},
	{EIO, TRANSPORT_NONE, false, REASON_NOT_ACCEPTED},
	{ENXIO, TRANSPORT_NONE, false, REASON_NOT_EXPORTED},
	{EACCES, TRANSPORT_NONE, false, REASON_NOT_ALLOWED},
	{EBUSY, TRANSPORT_NONE, false, REASON_BUSY},
	{EINVAL, TRANSPORT_NONE, false, REASON_BAD_OPTIONS},
	{ENOENT, TRANSPORT_NONE, false, REASON_NO_FABRICS},
	{EALREADY, TRANSPORT_NONE, false, REASON_ALREADY},
	{EKEYREJECTED, TRANSPORT_NONE, false, REASON_AUTHENTICATION},
	{EPERM, TRANSPORT_NONE, true, REASON_FORBIDDEN},
	{EPERM, TRANSPORT_NONE, false, REASON_FORBIDDEN},
	{EACCES, TRANSPORT_NONE, true, REASON_FORBIDDEN},
	{ENOMEM, TRANSPORT_NONE, true, REASON_NO_ROOM},
	{ENOMEM, TRANSPORT_NONE, false, REASON_NO_ROOM},
	{ENOBUFS, TRANSPORT_NONE, true, REASON_NO_ROOM},
	{ENOBUFS, TRANSPORT_NONE, false, REASON_NO_ROOM},
	{EAGAIN, TRANSPORT_NONE, true, REASON_NO_ROOM},
	{EAGAIN, TRANSPORT_NONE, false, REASON_NO_ROOM},
};

const char *reason_of_error(int error, enum transport transport, bool in_probe, struct sentence *ret)
{
	enum reason reason = REASON_ERROR;

	for (size_t i = 0; i < ARRAY_SIZE(causes) && reason == REASON_ERROR; i++)
		if (causes[i].error == error && causes[i].in_probe == in_probe &&
		    (causes[i].transport == TRANSPORT_NONE || causes[i].transport == transport))
			reason = causes[i].reason;
	return reason_say(reason, &(struct slots){.error = strerror(error)}, ret);
}
