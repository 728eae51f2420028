/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "converge.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "apply.h"
#include "handoff.h"
#include "log.h"
#include "report.h"
#include "sources.h"
#include "splash.h"

/* s; another run is waited for as long, then both go on: the kernel sorts out duplicates */
#define LOCK_WAIT 2
/* ms between two lines on what is waited for */
#define PROGRESS_PERIOD 5000
/* turns of the loop without sleep; a step that has no effect must not keep us awake */
#define TURNS_MAX 16

/* ---- look ---- */

/* A path's state with the obstacle, as one number to compare. */
static int state_number(const struct path_view *view)
{
	return (int)view->state | (int)view->reach.obstacle << 8;
}

static void notice_live(const struct plan_path *path, struct attempt *attempt, const struct path_view *view)
{
	char label[PATH_LABEL_MAX];

	/* what we connect ourselves is told when the write is over */
	if (!attempt_was(attempt, PATH_LIVE) && !attempt->busy && !attempt->told)
		log_notice("%s: live as %s", report_path_label(path, label), view->ctrl->name);
	attempt->error = 0;
	attempt->failures = 0;
	attempt->next = 0;
	attempt->probed = false;
	attempt->told = false;
}

static void notice_lost(const struct plan_path *path, struct attempt *attempt, const struct path_view *view)
{
	char label[PATH_LABEL_MAX], reason[PATH_REASON_MAX];

	if (attempt_was(attempt, PATH_LIVE))
		log_warning("%s: lost; %s", report_path_label(path, label),
			    view->ctrl ? report_reason(path, view, attempt, reason) : "its controller is gone");
	else if (view->state == PATH_BLOCKED)
		log_info("waiting for %s: %s", report_path_label(path, label),
			 report_reason(path, view, attempt, reason));
	if (!view->ctrl)
		attempt->log_read = 0;
	/* something that concerns it has happened: no need to sit out an old wait */
	if (view->state == PATH_BLOCKED || attempt_was(attempt, PATH_BLOCKED) || attempt_was(attempt, PATH_LIVE) ||
	    attempt_was(attempt, PATH_KERNEL))
		attempt->next = 0;
	if (view->state == PATH_BLOCKED)
		attempt->probed = false;
}

/* Compares each path with the last look; says what has changed, once. */
static void notice_changes(struct loop *loop)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < loop->plan.n_paths; i++) {
		struct path_view view = diff_path(&loop->plan, &loop->inv, &loop->history, i, now);
		struct attempt *attempt = &loop->history.attempts[i];
		bool on_its_way = view.state == PATH_READY || view.state == PATH_BUSY || view.state == PATH_FAILED;
		bool same_way = attempt_was(attempt, PATH_READY) || attempt_was(attempt, PATH_BUSY) ||
				attempt_was(attempt, PATH_FAILED);

		if (loop->plan.paths[i].gone || attempt->state == state_number(&view))
			continue;
		if (view.state == PATH_LIVE)
			notice_live(&loop->plan.paths[i], attempt, &view);
		else
			notice_lost(&loop->plan.paths[i], attempt, &view);
		if (!on_its_way || !same_way)
			attempt->since = now;
		attempt->state = state_number(&view);
	}
}

/* A discovery controller does not say which: all are read again. */
static void forget_logs(struct loop *loop)
{
	for (size_t i = 0; i < loop->history.n_attempts; i++)
		loop->history.attempts[i].log_read = 0;
	loop->watch.log_changed = false;
}

static int look(struct loop *loop)
{
	int r;

	if (handoff_take_kicks(loop->dirs) || loop->watch.log_changed)
		forget_logs(loop);
	inventory_free(&loop->inv);
	r = inventory_read(&loop->inv, loop->dirs);
	if (r == 0)
		r = history_fit(&loop->history, &loop->plan);
	if (r == 0)
		notice_changes(loop);
	return r;
}

/* ---- act ---- */

/* Does what can be done now. True if the kernel's state has changed by it, so that another look is worth it. */
static bool act(struct loop *loop)
{
	CLEANUP_FREE struct step *steps = NULL;
	ssize_t n = diff(&loop->plan, &loop->inv, &loop->history, now_ms(), &steps);
	bool changed = false;

	for (ssize_t i = 0; i < n && !loop->stopped; i++)
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
	if (loop->stopped || (loop->inv.sysroot_mounted && !is_busy(loop)))
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

static void begin(struct loop *loop, const struct converge_options *options)
{
	uint64_t now = now_ms();
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	loop->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (watch_open(&loop->watch) < 0)
		log_warning("cannot listen to all events: changes are seen with the next try only");
	for (size_t i = 0; i < PROBES_MAX; i++)
		loop->probes[i].fd = -1;
	loop->stays = options->wait_s == WAIT_FOR_EVER;
	loop->in_initramfs = loop->stays && faccessat(loop->dirs->etc, "initrd-release", F_OK, 0) == 0;
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
	watch_close(&loop->watch);
	util_closep(&loop->signals);
	handoff_save(loop->dirs, &loop->plan, &loop->history);
	handoff_save_complaints(loop->dirs, &loop->plan);
	if (loop->stays && !loop->stopped && now_ms() >= loop->deadline)
		say_missing(loop, LOG_LEVEL_ERROR, "given up:");
}

static int load(struct loop *loop, const struct converge_options *options)
{
	int r = inventory_read(&loop->inv, loop->dirs);

	if (r == 0)
		r = sources_load(&loop->plan, loop->dirs, &loop->inv, options->cmdline);
	if (r < 0)
		return r;
	handoff_load(loop->dirs, &loop->plan, &loop->history);
	handoff_complain(loop->dirs, &loop->plan, 0, !options->dry_run && !options->cmdline);
	return history_fit(&loop->history, &loop->plan);
}

int converge(const struct dirs *dirs, const struct converge_options *options, enum verdict *ret)
{
	struct loop loop = {.dirs = dirs, .signals = -1, .writer.fd = -1};
	/* first of all: who had it before has left his state by then */
	CLEANUP_CLOSE int lock = options->dry_run ? -1 : handoff_lock(dirs, LOCK_WAIT);
	int r = load(&loop, options);

	if (r == 0 && options->dry_run) {
		r = print_steps(&loop);
	} else if (r == 0) {
		begin(&loop, options);
		r = run(&loop);
		end(&loop);
	}
	*ret = diff_verdict(&loop.plan, &loop.inv);
	plan_free(&loop.plan);
	history_free(&loop.history);
	inventory_free(&loop.inv);
	return r;
}
