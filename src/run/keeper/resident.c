/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/keeper/resident.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"
#include "state/layout.h"

/* bytes of heap and of stack that are there before root can be dead; a look takes less */
#define HEAP_RESERVE (512 * 1024)
#define STACK_RESERVE (64 * 1024)

int resident_detach(void)
{
	unsigned char status;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid > 0) {
		close(ends[1]);
		_exit(read(ends[0], &status, 1) == 1 ? status : EXIT_FAILURE);
	}
	close(ends[0]);
	(void)setsid();
	return ends[1];
}

void resident_tell_parent(int parent, int status)
{
	unsigned char byte = (unsigned char)status;

	(void)!write(parent, &byte, 1);
	close(parent);
}

/* Makes descriptors 0 to 2 the keeper's own, so that it holds no file of the initramfs or of root. */
static void redirect_output(const struct dirs *dirs)
{
	int null = openat(dirs->dev, "null", O_RDWR | O_CLOEXEC);
	int kmsg = openat(dirs->dev, "kmsg", O_WRONLY | O_NONBLOCK | O_CLOEXEC);

	(void)dup2(null, STDIN_FILENO);
	(void)dup2(null, STDOUT_FILENO);
	(void)dup2(kmsg >= 0 ? kmsg : null, STDERR_FILENO);
	if (kmsg >= 0)
		log_is_kmsg("nvmf-boot-keeper");
	util_closep(&null);
	util_closep(&kmsg);
}

/* From Linux 7 on, pivot_root(2) moves every process whose root is the initramfs to the new root. chroot into /run
 * first, so that the keeper never holds the real root. */
static int leave_root(const struct dirs *dirs)
{
	return fchdir(dirs->run) < 0 || chdir(LAYOUT_FOLDER) < 0 || chroot(".") < 0 ? -errno : 0;
}

/* Allocates and locks all memory that the keeper will need. Later the kernel may have to write to a disk to free some,
 * and that disk may be root's. */
static void lock_memory(const struct dirs *dirs)
{
	volatile char stack[STACK_RESERVE];
	void *heap;

	(void)mallopt(M_TRIM_THRESHOLD, INT_MAX);
	(void)mallopt(M_MMAP_MAX, 0);
	(void)mallopt(M_TOP_PAD, HEAP_RESERVE);
	if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0)
		log_warning("cannot lock memory: %s", strerror(errno));
	heap = malloc(HEAP_RESERVE);
	free(heap);
	for (size_t i = 0; i < sizeof(stack); i += 4096)
		stack[i] = 0;
	/* PR_SET_IO_FLUSHER (Linux 5.6): nor does the kernel write to a disk when it allocates memory on our behalf */
	(void)prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0);
	(void)write_file(dirs->proc, "self/oom_score_adj", "-1000");
}

void resident_settle(struct dirs *dirs)
{
	int r;

	redirect_output(dirs);
	dirs->is_resident = true;
	r = leave_root(dirs);
	if (r < 0)
		log_warning("cannot leave the root of the initramfs: %s", strerror(-r));
	lock_memory(dirs);
}
