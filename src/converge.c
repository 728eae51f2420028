/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "converge.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "apply.h"
#include "handoff.h"
#include "log.h"
#include "notice.h"
#include "report.h"
#include "sources.h"
#include "splash.h"

/* s; another run is waited for as long, then both go on: the kernel sorts out duplicates */
#define LOCK_WAIT 2
/* ms between two lines on what is waited for */
#define PROGRESS_PERIOD 5000
/* writes of one run that may fail, see history; the initramfs has nothing better to do */
#define WRITES_MAX 16
/* turns of the loop without sleep; a step that has no effect must not keep us awake */
#define TURNS_MAX 16

/* ---- look ---- */

/* A discovery controller does not say which: all are read again. What its target refused may be there by now. */
static void forget_logs(struct loop *loop)
{
	for (size_t i = 0; i < loop->history.n_attempts; i++) {
		loop->history.attempts[i].log_read = 0;
		if (loop->history.attempts[i].error == ENXIO || loop->history.attempts[i].error == EACCES)
			loop->history.attempts[i].next = 0;
	}
	loop->watch.log_changed = false;
}

static int look(struct loop *loop)
{
	int r;

	if (handoff_take_kicks(loop->dirs) || loop->watch.log_changed)
		forget_logs(loop);
	handoff_prune_registry(loop->dirs);
	inventory_free(&loop->inv);
	r = inventory_read(&loop->inv, loop->dirs);
	if (r == 0)
		r = history_fit(&loop->history, &loop->plan);
	if (r == 0)
		notice_changes(loop);
	return r;
}

/* ---- act ---- */

/* A source has changed: the next run shall see to it, this one begins nothing more. Who waits for ever has no next. */
static bool is_outdated(const struct loop *loop)
{
	return loop->watch.conf_changed && !loop->stays;
}

/* Does what can be done now. True if the kernel's state has changed by it, so that another look is worth it. */
static bool act(struct loop *loop)
{
	CLEANUP_FREE struct step *steps = NULL;
	ssize_t n = diff(&loop->plan, &loop->inv, &loop->history, now_ms(), &steps);
	bool changed = false;

	for (ssize_t i = 0; i < n && !loop->stopped && !is_outdated(loop); i++)
		changed |= apply(loop, &steps[i]);
	return changed;
}

/* ---- sleep ---- */

