/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nvmf-boot-keeper: brings a path of root back when root has lost all of its paths. A program that is stored on root
 * cannot be relied on to do that, because it may wait for root itself.
 *
 * The pre-pivot hook starts it in the initramfs, as a unit if systemd runs there. On entry root is mounted below
 * /sysroot, one of its paths is live, and /run/nvmf-boot/words holds the parameters. The hook waits until the parent
 * process ends: with exit status 0 when the child is ready to stay, or when no keeper is needed (root is on no fabric,
 * rd.nvmf.keeper=0 is given, or a keeper runs already); with 1 when the child has reported why it cannot stay.
 *
 * The child survives the switch to the real root, by systemd's rules for root storage daemons. From then on
 *
 *   - its memory is locked, and all that it will need is allocated (resident.h);
 *   - it has no file of root open: it reaches /sys, /proc, /dev and /run through descriptors from before the switch;
 *   - it runs the loop of nvmf-boot (run/loop.h) over the paths that root needs, and leaves all others to the timer.
 *
 * It is linked without libnvme, libkmod and json-c, since all of its memory is locked.
 *
 * SIGUSR2 tells it that the host is shutting down. If root has no path then, root.c decides how long to wait for one.
 * SIGTERM ends it: the shutdown hook sends it after root is unmounted. On exit the associations stay, because the
 * kernel holds them.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/log.h"
#include "sources/exclusions.h"
#include "kernel/inventory_read.h"
#include "decide/trust.h"
#include "state/layout.h"
#include "state/lock.h"
#include "state/presence.h"
#include "state/state.h"
#include "act/policy.h"
#include "run/desired.h"
#include "run/keeper/resident.h"
#include "run/keeper/root.h"
#include "run/loop.h"
#include "run/notice.h"

/* ms that an interface which came back may wait for udev; udev is stored on root */
#define UDEV_PATIENCE 2000
/* ms until a look that has failed is repeated */
#define RETRY_PERIOD 1000
/* exit status of a wrong use, as nvmf-boot's */
#define EXIT_USAGE 2

struct keeper {
	struct loop loop;
	struct root root;
	int lock;
	/* interfaces that udev has not initialised, and since when the keeper knows them */
	struct unsettled {
		int link;
		uint64_t since;
	} unsettled[PLAN_NETS_MAX];
	size_t n_unsettled;
};

/* ---- what it keeps ---- */

/* Whether no parameter names the path: a log page named it, or somebody connected it by hand. */
static bool is_learned(const struct plan_path *path)
{
	return path->parent < 0 && !path->source.is_trusted;
}

/* True if the plan has more paths than before. */
static bool learn_paths(struct keeper *keeper)
{
	struct loop *loop = &keeper->loop;
	size_t before = loop->work.plan.n_paths;

	for (size_t i = 0; i < loop->work.inv.n_ctrls; i++) {
		const struct inv_ctrl *ctrl = &loop->work.inv.ctrls[i];
		struct plan_path path = {
			.tid = ctrl->tid, .identity = ctrl->identity, .source = {.name = "root's controllers"}};

		if (ctrl->state != CTRL_LIVE || ctrl->refused || ctrl->discovery || !ctrl->carries_root ||
		    match_is_planned(&loop->work.matches, ctrl))
			continue;
		path.options = loop->work.plan.options;
		if (!path.options.set[OPTION_CTRL_LOSS_TMO]) {
			path.options.set[OPTION_CTRL_LOSS_TMO] = true;
			path.options.value[OPTION_CTRL_LOSS_TMO] = -1;
		}
		(void)plan_add_path(&loop->work.plan, &path); /* unless it is there */
	}
	exclusions_apply(&loop->work.plan);
	trust_apply(&loop->work.plan, &loop->work.inv);
	return loop->work.plan.n_paths > before;
}

/* The keeper wants root's paths only. The timer keeps data volumes and discovery controllers and, as long as root has a
 * path, those paths of root that no parameter names. True if other paths are wanted now than before. */
static bool keep_roots_paths(struct keeper *keeper)
{
	struct plan *plan = &keeper->loop.work.plan;
	bool changed = false;

	for (size_t i = 0; i < plan->n_paths; i++) {
		struct plan_path *path = &plan->paths[i];
		bool was_gone = path->gone;

		path->gone = path->excluded || path->discovery || !root_needs(&keeper->root, path->tid.subsysnqn) ||
			     (is_learned(path) && !keeper->root.cut);
		changed |= path->gone != was_gone;
	}
	return changed;
}

