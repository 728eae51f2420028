/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tries what a confined process must not do, and what it must be able to do, below the folder that is its argument. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confine.h"

static void print(const char *what, int result)
{
	(void)printf("%s: %s\n", what, result < 0 ? strerror(errno) : "done");
	(void)fflush(stdout);
}

static void try_folder(const char *name, int folder, int run)
{
	print(name, openat(folder, "there", O_WRONLY | O_CLOEXEC));
	print("  make a file", openat(folder, "new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	print("  make a folder", mkdirat(folder, "folder", 0700));
	print("  remove a file", unlinkat(folder, "old", 0));
	print("  take a file of run", renameat(run, "there", folder, "taken"));
}

/* the child of a confined process is confined */
static void try_execute(void)
{
	int status = 0;

	(void)fflush(stdout);
	if (fork() == 0) {
		(void)execl("/bin/true", "true", NULL);
		_exit(errno);
	}
	(void)wait(&status);
	errno = WEXITSTATUS(status);
	print("execute", errno ? -1 : 0);
}

int main(int argc, char **argv)
{
	struct dirs dirs;
	int r = argc == 2 ? dirs_open(&dirs, argv[1]) : -EINVAL;
	pid_t parent = getppid();

	if (r == 0)
		r = confine(&dirs);
	if (r < 0) {
		(void)fprintf(stderr, "confine: %s\n", strerror(-r));
		return 1;
	}
	print("read etc", openat(dirs.etc, "there", O_RDONLY | O_CLOEXEC));
	try_folder("write to etc", dirs.etc, dirs.run);
	try_folder("write to run", dirs.run, dirs.run);
	try_execute();
	print("trace its parent", (int)ptrace(PTRACE_SEIZE, parent, NULL, NULL));
	dirs_close(&dirs);
	return 0;
}
