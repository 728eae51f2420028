/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Transport ID: where a controller is and through what it is reached. Strings are kept as they were given, since
 * the kernel compares them as text; they are compared here by meaning.
 */
#pragma once

#include "base/iface.h"
#include "base/ip.h"
#include "base/util.h"

/* NVMe base spec 2.0, figure of the discovery log page entry; with the end of the string */
#define TRADDR_MAX 257
#define TRSVCID_MAX 33
#define NQN_MAX 224
#define HOSTID_MAX 37

#define DISCOVERY_NQN "nqn.2014-08.org.nvmexpress.discovery"

enum transport { TRANSPORT_NONE, TRANSPORT_RDMA, TRANSPORT_TCP };

struct tid {
	enum transport transport;
	char traddr[TRADDR_MAX];   /* numeric */
	char trsvcid[TRSVCID_MAX]; /* port, 1-65535 */
	char subsysnqn[NQN_MAX];
	char host_traddr[TRADDR_MAX]; /* numeric, or empty: not sent to the kernel then */
	char host_iface[IFACE_MAX];   /* or empty, likewise */
};

enum tid_field {
	TID_TRANSPORT,
	TID_TRADDR,
	TID_TRSVCID,
	TID_SUBSYSNQN,
	TID_HOST_TRADDR,
	TID_HOST_IFACE,
};

/* The pair that a target knows this host by. Kernels from 6.5 bind one to the other. */
struct identity {
	char nqn[NQN_MAX];
	char id[HOSTID_MAX]; /* UUID in lower case */
};

/* Sets a field if the value is valid. Returns NULL, or the reason why it is not; the field is unchanged then.
 * Whatever passes has no comma, blank, quote, backslash or control character: it can stand in the kernel's option
 * string and in a parameter. */
MUST_CHECK const char *tid_set(struct tid *tid, enum tid_field field, const char *value);

/* What only the fields together show. NULL, or the reason. */
MUST_CHECK const char *tid_check(const struct tid *tid);

MUST_CHECK const char *identity_set_nqn(struct identity *identity, const char *value);
MUST_CHECK const char *identity_set_id(struct identity *identity, const char *value);

/* Fills a missing half from the other where that can be done: the NQN from the ID, the ID from an NQN of the
 * form nqn.2014-08.org.nvmexpress:uuid:<ID>. */
void identity_complete(struct identity *identity);

/* "rdma", "tcp", "none" */
const char *transport_name(enum transport transport);

/* Whether all fields that the pattern has are equal. */
bool tid_matches(const struct tid *pattern, const struct tid *tid);

/* Whether both name the same path: the host side must be equal, too. */
bool tid_equal(const struct tid *a, const struct tid *b);

/* A number that is the same for all that are equal. */
uint32_t tid_hash(const struct tid *tid);

/* "rdma 10.0.0.1:4420", "tcp [fd00::1]:4420 from fd00::2 on eth0": 4 + 2 * 257 + 33 + 15 and words between */
#define TID_PLACE_MAX 640
const char *tid_format_place(const struct tid *tid, char buf[static TID_PLACE_MAX]);
