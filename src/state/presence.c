/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/presence.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/layout.h"

/* its executable's name, as far as the kernel keeps it for /proc/PID/comm; hooks/shutdown.sh has it, too */
#define KEEPER_COMM "nvmf-boot-keepe"

/* The PID in the file, if the process is a keeper; else 0. By comm: exe is not for the eyes of the service, which has
 * fewer capabilities than the keeper. */
static pid_t named_keeper(const struct dirs *dirs)
{
	char text[16], path[32], comm[32];
	long pid;

	if (read_file(dirs->run, LAYOUT_KEEPER, text, sizeof(text)) <= 0 || parse_number(text, 1, INT_MAX, &pid) < 0)
		return 0;
	(void)snprintf(path, sizeof(path), "%ld/comm", pid);
	if (read_file(dirs->proc, path, comm, sizeof(comm)) <= 0 || !streq(comm, KEEPER_COMM))
		return 0;
	return (pid_t)pid;
}

/* The lock is the open file's (F_OFD_SETLK): it lasts as long as the keeper has the file open, and no child of it. */
pid_t presence_begin(const struct dirs *dirs)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	static int held = -1;
	pid_t other;

	(void)mkdirat(dirs->run, LAYOUT_FOLDER, 0755);
	held = openat(dirs->run, LAYOUT_KEEPER, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (held < 0)
		return -errno;
	if (fcntl(held, F_OFD_SETLK, &lock) == 0)
		return ftruncate(held, 0) < 0 || dprintf(held, "%d\n", (int)getpid()) < 0 ? -errno : 0;
	if (errno != EAGAIN && errno != EACCES)
		return -errno;
	other = named_keeper(dirs);
	return other ? other : -EBUSY;
}

pid_t presence_keeper(const struct dirs *dirs)
{
	/* F_OFD_GETLK asks whether this could be had: it takes nothing from a keeper that begins now */
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	CLEANUP_CLOSE int fd = openat(dirs->run, LAYOUT_KEEPER, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 ? open_error(dirs->run, LAYOUT_KEEPER) : 0;

	if (error < 0)
		return error == -ENOENT || dirs->run < 0 ? 0 : error;
	if (fcntl(fd, F_OFD_GETLK, &lock) < 0)
		return -errno;
	return lock.l_type == F_UNLCK ? 0 : named_keeper(dirs);
}
