/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The boot table of the firmware (NBFT), which the kernel shows in /sys/firmware/acpi/tables: how the firmware has
 * reached the subsystems, over TCP. Without libnvme. The plan gets the paths, each over the interface and from the
 * address that the firmware has used, and of the interfaces those that a path needs.
 *
 * Parameters are stronger: if one names a path, the tables are not used. With rd.nvmf.nonbft they are not read.
 */
#pragma once

#include "sources/source.h"

void nbft_load(struct plan *plan, const struct source_input *input, const struct source_row *row);

/* For `check`: a table in a file, or those of a folder. 0 or -errno; -ENOENT also if the folder has none. */
MUST_CHECK int nbft_check(struct plan *plan, const struct source_row *row, const char *path);

/* One table from its bytes. source: what messages call it. number: of its file, 0 for NBFT. Returns false if the table
 * is broken; complaints say why. */
bool nbft_parse(struct plan *plan, const struct source *source, unsigned number, const uint8_t *bytes, size_t size);
