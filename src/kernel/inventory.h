/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The inventory: what this host has now. Links, addresses, routes, controllers, and the disks that root stands on.
 *
 * inventory_read() (inventory_read.h) fills an empty one at each turn of the loop, from sysfs, rtnetlink and files
 * below /run. Nothing is kept from turn to turn, and nothing on this floor changes the kernel. With --root, files below
 * a folder stand for the kernel.
 */
#pragma once

#include "base/dirs.h"
#include "base/iface.h"
#include "base/ip.h"
#include "base/util.h"
#include "plan/tid.h"

/* disks below root that are looked after */
#define ROOT_HEADS_MAX 32

struct inv_link {
	int index;
	char name[IFACE_MAX];
	unsigned mtu; /* bytes */
	bool up;      /* administratively */
	bool carrier;
	bool settled;	  /* udev has initialised it: it has its name for good */
	bool has_rdma;	  /* an RDMA device serves it */
	char adapter[16]; /* the PCI device that it is a function of, "0000:01:00"; empty: none, or several */
	char kind[16];	  /* vlan, bond, ...; empty: a device */
	bool stacked;	  /* VLAN, bond, ...: its hardware address is another one's */
	int parent;	  /* of a VLAN: the interface below */
	unsigned vlan_id; /* of a VLAN: 1 to 4094 */
	struct hwaddr hwaddr, permanent; /* permanent: from the factory; length 0 where the driver does not say */
};

struct inv_address {
	int link;
	struct ip ip, peer; /* peer: the other end of the line; family 0 if none */
	unsigned prefix;
	bool tentative; /* duplicate address detection is not over */
	bool duplicate; /* it is over, and another machine has the address */
	bool dynamic;	/* it has a lifetime: from DHCP or a router */
};

struct inv_route {
	int link;
	struct ip destination, gateway; /* gateway: family 0 if none */
	unsigned prefix;
};

/* As the kernel's state machine; what it calls otherwise is CTRL_OTHER and left to it. */
enum ctrl_state { CTRL_NEW, CTRL_LIVE, CTRL_CONNECTING, CTRL_RESETTING, CTRL_DELETING, CTRL_DEAD, CTRL_OTHER };

struct inv_ctrl {
	char name[32]; /* nvme0 */
	struct tid tid;
	char src_addr[TRADDR_MAX]; /* or empty */
	struct identity identity;
	enum ctrl_state state;
	/* Why an attribute, which a target may have filled, is not taken: static text. NULL: all are, and tid_check()
	 * has passed them. The attribute is then empty, or escaped if it is the subsystem's NQN: such a controller is
	 * shown, and neither planned nor described nor ended. */
	const char *refused;
	bool discovery;
	bool carries_root; /* a namespace of its subsystem is below /, /usr, /var or swap */
	bool ours;	   /* nvme-cli's registry says that we made it */
	unsigned cntlid;   /* the target's number of this association */
	long reconnects;   /* times that the kernel has made it again; -1: this kernel does not count (before 7.x) */
};

/* As NVMe's asymmetric namespace access, which not all targets report. */
enum ana_state {
	ANA_NONE,
	ANA_OPTIMIZED,
	ANA_NON_OPTIMIZED,
	ANA_INACCESSIBLE,
	ANA_PERSISTENT_LOSS,
	ANA_CHANGE,
	ANA_OTHER,
	ANA_STATES
};

/* A namespace, as one live controller shows it. */
struct inv_ns {
	size_t ctrl;	/* index of the controller */
	char disk[32];	/* nvme0n1: what the kernel makes of it */
	bool has_disk;	/* that is there */
	bool is_joined; /* the disk is that of all paths, not of this controller alone */
	bool carries_root;
	enum ana_state ana;
	/* Commands for which no path was usable, that waited and that failed; -1: this kernel does not count (before
	 * 7.x), or nobody has asked. */
	long waited, failed;
};

/* The disk of a namespace that root stands on; its paths are controllers' own. */
struct inv_head {
	char name[32]; /* nvme0n1 */
	char subsysnqn[NQN_MAX];
	bool spare;		/* something above it (md, dm-multipath) does without it */
	long delayed_removal_s; /* s it waits for a path when it has lost the last; -1: this kernel has no such thing */
};

/* What can be read whole or not, each by itself. */
enum inventory_part { INVENTORY_NET, INVENTORY_CTRLS, INVENTORY_ROOT, INVENTORY_PARTS };

struct inventory {
	struct inv_link *links;
	size_t n_links;
	struct inv_address *addresses;
	size_t n_addresses;
	struct inv_route *routes;
	size_t n_routes;
	struct inv_ctrl *ctrls;
	size_t n_ctrls;
	struct inv_ns *namespaces; /* none of a resident's */
	size_t n_namespaces;
	struct inv_head heads[ROOT_HEADS_MAX];
	size_t n_heads;
	bool root_is_listed;   /* the list of mounts has a "/": without one nobody knows what root stands on */
	bool root_is_degraded; /* an array or file system below root has lost a disk, and nobody knows which */
	/* Why a part could not be read whole, as a sentence: static text. What is not in it may be there all the same,
	 * so no step is taken because of that. NULL: it is whole. */
	const char *gap[INVENTORY_PARTS];
	bool has_transport[TRANSPORT_TCP + 1]; /* its module is there */
	bool has_rdma_cm;		       /* /dev/infiniband/rdma_cm */
	bool has_rxe;			       /* the soft-RoCE module is there */
	bool has_vlan;			       /* the VLAN module is there */
	bool sysroot_mounted;		       /* an initramfs has its root: it is about to end */
};

void inventory_free(struct inventory *inventory);

/* Whether all parts could be read whole. */
bool inventory_is_whole(const struct inventory *inventory);

/* Whether a subsystem has a path that is live. */
bool inventory_has_live_path(const struct inventory *inventory, const char *subsysnqn);

/* Whether root stands on a subsystem. */
bool inventory_carries_root(const struct inventory *inventory, const char *subsysnqn);

/* The pair that root is connected with; NULL: unknown. */
const struct identity *inventory_root_identity(const struct inventory *inventory);

/* Whether root waits for a path: a disk that it cannot do without has none that is live, or none of those that it could
 * has. */
bool inventory_root_is_cut(const struct inventory *inventory);

/* By name, or by hardware address if the interface has been named so. NULL: there is none. */
const struct inv_link *inventory_link(const struct inventory *inventory, const struct iface *iface);

/* NULL: there is none. */
const struct inv_link *inventory_link_by_index(const struct inventory *inventory, int index);

/* Whether -errno says that something is not in sysfs: this kernel does not have it, or its device is going away. All
 * other errors are gaps. */
bool sysfs_is_absent(ssize_t error);

const char *ctrl_state_name(enum ctrl_state state);
const char *ana_state_name(enum ana_state state);
enum ctrl_state ctrl_state_parse(const char *text);
