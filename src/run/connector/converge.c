/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/connector/converge.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/log.h"
#include "sources/sources.h"
#include "kernel/inventory_read.h"
#include "decide/explain.h"
#include "decide/label.h"
#include "decide/reason.h"
#include "decide/trust.h"
#include "state/kicks.h"
#include "state/lock.h"
#include "state/modprobe.h"
#include "state/presence.h"
#include "state/registry.h"
#include "state/reported.h"
#include "state/state.h"
#include "act/library/discovery.h"
#include "act/library/module.h"
#include "act/policy.h"
#include "host/overrides.h"
#include "host/splash.h"
#include "show/report.h"
#include "run/desired.h"
#include "run/loop.h"
#include "run/notice.h"

/* ms between two lines on what is waited for */
#define PROGRESS_PERIOD 5000
/* writes of one run that may fail, see history; the initramfs has nothing better to do */
#define WRITES_MAX 16

/* ---- look ---- */

/* A discovery controller does not say which: all are read again. What its target refused may be there by now. */
static void forget_logs(struct loop *loop)
{
	for (size_t i = 0; i < loop->work.history.n_attempts; i++) {
		loop->work.history.attempts[i].log_read = 0;
		if (loop->work.history.attempts[i].error == ENXIO || loop->work.history.attempts[i].error == EACCES)
			loop->work.history.attempts[i].next = 0;
	}
	loop->watch.log_changed = false;
}

/* Before the inventory is read, which shows what they tell of. A run that is not for the next run's memory leaves them.
 */
static unsigned take_kicks(struct loop *loop)
{
	unsigned kicks = loop->command ? kicks_take(loop->work.dirs, &loop->work.messages) : 0;

	loop->kicks |= kicks;
	loop->watch.log_changed |= (kicks & KICK_LOG) != 0;
	registry_prune(loop->work.dirs);
	return kicks;
}

static int look(struct loop *loop)
{
	int r;

	/* a source of which this run has no event of its own: the target of a link, a folder that was made later */
	if (take_kicks(loop) & KICK_CONF)
		loop->watch.conf_changed = true;
	inventory_free(&loop->work.inv);
	r = inventory_read(&loop->work.inv, loop->work.dirs);
	if (r < 0)
		return r;
	desired_complain_of_gaps(&loop->work.plan, &loop->work.inv);
	return work_match(&loop->work);
}

/* ---- the run ---- */

/* One line for each path that is not live, with the reason; the first of them goes to the splash screen, too. */
static void say_missing(struct loop *loop, enum log_level level, enum reason event)
{
	uint64_t now = now_ms();
	bool first = true;

	for (size_t i = 0; i < loop->work.matches.n; i++) {
		const struct plan_path *path = &loop->work.plan.paths[i];
		struct sentence missing, why;
		char label[PATH_LABEL_MAX];

		if (path->gone || match_is_live(&loop->work.matches, i))
			continue;
		(void)reason_say(event, &(struct slots){.path = path_label(path, label)}, &missing);
		(void)reason_of_path(&loop->work.matches, &loop->work.history, i, now, &why);
		log_message(level, "%s%s%s", missing.line, *why.line ? ": " : "", why.line);
		if (first)
			splash_message("%s%s%s", missing.line, *why.line ? ": " : "", why.line);
		first = false;
	}
}

static void progress(struct loop *loop)
{
	if (!loop->stays || now_ms() < loop->next_progress)
		return;
	say_missing(loop, LOG_LEVEL_INFO, REASON_STILL_WAITING);
	loop->next_progress = now_ms() + PROGRESS_PERIOD;
}

/* Whether a discovery controller may still have something to say: its log page could not be read yet; or, in an
 * initramfs, root may be exported later than the rest. */
static bool awaits_log(const struct loop *loop)
{
	for (size_t i = 0; i < loop->work.plan.n_paths; i++)
		if (loop->work.plan.paths[i].discovery && !loop->work.plan.paths[i].gone &&
		    (loop->in_initramfs || !loop->work.history.attempts[i].log_read))
			return true;
	return false;
}

