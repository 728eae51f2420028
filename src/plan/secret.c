/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/secret.h"

#include <string.h>
#include <sys/prctl.h>

const char *secret_set(struct secret *secret, const char *value)
{
	static const char mark[] = "DHHC-1:", base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
							 "0123456789+/=:";

	if (!value || strncmp(value, mark, sizeof(mark) - 1) != 0)
		return "not a secret as nvme gen-dhchap-key prints it";
	if (value[strspn(value + sizeof(mark) - 1, base64) + sizeof(mark) - 1])
		return "a secret is base64 behind its first two fields";
	if (copy_string(secret->key, SECRET_MAX, value) < 0)
		return "too long for a secret";
	return NULL;
}

bool secret_is_set(const struct secret *secret)
{
	return secret->key[0];
}

void secret_append_for_kernel(const struct secret *secret, char *options, size_t size)
{
	append(options, size, "%s", secret->key);
}

void secret_forbid_dumps(void)
{
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* The first mark of a key in a text, or NULL. Any case: a mistyped key is a key. */
static char *find_mark(const char *text)
{
	char *dhchap = strcasestr(text, "DHHC-1"), *tls = strcasestr(text, "NVMeTLSkey");

	return !dhchap || (tls && tls < dhchap) ? tls : dhchap;
}

bool secret_may_be_in(const char *text)
{
	return find_mark(text);
}

/* Replaces the bytes from 'start' to 'end' of a message. What then does not fit is cut. */
static char *replace(char *message, size_t size, char *start, const char *end)
{
	size_t room = size - (size_t)(start - message), tail = strlen(end);
	const size_t len = sizeof(SECRET_SHOWN) - 1;

	if (room <= len) {
		*start = '\0';
		return start;
	}
	if (tail > room - len - 1)
		tail = room - len - 1;
	memmove(start + len, end, tail);
	start[len + tail] = '\0';
	memcpy(start, SECRET_SHOWN, len);
	return start + len;
}

void secret_redact(char *message, size_t size, bool is_quoted_from_secret)
{
	char *start = strchr(message, '\''), *end = NULL;

	if (start && is_quoted_from_secret) {
		for (char *p = strstr(start + 1, "': "); p; p = strstr(p + 1, "': "))
			end = p;
		(void)replace(message, size, start + 1, end ? end : start + strlen(start));
	}
	for (char *mark = find_mark(message); mark; mark = find_mark(mark))
		mark = replace(message, size, mark, mark + strcspn(mark, " \t"));
}