/* udev may be stuck on the dead root. After UDEV_PATIENCE the keeper uses an interface under the name that it has. */
static void stop_waiting_for_udev(struct keeper *keeper, uint64_t now)
{
	struct inventory *inv = &keeper->loop.work.inv;
	struct unsettled still[PLAN_NETS_MAX] = {0};
	size_t n = 0;

	for (size_t i = 0; i < inv->n_links && n < PLAN_NETS_MAX; i++) {
		struct inv_link *link = &inv->links[i];
		uint64_t since = now;

		if (link->settled)
			continue;
		for (size_t j = 0; j < keeper->n_unsettled; j++)
			if (keeper->unsettled[j].link == link->index)
				since = keeper->unsettled[j].since;
		link->settled = now - since >= UDEV_PATIENCE;
		still[n++] = (struct unsettled){link->index, since};
		if (!link->settled && since + UDEV_PATIENCE < keeper->loop.next_progress)
			keeper->loop.next_progress = since + UDEV_PATIENCE;
	}
	memcpy(keeper->unsettled, still, n * sizeof(*still));
	keeper->n_unsettled = n;
}

/* Replaces a name by the hardware address of its alias, if it has one. */
static void pin(const struct plan *plan, struct iface *iface)
{
	if (!iface->hwaddr.len)
		*iface = plan_iface(plan, iface->name);
}

/* Whether another interface has this hardware address, too. The partitions of an InfiniBand port share its GUID, and a
 * virtual function can share the address of its host side. */
static bool is_ambiguous(const struct inventory *inv, const struct inv_link *link, const struct hwaddr *hwaddr)
{
	for (size_t i = 0; i < inv->n_links; i++) {
		const struct inv_link *other = &inv->links[i];

		if (other != link && !other->stacked &&
		    (hwaddr_matches(hwaddr, &other->permanent) || hwaddr_matches(hwaddr, &other->hwaddr)))
			return true;
	}
	return false;
}

/* Makes the plan name interfaces by hardware address: an interface that comes back while udev is stuck has the kernel's
 * name, not udev's. */
static void name_interfaces(struct keeper *keeper)
{
	struct plan *plan = &keeper->loop.work.plan;
	const struct inventory *inv = &keeper->loop.work.inv;

	for (size_t i = 0; i < inv->n_links; i++) {
		const struct inv_link *link = &inv->links[i];
		struct plan_alias alias = {.source = {.name = "keeper"}};

		alias.hwaddr = link->permanent.len ? link->permanent : link->hwaddr;
		if (link->stacked || !alias.hwaddr.len || plan->n_aliases == PLAN_ALIASES_MAX ||
		    is_ambiguous(inv, link, &alias.hwaddr))
			continue;
		(void)copy_string(alias.name, sizeof(alias.name), link->name);
		(void)plan_add_alias(plan, &alias);
	}
	for (size_t i = 0; i < plan->n_nets; i++)
		pin(plan, &plan->nets[i].iface);
	for (size_t i = 0; i < plan->n_routes; i++)
		pin(plan, &plan->routes[i].iface);
	for (size_t i = 0; i < plan->n_rxes; i++)
		pin(plan, &plan->rxes[i].iface);
	for (size_t i = 0; i < plan->n_vlans; i++)
		pin(plan, &plan->vlans[i].parent);
}

/* Notes the soft-RoCE devices that exist, whoever made them. If somebody deletes one, the keeper does not make it
 * again. It makes one for an interface that is new. */
static void remember_rxes(struct loop *loop)
{
	for (size_t i = 0; i < loop->work.plan.n_rxes; i++) {
		const struct inv_link *link = inventory_link(&loop->work.inv, &loop->work.plan.rxes[i].iface);

		if (link && link->has_rdma)
			history_add_rxe(&loop->work.history, link->index);
	}
}

/* ---- the loop ---- */

static int look(struct keeper *keeper)
{
	struct loop *loop = &keeper->loop;
	uint64_t now = now_ms();
	int r;

	loop->next_progress = UINT64_MAX;
	inventory_free(&loop->work.inv);
	r = inventory_read(&loop->work.inv, loop->work.dirs);
	if (r < 0)
		return r;
	root_mark(&keeper->root, loop);
	root_judge(&keeper->root, loop, now);
	loop->work.inv.sysroot_mounted = false; /* the switch does not wait for the keeper, so it may write */
	stop_waiting_for_udev(keeper, now);
	remember_rxes(loop);
	r = work_match(&loop->work);
	if (r == 0 && learn_paths(keeper))
		r = work_match(&loop->work);
	if (r == 0 && keep_roots_paths(keeper))
		r = work_match(&loop->work);
	if (r < 0)
		return r;
	/* while root has a path, the passes of the timer report changes */
	log_set_level(keeper->root.cut ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR);
	notice_changes(loop);
	log_set_level(LOG_LEVEL_INFO);
	if (!keeper->root.cut)
		policy_apply(loop->work.dirs, &loop->work.plan, &loop->work.inv);
	return 0;
}

static bool has_steps(const struct loop *loop)
{
	CLEANUP_FREE struct step *steps = NULL;

	return diff(&loop->work.matches, &loop->work.history, now_ms(), &steps) > 0;
}

