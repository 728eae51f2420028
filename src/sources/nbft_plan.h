/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of a table in the plan: paths, and the interfaces that they need. */
#pragma once

#include "sources/nbft_parts.h"

/* Adds what a table asks for to the plan that it complains to. number: of its file. identity: that its paths have of
 * their own, or NULL. */
void nbft_add(const struct nbft_table *table, const struct nbft *nbft, unsigned number,
	      const struct identity *identity);
