/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of describe.h: which paths root has, and what nobody can know of them. */
#pragma once

#include "decide/match.h"

/* The controller that carries root and has the next higher number; NULL: there is none. before NULL: the first one. */
const struct inv_ctrl *describe_next_ctrl(const struct inventory *inv, const struct inv_ctrl *before);

/* Whether the path of this index is root's and has no controller at the moment, for example because its target is down:
 * an image that is made now must not forget it. If root has lost a disk, it may be any that this boot asks for. */
bool describe_is_away(const struct matches *matches, size_t index);

/* Reports what keeps root, or a path of it, from being described. 0; -ENODATA: nobody can tell whether root is on a
 * fabric, or a subsystem that root stands on has no path that is known. */
MUST_CHECK int describe_check(const struct matches *matches);
