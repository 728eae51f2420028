/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The discovery log page (NVMe base spec 2.0, 5.16.1.23) as a source of the plan. What a peer sends is checked as
 * what a user types.
 */
#pragma once

#include "plan.h"

#define LOG_PAGE_HEADER_SIZE 1024
#define LOG_PAGE_ENTRY_SIZE 1024
/* records of a page that are read at most */
#define LOG_PAGE_ENTRIES_MAX 1024

struct log_page_header {
	uint64_t genctr; /* changes with the page */
	uint64_t numrec;
};

void log_page_parse_header(const uint8_t header[static LOG_PAGE_HEADER_SIZE], struct log_page_header *ret);

/* Adds the I/O controllers of n entries to the plan, as children of path 'parent'. Those that the page named before
 * and does not name now are marked gone. Bad entries are complained of and left out. */
void log_page_parse(struct plan *plan, int parent, const uint8_t *entries, size_t n);
