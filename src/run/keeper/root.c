/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/keeper/root.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "base/log.h"
#include "decide/reason.h"
#include "kernel/inventory_root.h"
#include "state/modprobe.h"
#include "act/disks.h"
#include "act/policy.h"

/* ms that a host which is shutting down waits for a path of root */
#define SHUTDOWN_PATIENCE 30000
/* ms from then until the keeper reboots the host itself, and between two looks at PID 1, which may be frozen */
#define SHUTDOWN_LIMIT 60000
#define SHUTDOWN_PERIOD 1000
/* ms: a host that still runs then is not shutting down any more (soft-reboot); services may take their time */
#define SHUTDOWN_MAX 3600000
/* ms: mounts are read when the loop is idle, because an event may be the loss of root. If the loop is never idle, they
 * are read after this time. */
#define MOUNTS_AGE_MAX 600000
/* ms between the loss of root for good and the reboot that rd.nvmf.on-root-loss=reboot asks for, and between a reboot
 * that was refused and the next try */
#define REBOOT_GRACE 30000
/* ms that a reboot waits for local disks */
#define DISKS_PATIENCE 10000

/* ---- the disks of root ---- */

void root_remember(struct root *root, const struct inventory *inv)
{
	memcpy(root->heads, inv->heads, sizeof(root->heads));
	root->n_heads = inv->n_heads;
}

bool root_needs(const struct root *root, const char *nqn)
{
	for (size_t i = 0; i < root->n_heads; i++)
		if (streq(root->heads[i].subsysnqn, nqn))
			return true;
	return false;
}

static bool has_disk(const struct loop *loop, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "block/%s", name);
	return path_exists(loop->work.dirs->sys, path);
}

static bool has_live_head(const struct root *root, const struct loop *loop)
{
	for (size_t i = 0; i < root->n_heads; i++)
		if (has_disk(loop, root->heads[i].name) &&
		    inventory_has_live_path(&loop->work.inv, root->heads[i].subsysnqn))
			return true;
	return false;
}

/* Whether root is lost: no disk of root has a live path, and the kernel has removed a disk that root needs, or all
 * disks of which it needs only some. What is mounted stays dead, even if a path comes back. */
static bool is_lost(const struct root *root, const struct loop *loop)
{
	bool gone = false, has_spares = false, has_spare_left = false;

	for (size_t i = 0; i < root->n_heads; i++) {
		bool there = has_disk(loop, root->heads[i].name);

		gone |= !there && !root->heads[i].spare;
		has_spares |= root->heads[i].spare;
		has_spare_left |= there && root->heads[i].spare;
	}
	return (gone || (has_spares && !has_spare_left)) && !has_live_head(root, loop);
}

/* Whether the mounts can be read without waiting for root. Not while the host is shutting down, because systemd moves
 * them then. */
static bool may_read_mounts(const struct root *root, const struct loop *loop)
{
	for (size_t i = 0; i < root->n_heads; i++)
		if (has_disk(loop, root->heads[i].name) &&
		    !inventory_has_live_path(&loop->work.inv, root->heads[i].subsysnqn))
			return false;
	return has_live_head(root, loop) && !loop->shutdown_since &&
	       (loop->idle || now_ms() - root->mounts_read > MOUNTS_AGE_MAX);
}

void root_mark(struct root *root, struct loop *loop)
{
	struct inventory *inv = &loop->work.inv;

	if (may_read_mounts(root, loop)) {
		inventory_mark_root(inv, loop->work.dirs);
		root->mounts_read = now_ms();
		/* what could not be followed to its end is no reason to forget a disk */
		if (inv->n_heads > 0 && (!inv->gap[INVENTORY_ROOT] || root->n_heads == 0))
			root_remember(root, inv);
	}
	inv->n_heads = 0;
	for (size_t i = 0; i < root->n_heads; i++)
		if (has_disk(loop, root->heads[i].name)) {
			inventory_read_head(&root->heads[i], loop->work.dirs->sys);
			inv->heads[inv->n_heads++] = root->heads[i];
		}
	for (size_t i = 0; i < inv->n_ctrls; i++)
		inv->ctrls[i].carries_root = root_needs(root, inv->ctrls[i].tid.subsysnqn);
}

/* ---- whole, cut, lost, released ---- */

static void say(enum log_level level, enum reason reason)
{
	struct sentence sentence;

	log_message(level, "%s", reason_say(reason, &(struct slots){0}, &sentence));
}

