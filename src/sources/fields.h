/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A parameter while it is parsed: its value is cut into fields, and complaints name the parameter and the column. */
#pragma once

#include "plan/plan.h"
#include "sources/words.h"

#define FIELDS_MAX 48
/* bytes of a value that is cut into fields, with its end: no good one is as long */
#define FIELDS_BYTES_MAX 4096

struct word {
	struct plan *plan;
	struct source source;
	const char *key, *value;
	unsigned value_column; /* of the value's first byte in the line */
};

/* A value cut at a separator; brackets protect it. */
struct fields {
	char buf[FIELDS_BYTES_MAX];
	const char *field[FIELDS_MAX];
	unsigned column[FIELDS_MAX]; /* of each field in the line */
	size_t n;
};

/* False: more fields or bytes than there can be. */
bool fields_split(struct fields *fields, const struct word *word, char separator);

/* Field i, or "". */
const char *fields_get(const struct fields *fields, size_t i);

/* "<key>=: '<field>': <reason>", with the column of the field. */
void complain_of_field(const struct word *word, const struct fields *fields, size_t i, const char *reason);

/* "<key>: <reason>" */
void complain_of_word(const struct word *word, const char *reason);

/* "<key>=: '<value>': <reason>" */
void complain_of_value(const struct word *word, const char *reason);
