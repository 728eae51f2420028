/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/misspelt.h"

#include <ctype.h>
#include <string.h>

bool plain_name(char buf[static PLAIN_NAME_MAX], const char *name)
{
	size_t len = 0;

	for (; *name; name++) {
		if (!isalnum((unsigned char)*name))
			continue;
		if (len == PLAIN_NAME_MAX - 1)
			return false;
		buf[len++] = (char)tolower((unsigned char)*name);
	}
	buf[len] = '\0';
	return true;
}

bool is_meant_to_be(const char *name, const char *known)
{
	char x[PLAIN_NAME_MAX], y[PLAIN_NAME_MAX];
	const char *a = x, *b = y;

	if (!plain_name(x, name) || !plain_name(y, known))
		return false;
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (!*a || !*b)
		return strlen(a) + strlen(b) <= 1;
	return streq(a + 1, b) || streq(a, b + 1) || streq(a + 1, b + 1) ||
	       (a[0] == b[1] && a[1] == b[0] && streq(a + 2, b + 2));
}
