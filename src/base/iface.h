/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Network interfaces as people name them: by name, or by hardware address. */
#pragma once

#include "base/ip.h"
#include "base/util.h"

/* MAX_ADDR_LEN of the kernel is 32; Ethernet has 6 bytes, IP over InfiniBand 20, of which the last 8 are the port's
 * GUID */
#define HWADDR_MAX 20

struct hwaddr {
	unsigned len; /* bytes; 0: none */
	uint8_t bytes[HWADDR_MAX];
};

/* 6, 8 (a GUID) or 20 pairs of hexadecimal digits between colons or dashes, in any case; -EINVAL for anything else. */
MUST_CHECK int hwaddr_parse(const char *text, struct hwaddr *ret);

/* Whether an interface with the address 'have' is meant. Of InfiniBand's only the GUID counts: the rest of it changes
 * with each boot. */
bool hwaddr_matches(const struct hwaddr *want, const struct hwaddr *have);

/* 20 pairs, colons between, and the end */
#define HWADDR_TEXT_MAX 60
const char *hwaddr_format(const struct hwaddr *hwaddr, char buf[static HWADDR_TEXT_MAX]);

struct iface {
	char name[HWADDR_TEXT_MAX]; /* as it is shown: its name, or the hardware address as text */
	struct hwaddr hwaddr;	    /* if it has one, this counts and not the name */
};

/* NULL, or the reason why the text is neither a name (1 to 15 bytes) nor a hardware address. */
MUST_CHECK const char *iface_parse(const char *text, struct iface *ret);

/* Whether both name the same interface in the same way. */
bool iface_equal(const struct iface *a, const struct iface *b);

/* NULL, or the reason why the text cannot be the name of an interface. The kernel takes more characters: only those are
 * good here that mean themselves in each file that a name is written to (of systemd-networkd, NetworkManager, ifupdown,
 * a shell). */
MUST_CHECK const char *iface_check_name(const char *name);