static bool is_finished(const struct loop *loop)
{
	if (loop->stopped || (loop_is_outdated(loop) && !loop->work.writer.pid) ||
	    (loop->work.inv.sysroot_mounted && !loop_is_busy(loop)))
		return true;
	if (now_ms() >= loop->deadline)
		return loop->deadline || !loop_is_busy(loop);
	/* or the next run would begin at once, and so would its next */
	if (loop->kicks & KICK_STUCK && loop->deadline)
		return false;
	return diff_all_live(&loop->work.matches) && !loop_is_busy(loop) && !awaits_log(loop);
}

/* Without root nothing of ours can be sure to come to its end; what the keeper needs for root is the keeper's. */
static bool yields(const struct loop *loop)
{
	return inventory_root_is_cut(&loop->work.inv) && presence_keeper(loop->work.dirs) > 0;
}

/* One turn: report what has become of the paths, do what can be done, sleep, look again. On entry load() has looked. */
static int run(struct loop *loop)
{
	int r = 0;

	for (; r == 0; r = look(loop)) {
		if (loop->watch.log_changed)
			forget_logs(loop);
		notice_changes(loop);
		policy_apply(loop->work.dirs, &loop->work.plan, &loop->work.inv);
		if (!yields(loop) && loop_act(loop) && loop->turns++ < TURNS_MAX)
			continue;
		loop->turns = 0;
		if (is_finished(loop))
			break;
		progress(loop);
		loop_wait(loop);
	}
	if (r == 0 && loop->stays && !loop->stopped && now_ms() >= loop->deadline)
		say_missing(loop, LOG_LEVEL_ERROR, REASON_GAVE_UP);
	return r;
}

static int print_steps(struct loop *loop)
{
	CLEANUP_FREE struct step *steps = NULL;
	ssize_t n = diff(&loop->work.matches, &loop->work.history, now_ms(), &steps);

	if (n < 0)
		return (int)n;
	report_steps(&loop->work.matches, steps, (size_t)n);
	return 0;
}

static void begin(struct loop *loop, const struct converge_options *options)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < PROBES_MAX; i++)
		loop->work.probes[i].fd = -1;
	loop->stays = options->wait_s == WAIT_FOR_EVER;
	loop->in_initramfs = loop->stays && faccessat(loop->work.dirs->etc, "initrd-release", F_OK, 0) == 0;
	if (loop->in_initramfs)
		loop->work.history.writes_left = UINT_MAX;
	loop->next_progress = now + PROGRESS_PERIOD;
	if (options->wait_s > 0)
		loop->deadline = now + (uint64_t)options->wait_s * 1000;
	else if (loop->stays)
		loop->deadline =
			loop->work.plan.timeout_s ? now + (uint64_t)loop->work.plan.timeout_s * 1000 : UINT64_MAX;
}

/* What this run was to answer, the next one is: it was stopped, or something has changed since. */
static void leave_kicks(struct loop *loop)
{
	const struct dirs *dirs = loop->work.dirs;

	if (loop->watch.conf_changed)
		kicks_leave(dirs, "conf", &loop->work.messages);
	if (!loop->stopped || loop->in_initramfs)
		return;
	if (loop->kicks & KICK_LOG)
		kicks_leave(dirs, "log", &loop->work.messages);
	if (loop->kicks & (KICK_DEVICE | KICK_CONF | KICK_MODULES))
		kicks_leave(dirs, "device", &loop->work.messages);
}

static void end(struct loop *loop)
{
	for (size_t i = 0; i < PROBES_MAX; i++)
		probe_end(&loop->work.probes[i]);
	for (size_t i = 0; i < loop->work.history.n_attempts; i++)
		loop->work.history.attempts[i].busy = false;
	fabrics_abandon(&loop->work.writer);
	(void)watch_drain(&loop->watch); /* a run that never slept has not looked */
	if (loop->command)
		leave_kicks(loop);
	watch_close(&loop->watch);
	util_closep(&loop->signals);
	if (!loop->command)
		return;
	state_save(loop->work.dirs, &loop->work.plan, &loop->work.history, &loop->work.messages);
	/* what is over is not kept */
	reported_save(loop->work.dirs, &loop->work.plan, loop->command, &loop->work.messages, loop->reported);
}

