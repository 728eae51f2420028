/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel command line as a source of the plan; the grammar stands in cmdline.c. */
#pragma once

#include "sources/source.h"

/* The lines of the row's origin. */
void cmdline_load(struct plan *plan, const struct source_input *input, const struct source_row *row);

/* The parameters of one source. Call it from the lowest precedence to the highest. */
void cmdline_parse(struct plan *plan, const struct source *source, const char *text);
