/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "act/policy.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "decide/reason.h"
#include "act/fabrics.h"

/* s, as sysfs shows them: the kernel's default, and what root's controllers get */
#define RECONNECT_DELAY_USUAL "10"
#define RECONNECT_DELAY "2"

static void hold_head(const struct dirs *dirs, const struct plan *plan, const struct inv_head *head)
{
	long wanted = plan->removal_is_set ? plan->delayed_removal_s : POLICY_DELAYED_REMOVAL;
	char path[96], value[24];
	struct sentence sentence;
	struct slots slots = {.device = head->name, .number = (unsigned long long)wanted};
	int r;

	if (head->delayed_removal_s != 0 || wanted == 0)
		return;
	(void)snprintf(path, sizeof(path), "block/%s/delayed_removal_secs", head->name);
	(void)snprintf(value, sizeof(value), "%ld", wanted);
	r = write_file(dirs->sys, path, value);
	slots.error = strerror(-r);
	if (r < 0)
		log_warning("%s", reason_say(REASON_NOT_HELD, &slots, &sentence));
	else
		log_info("%s", reason_say(REASON_HELD, &slots, &sentence));
}

/* Sets an attribute of a controller if it has the value 'from'; NULL: unconditionally. True if the value changed. */
static bool set_ctrl(int sys, const char *ctrl, const char *attribute, const char *from, const char *to)
{
	const char *shown = streq(to, "-1") ? "off" : to;
	char path[96], value[32], setting[64];
	struct sentence sentence;
	int r;

	(void)snprintf(path, sizeof(path), "class/nvme/%s/%s", ctrl, attribute);
	if (read_file(sys, path, value, sizeof(value)) <= 0 || streq(value, shown) || (from && !streq(value, from)))
		return false;
	r = write_file(sys, path, to);
	(void)snprintf(setting, sizeof(setting), "%s=%s", attribute, shown);
	if (r < 0)
		log_warning("%s", reason_say(REASON_NOT_SET,
					     &(struct slots){.setting = setting, .device = ctrl, .error = strerror(-r)},
					     &sentence));
	return r == 0;
}

/* Makes the kernel reconnect sooner. The kernel counts attempts: what it shows and takes as ctrl_loss_tmo is their
 * number times the delay, so a shorter delay would shorten ctrl_loss_tmo, too. It is written again.
 * (drivers/nvme/host/sysfs.c)
 */
static void hasten(int sys, const char *ctrl)
{
	char path[96], loss[32];

	(void)snprintf(path, sizeof(path), "class/nvme/%s/ctrl_loss_tmo", ctrl);
	if (read_file(sys, path, loss, sizeof(loss)) <= 0)
		loss[0] = '\0';
	if (set_ctrl(sys, ctrl, "reconnect_delay", RECONNECT_DELAY_USUAL, RECONNECT_DELAY) && *loss &&
	    !streq(loss, "off"))
		(void)write_file(sys, path, loss);
}

void policy_apply(const struct dirs *dirs, const struct plan *plan, const struct inventory *inv)
{
	for (size_t i = 0; i < inv->n_heads; i++)
		hold_head(dirs, plan, &inv->heads[i]);
	for (size_t i = 0; i < inv->n_ctrls; i++) {
		const struct inv_ctrl *ctrl = &inv->ctrls[i];

		if (!ctrl->carries_root || ctrl->discovery || ctrl->state != CTRL_LIVE)
			continue;
		if (!plan->options.set[OPTION_RECONNECT_DELAY])
			hasten(dirs->sys, ctrl->name);
		if (!plan->options.set[OPTION_FAST_IO_FAIL_TMO])
			(void)set_ctrl(dirs->sys, ctrl->name, "fast_io_fail_tmo", NULL, "-1");
	}
}

void policy_release(const struct dirs *dirs, const struct inv_head *heads, size_t n, const struct inventory *inv)
{
	char path[96];

	for (size_t i = 0; i < n; i++) {
		if (inventory_has_live_path(inv, heads[i].subsysnqn))
			continue;
		(void)snprintf(path, sizeof(path), "block/%s/delayed_removal_secs", heads[i].name);
		(void)write_file(dirs->sys, path, "0");
	}
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (inv->ctrls[i].carries_root && !inventory_has_live_path(inv, inv->ctrls[i].tid.subsysnqn))
			(void)!fabrics_delete(dirs->sys, inv->ctrls[i].name);
}