/* The first look, and the plan, which needs it: the pair that root was connected with wins over that of /etc/nvme. */
static int load(struct loop *loop, const char *cmdline)
{
	int r = inventory_read(&loop->work.inv, loop->work.dirs);

	if (r == 0)
		r = desired_load(&loop->work.plan, loop->work.dirs, &loop->work.inv, cmdline);
	if (r < 0)
		return r;
	overrides_check(&loop->work.plan, loop->work.dirs);
	state_load(loop->work.dirs, &loop->work.plan, &loop->work.history);
	trust_apply(&loop->work.plan, &loop->work.inv);
	reported_restore(loop->reported, &loop->work.plan, NULL);
	loop->work.history.writes_left = WRITES_MAX;
	return work_match(&loop->work);
}

static void loop_free(struct loop *loop)
{
	free(loop->reported);
	messages_free(&loop->work.messages);
	match_free(&loop->work.matches);
	plan_free(&loop->work.plan);
	history_free(&loop->work.history);
	inventory_free(&loop->work.inv);
}

/* Programs are executed, and files outside are written, by what modprobe.d has installed for a module (libkmod) only.
 * Who loads none any more needs none of it. */
static void confine_this(const struct dirs *dirs)
{
	int r = confine(dirs);

	if (r < 0)
		log_debug("the kernel does not confine this process: %s", strerror(-r));
}

int converge_load_modules(const struct dirs *dirs)
{
	struct loop loop = {.work = {.dirs = dirs, .load_module = module_load}};
	CLEANUP_FREE struct step *steps = NULL;
	ssize_t n;

	(void)!reported_read(dirs, &loop.reported);
	n = load(&loop, NULL);
	if (n == 0)
		n = diff(&loop.work.matches, &loop.work.history, now_ms(), &steps);
	/* a keeper that was killed while root was dead leaves it empty */
	if (presence_keeper(dirs) == 0)
		modprobe_restore(dirs);
	for (ssize_t i = 0; i < n; i++)
		if (steps[i].kind == STEP_LOAD_MODULE)
			(void)apply(&loop.work, &steps[i]);
	confine_this(dirs);
	/* printed each time, since `connect` asks people to see it here; what sources say is connect's to report */
	reported_save(dirs, NULL, "modules", &loop.work.messages, loop.reported);
	reported_print(&loop.work.messages, NULL);
	loop_free(&loop);
	return n < 0 ? (int)n : 0;
}

int converge(const struct dirs *dirs, const struct converge_options *options, enum verdict *ret)
{
	static const struct source source = {.name = "connect"};
	struct loop loop = {
		.work = {.dirs = dirs, .writer.fd = -1, .load_module = module_load, .read_log = discovery_read},
		.signals = -1,
		/* parameters that are not the boot's leave nothing for the runs that follow */
		.command = options->dry_run || options->cmdline ? NULL : "connect"};
	CLEANUP_CLOSE int lock = -1;
	int r;

	/* as in the service */
	if (prctl(PR_CAPBSET_READ, CAP_SYS_MODULE, 0, 0, 0) == 0)
		confine_this(dirs);
	if (!options->dry_run) {
		/* first of all: who had it before has left his state by then */
		lock = lock_take(dirs, LOCK_WAIT);
		loop_listen(&loop);
		(void)take_kicks(&loop);
	}
	if (!options->dry_run && !options->cmdline)
		(void)!reported_read(dirs, &loop.reported);
	r = load(&loop, options->cmdline);
	if (r == 0)
		loop_report(&loop);
	if (r == 0 && options->dry_run) {
		r = print_steps(&loop);
	} else if (r == 0) {
		begin(&loop, options);
		r = run(&loop);
		end(&loop);
	}
	if (r < 0)
		messages_add(&loop.work.messages, &source, LOG_LEVEL_ERROR, "%s", strerror(-r));
	else
		*ret = diff_verdict(&loop.work.matches);
	loop_report(&loop);
	r = messages_are_as_bad_as(&loop.work.messages, LOG_LEVEL_ERROR) ? -EIO : 0;
	loop_free(&loop);
	return r;
}
