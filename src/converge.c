/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "converge.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "discovery.h"
#include "fabrics.h"
#include "handoff.h"
#include "log.h"
#include "module.h"
#include "net.h"
#include "probe.h"
#include "report.h"
#include "sources.h"
#include "watch.h"

/* paths that are asked at once */
#define PROBES_MAX 64
/* s; another run is waited for as long, then both go on: the kernel sorts out duplicates */
#define LOCK_WAIT 2
/* ms between two lines on what is waited for */
#define PROGRESS_PERIOD 5000
/* ms: the first wait after a failure, and what it doubles to; shorter while a subsystem has no path at all */
#define BACKOFF_FIRST 500
#define BACKOFF_MAX 60000
#define BACKOFF_MAX_LOST 5000
/* turns of the loop without sleep; a step that has no effect must not keep us awake */
#define TURNS_MAX 16

struct loop {
	const struct dirs *dirs;
	struct plan plan;
	struct inventory inv;
	struct history history;
	struct watch watch;
	struct probe probes[PROBES_MAX];
	struct writer writer;
	uint64_t write_started;
	int signals; /* descriptor of SIGTERM and SIGINT */
	bool stopped;
	bool stays;	   /* --wait: failures are said again and again */
	uint64_t deadline; /* ms since boot; 0: one pass; UINT64_MAX: none */
	uint64_t next_progress;
	unsigned turns;
};

/* ---- look ---- */

static uint64_t jittered(uint64_t ms)
{
	uint8_t random = 128;

	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return ms * 3 / 4 + ms * random / 512;
}

static bool has_live_path(const struct loop *loop, const char *nqn)
{
	for (size_t i = 0; i < loop->inv.n_ctrls; i++)
		if (loop->inv.ctrls[i].state == CTRL_LIVE && streq(loop->inv.ctrls[i].tid.subsysnqn, nqn))
			return true;
	return false;
}

/* A path's state with the obstacle, as one number to compare. */
static int state_number(const struct path_view *view)
{
	return (int)view->state | (int)view->reach.obstacle << 8;
}

static bool was(const struct attempt *attempt, enum path_state state)
{
	return attempt->state >= 0 && (attempt->state & 0xff) == (int)state;
}

static void notice_live(const struct plan_path *path, struct attempt *attempt, const struct path_view *view)
{
	char label[PATH_LABEL_MAX];

	/* what we connect ourselves is told when the write is over */
	if (!was(attempt, PATH_LIVE) && !attempt->busy)
		log_notice("%s: live as %s", report_path_label(path, label), view->ctrl->name);
	attempt->error = 0;
	attempt->failures = 0;
	attempt->next = 0;
	attempt->probed = false;
}

