/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of describe.h: the interface, address and route of a path, as parameters that would make them again. */
#pragma once

#include "sources/sources.h"
#include "kernel/inventory.h"
#include "decide/reach.h"

/* A line of parameters, each once, and what they shall mean. The next boot reads it beside what the boot loader says:
 * half of what it reads is for each. */
struct words {
	char text[SOURCES_WORDS_MAX / 2];
	struct plan meant; /* as cmdline_parse() makes it */
	bool is_lacking;   /* something could not be read, which is reported */
};

/* False: it is there already. What does not fit is cut: read_back() notices. */
bool add_word(struct words *words, const char *word);
bool has_word(const struct words *words, const char *word);

/* An address as parameters have it: IPv6 in brackets. */
const char *bracketed(const char *address, char buf[static TRADDR_MAX + 2]);

/* The interface that packets to a transport ID take, the address that they start from, and their route. src_addr: the
 * address that the kernel shows for the controller, or empty. link is NULL if no interface is known. */
struct reach_way describe_way(const struct inventory *inv, const struct tid *tid, const char *src_addr);

/* Adds address, route, VLAN and soft-RoCE device of a way that has an interface. What no parameter can express is
 * reported on standard error. */
void describe_interface(struct words *words, const struct dirs *dirs, const struct inventory *inv,
			const struct reach_way *way, const char *traddr);

/* Whether a soft-RoCE device stands on the interface. It shows its interface in sysfs; the device of an adapter does
 * not. */
bool has_soft_roce(int sys, const char *link);
