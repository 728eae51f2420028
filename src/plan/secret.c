/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/secret.h"

#include <ctype.h>
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

/* What a key begins with: DHHC-1: or NVMeTLSkey-1:, in any case, since a mistyped key is a key. No NQN has one in it.
 */
static const char *const marks[] = {"DHHC-1", "DHHC1", "DHHC_1", "DHHC 1", "DHCH-1", "NVMeTLSkey", "NVMeTLS-key"};

/* The first mark of a key in a text, or NULL. */
static char *find_mark(const char *text)
{
	char *first = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		char *mark = strcasestr(text, marks[i]);

		if (mark && (!first || mark < first))
			first = mark;
	}
	return first;
}

bool secret_may_be_in(const char *text)
{
	return find_mark(text);
}

/* Bytes of base64 that are a key for sure, or a part of one: no name has as many. */
#define BARE_KEY_MIN 24

/* The first key without its mark in a text, or NULL; *len: its bytes. Names of subsystems have long runs of hexadecimal
 * digits, some of them in both cases: a key has other letters as well. */
static char *find_bare_key(char *text, size_t *len)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

	for (char *run = text; *(run += strcspn(run, base64)); run += *len) {
		size_t upper = 0, lower = 0, digits = 0, others = 0;

		*len = strspn(run, base64);
		for (size_t i = 0; i < *len; i++) {
			upper += isupper((unsigned char)run[i]) != 0;
			lower += islower((unsigned char)run[i]) != 0;
			digits += isdigit((unsigned char)run[i]) != 0;
			others += isalpha((unsigned char)run[i]) && !isxdigit((unsigned char)run[i]);
		}
		if (*len >= BARE_KEY_MIN && upper && lower && digits && others)
			return run;
	}
	return NULL;
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
	size_t len;

	if (start && is_quoted_from_secret) {
		for (char *p = strstr(start + 1, "': "); p; p = strstr(p + 1, "': "))
			end = p;
		(void)replace(message, size, start + 1, end ? end : start + strlen(start));
	}
	for (char *mark = find_mark(message); mark; mark = find_mark(mark))
		mark = replace(message, size, mark, mark + strcspn(mark, " \t"));
	for (char *key = find_bare_key(message, &len); key; key = find_bare_key(key, &len))
		key = replace(message, size, key, key + len);
}
