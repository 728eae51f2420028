/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "act/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

/* bytes; no record of /dev/kmsg is longer (CONSOLE_EXT_LOG_MAX). One longer than the buffer fails with EINVAL. */
#define RECORD_MAX 8192

static const struct {
	const char *before, *after; /* of the NQN that it names; after NULL: it names none */
	const char *option;	    /* as which the NQN was written */
	int error;
} testimonies[] = {
	{"Connect Invalid Data Parameter, subsysnqn \"", "\"", "nqn", ENXIO},
	{"Connect for subsystem ", " is not allowed, hostnqn: ", "nqn", EACCES},
	{"Connect Invalid Data Parameter, hostnqn \"", "\"", "hostnqn", EACCES},
	{"controller is busy or not available", NULL, NULL, EBUSY},
	{"authentication required", NULL, NULL, EKEYREJECTED},
};

int witness_open(int dev)
{
	int fd = openat(dev, "kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || lseek(fd, 0, SEEK_END) >= 0)
		return fd;
	close(fd);
	return -1;
}

/* Whether the option string has this option with this value, whole. */
static bool has_option(const char *options, const char *name, const char *value, size_t len)
{
	size_t name_len = strlen(name);

	for (const char *option = options; *option;) {
		size_t option_len = strcspn(option, ",");

		if (option_len == name_len + 1 + len && strncmp(option, name, name_len) == 0 &&
		    option[name_len] == '=' && strncmp(option + name_len + 1, value, len) == 0)
			return true;
		option += option_len;
		option += *option == ',';
	}
	return false;
}

/* 0: it says nothing of this write. A record is "priority,sequence,microseconds,flags;message", and lines of
 * attributes. The priority is the level and 8 times the facility: 0 is the kernel's, which no program can write. */
static int cause_of_record(char *record, const char *options)
{
	char *message = strchr(record, ';');

	if (!message || strtoul(record, NULL, 10) > LOG_LEVEL_DEBUG || strncmp(message, ";nvme nvme", 10) != 0)
		return 0;
	message[strcspn(message, "\n")] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(testimonies); i++) {
		const char *nqn = strstr(message, testimonies[i].before), *end;

		if (!nqn)
			continue;
		if (!testimonies[i].after)
			return testimonies[i].error;
		nqn += strlen(testimonies[i].before);
		end = strstr(nqn, testimonies[i].after);
		return end && has_option(options, testimonies[i].option, nqn, (size_t)(end - nqn))
			       ? testimonies[i].error
			       : 0;
	}
	return 0;
}

int witness_cause(int log, const char *options, int error)
{
	char record[RECORD_MAX + 1];
	int cause;
	ssize_t n;

	if (error != EIO || log < 0)
		return error;
	/* EPIPE: records were overwritten before they were read; the next is there */
	while ((n = read(log, record, RECORD_MAX)) > 0 || (n < 0 && errno == EPIPE)) {
		record[n > 0 ? n : 0] = '\0';
		cause = cause_of_record(record, options);
		if (cause)
			error = cause;
	}
	return error;
}
