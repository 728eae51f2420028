/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of the plan's sources. Whoever adds one writes its parser in a file of its own and adds its row to the
 * table in sources.c: the others ask the attributes of struct source, not who it is.
 */
#pragma once

#include "base/dirs.h"
#include "plan/plan.h"

/* the origin of what the boot loader says */
#define SOURCES_LOADER "loader"

/* cmdline: a file with parameters instead of the boot's, "-" for standard input, or NULL. 0 or -errno of that file.
 * What can be said only when all have spoken (identity, settle, exclusions) is run/desired.h's. */
MUST_CHECK int sources_load(struct plan *plan, const struct dirs *dirs, const char *cmdline);

/* One file alone, for `check`: as discovery.conf, or as parameters. 0 or -errno. */
MUST_CHECK int sources_load_conf(struct plan *plan, const char *path);
MUST_CHECK int sources_load_cmdline(struct plan *plan, const char *path);

/* The parameters of lines of "<origin>\t<parameters>", as the cmdline hook writes them. */
void sources_parse_words(struct plan *plan, const char *words);

/* Why a source cannot be read, as a sentence. error: an errno of read_whole_file(). */
const char *sources_error(int error);

/* A complaint of a source as a whole. */
void sources_complain(struct plan *plan, const char *name, const char *text);
