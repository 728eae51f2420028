/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numeric IPv4 and IPv6 addresses: what can be compared without asking anybody. */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/util.h"

/* longest text: 45 bytes of address, '%', an interface name of 15, and the end */
#define IP_TEXT_MAX 64
/* IFNAMSIZ: 15 bytes and the end */
#define IFACE_MAX 16

struct ip {
	int family;	       /* AF_INET, AF_INET6; 0: none */
	uint8_t bytes[16];     /* network order; 4 of them for AF_INET */
	char scope[IFACE_MAX]; /* interface of a link-local IPv6 address, or empty */
};

/* "10.0.0.1", "fd00::1", "fe80::1%eth0"; also "[fd00::1]". -EINVAL for anything else, host names included. */
MUST_CHECK int ip_parse(const char *text, struct ip *ret);

/* From the bytes of a netlink attribute: 4 or 16 of them by family. */
void ip_from_bytes(int family, const void *bytes, struct ip *ret);

/* The IPv4 address that stands in ::ffff:a.b.c.d; others as they are. */
struct ip ip_unmapped(const struct ip *ip);

/* An order in which equal addresses stand together. What is equal: see ip_equal(). */
int ip_compare(const struct ip *a, const struct ip *b);

/* Equal as addresses: "FE80::1" is "fe80::1", "::ffff:10.0.0.1" is "10.0.0.1". */
bool ip_equal(const struct ip *a, const struct ip *b);

/* Whether both are of one family and share their first prefix bits. */
bool ip_same_network(const struct ip *a, const struct ip *b, unsigned prefix);

bool ip_is_any(const struct ip *ip);

/* fe80::/10 */
bool ip_is_link_local(const struct ip *ip);

/* 32 or 128 */
unsigned ip_bits(const struct ip *ip);

/* "255.255.255.0" or "24" -> 24. -EINVAL if neither, or if the mask has a hole. */
MUST_CHECK int ip_parse_prefix(const char *text, int family, unsigned *ret);

/* Writes the canonical text; returns buf. */
const char *ip_format(const struct ip *ip, char buf[static IP_TEXT_MAX]);

/* The address with a port as the socket calls want it; a scope becomes its index (0 if there is no such interface). */
socklen_t ip_sockaddr(const struct ip *ip, uint16_t port, struct sockaddr_storage *ret);
