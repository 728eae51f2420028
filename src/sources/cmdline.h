/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel command line as a source of the plan; the grammar stands in cmdline.c. */
#pragma once

#include "sources/source.h"

/* The lines of the row's origin. */
void cmdline_load(struct plan *plan, const struct source_input *input, const struct source_row *row);

/* Likewise of the origin whose lines the kernel has kept: one that is as long as what the kernel keeps was cut. */
void cmdline_load_kept(struct plan *plan, const struct source_input *input, const struct source_row *row);

/* The parameters of one source, a line of len bytes. Call it from the lowest precedence to the highest. */
void cmdline_parse(struct plan *plan, const struct source *source, const char *line, size_t len);
