/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/handoff.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/log.h"
#include "sources/exclusions.h"
#include "kernel/inventory_read.h"

#define FOLDER HANDOFF_FOLDER
#define STATE FOLDER "/state"
#define COMPLAINTS FOLDER "/complaints"
#define LOCK FOLDER "/lock"
#define KICKS FOLDER "/kick"
#define KEEPER FOLDER "/keeper"
#define MODPROBE FOLDER "/modprobe"
#define REGISTRY "nvme/registry"

/* a line of the state for each path */
#define STATE_LINE_MAX 1200
#define STATE_MAX ((size_t)PLAN_PATHS_MAX * STATE_LINE_MAX)

int history_fit(struct history *history, const struct plan *plan)
{
	while (history->n_attempts < plan->n_paths) {
		struct attempt *grown =
			array_grow(history->attempts, &history->n_attempts, sizeof(*grown), PLAN_PATHS_MAX);

		if (!grown)
			return -ENOMEM;
		history->attempts = grown;
		grown[history->n_attempts - 1].state = -1;
	}
	return 0;
}

void history_free(struct history *history)
{
	free(history->attempts);
	*history = (struct history){0};
}

void history_add_rxe(struct history *history, int link)
{
	for (size_t i = 0; i < history->n_rxe_made; i++)
		if (history->rxe_made[i] == link)
			return;
	if (history->n_rxe_made == PLAN_RXES_MAX)
		memmove(history->rxe_made, history->rxe_made + 1, --history->n_rxe_made * sizeof(int));
	history->rxe_made[history->n_rxe_made++] = link;
}

/* ---- state ---- */

/*
 *   rxe <interface index>
 *   path <parent's line among the paths, or -1> <1: discovery controller> <transport> <traddr> <trsvcid> <nqn>
 *        <host-traddr|-> <host-iface|-> <errno> <in probe> <failures> <since> <next> <state> <log page read>
 *
 * Each is one line; no string of a path has a blank, tid_set() sees to that.
 */
static void format_path(char *buf, size_t size, const struct plan_path *path, int parent, const struct attempt *attempt)
{
	const struct tid *tid = &path->tid;

	append(buf, size, "path %d %d %s %s %s %s %s %s %d %d %u %llu %llu %d %llu\n", parent, path->discovery,
	       transport_name(tid->transport), tid->traddr, tid->trsvcid, tid->subsysnqn,
	       tid->host_traddr[0] ? tid->host_traddr : "-", tid->host_iface[0] ? tid->host_iface : "-", attempt->error,
	       attempt->in_probe, attempt->failures, (unsigned long long)attempt->since,
	       (unsigned long long)attempt->next, attempt->state, (unsigned long long)attempt->log_read);
}

void handoff_save(const struct dirs *dirs, const struct plan *plan, const struct history *history)
{
	size_t size = 64 * PLAN_RXES_MAX + plan->n_paths * STATE_LINE_MAX, used = 0;
	CLEANUP_FREE char *text = calloc(1, size);
	static int line_of[PLAN_PATHS_MAX]; /* of each path in the file, or -1 */
	int lines = 0;

	if (!text)
		return;
	(void)mkdirat(dirs->run, FOLDER, 0755);
	for (size_t i = 0; i < history->n_rxe_made; i++)
		append(text, size, "rxe %d\n", history->rxe_made[i]);
	used = strlen(text);
	for (size_t i = 0; i < plan->n_paths; i++) {
		const struct plan_path *path = &plan->paths[i];

		line_of[i] = -1;
		/* what hangs on something that is gone is gone, too; what is excluded is named by its log page all the
		 * same */
		if ((path->gone && !path->excluded) || (path->parent >= 0 && line_of[path->parent] < 0))
			continue;
		line_of[i] = lines++;
		format_path(text + used, size - used, path, path->parent < 0 ? -1 : line_of[path->parent],
			    &history->attempts[i]);
		used += strlen(text + used);
	}
	(void)replace_file(dirs->run, STATE, text);
}

/* The line's path in the plan; one that a log page named is added if its discovery controller is still planned. */
static int place_path(struct plan *plan, const struct tid *tid, int parent, bool discovery)
{
	struct plan_path path = {.tid = *tid, .parent = parent, .discovery = discovery};
	char place[TID_PLACE_MAX];

	if (parent < 0) {
		for (size_t i = 0; i < plan->n_paths; i++)
			if (plan->paths[i].discovery == discovery && tid_equal(&plan->paths[i].tid, tid))
				return (int)i;
		return -1;
	}
	path.options = plan->paths[parent].options;
	path.identity = plan->paths[parent].identity;
	append(path.source.name, sizeof(path.source.name), "log page of %.80s",
	       tid_format_place(&plan->paths[parent].tid, place));
	return plan_add_path(plan, &path);
}