static void lose(struct root *root, uint64_t now)
{
	root->lost_at = now;
	say(LOG_LEVEL_ERROR, root->heads[0].delayed_removal_s > 0 ? REASON_ROOT_LATE : REASON_ROOT_LOST);
}

/* When the host is rebooted because root is lost, in ms since boot; 0: never. */
static uint64_t reboot_at(const struct root *root, const struct loop *loop)
{
	uint64_t from = root->refused_at > root->lost_at ? root->refused_at : root->lost_at;

	return root->lost_at && loop->work.plan.reboot_on_root_loss ? from + REBOOT_GRACE : 0;
}

/* When root is released, in ms since boot; 0: never. */
static uint64_t release_at(const struct root *root, const struct loop *loop)
{
	uint64_t since = loop->shutdown_since;

	if (!since || !root->cut || root->released_at || root->cut_since > since + SHUTDOWN_MAX)
		return 0;
	return (since > root->cut_since ? since : root->cut_since) + SHUTDOWN_PATIENCE;
}

/* Nothing else on this host can: what is dirty on other disks than root's would be lost. */
static void reboot_host(struct root *root, const struct loop *loop, enum reason reason)
{
	say(LOG_LEVEL_ERROR, reason);
	disks_write_out(loop->work.dirs, DISKS_PATIENCE);
	(void)reboot(RB_AUTOBOOT);
	root->refused_at = now_ms();
	log_error("cannot reboot this host: %s", strerror(errno));
}

static void reboot_if_asked(struct root *root, const struct loop *loop, uint64_t now)
{
	if (reboot_at(root, loop) && now >= reboot_at(root, loop))
		reboot_host(root, loop, REASON_ROOT_REBOOT);
}

/* The host is shutting down and root has no path: lets the I/O that waits for root fail. */
static void end_queueing(struct root *root, const struct loop *loop, uint64_t now)
{
	if (!release_at(root, loop) || now < release_at(root, loop))
		return;
	say(LOG_LEVEL_ERROR, REASON_ROOT_RELEASED);
	root->released_at = now;
	policy_release(loop->work.dirs, root->heads, root->n_heads, &loop->work.inv);
}

/* Whether systemd has stopped for good. Its shutdown program is stored on root; if systemd cannot execute it, systemd
 * has closed all its files but 0 to 2 and does nothing any more. */
static bool pid_1_is_frozen(const struct loop *loop)
{
	CLEANUP_DIRECTORY struct directory *fds = open_directory(loop->work.dirs->proc, "1/fd");
	const char *name;

	while ((name = next_entry(fds)))
		if (strtol(name, NULL, 10) > STDERR_FILENO)
			return false;
	return fds != NULL;
}

static void end_host(struct root *root, const struct loop *loop, uint64_t now)
{
	if (!root->released_at || (root->refused_at && now < root->refused_at + REBOOT_GRACE) ||
	    (now < root->released_at + SHUTDOWN_LIMIT && !pid_1_is_frozen(loop)))
		return;
	reboot_host(root, loop, REASON_ROOT_STUCK);
}

void root_judge(struct root *root, struct loop *loop, uint64_t now)
{
	/* a released root stays cut, although its disk is not there any more */
	bool cut = inventory_root_is_cut(&loop->work.inv) || root->released_at;
	struct sentence sentence;

	if (!is_lost(root, loop))
		root->lost_at = 0;
	else if (!root->lost_at && !root->released_at)
		lose(root, now);
	if (cut && !root->cut) {
		root->cut_since = now;
		modprobe_empty(loop->work.dirs, &loop->work.messages);
		say(LOG_LEVEL_WARNING, REASON_ROOT_CUT);
	} else if (!cut && root->cut) {
		modprobe_restore(loop->work.dirs);
		if (!root->lost_at)
			log_warning("%s", reason_say(REASON_ROOT_BACK, &(struct slots){.number = now - root->cut_since},
						     &sentence));
	}
	root->cut = cut;
	reboot_if_asked(root, loop, now);
	end_queueing(root, loop, now);
	end_host(root, loop, now);
}

uint64_t root_next(const struct root *root, const struct loop *loop, uint64_t now)
{
	if (root->released_at)
		return now + SHUTDOWN_PERIOD;
	return release_at(root, loop) ? release_at(root, loop) : reboot_at(root, loop);
}
