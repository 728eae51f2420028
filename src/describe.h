/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The other direction: the words that would boot this host as it runs now. What a hostonly image embeds.
 */
#pragma once

#include "inventory.h"

/* Prints the words of root's paths on one line: identity, associations, interfaces, routes, options that are not the
 * default; nothing if root is on no fabric. What no word of ours can say goes to standard error. Returns the number of
 * paths. */
size_t describe_root(const struct dirs *dirs, const struct inventory *inv);
