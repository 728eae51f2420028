/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /etc/nvme/discovery.conf as a source of the plan; the grammar stands in discovery_conf.c. */
#pragma once

#include "sources/source.h"

/* bytes of the file that are read at most */
#define DISCOVERY_CONF_MAX (1024 * 1024)

/* Reads the file of this host. */
void discovery_conf_load(struct plan *plan, const struct source_input *input, const struct source_row *row);

/* source: with the name of the file, for messages */
void discovery_conf_parse(struct plan *plan, const struct source *source, const char *text);