static bool is_busy(const struct loop *loop)
{
	for (size_t i = 0; i < PROBES_MAX; i++)
		if (loop->probes[i].fd >= 0)
			return true;
	return loop->writer.pid != 0;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t next_wakeup(const struct loop *loop, uint64_t now)
{
	uint64_t at = now + BACKOFF_MAX;

	if (loop->deadline)
		at = earlier(at, loop->deadline);
	if (loop->stays)
		at = earlier(at, loop->next_progress);
	for (size_t i = 0; i < loop->history.n_attempts; i++)
		if (loop->history.attempts[i].next > now)
			at = earlier(at, loop->history.attempts[i].next);
	for (size_t i = 0; i < PROBES_MAX; i++)
		if (loop->probes[i].fd >= 0)
			at = earlier(at, loop->probes[i].deadline);
	return at;
}

static void signal_event(struct loop *loop)
{
	struct signalfd_siginfo info;

	if (read(loop->signals, &info, sizeof(info)) == sizeof(info))
		loop->stopped = true;
}

/* Sleeps until something happens that a look may show, or something is due. */
static void wait_for_event(struct loop *loop)
{
	enum { SIGNALS, WRITER, WATCHES, PROBES = WATCHES + WATCH_FDS, TOTAL = PROBES + PROBES_MAX };
	struct pollfd fds[TOTAL];

	for (;;) {
		uint64_t now = now_ms(), at = next_wakeup(loop, now);
		bool woken;

		fds[SIGNALS] = (struct pollfd){.fd = loop->signals, .events = POLLIN};
		fds[WRITER] = (struct pollfd){.fd = loop->writer.pid ? loop->writer.fd : -1, .events = POLLIN};
		for (int i = 0; i < WATCH_FDS; i++)
			fds[WATCHES + i] = (struct pollfd){.fd = loop->watch.fd[i], .events = POLLIN};
		for (int i = 0; i < PROBES_MAX; i++)
			fds[PROBES + i] = (struct pollfd){.fd = loop->probes[i].fd, .events = loop->probes[i].events};
		woken = poll(fds, TOTAL, at > now ? (int)(at - now) : 0) == 0;
		if (fds[SIGNALS].revents)
			signal_event(loop);
		if (fds[WRITER].revents)
			apply_write_event(loop);
		for (int i = 0; i < PROBES_MAX; i++)
			if (loop->probes[i].fd >= 0 &&
			    (fds[PROBES + i].revents || now_ms() >= loop->probes[i].deadline))
				apply_probe_event(loop, &loop->probes[i], fds[PROBES + i].revents);
		woken |= fds[SIGNALS].revents || fds[WRITER].revents;
		for (int i = 0; i < PROBES_MAX; i++)
			woken |= fds[PROBES + i].revents != 0;
		woken |= watch_drain(&loop->watch);
		if (woken)
			return;
	}
}

/* ---- the run ---- */

/* A line a path that is missing, with the reason; the first of them goes to the splash screen, too. */
static void say_missing(struct loop *loop, enum log_level level, const char *prefix)
{
	uint64_t now = now_ms();
	bool first = true;

	for (size_t i = 0; i < loop->plan.n_paths; i++) {
		struct path_view view = diff_path(&loop->plan, &loop->inv, &loop->history, i, now);
		char label[PATH_LABEL_MAX], reason[PATH_REASON_MAX];

		if (loop->plan.paths[i].gone || view.state == PATH_LIVE)
			continue;
		(void)report_reason(&loop->plan.paths[i], &view, &loop->history.attempts[i], reason);
		log_message(level, "%s %s%s%s", prefix, report_path_label(&loop->plan.paths[i], label),
			    *reason ? ": " : "", reason);
		if (first)
			splash_message("%s %s%s%s", prefix, label, *reason ? ": " : "", reason);
		first = false;
	}
}

static void progress(struct loop *loop)
{
	if (!loop->stays || now_ms() < loop->next_progress)
		return;
	say_missing(loop, LOG_LEVEL_INFO, "still waiting for");
	loop->next_progress = now_ms() + PROGRESS_PERIOD;
}

/* Whether a discovery controller may still have something to say: its log page could not be read yet; or, in an
 * initramfs, root may be exported later than the rest. */
static bool awaits_log(const struct loop *loop)
{
	for (size_t i = 0; i < loop->plan.n_paths; i++)
		if (loop->plan.paths[i].discovery && !loop->plan.paths[i].gone &&
		    (loop->in_initramfs || !loop->history.attempts[i].log_read))
			return true;
	return false;
}

static bool is_finished(const struct loop *loop)
{
	if (loop->stopped || (is_outdated(loop) && !loop->writer.pid) || (loop->inv.sysroot_mounted && !is_busy(loop)))
		return true;
	if (now_ms() >= loop->deadline)
		return loop->deadline || !is_busy(loop);
	return diff_verdict(&loop->plan, &loop->inv) == VERDICT_ALL_LIVE && !is_busy(loop) && !awaits_log(loop);
}

static int run(struct loop *loop)
{
	int r;

	while ((r = look(loop)) == 0) {
		if (act(loop) && loop->turns++ < TURNS_MAX)
			continue;
		loop->turns = 0;
		if (is_finished(loop))
			return 0;
		progress(loop);
		wait_for_event(loop);
	}
	return r;
}

static int print_steps(struct loop *loop)
{
	CLEANUP_FREE struct step *steps = NULL;
	ssize_t n = diff(&loop->plan, &loop->inv, &loop->history, now_ms(), &steps);

	if (n < 0)
		return (int)n;
	report_steps(&loop->plan, &loop->inv, steps, (size_t)n);
	return 0;
}

/* Before anything is read: what changes from then on is an event. */
static void listen_to_events(struct loop *loop)
{
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	loop->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (watch_open(&loop->watch, loop->dirs->etc) < 0)
		log_warning("cannot listen to all events: changes are seen with the next try only");
}

static void begin(struct loop *loop, const struct converge_options *options)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < PROBES_MAX; i++)
		loop->probes[i].fd = -1;
	loop->stays = options->wait_s == WAIT_FOR_EVER;
	loop->in_initramfs = loop->stays && faccessat(loop->dirs->etc, "initrd-release", F_OK, 0) == 0;
	if (loop->in_initramfs)
		loop->history.writes_left = UINT_MAX;
	loop->next_progress = now + PROGRESS_PERIOD;
	if (options->wait_s > 0)
		loop->deadline = now + (uint64_t)options->wait_s * 1000;
	else if (loop->stays)
		loop->deadline = loop->plan.timeout_s ? now + (uint64_t)loop->plan.timeout_s * 1000 : UINT64_MAX;
}

