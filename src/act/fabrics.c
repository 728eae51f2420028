/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "act/fabrics.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/witness.h"

/* s; a discovery controller is kept, so it has a keep alive (nvme-cli's value for persistent ones) */
#define DISCOVERY_KEEP_ALIVE 30

void fabrics_options(const struct plan *plan, const struct plan_path *path, const struct tid *tid, bool redact,
		     char buf[static FABRICS_OPTIONS_MAX])
{
	const struct identity *identity = plan_path_identity(plan, path);
	struct ctrl_options options = path->options;

	if (path->discovery) {
		options.set[OPTION_KEEP_ALIVE_TMO] = true;
		options.value[OPTION_KEEP_ALIVE_TMO] = DISCOVERY_KEEP_ALIVE;
	}
	buf[0] = '\0';
	append(buf, FABRICS_OPTIONS_MAX, "nqn=%s,transport=%s,traddr=%s,trsvcid=%s", tid->subsysnqn,
	       transport_name(tid->transport), tid->traddr, tid->trsvcid);
	if (tid->host_traddr[0])
		append(buf, FABRICS_OPTIONS_MAX, ",host_traddr=%s", tid->host_traddr);
	if (tid->host_iface[0])
		append(buf, FABRICS_OPTIONS_MAX, ",host_iface=%s", tid->host_iface);
	if (identity->nqn[0] && identity->id[0])
		append(buf, FABRICS_OPTIONS_MAX, ",hostnqn=%s,hostid=%s", identity->nqn, identity->id);
	/* by its well-known name the kernel knows it */
	if (path->discovery && !streq(tid->subsysnqn, DISCOVERY_NQN))
		append(buf, FABRICS_OPTIONS_MAX, ",discovery");
	ctrl_options_append(&options, buf, FABRICS_OPTIONS_MAX);
	explicit_bzero(&options, sizeof(options));
	/* nvme-cli's way: a discovery controller gets none */
	if (path->discovery)
		return;
	if (redact)
		ctrl_options_name_secrets(&path->options, buf, FABRICS_OPTIONS_MAX);
	else
		ctrl_options_append_secrets(&path->options, buf, FABRICS_OPTIONS_MAX);
}

/* ---- the child ---- */

static void on_deadline(int signal UNUSED)
{
}

/* No SA_RESTART: the signal ends the waits for the connection manager, SYN and ICResp. Again each second, in case the
 * first comes while the write waits for something else. 0: the write is over. */