static void notice_lost(const struct plan_path *path, struct attempt *attempt, const struct path_view *view)
{
	char label[PATH_LABEL_MAX], reason[PATH_REASON_MAX];

	if (was(attempt, PATH_LIVE))
		log_warning("%s: lost; %s", report_path_label(path, label),
			    view->ctrl ? report_reason(path, view, attempt, reason) : "its controller is gone");
	else if (view->state == PATH_BLOCKED)
		log_info("waiting for %s: %s", report_path_label(path, label),
			 report_reason(path, view, attempt, reason));
	if (!view->ctrl)
		attempt->log_read = false;
	/* something that concerns it has happened: no need to sit out an old wait */
	if (view->state == PATH_BLOCKED || was(attempt, PATH_BLOCKED) || was(attempt, PATH_LIVE) ||
	    was(attempt, PATH_KERNEL))
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
		bool same_way = was(attempt, PATH_READY) || was(attempt, PATH_BUSY) || was(attempt, PATH_FAILED);

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

static int look(struct loop *loop)
{
	int r;

	inventory_free(&loop->inv);
	r = inventory_read(&loop->inv, loop->dirs);
	if (r == 0)
		r = history_fit(&loop->history, &loop->plan);
	if (r == 0)
		notice_changes(loop);
	return r;
}

/* ---- act ---- */

static void try_failed(struct loop *loop, int index, int error, bool in_probe)
{
	const struct plan_path *path = &loop->plan.paths[index];
	struct attempt *attempt = &loop->history.attempts[index];
	uint64_t max = has_live_path(loop, path->tid.subsysnqn) ? BACKOFF_MAX : BACKOFF_MAX_LOST;
	uint64_t wait = (uint64_t)BACKOFF_FIRST << (attempt->failures < 16 ? attempt->failures : 16);
	char label[PATH_LABEL_MAX];

	if (attempt->error != error || attempt->in_probe != in_probe)
		log_warning("%s: %s", report_path_label(path, label),
			    fabrics_explain(error, path->tid.transport, in_probe));
	attempt->busy = false;
	attempt->probed = false;
	attempt->error = error;
	attempt->in_probe = in_probe;
	attempt->failures++;
	attempt->next = now_ms() + jittered(wait < max ? wait : max);
}

static struct probe *free_probe(struct loop *loop)
{
	for (size_t i = 0; i < PROBES_MAX; i++)
		if (loop->probes[i].fd < 0)
			return &loop->probes[i];
	return NULL;
}

static bool do_probe(struct loop *loop, int index)
{
	struct attempt *attempt = &loop->history.attempts[index];
	struct probe *probe = free_probe(loop);
	int r;

	if (!probe)
		return false;
	probe->path = index;
	r = probe_start(probe, &loop->plan.paths[index], loop->dirs->dev);
	if (r < 0) {
		try_failed(loop, index, -r, true);
		return false;
	}
	attempt->busy = r == 0;
	attempt->probed = r > 0;
	return r > 0;
}

/* The deadline doubles with each failure: a path may honestly be slow. */
static bool do_connect(struct loop *loop, int index)
{
	unsigned failures = loop->history.attempts[index].failures;
	unsigned deadline = failures < 5 ? FABRICS_DEADLINE_MIN << failures : FABRICS_DEADLINE_MAX;
	char options[FABRICS_OPTIONS_MAX];
	int r;

	/* once root is mounted in the initramfs no write starts that could hold the switch */
	if (loop->writer.pid || loop->inv.sysroot_mounted)
		return false;
	fabrics_options(&loop->plan, &loop->plan.paths[index], options);
	loop->writer.path = index;
	loop->write_started = now_ms();
	r = fabrics_start(&loop->writer, loop->dirs->dev, options,
			  deadline < FABRICS_DEADLINE_MAX ? deadline : FABRICS_DEADLINE_MAX);
	if (r < 0)
		try_failed(loop, index, -r, false);
	else
		loop->history.attempts[index].busy = true;
	return false;
}

static bool do_read_log(struct loop *loop, int index)
{
	struct path_view view = diff_path(&loop->plan, &loop->inv, &loop->history, (size_t)index, now_ms());
	char label[PATH_LABEL_MAX];
	size_t complaints = loop->plan.n_complaints;
	int r;

	loop->history.attempts[index].log_read = true;
	r = discovery_read(loop->dirs->dev, view.ctrl->name, &loop->plan, index);
	if (r < 0)
		log_warning("%s: cannot read its log page: %s", report_path_label(&loop->plan.paths[index], label),
			    strerror(-r));
	if (loop->plan.n_complaints > complaints)
		handoff_complain(loop->dirs, &loop->plan, true);
	return r == 0 && history_fit(&loop->history, &loop->plan) == 0;
}

static bool do_load_module(struct loop *loop, int index)
{
	int r;

	loop->history.module_tried[index] = true;
	if (!loop->dirs->is_host)
		return true;
	r = module_load(known_modules[index]);
	if (r < 0)
		log_warning("cannot load module %s: %s", known_modules[index], strerror(-r));
	return r == 0;
}

static bool do_add_rxe(struct loop *loop, const struct step *step)
{
	const char *iface = loop->plan.rxes[step->index].iface;
	struct history *history = &loop->history;
	int r = net_add_rxe(iface);

	if (history->n_rxe_made == PLAN_RXES_MAX) /* forget the oldest */
		memmove(history->rxe_made, history->rxe_made + 1, --history->n_rxe_made * sizeof(int));
	history->rxe_made[history->n_rxe_made++] = step->link;
	if (r < 0)
		log_warning("cannot make a soft-RoCE device on %s: %s", iface, strerror(-r));
	else
		log_info("interface %s: soft-RoCE device made", iface);
	return r == 0;
}

static bool do_net(struct loop *loop, const struct step *step)
{
	const struct plan_net *net = &loop->plan.nets[step->index];
	char text[IP_TEXT_MAX];
	int r = 0;

	if (step->kind == STEP_SET_MTU)
		r = net_set_mtu(step->link, net->mtu);
	else if (step->kind == STEP_LINK_UP)
		r = net_link_up(step->link);
	else if (step->kind == STEP_ADD_ADDRESS)
		r = net_add_address(step->link, net);
	else
		r = net_add_route(step->link, net, (unsigned)step->index);
	if (r < 0)
		log_warning("interface %s: cannot configure %s: %s", net->iface, ip_format(&net->address, text),
			    strerror(-r));
	else if (step->kind == STEP_ADD_ADDRESS)
		log_info("interface %s: address %s/%u added", net->iface, ip_format(&net->address, text), net->prefix);
	return r == 0;
}

static bool apply(struct loop *loop, const struct step *step)
{
	switch (step->kind) {
	case STEP_LOAD_MODULE:
		return do_load_module(loop, step->index);
	case STEP_ADD_RXE:
		return do_add_rxe(loop, step);
	case STEP_PROBE:
		return do_probe(loop, step->index);
	case STEP_CONNECT:
		return do_connect(loop, step->index);
	case STEP_READ_LOG:
		return do_read_log(loop, step->index);
	case STEP_SET_MTU:
	case STEP_LINK_UP:
	case STEP_ADD_ADDRESS:
	case STEP_ADD_ROUTE:
		break;
	}
	return do_net(loop, step);
}

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

static void probe_event(struct loop *loop, struct probe *probe, short revents)
{
	int r = probe_continue(probe, revents, now_ms());
	struct attempt *attempt = &loop->history.attempts[probe->path];

	if (r == -EINPROGRESS)
		return;
	probe_end(probe);
	attempt->busy = false;
	attempt->probed = r == 0;
	if (r < 0)
		try_failed(loop, probe->path, -r, true);
}

static void write_event(struct loop *loop)
{
	int index = loop->writer.path;
	struct fabrics_result result = fabrics_finish(&loop->writer);
	struct attempt *attempt = &loop->history.attempts[index];
	char label[PATH_LABEL_MAX];

	attempt->busy = false;
	attempt->probed = false;
	if (result.error) {
		try_failed(loop, index, result.error, false);
		return;
	}
	/* should its controller not show up, it is tried again in its turn and not at once */
	if (!was(attempt, PATH_LIVE)) {
		attempt->next = now_ms() + BACKOFF_FIRST;
		attempt->error = EALREADY;
	}
	if (result.instance >= 0)
		handoff_register(loop->dirs, result.instance);
	log_notice("%s: connected as nvme%d in %llu ms", report_path_label(&loop->plan.paths[index], label),
		   result.instance, (unsigned long long)(now_ms() - loop->write_started));
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
			write_event(loop);
		for (int i = 0; i < PROBES_MAX; i++)
			if (loop->probes[i].fd >= 0 &&
			    (fds[PROBES + i].revents || now_ms() >= loop->probes[i].deadline))
				probe_event(loop, &loop->probes[i], fds[PROBES + i].revents);
		woken |= fds[SIGNALS].revents || fds[WRITER].revents;
		for (int i = 0; i < PROBES_MAX; i++)
			woken |= fds[PROBES + i].revents != 0;
		woken |= watch_drain(&loop->watch);
		if (woken)
			return;
	}
}

