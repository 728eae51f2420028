/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a table of the firmware says, in words of the plan. What cannot be used is not in it: each such part is a
 * complaint, except for entries that are marked as not valid. Numbers are the indices that the table itself gives its
 * parts; they need not be positions.
 */
#pragma once

#include "sources/nbft_table.h"

/* An index has 8 bits, and 0 is none. */
#define NBFT_HFIS_MAX 255

struct nbft_host {
	struct identity identity;
	bool is_selected; /* of several tables this one names the host */
};

/* An interface of the firmware (host fabric interface): an Ethernet port, a VLAN, an address. */
struct nbft_hfi {
	unsigned index;
	struct hwaddr hwaddr;
	unsigned vlan;		    /* 1 to 4094; 0: none */
	struct ip address, gateway; /* family 0: none */
	unsigned prefix;
	unsigned metric; /* 0: the firmware has said nothing */
	bool has_default_route;
	bool is_dynamic;     /* to be asked for again: the address was lent */
	bool is_from_router; /* by stateless configuration, not by DHCP */
};

struct nbft_security {
	unsigned index;
	bool requires_tls, requires_authentication;
};

struct nbft_discovery {
	unsigned index, hfi, security; /* 0: none */
	struct tid tid;
};

/* A namespace of a subsystem: several may have one way. */
struct nbft_subsystem {
	unsigned index;
	unsigned discovery;  /* that it was found by; 0: none */
	unsigned security;   /* 0: none */
	bool is_unavailable; /* the firmware could not use it */
	bool header_digest, data_digest;
	struct tid tid;
	uint8_t hfis[NBFT_HFIS_MAX]; /* indices, each once; the first is the primary one */
	size_t n_hfis;
};

struct nbft {
	struct nbft_host host;
	struct nbft_hfi *hfis;
	size_t n_hfis;
	struct nbft_security *securities;
	size_t n_securities;
	struct nbft_discovery *discoveries;
	size_t n_discoveries;
	struct nbft_subsystem *subsystems;
	size_t n_subsystems;
	bool is_discovery_used[NBFT_HFIS_MAX + 1]; /* by index: a subsystem, usable or not, was found by it */
};

/* False: the table is broken as a whole, or memory is short; a complaint says so. */
MUST_CHECK bool nbft_read(const struct nbft_table *table, struct nbft *ret);

void nbft_free(struct nbft *nbft);

/* NULL: there is none. */
const struct nbft_hfi *nbft_find_hfi(const struct nbft *nbft, unsigned index);
const struct nbft_security *nbft_find_security(const struct nbft *nbft, unsigned index);
