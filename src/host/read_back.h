/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is written can be read back: describe_root() writes parameters that another boot will read, out of names and
 * values that a target, a person or a program has given.
 */
#pragma once

#include "plan/plan.h"

/* Parses a line of parameters and compares it with the plan that they shall mean: one as cmdline_parse() makes it, not
 * settled. 0; -EBADMSG, which is reported: the line means something else, or not all of it can be used. */
MUST_CHECK int read_back(const char *text, const struct plan *meant);