/* A pass that is under way does the same steps, so the keeper takes the lock first. While root has no path, passes
 * leave its paths to the keeper, and the keeper does not ask for the lock. */
static bool act(struct keeper *keeper)
{
	struct loop *loop = &keeper->loop;

	if (keeper->root.released_at || !has_steps(loop))
		return false;
	if (!keeper->root.cut && keeper->lock < 0) {
		keeper->lock = lock_take(loop->work.dirs, LOCK_WAIT);
		/* the one that held the lock has changed what is missing */
		if (look(keeper) < 0)
			return false;
	}
	return loop_act(loop);
}

static void run(struct keeper *keeper)
{
	struct loop *loop = &keeper->loop;

	while (!loop->stopped) {
		bool looked = look(keeper) == 0;

		if (looked && act(keeper) && loop->turns++ < TURNS_MAX)
			continue;
		loop->turns = 0;
		if (!loop_is_busy(loop))
			util_closep(&keeper->lock);
		loop->deadline = looked ? root_next(&keeper->root, loop, now_ms()) : now_ms() + RETRY_PERIOD;
		loop_wait(loop);
	}
}

/* ---- start ---- */

static int prepare(struct keeper *keeper)
{
	struct loop *loop = &keeper->loop;
	int r = inventory_read(&loop->work.inv, loop->work.dirs);

	if (r == 0)
		r = desired_load(&loop->work.plan, loop->work.dirs, &loop->work.inv, NULL);
	if (r < 0)
		return r;
	loop->work.plan.uncertain = true; /* the keeper ends nothing, whether its plan names it or not */
	state_load(loop->work.dirs, &loop->work.plan, &loop->work.history);
	root_remember(&keeper->root, &loop->work.inv);
	name_interfaces(keeper);
	loop->work.history.writes_left = UINT_MAX;
	return work_match(&loop->work); /* what that takes of memory is there when it is locked */
}

/* Becomes the keeper. Returns 1; 0 if there is one already; -1 if it has reported why it cannot. */
static int begin_presence(const struct dirs *dirs)
{
	pid_t other = presence_begin(dirs);

	if (other < 0)
		log_error("no keeper can start: /run/" LAYOUT_KEEPER ": %s",
			  other == -EBUSY ? "a process that is no keeper has locked it" : strerror(-other));
	else if (other > 0)
		log_info("a keeper is running already: PID %d", (int)other);
	return other < 0 ? -1 : other == 0;
}

/* Likewise 1 if it has become the keeper, 0 if none is needed, or -1. */
static int start(struct keeper *keeper, struct dirs *dirs)
{
	const struct plan *plan = &keeper->loop.work.plan;
	int r = dirs_open(dirs, "");

	if (r == 0)
		r = prepare(keeper);
	if (r < 0) {
		log_error("no keeper can start: %s", strerror(-r));
		return -1;
	}
	policy_apply(dirs, plan, &keeper->loop.work.inv); /* with a keeper and without */
	if (keeper->root.n_heads == 0)
		log_info("root is not on a fabric: no keeper is needed");
	return keeper->root.n_heads == 0 || plan->no_keeper ? 0 : begin_presence(dirs);
}

static void stay(struct keeper *keeper, struct dirs *dirs, int parent)
{
	struct loop *loop = &keeper->loop;
	int r;

	resident_settle(dirs);
	r = confine(dirs);
	if (r < 0)
		log_info("the kernel does not confine the keeper: %s", strerror(-r));
	r = fabrics_prefork(&loop->work.writer, dirs->dev);
	if (r < 0)
		log_warning("cannot start the child that writes to the kernel: %s", strerror(-r));
	util_closep(&dirs->etc);
	util_closep(&dirs->tmp);
	loop_listen(loop);
	log_info("the keeper runs and brings root's paths back");
	resident_tell_parent(parent, EXIT_SUCCESS);
	run(keeper);
	fabrics_abandon(&loop->work.writer);
}

int main(int argc, char **argv)
{
	static struct keeper keeper;
	static struct dirs dirs;
	int parent, r;

	if (argc > 1) {
		log_error("the keeper takes no options and no arguments: see nvmf-boot(8)");
		return EXIT_USAGE;
	}
	argv[0][0] = '@'; /* systemd spares such processes when it kills all others at shutdown */
	secret_forbid_dumps();
	keeper.loop = (struct loop){
		.work = {.dirs = &dirs, .is_keeper = true, .writer.fd = -1}, .signals = -1, .stays = true};
	keeper.lock = -1;
	for (size_t i = 0; i < PROBES_MAX; i++)
		keeper.loop.work.probes[i].fd = -1;
	parent = resident_detach();
	if (parent < 0) {
		log_error("no keeper can start: %s", strerror(-parent));
		return EXIT_FAILURE;
	}
	r = start(&keeper, &dirs);
	if (r > 0)
		stay(&keeper, &dirs, parent);
	else
		resident_tell_parent(parent, r < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
