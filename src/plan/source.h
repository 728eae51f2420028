/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where something comes from: each entry of the plan and each message remembers it. */
#pragma once

#include <stdbool.h>

#include "base/util.h"

#define SOURCE_NAME_MAX 96

/* Who may name paths of root, as rd.nvmf.root-sources= calls them. */
enum root_source { ROOT_SOURCE_CMDLINE = 1, ROOT_SOURCE_CONF = 2, ROOT_SOURCE_LOG = 4 };

/* What is true of all that comes from there: sources/sources.c has the table. A log page and the kernel have none of
 * the attributes but is_peer. */
struct source {
	unsigned precedence;	    /* what it says replaces what a lower one says; 0: it takes no part in that */
	bool is_explicit;	    /* it names the paths of this boot: never given up, needed by the next boot */
	bool is_trusted;	    /* of the host itself: what it asks for is a wish */
	bool is_passing;	    /* it names this host for this boot only */
	unsigned root_source;	    /* of enum root_source; 0: it names no path itself */
	bool is_peer;		    /* a target fills it: fewer of its messages are kept */
	char name[SOURCE_NAME_MAX]; /* "command line (boot loader)", "/etc/nvme/discovery.conf", "log page of ..." */
	unsigned line, column;	    /* from 1; 0: does not apply */
	bool holds_secret;	    /* its line or parameter: no message quotes a part of it */
	size_t parameter;	    /* which of the plan's parameters it is, from 1; 0: it is none */
};

/* A list of names with commas, as a set of enum root_source. NULL, or the reason. */
MUST_CHECK const char *root_sources_parse(const char *text, unsigned *ret);

/* The names of a set, with commas. */
#define ROOT_SOURCES_TEXT_MAX 32
const char *root_sources_format(unsigned sources, char buf[static ROOT_SOURCES_TEXT_MAX]);

/* "command line (boot loader), column 12", "/etc/nvme/discovery.conf:3:15" */
#define SOURCE_TEXT_MAX 128
const char *source_format(const struct source *source, char buf[static SOURCE_TEXT_MAX]);