/* index_of[n]: index in the plan of the file's n-th path, or -1 */
static void load_path(const char *line, struct plan *plan, struct history *history, int *index_of, size_t n)
{
	char transport[8], traddr[65], trsvcid[TRSVCID_MAX], nqn[NQN_MAX], host_traddr[65], host_iface[IFACE_MAX];
	unsigned long long since, next, log_read;
	struct attempt attempt = {0};
	struct tid tid = {0};
	int parent, discovery, in_probe, index;

	index_of[n] = -1;
	if (sscanf(line, "path %d %d %7s %64s %32s %223s %64s %15s %d %d %u %llu %llu %d %llu", &parent, &discovery,
		   transport, traddr, trsvcid, nqn, host_traddr, host_iface, &attempt.error, &in_probe,
		   &attempt.failures, &since, &next, &attempt.state, &log_read) != 15)
		return;
	if (tid_set(&tid, TID_TRANSPORT, transport) || tid_set(&tid, TID_TRADDR, traddr) ||
	    tid_set(&tid, TID_TRSVCID, trsvcid) || tid_set(&tid, TID_SUBSYSNQN, nqn) ||
	    (!streq(host_traddr, "-") && tid_set(&tid, TID_HOST_TRADDR, host_traddr)) ||
	    (!streq(host_iface, "-") && tid_set(&tid, TID_HOST_IFACE, host_iface)))
		return;
	if (parent >= 0) {
		parent = (size_t)parent < n ? index_of[parent] : -1;
		if (parent < 0)
			return;
	}
	index = place_path(plan, &tid, parent, discovery != 0);
	if (index < 0 || history_fit(history, plan) < 0)
		return;
	attempt.in_probe = in_probe != 0;
	attempt.since = since;
	attempt.next = next;
	attempt.log_read = log_read;
	history->attempts[index] = attempt;
	index_of[n] = index;
}

void handoff_load(const struct dirs *dirs, struct plan *plan, struct history *history)
{
	CLEANUP_FREE char *text = NULL;
	static int index_of[PLAN_PATHS_MAX];
	bool all_placed = true;
	char *save = NULL;
	size_t n = 0;

	if (history_fit(history, plan) < 0 || read_whole_file(dirs->run, STATE, STATE_MAX, &text) < 0)
		return;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		int link;

		if (sscanf(line, "rxe %d", &link) == 1)
			history_add_rxe(history, link);
		else if (strncmp(line, "path ", 5) == 0 && n < PLAN_PATHS_MAX)
			load_path(line, plan, history, index_of, n++);
	}
	exclusions_apply(plan);
	/* what is not planned any more may have named what others name as well */
	for (size_t i = 0; i < n; i++)
		all_placed &= index_of[i] >= 0;
	for (size_t i = 0; i < history->n_attempts && !all_placed; i++)
		history->attempts[i].log_read = 0;
}

/* ---- kicks ---- */

bool handoff_take_kicks(const struct dirs *dirs)
{
	CLEANUP_DIRECTORY struct directory *dir = open_directory(dirs->run, KICKS);
	bool log_changed = false;
	char path[sizeof(KICKS) + NAME_MAX + 1];
	const char *name;

	while ((name = next_entry(dir))) {
		log_changed |= streq(name, "log");
		(void)snprintf(path, sizeof(path), KICKS "/%s", name);
		(void)unlinkat(dirs->run, path, 0);
	}
	return log_changed;
}

void handoff_kick(const struct dirs *dirs, const char *name)
{
	char path[64] = "";

	append(path, sizeof(path), KICKS "/%s", name);
	if (path_exists(dirs->run, KICKS))
		(void)replace_file(dirs->run, path, "");
}

/* ---- complaints ---- */

#define COMPLAINT_LINE_MAX 768
#define COMPLAINTS_FILE_MAX ((size_t)PLAN_COMPLAINTS_MAX * COMPLAINT_LINE_MAX)

static const char *complaint_line(const struct complaint *complaint, char buf[static COMPLAINT_LINE_MAX])
{
	char where[SOURCE_TEXT_MAX];

	buf[0] = '\0';
	append(buf, COMPLAINT_LINE_MAX, "%s: %s\n", source_format(&complaint->source, where), complaint->text);
	return buf;
}

void handoff_complain(const struct dirs *dirs, const struct plan *plan, size_t first, bool once)
{
	CLEANUP_FREE char *said = NULL;
	char line[COMPLAINT_LINE_MAX];

	if (once)
		(void)read_whole_file(dirs->run, COMPLAINTS, COMPLAINTS_FILE_MAX, &said);
	for (size_t i = first; i < plan->n_complaints; i++) {
		(void)complaint_line(&plan->complaints[i], line);
		if (!said || !strstr(said, line))
			log_message(plan->complaints[i].note ? LOG_LEVEL_NOTICE : LOG_LEVEL_WARNING, "%.*s",
				    (int)strcspn(line, "\n"), line);
	}
}

void handoff_save_complaints(const struct dirs *dirs, const struct plan *plan)
{
	size_t size = plan->n_complaints * COMPLAINT_LINE_MAX + 1, used = 0;
	CLEANUP_FREE char *text = calloc(1, size);
	char line[COMPLAINT_LINE_MAX];

	if (!text)
		return;
	for (size_t i = 0; i < plan->n_complaints; i++) {
		append(text + used, size - used, "%s", complaint_line(&plan->complaints[i], line));
		used += strlen(text + used);
	}
	(void)replace_file(dirs->run, COMPLAINTS, text);
}

