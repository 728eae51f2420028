/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The firmware's boot table (NBFT; NVM Express Boot Specification 1.0 to 1.2) as bytes: where its parts are, and
 * whether they lie inside of it. All sums are made in 64 bits, so that no offset wraps. Reserved bytes are not looked
 * at: what a newer minor revision adds stands there. nbft_parts.h has what the parts mean.
 */
#pragma once

#include "plan/plan.h"

enum nbft_kind { NBFT_HFIS, NBFT_SUBSYSTEMS, NBFT_SECURITY, NBFT_DISCOVERY, NBFT_KINDS };

struct nbft_list {
	size_t offset, stride;
	unsigned count;
};

struct nbft_table {
	struct plan *plan;	     /* takes the complaints */
	const struct source *source; /* what they call the table */
	const uint8_t *bytes;
	size_t size; /* as the header says */
	size_t heap, heap_end;
	const uint8_t *host; /* its descriptor; NULL: the table configures nothing */
	struct nbft_list lists[NBFT_KINDS];
};

/* Finds the parts of a table. table has plan and source. False: it is broken, and nothing of it is used; a complaint
 * says why. A list that is broken is empty, with a complaint. */
bool nbft_open(struct nbft_table *table, const uint8_t *bytes, size_t size);

/* The descriptor with this number of a list; it has the size that its kind has in revision 1.0. */
const uint8_t *nbft_entry(const struct nbft_table *table, enum nbft_kind kind, unsigned number);

/* What a reference of 6 bytes leads to. False: outside of the heap. Absent: size 0. */
struct nbft_object {
	const uint8_t *bytes;
	size_t size;
};

MUST_CHECK bool nbft_object(const struct nbft_table *table, const uint8_t *reference, struct nbft_object *ret);

/* A text that a reference leads to, with or without a NUL at its end; absent: empty. NULL, or the reason why it is no
 * text. */
MUST_CHECK const char *nbft_text(const struct nbft_table *table, const uint8_t *reference, char *buf, size_t size);

/* 16 bytes as an address. Family 0: it is absent, for which there are two spellings. */
struct ip nbft_ip(const uint8_t *bytes);

uint16_t nbft_u16(const uint8_t *bytes);
uint32_t nbft_u32(const uint8_t *bytes);

/* Complains of what stands at a place in the table, with its offset. */
void nbft_complain(const struct nbft_table *table, const uint8_t *at, const char *format, ...) PRINTF_FORMAT(3, 4);
