/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The discovery log page (NVMe base spec 2.0, 5.16.1.23) as a source of the plan. What a peer sends is checked as
 * what a user types.
 */
#pragma once

#include "plan/plan.h"

#define LOG_PAGE_HEADER_SIZE 1024
#define LOG_PAGE_ENTRY_SIZE 1024
/* records of a page that are read at most; no plan holds more paths */
#define LOG_PAGE_ENTRIES_MAX PLAN_PATHS_MAX

struct log_page_header {
	uint64_t genctr; /* changes with the page */
	uint64_t numrec;
};

/* Gets len bytes of the page from offset. more: further calls follow. 0 or -errno. */
typedef int (*log_page_get)(void *data, uint64_t offset, void *buf, uint32_t len, bool more);

/* What entries of the page come from; line: the number of the entry, to be set. */
struct source log_page_source(const struct plan_path *dc);

/* Reads the page and parses it. A page that changes while it is read is read again. 0; -EAGAIN: it changed each time;
 * or what get() returned. */
MUST_CHECK int log_page_read(struct plan *plan, int parent, log_page_get get, void *data);

void log_page_parse_header(const uint8_t header[static LOG_PAGE_HEADER_SIZE], struct log_page_header *ret);

/* discovery controllers behind discovery controllers */
#define LOG_PAGE_DEPTH_MAX 8

/* Adds the I/O controllers of n entries to the plan, as children of path 'parent', and the discovery controllers that
 * they refer to, each once, LOG_PAGE_DEPTH_MAX deep. What the page named before and does not name now is marked gone,
 * with all that came of it. Bad entries are complained of and left out. is_cut: the page has more entries. If so, or if
 * the plan is full, what is left out is complained of, the path is log_cut, and nothing is marked gone. */
void log_page_parse(struct plan *plan, int parent, const uint8_t *entries, size_t n, bool is_cut);

/* The page of this path was log_cut when an earlier run read it. */
void log_page_restore_cut(struct plan *plan, int path);