static void set_deadline(unsigned seconds)
{
	struct sigaction action = {.sa_handler = on_deadline};
	struct itimerval timer = {.it_value.tv_sec = (time_t)seconds, .it_interval.tv_sec = seconds ? 1 : 0};
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigaction(SIGALRM, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigprocmask(SIG_SETMASK, &none, NULL); /* the loop reads its signals from a descriptor */
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

static int compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* fds: what is kept */
static void close_others(int *fds, size_t n)
{
	unsigned from = 3;

	qsort(fds, n, sizeof(*fds), compare_ints);
	for (size_t i = 0; i < n; i++) {
		if (fds[i] < (int)from)
			continue;
		if (fds[i] > (int)from)
			(void)close_range(from, (unsigned)fds[i] - 1, 0);
		from = (unsigned)fds[i] + 1;
	}
	(void)close_range(from, ~0u, 0);
}

/* Opening fails for other reasons than writing: those errors have a meaning of their own there (reason_of_error()). */
static int meaning_of_open_error(int error)
{
	if (error == EACCES)
		return EPERM;
	return error == ENODEV || error == ENXIO ? ENOENT : error;
}

static struct fabrics_result write_options(int dev, const char *options)
{
	struct fabrics_result result = {.instance = -1};
	CLEANUP_CLOSE int log = witness_open(dev);
	CLEANUP_CLOSE int fd = openat(dev, "nvme-fabrics", O_RDWR | O_CLOEXEC);
	char reply[256];
	ssize_t n;

	if (fd < 0) {
		result.error = meaning_of_open_error(errno);
		return result;
	}
	if (write(fd, options, strlen(options)) < 0) {
		result.error = witness_cause(log, options, errno);
		return result;
	}
	n = read(fd, reply, sizeof(reply) - 1);
	reply[n > 0 ? n : 0] = '\0';
	(void)sscanf(reply, "instance=%d", &result.instance);
	return result;
}

/* What a child is asked: one packet. */
struct request {
	unsigned deadline_s;
	char options[FABRICS_OPTIONS_MAX];
};

static void serve(int dev, int end, struct request *request)
{
	struct fabrics_result result;

	set_deadline(request->deadline_s);
	result = write_options(dev, request->options);
	explicit_bzero(request, sizeof(*request));
	set_deadline(0);
	(void)!write(end, &result, sizeof(result));
}

/* Forks a child at the other end of a socket; it answers one request, or all that come. Returns our end or -errno. */
static int start_child(int dev, bool stays, pid_t *ret)
{
	static struct request request;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	*ret = fork();
	if (*ret != 0) {
		close(ends[1]);
		if (*ret > 0)
			return ends[0];
		close(ends[0]);
		return -errno;
	}
	/* a child that hangs must not hold the lock, the probes and the folders of the parent */
	close_others((int[]){dev, ends[1]}, 2);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (stays)
		(void)mlockall(MCL_CURRENT | MCL_FUTURE);
	while (read(ends[1], &request, sizeof(request)) == sizeof(request)) {
		serve(dev, ends[1], &request);
		if (!stays)
			break;
	}
	_exit(0);
}

int fabrics_prefork(struct writer *writer, int dev)
{
	int fd = start_child(dev, true, &writer->resident);

	if (fd < 0) {
		writer->resident = 0;
		return fd;
	}
	writer->fd = fd;
	return 0;
}

int fabrics_start(struct writer *writer, int dev, const char *options, unsigned deadline_s)
{
	static struct request request;

	writer->pid = writer->resident;
	if (!writer->resident) {
		writer->fd = start_child(dev, false, &writer->pid);
		if (writer->fd < 0) {
			writer->pid = 0;
			return writer->fd;
		}
	}
	request.deadline_s = deadline_s;
	(void)copy_string(request.options, sizeof(request.options), options);
	/* what is wrong with it is seen when it is read */
	(void)!send(writer->fd, &request, sizeof(request), MSG_NOSIGNAL);
	explicit_bzero(&request, sizeof(request));
	return 0;
}

/* The child is gone, or is no more needed. */
static void release_child(struct writer *writer)
{
	close(writer->fd);
	(void)waitpid(writer->pid, NULL, 0);
	writer->resident = 0;
	writer->fd = -1;
}

struct fabrics_result fabrics_finish(struct writer *writer)
{
	struct fabrics_result result;
	bool answered = read(writer->fd, &result, sizeof(result)) == sizeof(result);

	if (!answered)
		result = (struct fabrics_result){.error = EINTR, .instance = -1};
	if (!answered || !writer->resident)
		release_child(writer);
	writer->pid = 0;
	return result;
}

void fabrics_abandon(struct writer *writer)
{
	if (!writer->pid && !writer->resident)
		return;
	(void)kill(writer->pid ? writer->pid : writer->resident, SIGTERM);
	close(writer->fd);
	*writer = (struct writer){.fd = -1};
}

int fabrics_delete(int sys, const char *ctrl)
{
	CLEANUP_CLOSE int fd = -1;
	char path[64];
	pid_t pid;

	(void)snprintf(path, sizeof(path), "class/nvme/%.31s/delete_controller", ctrl);
	fd = openat(sys, path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	pid = fork();
	if (pid != 0)
		return pid < 0 ? -errno : 0;
	close_others((int[]){fd}, 1);
	_exit(write(fd, "1", 1) < 0);
}
