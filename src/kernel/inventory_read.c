/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/inventory_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/inventory_disks.h"
#include "kernel/inventory_net.h"
#include "kernel/inventory_root.h"

/* empty places in a row, in an RDMA port's table of GIDs */
#define GIDS_EMPTY_MAX 32
/* 20 MiB; more is a gap */
#define CTRLS_MAX 16384
#define RDMA_UNREAD "the list of RDMA devices in sysfs cannot be read"
#define TOO_MANY(max) "this host has more than " TEXT(max) " controllers on fabrics, and nvmf-boot looks at no more"

/* ---- controllers ---- */

/* The one door for what sysfs says of a controller: what does not pass is not believed. */
static void take_field(struct inv_ctrl *ctrl, enum tid_field field, const char *value)
{
	const char *reason = tid_set(&ctrl->tid, field, value);

	if (reason)
		ctrl->refused = reason;
	if (reason && field == TID_SUBSYSNQN)
		copy_escaped(ctrl->tid.subsysnqn, sizeof(ctrl->tid.subsysnqn), value);
}

static void take_src_addr(struct inv_ctrl *ctrl, const char *value)
{
	struct ip ip;

	if (ip_parse(value, &ip) == 0)
		(void)copy_string(ctrl->src_addr, sizeof(ctrl->src_addr), value);
}

