/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plan: what shall be. Sources only add to it; each entry remembers who asked for it.
 */
#pragma once

#include "ip.h"
#include "options.h"
#include "tid.h"
#include "util.h"

/* Hard limits of what users and peers can make us hold. */
#define PLAN_NETS_MAX 64
#define PLAN_RXES_MAX 64
#define PLAN_PATHS_MAX 2048
#define PLAN_COMPLAINTS_MAX 256

enum source_kind { SOURCE_CMDLINE, SOURCE_CONF, SOURCE_LOG_PAGE };

/* Who said what of the words, weakest first: the boot loader's words win over those of the image. */
enum origin { ORIGIN_IMAGE, ORIGIN_ETC, ORIGIN_LOADER };

struct source {
	enum source_kind kind;
	enum origin origin;    /* of words */
	char name[96];	       /* "command line (boot loader)", "/etc/nvme/discovery.conf", "log page of ..." */
	unsigned line, column; /* from 1; 0: does not apply */
};

/* A static address on an interface. */
struct plan_net {
	struct source source;
	char iface[IFACE_MAX];
	struct ip address, peer, gateway; /* peer and gateway: family 0 if none */
	unsigned prefix;
	unsigned mtu; /* bytes; 0: as it is */
};

/* A soft-RoCE device on an interface. */
struct plan_rxe {
	struct source source;
	char iface[IFACE_MAX];
};

/* An association: an I/O controller, or a discovery controller whose log page adds I/O controllers. */
struct plan_path {
	struct source source;
	struct tid tid;
	bool discovery;
	struct ctrl_options options;
	struct identity identity; /* of this path alone; empty: the plan's */
	int parent;		  /* index of the discovery controller whose log page named it; -1: none */
	bool gone;		  /* its log page does not name it any more: not desired */
};

/* Something in a source that cannot be used; all else of the source counts. */
struct complaint {
	struct source source;
	char text[512];
};

struct plan {
	struct plan_net *nets;
	size_t n_nets;
	struct plan_rxe *rxes;
	size_t n_rxes;
	struct plan_path *paths;
	size_t n_paths;
	struct complaint *complaints;
	size_t n_complaints;

	struct identity identity;
	char identity_source[64];    /* where the pair comes from, for messages */
	struct ctrl_options options; /* rd.nvmf.<option>: for all that the command line names */
	long timeout_s;		     /* 0: for ever */
	bool disabled;		     /* rd.nonvmf */
};

void plan_free(struct plan *plan);

/* The new entry, zeroed, its source copied; or NULL: the limit is reached and a complaint says so. Pointers into the
 * plan are good until the next addition of their kind. */
struct plan_net *plan_add_net(struct plan *plan, const struct source *source);
struct plan_rxe *plan_add_rxe(struct plan *plan, const struct source *source, const char *iface);

/* Adds a path unless the plan has it already: who comes first stays its source. Returns its index or -1. */
int plan_add_path(struct plan *plan, const struct plan_path *path);

/* Takes the words of origins below 'origin' back: paths, addresses, soft-RoCE devices. */
void plan_drop_paths_below(struct plan *plan, enum origin origin);
void plan_drop_nets_below(struct plan *plan, enum origin origin, const char *iface);

/* When all sources but log pages have spoken: gives the command line's paths its options and a ctrl-loss-tmo of -1
 * (600 s would kill a root whose target reboots slowly), completes the identity. */
void plan_settle(struct plan *plan);

void plan_complain(struct plan *plan, const struct source *source, const char *format, ...) PRINTF_FORMAT(3, 4);

/* "command line (boot loader), column 12", "/etc/nvme/discovery.conf:3:15" */
#define SOURCE_TEXT_MAX 128
const char *source_format(const struct source *source, char buf[static SOURCE_TEXT_MAX]);

/* The pair that a path uses. */
const struct identity *plan_path_identity(const struct plan *plan, const struct plan_path *path);