/* ---- the run ---- */

/* A line a path that is missing, with the reason. */
static void say_missing(struct loop *loop, enum log_level level, const char *prefix)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < loop->plan.n_paths; i++) {
		struct path_view view = diff_path(&loop->plan, &loop->inv, &loop->history, i, now);
		char label[PATH_LABEL_MAX], reason[PATH_REASON_MAX];

		if (loop->plan.paths[i].gone || view.state == PATH_LIVE)
			continue;
		(void)report_reason(&loop->plan.paths[i], &view, &loop->history.attempts[i], reason);
		log_message(level, "%s %s%s%s", prefix, report_path_label(&loop->plan.paths[i], label),
			    *reason ? ": " : "", reason);
	}
}

static void progress(struct loop *loop)
{
	if (!loop->stays || now_ms() < loop->next_progress)
		return;
	say_missing(loop, LOG_LEVEL_INFO, "still waiting for");
	loop->next_progress = now_ms() + PROGRESS_PERIOD;
}

static bool is_finished(const struct loop *loop)
{
	if (loop->stopped || (loop->inv.sysroot_mounted && !is_busy(loop)))
		return true;
	if (now_ms() >= loop->deadline)
		return loop->deadline || !is_busy(loop);
	return diff_verdict(&loop->plan, &loop->inv) == VERDICT_ALL_LIVE && !is_busy(loop);
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
	report_steps(&loop->plan, steps, (size_t)n);
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
	handoff_complain(loop->dirs, &loop->plan, !options->dry_run && !options->cmdline);
	return history_fit(&loop->history, &loop->plan);
}

int converge(const struct dirs *dirs, const struct converge_options *options, enum verdict *ret)
{
	struct loop loop = {.dirs = dirs, .signals = -1, .writer.fd = -1};
	CLEANUP_CLOSE int lock = -1;
	int r = load(&loop, options);

	if (r == 0 && options->dry_run) {
		r = print_steps(&loop);
	} else if (r == 0) {
		lock = handoff_lock(dirs, LOCK_WAIT);
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
