/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plan: which interfaces, associations and settings are wanted. Nothing on this floor looks at the system.
 *
 * desired_load() (run/desired.h) hands an empty plan to each source in turn. A source adds entries; some of them
 * replace those of a source with a lower precedence. Each entry remembers its source. settle() then completes the plan,
 * once. Later only log pages add paths to it (sources/log_page.h). What a source asks for beyond the limits below is
 * reported and left out.
 */
#pragma once

#include "base/iface.h"
#include "base/ip.h"
#include "base/util.h"
#include "plan/messages.h"
#include "plan/options.h"
#include "plan/source.h"
#include "plan/tid.h"

/* Hard limits of what users and peers can make us hold. */
#define PLAN_NETS_MAX 64
#define PLAN_RXES_MAX 64
#define PLAN_VLANS_MAX 64
#define PLAN_ROUTES_MAX 256
#define PLAN_ALIASES_MAX 64
#define PLAN_FOREIGN_MAX 64
#define PLAN_PATHS_MAX 2048
#define PLAN_EXCLUSIONS_MAX 1024
#define PLAN_PARAMETERS_MAX (512 * 1024)
#define PLAN_IDENTITIES_MAX 16
/* lists of paths with the same hash: two paths in each of a full plan */
#define PLAN_CHAINS 1024

/* A parameter of the command line as it stands there, whichever program it is for. */
struct plan_parameter {
	char *text;
	const char *blanks; /* behind it, in the same memory; empty at the end of its line */
	bool is_taken;	    /* nvmf-boot does it: nobody else sees it */
};

/* A static address on an interface. */
struct plan_net {
	struct source source;
	struct iface iface;
	struct ip address, peer, gateway; /* peer and gateway: family 0 if none */
	unsigned prefix;
	unsigned mtu;	      /* bytes; 0: as it is */
	unsigned metric;      /* of the default route; 0: the number of the address in the plan */
	struct hwaddr hwaddr; /* to be given to the interface; length 0: as it is */
};

/* A VLAN on an interface. */
struct plan_vlan {
	struct source source;
	char name[IFACE_MAX];
	struct iface parent;
	unsigned id; /* 1 to 4094 */
};

/* A route; the default route of each gateway, too. */
struct plan_route {
	struct source source;
	struct iface iface;
	struct ip destination, gateway; /* destination: the wildcard address for the default route; gateway: family 0
					 * if the destination is a neighbour */
	unsigned prefix;
	unsigned metric; /* tells several default routes apart */
	bool on_link;	 /* the gateway is outside of the interface's networks */
};

/* Another name for the interface with this hardware address: nothing is renamed. */
struct plan_alias {
	struct source source;
	char name[IFACE_MAX];
	struct hwaddr hwaddr;
};

/* A word that needs another program: it is left to dracut's network modules, and so is its interface. */
struct plan_foreign {
	struct source source;
	struct iface iface; /* no name: whichever they take */
};

/* A soft-RoCE device on an interface. */
struct plan_rxe {
	struct source source;
	struct iface iface;
};

/* An association: an I/O controller, or a discovery controller whose log page adds I/O controllers. */
struct plan_path {
	struct source source;
	struct tid tid;
	bool discovery;
	bool is_optional; /* the firmware could not use it: nobody waits for it */
	struct ctrl_options options;
	struct identity identity; /* of this path alone; empty: the plan's */
	int parent;		  /* of plan_add_child(): index of the discovery controller; -1: none */
	bool gone;		  /* not desired: its log page does not name it any more, or it is excluded */
	bool excluded;		  /* gone for that reason */
	bool log_cut;		  /* of a discovery controller: its log page names more than the plan holds */
	bool log_empty;		  /* its log page was read, and names nothing that this host could use */
	int chain;		  /* plan_find_path()'s: 1 + index of the next path with the same hash; 0: none */
};

/* What a source says of this host's pair; a half may be missing. */
struct plan_identity {
	struct source source;
	struct identity identity;
	const char *lost; /* why it cannot be read, as a sentence: static text; NULL: it was read */
};

/* Paths that match shall not be connected: empty fields match anything. */
struct plan_exclusion {
	struct source source;
	struct tid tid;
	struct identity identity;
};

struct plan {
	struct plan_parameter *parameters;
	size_t n_parameters;
	struct plan_net *nets;
	size_t n_nets;
	struct plan_vlan *vlans;
	size_t n_vlans;
	struct plan_route *routes;
	size_t n_routes;
	struct plan_alias *aliases;
	size_t n_aliases;
	struct plan_foreign *foreign;
	size_t n_foreign;
	struct plan_rxe *rxes;
	size_t n_rxes;
	struct plan_path *paths;
	size_t n_paths;
	int chains[PLAN_CHAINS]; /* plan_find_path()'s: 1 + index of the first path; 0: none */
	struct plan_exclusion *exclusions;
	size_t n_exclusions;
	struct messages messages; /* of the sources; what fails at run time is struct work's */

