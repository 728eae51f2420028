/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/lock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "state/layout.h"

static void on_alarm(int signal UNUSED)
{
}

int lock_take(const struct dirs *dirs, unsigned wait_s)
{
	/* repeated: the first alarm may come before the wait begins */
	struct itimerval limit = {.it_value.tv_sec = (time_t)wait_s, .it_interval.tv_sec = 1}, off = {0};
	struct sigaction action = {.sa_handler = on_alarm}, before;
	int fd, r;

	(void)mkdirat(dirs->run, LAYOUT_FOLDER, 0755);
	(void)mkdirat(dirs->run, LAYOUT_KICKS, 0755);
	fd = openat(dirs->run, LAYOUT_LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	/* without SA_RESTART: the alarm ends the wait */
	(void)sigaction(SIGALRM, &action, &before);
	(void)setitimer(ITIMER_REAL, &limit, NULL);
	r = flock(fd, wait_s ? LOCK_EX : LOCK_EX | LOCK_NB);
	(void)setitimer(ITIMER_REAL, &off, NULL);
	(void)sigaction(SIGALRM, &before, NULL);
	if (r == 0)
		return fd;
	close(fd);
	return -1;
}
