/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys: of DH-HMAC-CHAP (TP 8006) and of TLS. A key goes from discovery.conf to the kernel, and to nobody's eyes. */
#pragma once

#include "base/util.h"

/* bytes with the end: "DHHC-1:03:", base64 of 64 bytes of key and 4 of check sum, ":" */
#define SECRET_MAX 128

/* What a person or a text sees in its place. */
#define SECRET_SHOWN "(not shown, it may be a secret)"

/* A key of DH-HMAC-CHAP. No formatter takes a structure, and only secret.c looks into this one. */
struct secret {
	char key[SECRET_MAX]; /* empty: none */
};

/* NULL, or the reason why it is refused, which does not repeat the value. */
MUST_CHECK const char *secret_set(struct secret *secret, const char *value);

bool secret_is_set(const struct secret *secret);

/* Appends the key to the kernel's option string. No other text gets it. */
void secret_append_for_kernel(const struct secret *secret, char *options, size_t size);

/* From now on no core dump shows the memory of this process or of a child of it, whatever its limits are. */
void secret_forbid_dumps(void);

/* Whether a text holds what may be a key, by how keys are written. */
bool secret_may_be_in(const char *text);

/* Replaces what may be a key in a message. is_quoted_from_secret: the message quotes ('...') a part of a text that
 * holds a key; the part may be the key without its mark, so it is replaced, too. */
void secret_redact(char *message, size_t size, bool is_quoted_from_secret);
