/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* witness DIR OPTIONS: opens DIR/kmsg as a write of the options would, appends the records on standard input to it, and
 * prints what they say. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/witness.h"

int main(int argc, char **argv)
{
	char records[65536];
	int dir, log, kmsg;
	size_t n;

	if (argc != 3)
		return 2;
	dir = open(argv[1], O_PATH | O_DIRECTORY);
	log = witness_open(dir);
	if (log < 0)
		return 1;
	kmsg = openat(dir, "kmsg", O_WRONLY | O_APPEND);
	n = fread(records, 1, sizeof(records), stdin);
	if (write(kmsg, records, n) != (ssize_t)n)
		return 1;
	(void)printf("%s\n", strerrorname_np(witness_cause(log, argv[2], EIO)));
	close(log);
	close(kmsg);
	close(dir);
	return 0;
}
