/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's log, where anybody may have written: records of /dev/kmsg, a NUL behind each. */
#include <errno.h>
#include <sys/socket.h>

#include "act/witness.h"
#include "fuzz.h"

#define SUBSYSTEM "nqn.x:vol1"
#define HOST "nqn.x:host"
#define OPTIONS "transport=tcp,traddr=10.0.0.1,nqn=" SUBSYSTEM ",hostnqn=" HOST

/* as many as a socket keeps for sure */
#define RECORDS_MAX 8

/* Whether a record may be the reason for this error: the kernel's own, about this write. */
static bool may_say(const char *record, int error)
{
	unsigned long priority;

	/* a program's record has a facility, 8 and more; the kernel gives none without a number */
	if ((sscanf(record, "%lu", &priority) == 1 && priority > 7) || !strstr(record, ";nvme nvme"))
		return false;
	switch (error) {
	case ENXIO:
		return strstr(record, "\"" SUBSYSTEM "\"");
	case EACCES:
		return strstr(record, " " SUBSYSTEM " ") || strstr(record, "\"" HOST "\"");
	case EBUSY:
		return strstr(record, "busy");
	case EKEYREJECTED:
		return strstr(record, "authentication");
	default:
		return false;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int errors[] = {ENXIO, EACCES, EBUSY, EKEYREJECTED};
	char *text = as_text(data, size), *record = text;
	bool is_said[ARRAY_SIZE(errors)] = {false}, is_true;
	int log[2], error;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, log) < 0)
		abort();
	for (int n = 0; n < RECORDS_MAX && record < text + size; n++) {
		size_t len = strlen(record);

		for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
			is_said[i] |= may_say(record, errors[i]);
		if (len > 0 && send(log[1], record, len, 0) < 0)
			abort();
		record += len + 1;
	}
	error = witness_cause(log[0], OPTIONS, EIO);
	is_true = error == EIO;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		is_true |= error == errors[i] && is_said[i];
	if (!is_true)
		abort();
	close(log[0]);
	close(log[1]);
	free(text);
	return 0;
}