static void end(struct loop *loop)
{
	for (size_t i = 0; i < PROBES_MAX; i++)
		probe_end(&loop->probes[i]);
	for (size_t i = 0; i < loop->history.n_attempts; i++)
		loop->history.attempts[i].busy = false;
	fabrics_abandon(&loop->writer);
	(void)watch_drain(&loop->watch); /* a run that never slept has not looked */
	if (loop->watch.conf_changed)
		handoff_kick(loop->dirs, "conf");
	watch_close(&loop->watch);
	util_closep(&loop->signals);
	handoff_save(loop->dirs, &loop->plan, &loop->history);
	handoff_save_complaints(loop->dirs, &loop->plan);
	if (loop->stays && !loop->stopped && now_ms() >= loop->deadline)
		say_missing(loop, LOG_LEVEL_ERROR, "given up:");
}

static int load(struct loop *loop, const char *cmdline)
{
	int r = inventory_read(&loop->inv, loop->dirs);

	if (r == 0)
		r = sources_load(&loop->plan, loop->dirs, &loop->inv, cmdline);
	if (r < 0)
		return r;
	handoff_load(loop->dirs, &loop->plan, &loop->history);
	loop->history.writes_left = WRITES_MAX;
	return history_fit(&loop->history, &loop->plan);
}

static void loop_free(struct loop *loop)
{
	plan_free(&loop->plan);
	history_free(&loop->history);
	inventory_free(&loop->inv);
}

int converge_load_modules(const struct dirs *dirs)
{
	struct loop loop = {.dirs = dirs};
	CLEANUP_FREE struct step *steps = NULL;
	ssize_t n = load(&loop, NULL);

	if (n == 0)
		n = diff(&loop.plan, &loop.inv, &loop.history, now_ms(), &steps);
	for (ssize_t i = 0; i < n; i++)
		if (steps[i].kind == STEP_LOAD_MODULE)
			(void)apply(&loop, &steps[i]);
	loop_free(&loop);
	return n < 0 ? (int)n : 0;
}

int converge(const struct dirs *dirs, const struct converge_options *options, enum verdict *ret)
{
	struct loop loop = {.dirs = dirs, .signals = -1, .writer.fd = -1};
	/* first of all: who had it before has left his state by then */
	CLEANUP_CLOSE int lock = options->dry_run ? -1 : handoff_lock(dirs, LOCK_WAIT);
	int r;

	if (!options->dry_run)
		listen_to_events(&loop);
	r = load(&loop, options->cmdline);
	if (r == 0)
		handoff_complain(dirs, &loop.plan, 0, !options->dry_run && !options->cmdline);
	if (r == 0 && options->dry_run) {
		r = print_steps(&loop);
	} else if (r == 0) {
		begin(&loop, options);
		r = run(&loop);
		end(&loop);
	}
	*ret = diff_verdict(&loop.plan, &loop.inv);
	loop_free(&loop);
	return r;
}