/* ---- lock ---- */

static void on_alarm(int signal UNUSED)
{
}

int handoff_lock(const struct dirs *dirs, unsigned wait_s)
{
	struct itimerval limit = {.it_value.tv_sec = (time_t)wait_s}, off = {0};
	struct sigaction action = {.sa_handler = on_alarm}, before;
	int fd, r;

	(void)mkdirat(dirs->run, FOLDER, 0755);
	(void)mkdirat(dirs->run, KICKS, 0755);
	fd = openat(dirs->run, LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
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

/* ---- keeper ---- */

bool handoff_keeper_begin(const struct dirs *dirs)
{
	static int held = -1;

	(void)mkdirat(dirs->run, FOLDER, 0755);
	held = openat(dirs->run, KEEPER, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	return held >= 0 && flock(held, LOCK_EX | LOCK_NB) == 0 && ftruncate(held, 0) == 0 &&
	       dprintf(held, "%d\n", (int)getpid()) > 0;
}

pid_t handoff_keeper(const struct dirs *dirs)
{
	CLEANUP_CLOSE int fd = openat(dirs->run, KEEPER, O_RDONLY | O_CLOEXEC);
	char text[16];
	long pid;

	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) == 0 || read_file(dirs->run, KEEPER, text, sizeof(text)) <= 0 ||
	    parse_number(text, 1, INT_MAX, &pid) < 0)
		return 0;
	return (pid_t)pid;
}

/* ---- modprobe ---- */

#define MODPROBE_SYSCTL "sys/kernel/modprobe"

/* "": with a newline, since a write of nothing changes nothing */
static void set_modprobe(const struct dirs *dirs, const char *path)
{
	char line[264];
	int r;

	(void)snprintf(line, sizeof(line), "%s\n", path);
	r = write_file(dirs->proc, MODPROBE_SYSCTL, line);
	if (r < 0)
		log_warning("cannot set kernel.modprobe to '%s': %s", path, strerror(-r));
}

void handoff_empty_modprobe(const struct dirs *dirs)
{
	char path[256];

	if (path_exists(dirs->run, MODPROBE) || read_file(dirs->proc, MODPROBE_SYSCTL, path, sizeof(path)) <= 0)
		return;
	if (replace_file(dirs->run, MODPROBE, path) == 0)
		set_modprobe(dirs, "");
}

void handoff_restore_modprobe(const struct dirs *dirs)
{
	char path[256];

	if (read_file(dirs->run, MODPROBE, path, sizeof(path)) <= 0)
		return;
	set_modprobe(dirs, path);
	(void)unlinkat(dirs->run, MODPROBE, 0);
}

/* ---- registry ---- */

static void unregister(const struct dirs *dirs, const char *ctrl)
{
	char path[128];

	(void)snprintf(path, sizeof(path), REGISTRY "/%.64s/owner", ctrl);
	(void)unlinkat(dirs->run, path, 0);
	(void)snprintf(path, sizeof(path), REGISTRY "/%.64s/seqnum", ctrl);
	(void)unlinkat(dirs->run, path, 0);
	(void)snprintf(path, sizeof(path), REGISTRY "/%.64s", ctrl);
	(void)unlinkat(dirs->run, path, AT_REMOVEDIR);
}

void handoff_prune_registry(const struct dirs *dirs)
{
	CLEANUP_DIRECTORY struct directory *dir = open_directory(dirs->run, REGISTRY);
	const char *name;
	char path[128];

	while ((name = next_entry(dir))) {
		if (!registry_is_ours(dirs, name))
			continue;
		(void)snprintf(path, sizeof(path), "class/nvme/%.64s", name);
		if (!path_exists(dirs->sys, path))
			unregister(dirs, name);
	}
}

void handoff_register(const struct dirs *dirs, int instance)
{
	char ctrl[32], folder[64], aside[80], path[128], seqnum[32];

	(void)mkdirat(dirs->run, "nvme", 0755);
	(void)mkdirat(dirs->run, REGISTRY, 0755);
	(void)snprintf(ctrl, sizeof(ctrl), "nvme%d", instance);
	(void)snprintf(folder, sizeof(folder), REGISTRY "/%s", ctrl);
	(void)snprintf(aside, sizeof(aside), REGISTRY "/.%s.%d", ctrl, (int)getpid());
	if (read_file(dirs->sys, "kernel/uevent_seqnum", seqnum, sizeof(seqnum)) < 0 ||
	    mkdirat(dirs->run, aside, 0755) < 0)
		return;
	(void)snprintf(path, sizeof(path), "%s/owner", aside);
	(void)replace_file(dirs->run, path, "nvmf-boot\n");
	(void)snprintf(path, sizeof(path), "%s/seqnum", aside);
	(void)replace_file(dirs->run, path, seqnum);
	/* the entry of a controller of that name that is gone */
	unregister(dirs, ctrl);
	(void)renameat(dirs->run, aside, dirs->run, folder);
}
