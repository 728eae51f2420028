/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "act/disks.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* BLKFLSBUF writes out the file system that is mounted from the device, and needs nothing but the device's node.
 * sync(2) would wait for the dead root before it comes to the others; and the way to a mount may lead over that root.
 */
static int write_out(int dev, const char *name)
{
	char node[256];
	int fd;

	(void)snprintf(node, sizeof(node), "%s", name);
	for (char *mark = node; (mark = strchr(mark, '!'));)
		*mark = '/'; /* sysfs has it for the slash of cciss/c0d0 */
	fd = openat(dev, node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 || ioctl(fd, BLKFLSBUF, 0) < 0;
}

void disks_write_out(const struct dirs *dirs, int limit_ms)
{
	CLEANUP_DIRECTORY struct directory *disks = open_directory(dirs->sys, "class/block");
	struct pollfd over;
	const char *name;
	int ends[2];
	pid_t pid;

	if (!disks || pipe2(ends, O_CLOEXEC) < 0)
		return;
	/* a child for each, since a write to a disk that has died may never end; the pipe is closed when all are done
	 */
	while ((name = next_entry(disks))) {
		pid = fork();
		if (pid == 0)
			_exit(write_out(dirs->dev, name));
	}
	close(ends[1]);
	over = (struct pollfd){.fd = ends[0]};
	(void)poll(&over, 1, limit_ms);
	close(ends[0]);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}
