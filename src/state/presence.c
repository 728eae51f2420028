/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/presence.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/layout.h"

bool presence_begin(const struct dirs *dirs)
{
	static int held = -1;

	(void)mkdirat(dirs->run, LAYOUT_FOLDER, 0755);
	held = openat(dirs->run, LAYOUT_KEEPER, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	return held >= 0 && flock(held, LOCK_EX | LOCK_NB) == 0 && ftruncate(held, 0) == 0 &&
	       dprintf(held, "%d\n", (int)getpid()) > 0;
}

pid_t presence_keeper(const struct dirs *dirs)
{
	CLEANUP_CLOSE int fd = openat(dirs->run, LAYOUT_KEEPER, O_RDONLY | O_CLOEXEC);
	char text[16];
	long pid;

	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) == 0 ||
	    read_file(dirs->run, LAYOUT_KEEPER, text, sizeof(text)) <= 0 || parse_number(text, 1, INT_MAX, &pid) < 0)
		return 0;
	return (pid_t)pid;
}
