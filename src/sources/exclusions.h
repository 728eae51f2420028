/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /etc/nvme/exclusions.conf and exclusions.conf.d/, nvme-cli 3's list of what no program may connect by itself.
 */
#pragma once

#include "sources/source.h"

void exclusions_load(struct plan *plan, const struct source_input *input, const struct source_row *row);

/* Adds the entries of a file to the plan's. An entry with an error excludes nothing, and is told. */
void exclusions_parse(struct plan *plan, const char *name, const char *text);

/* Takes the paths that an entry matches out of what is desired. Anew whenever paths have been added. */
void exclusions_apply(struct plan *plan);