/* sysfs "address": traddr=10.0.0.1,trsvcid=4420[,host_traddr=...][,host_iface=...][,src_addr=...] */
static void take_address(struct inv_ctrl *ctrl, char *text)
{
	static const struct {
		const char *key;
		enum tid_field field;
	} parts[] = {
		{"traddr", TID_TRADDR},
		{"trsvcid", TID_TRSVCID},
		{"host_traddr", TID_HOST_TRADDR},
		{"host_iface", TID_HOST_IFACE},
	};
	char *save = NULL;

	for (char *part = strtok_r(text, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
		char *value = strchr(part, '=');

		if (!value)
			continue;
		*value++ = '\0';
		for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
			if (streq(part, parts[i].key))
				take_field(ctrl, parts[i].field, value);
		if (streq(part, "src_addr"))
			take_src_addr(ctrl, value);
	}
}

static void take_identity(struct inv_ctrl *ctrl, const char *nqn, const char *id)
{
	const char *reason = *nqn ? identity_set_nqn(&ctrl->identity, nqn) : NULL;

	if (!reason && *id)
		reason = identity_set_id(&ctrl->identity, id);
	if (reason)
		ctrl->refused = reason;
}

/* Empty if it is not there. What is longer than any that is right is not taken either; what cannot be read may say
 * anything, so it is a gap. */
static void attribute(struct inventory *inv, int sys, struct inv_ctrl *ctrl, const char *name, char *buf, size_t size)
{
	char path[128], text[1024];
	ssize_t len;

	(void)snprintf(path, sizeof(path), "class/nvme/%s/%s", ctrl->name, name);
	len = read_file(sys, path, text, sizeof(text));
	if (copy_string(buf, size, text) < 0 || len == -EFBIG) {
		ctrl->refused = "an attribute in sysfs is too long";
	} else if (len < 0 && !sysfs_is_absent(len)) {
		ctrl->refused = "an attribute in sysfs cannot be read";
		inv->gap[INVENTORY_CTRLS] = "sysfs does not let nvmf-boot read an attribute of a controller";
	}
}

bool registry_is_ours(const struct dirs *dirs, const char *name)
{
	char path[96], owner[32];

	(void)snprintf(path, sizeof(path), "nvme/registry/%.31s/owner", name);
	return read_file(dirs->run, path, owner, sizeof(owner)) > 0 && streq(owner, "nvmf-boot");
}

static bool read_ctrl(struct inventory *inv, const struct dirs *dirs, const char *name, struct inv_ctrl *ctrl)
{
	int sys = dirs->sys;
	char text[1024], id[64];

	if (copy_string(ctrl->name, sizeof(ctrl->name), name) < 0)
		return false;
	attribute(inv, sys, ctrl, "transport", text, sizeof(text));
	ctrl->tid.transport = streq(text, "rdma")  ? TRANSPORT_RDMA
			      : streq(text, "tcp") ? TRANSPORT_TCP
						   : TRANSPORT_NONE;
	if (ctrl->tid.transport == TRANSPORT_NONE)
		return false;
	attribute(inv, sys, ctrl, "address", text, sizeof(text));
	take_address(ctrl, text);
	attribute(inv, sys, ctrl, "subsysnqn", text, sizeof(text));
	if (*text)
		take_field(ctrl, TID_SUBSYSNQN, text);
	attribute(inv, sys, ctrl, "hostnqn", text, sizeof(text));
	attribute(inv, sys, ctrl, "hostid", id, sizeof(id));
	take_identity(ctrl, text, id);
	/* one that goes away while it is read has no name */
	if (!ctrl->refused && ctrl->tid.subsysnqn[0])
		ctrl->refused = tid_check(&ctrl->tid);
	attribute(inv, sys, ctrl, "cntrltype", text, sizeof(text));
	ctrl->discovery = streq(text, "discovery") || streq(ctrl->tid.subsysnqn, DISCOVERY_NQN);
	attribute(inv, sys, ctrl, "state", text, sizeof(text));
	ctrl->state = ctrl_state_parse(text);
	attribute(inv, sys, ctrl, "cntlid", id, sizeof(id));
	ctrl->cntlid = (unsigned)strtoul(id, NULL, 10);
	attribute(inv, sys, ctrl, "diag/reconnect_count", id, sizeof(id));
	ctrl->reconnects = *id ? strtol(id, NULL, 10) : -1;
	/* a page of /run may be swapped to root */
	ctrl->ours = !dirs->is_resident && registry_is_ours(dirs, name);
	return true;
}

static int read_ctrls(struct inventory *inv, const struct dirs *dirs)
{
	/* none while nvme-core is not loaded */
	CLEANUP_DIRECTORY struct directory *dir = open_directory(dirs->sys, "class/nvme");
	const char *name;

	if (!dir && !sysfs_is_absent(-errno))
		inv->gap[INVENTORY_CTRLS] = "the list of controllers in sysfs cannot be read";
	while ((name = next_entry(dir))) {
		struct inv_ctrl ctrl = {0}, *grown;

		if (!read_ctrl(inv, dirs, name, &ctrl))
			continue;
		grown = array_grow(inv->ctrls, &inv->n_ctrls, sizeof(*grown), CTRLS_MAX);
		if (!grown && inv->n_ctrls < CTRLS_MAX)
			return -ENOMEM;
		if (!grown) {
			inv->gap[INVENTORY_CTRLS] = TOO_MANY(CTRLS_MAX);
			return 0;
		}
		inv->ctrls = grown;
		grown[inv->n_ctrls - 1] = ctrl;
	}
	return 0;
}

/* ---- devices ---- */

/* RoCE and iWARP: a port's GIDs name the interfaces they belong to. The kernel takes the first free place of the table
 * for a new one, and a table may have a thousand: what is behind many empty places is not looked for. */
static void mark_rdma_gids(struct inventory *inv, int sys, const char *device, const char *port)
{
	char path[256], text[64];
	ssize_t n = 0;

	for (unsigned i = 0, empty = 0; empty < GIDS_EMPTY_MAX && n != -ENOENT; i++) {
		(void)snprintf(path, sizeof(path), "class/infiniband/%.64s/ports/%.16s/gid_attrs/ndevs/%u", device,
			       port, i);
		n = read_file(sys, path, text, sizeof(text));
		empty = n > 0 ? 0 : empty + 1;
		for (size_t link = 0; n > 0 && link < inv->n_links; link++)
			if (streq(inv->links[link].name, text))
				inv->links[link].has_rdma = true;
	}
}

static void mark_rdma(struct inventory *inv, int sys)
{
	CLEANUP_DIRECTORY struct directory *devices = open_directory(sys, "class/infiniband");
	const char *device, *port;
	char path[512];

	if (!devices && !sysfs_is_absent(-errno))
		inv->gap[INVENTORY_NET] = RDMA_UNREAD;
	while ((device = next_entry(devices))) {
		CLEANUP_DIRECTORY struct directory *ports = NULL;

		(void)snprintf(path, sizeof(path), "class/infiniband/%s/ports", device);
		ports = open_directory(sys, path);
		if (!ports && !sysfs_is_absent(-errno))
			inv->gap[INVENTORY_NET] = RDMA_UNREAD;
		while ((port = next_entry(ports)))
			mark_rdma_gids(inv, sys, device, port);
	}
	/* IPoIB: the interface's parent device is the HCA */
	for (size_t i = 0; i < inv->n_links; i++) {
		(void)snprintf(path, sizeof(path), "class/net/%s/device/infiniband", inv->links[i].name);
		if (path_exists(sys, path))
			inv->links[i].has_rdma = true;
	}
}

/* "../../devices/pci0000:00/0000:00:03.0/virtio1/net/eth0": the functions of one device share its adapter */
static void mark_adapters(struct inventory *inv, int sys)
{
	char path[64], target[512];

	for (size_t i = 0; i < inv->n_links; i++) {
		struct inv_link *link = &inv->links[i];
		unsigned domain, bus, device, function;
		ssize_t len;

		(void)snprintf(path, sizeof(path), "class/net/%s", link->name);
		len = readlinkat(sys, path, target, sizeof(target) - 1);
		target[len > 0 ? len : 0] = '\0';
		for (const char *part = target; part; part = strchr(part + 1, '/'))
			if (sscanf(part, "/%x:%x:%x.%x", &domain, &bus, &device, &function) == 4)
				(void)snprintf(link->adapter, sizeof(link->adapter), "%04x:%02x:%02x", domain, bus,
					       device);
	}
	/* a VLAN's is its parent's */
	for (size_t i = 0; i < inv->n_links; i++) {
		const struct inv_link *parent = inventory_link_by_index(inv, inv->links[i].parent);

		if (parent && streq(inv->links[i].kind, "vlan"))
			(void)copy_string(inv->links[i].adapter, sizeof(inv->links[i].adapter), parent->adapter);
	}
}

/* udev's database has an entry for what it has initialised; where no udev runs, all is as it will be */
static void mark_settled(struct inventory *inv, int run)
{
	bool has_udev = path_exists(run, "udev/control");
	char path[64];

	for (size_t i = 0; i < inv->n_links; i++) {
		(void)snprintf(path, sizeof(path), "udev/data/n%d", inv->links[i].index);
		inv->links[i].settled = !has_udev || path_exists(run, path);
	}
}

int inventory_read(struct inventory *inv, const struct dirs *dirs)
{
	int r;

	*inv = (struct inventory){
		.has_rdma_cm = path_exists(dirs->dev, "infiniband/rdma_cm"),
		.has_rxe = path_exists(dirs->sys, "module/rdma_rxe"),
		.has_vlan = path_exists(dirs->sys, "module/8021q") || path_exists(dirs->proc, "net/vlan"),
		.has_transport[TRANSPORT_RDMA] = path_exists(dirs->sys, "module/nvme_rdma"),
		.has_transport[TRANSPORT_TCP] = path_exists(dirs->sys, "module/nvme_tcp"),
	};
	r = inventory_read_net(inv, dirs);
	mark_settled(inv, dirs->run);
	mark_rdma(inv, dirs->sys);
	mark_adapters(inv, dirs->sys);
	if (read_ctrls(inv, dirs) < 0)
		return -ENOMEM;
	if (dirs->is_resident)
		return r;
	inventory_mark_root(inv, dirs);
	return inventory_read_disks(inv, dirs) < 0 ? -ENOMEM : r;
}
