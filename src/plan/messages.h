/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is reported: of a source that cannot be used as it is, and of what fails at run time. Each source has room of
 * its own, so that a noisy one takes none from the others. What does not fit is counted in the source's last message.
 */
#pragma once

#include "base/log.h"
#include "plan/source.h"

/* messages that are kept of a source, and of one that a peer fills */
#define MESSAGES_KEPT 64
#define MESSAGES_KEPT_OF_PEER 8

struct message {
	/* NOTICE: it is used all the same; WARNING: it is not; ERROR: of the system, so the exit status is 1 */
	enum log_level level;
	char where[SOURCE_TEXT_MAX];
	char text[512];
	bool reported;
};

struct room {
	char source[SOURCE_NAME_MAX];
	bool is_in_vain;      /* a source of the host itself asks for something that is not used */
	bool is_old;	      /* what an earlier run was told by a log page */
	enum log_level worst; /* of all messages, those that did not fit included */
	struct message *list; /* in the order in which they came; the last one may be the count of the others */
	size_t n, n_left_out;
	uint64_t *seen; /* hashes of all messages: what is read or tried again is not counted again */
	size_t n_seen;
};

struct messages {
	struct room *rooms;
	size_t n_rooms;
};

void messages_free(struct messages *messages);

/* What may be a secret is replaced in the text, whoever makes a message. One that is there already is not added. */
void messages_add(struct messages *messages, const struct source *source, enum log_level level, const char *format, ...)
	PRINTF_FORMAT(4, 5);
void messages_add_list(struct messages *messages, const struct source *source, enum log_level level, const char *format,
		       va_list args);

/* Likewise a message of an earlier run, about a source of which it is the last word until it is read again. */
void messages_restore(struct messages *messages, const char *source, const struct message *message);

/* A source is read: what earlier runs had to say of it is over. */
void messages_renew(struct messages *messages, const char *source);

/* What was said of a source is over. */
void messages_forget(struct messages *messages, const char *source);

/* Whether there is a message of a source. */
bool messages_are_of(const struct messages *messages, const char *source);

/* Whether one is of this level or worse. */
bool messages_are_as_bad_as(const struct messages *messages, enum log_level level);