	struct plan_identity identities[PLAN_IDENTITIES_MAX];
	size_t n_identities;
	struct identity identity;    /* settled from them */
	char identity_source[128];   /* where the pair comes from, for messages */
	struct ctrl_options options; /* rd.nvmf.<option>: for all that the command line names */
	long timeout_s;		     /* 0: for ever */
	bool removal_is_set;	     /* rd.nvmf.delayed-removal= */
	long delayed_removal_s;	     /* its value: how long root's disks wait for a path; 0: left alone */
	unsigned root_sources;	     /* rd.nvmf.root-sources=: of enum root_source; 0: all of them */
	bool no_keeper;		     /* rd.nvmf.keeper=0 */
	bool reboot_on_root_loss;    /* rd.nvmf.on-root-loss=reboot */
	bool disabled;		     /* rd.nonvmf */
	bool no_nbft;		     /* rd.nvmf.nonbft */
	bool identity_lost;	     /* what should name this host is there, and could not be read: no pair is used */
	bool unread;		     /* a source is there but could not be read whole */
	bool uncertain;		     /* it was not understood whole, or not asked: what is missing may be in it */
	bool log_lost;		     /* a log page has ceased to name something; another one may still name it */
};

void plan_free(struct plan *plan);

/* Adds a copy of the entry. False: the limit is reached, and a complaint says so. What is there once only (a VLAN and
 * an alias of a name, a soft-RoCE device of an interface) replaces what was there. */
bool plan_add_net(struct plan *plan, const struct plan_net *net);
bool plan_add_vlan(struct plan *plan, const struct plan_vlan *vlan);
bool plan_add_route(struct plan *plan, const struct plan_route *route);
bool plan_add_alias(struct plan *plan, const struct plan_alias *alias);
bool plan_add_foreign(struct plan *plan, const struct plan_foreign *foreign);
bool plan_add_exclusion(struct plan *plan, const struct plan_exclusion *exclusion);
bool plan_add_rxe(struct plan *plan, const struct plan_rxe *rxe);

/* Adds the parameter whose text begins here and has len bytes, with so many blanks behind it. Returns what struct
 * source calls it, 0 at the limit. */
size_t plan_add_parameter(struct plan *plan, const char *text, size_t len, size_t blanks);

/* Whether nvmf-boot does what the parameter that something comes from asks for, or leaves it to other programs. */
void plan_take_parameter(struct plan *plan, const struct source *source, bool is_taken);

/* The text of the parameter that something comes from, "ip=eth0:dhcp"; or empty. */
const char *plan_parameter_text(const struct plan *plan, const struct source *source);

/* Adds what a source says of this host's pair, or puts it over what the same source has said of the half. */
void plan_add_identity(struct plan *plan, const struct source *source, const struct identity *identity);

/* This file would have said it, and cannot be read. why: static text; reported if no stronger source has the pair. */
void plan_lose_identity(struct plan *plan, const char *file, const char *why);

/* Adds a path unless the plan has it already: who comes first stays its source. Returns its index or -1. A child is
 * what the log page of the discovery controller 'parent' named (its index), and goes with it. */
int plan_add_path(struct plan *plan, const struct plan_path *path);
int plan_add_child(struct plan *plan, const struct plan_path *path, int parent);

/* Index of the path that the plan has already, or -1. */
int plan_find_path(const struct plan *plan, const struct tid *tid, bool discovery);

/* What a discovery controller named that is gone itself is gone, too. */
void plan_drop_orphans(struct plan *plan);

/* Takes back what sources of a precedence below this one said: paths; addresses (of one interface, or of all: NULL);
 * routes (to one destination, or all: NULL). */
void plan_drop_paths_below(struct plan *plan, unsigned precedence);
void plan_drop_nets_below(struct plan *plan, unsigned precedence, const struct iface *iface);
void plan_drop_routes_below(struct plan *plan, unsigned precedence, const struct plan_route *like);

/* The interface that a name means: by its alias, if it is one. */
struct iface plan_iface(const struct plan *plan, const char *name);

/* Something in a source that cannot be used; all else of the source counts. */
void plan_complain(struct plan *plan, const struct source *source, const char *format, ...) PRINTF_FORMAT(3, 4);

/* Likewise, of something that is understood and used. */
void plan_note(struct plan *plan, const struct source *source, const char *format, ...) PRINTF_FORMAT(3, 4);

/* Whether something could not be used. */
bool plan_is_faulty(const struct plan *plan);

/* Whether a source, be it a log page, could not be read whole. */
bool plan_is_unread(const struct plan *plan);

/* Whether a path is wanted. */
bool plan_has_wish(const struct plan *plan);

/* Whether a parameter wants one. In an initramfs nothing else starts us: a discovery.conf may lie in any image. */
bool plan_has_explicit_wish(const struct plan *plan);

/* Whether one of the host's own sources asks for something, and neither a path nor an address came of it. */
bool plan_is_unusable(const struct plan *plan);

/* The pair that a path uses. */
const struct identity *plan_path_identity(const struct plan *plan, const struct plan_path *path);
