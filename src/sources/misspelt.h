/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a name that nobody knows is meant to be one of ours: what is misspelt is reported, and not ignored. */
#pragma once

#include "base/util.h"

/* bytes of a name without its marks, with the end; longer ones are none of ours */
#define PLAIN_NAME_MAX 48

/* The letters and digits of a name, in lower case: "RD.NVMF-x" is rdnvmfx. False: it is too long. */
bool plain_name(char buf[static PLAIN_NAME_MAX], const char *name);

/* Whether both names have the same letters and digits, whatever their case; one of them may be missing, be there too
 * much, be another one, or be in the other's place. */
bool is_meant_to_be(const char *name, const char *known);
