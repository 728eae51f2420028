/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "exclusions.h"
#include "fabrics.h"
#include "handoff.h"
#include "log.h"
#include "net.h"
#include "report.h"

/* ms: the first wait after a failure */
#define BACKOFF_FIRST 500

static uint64_t jittered(uint64_t ms)
{
	uint8_t random = 128;

	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return ms * 3 / 4 + ms * random / 512;
}

/* ---- steps ---- */

/* ms until the next try */
static uint64_t backoff(const struct loop *loop, const struct plan_path *path, const struct attempt *attempt)
{
	uint64_t lost = loop->is_keeper ? BACKOFF_MAX_KEEPER : BACKOFF_MAX_LOST;
	uint64_t max = inventory_has_live_path(&loop->inv, path->tid.subsysnqn) ? BACKOFF_MAX : lost;
	uint64_t wait = (uint64_t)BACKOFF_FIRST << (attempt->failures < 16 ? attempt->failures : 16);

	return jittered(wait < max ? wait : max);
}

static void try_failed(struct loop *loop, int index, int error, bool in_probe)
{
	const struct plan_path *path = &loop->plan.paths[index];
	struct attempt *attempt = &loop->history.attempts[index];
	char label[PATH_LABEL_MAX];

	if (attempt->error != error || attempt->in_probe != in_probe)
		log_warning("%s: %s", report_path_label(path, label),
			    fabrics_explain(error, path->tid.transport, in_probe));
	attempt->busy = false;
	attempt->probed = false;
	attempt->error = error;
	attempt->in_probe = in_probe;
	attempt->next = now_ms() + backoff(loop, path, attempt);
	attempt->failures++;
	if (!in_probe && loop->history.writes_left)
		loop->history.writes_left--;
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
	struct tid tid;
	int r;

	if (!probe)
		return false;
	probe->path = index;
	tid = reach_tid(&loop->plan, &loop->inv, &loop->plan.paths[index]);
	r = probe_start(probe, &tid, loop->dirs->dev);
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
	struct tid tid = reach_tid(&loop->plan, &loop->inv, &loop->plan.paths[index]);
	char options[FABRICS_OPTIONS_MAX];
	int r;

	/* once root is mounted in the initramfs no write starts that could hold the switch */
	if (loop->writer.pid || loop->inv.sysroot_mounted)
		return false;
	fabrics_options(&loop->plan, &loop->plan.paths[index], &tid, false, options);
	loop->writer.path = index;
	loop->write_started = now_ms();
	r = fabrics_start(&loop->writer, loop->dirs->dev, options, tid.subsysnqn,
			  deadline < FABRICS_DEADLINE_MAX ? deadline : FABRICS_DEADLINE_MAX);
	if (r < 0)
		try_failed(loop, index, -r, false);
	else
		loop->history.attempts[index].busy = true;
	return false;
}

/* What one discovery controller does not name any more another one may still name. Not at once: two that disagree must
 * not keep us busy. */
static void forget_other_logs(struct loop *loop, int index)
{
	for (size_t i = 0; i < loop->plan.n_paths; i++) {
		struct attempt *attempt = &loop->history.attempts[i];

		if ((int)i == index || !loop->plan.paths[i].discovery)
			continue;
		attempt->log_read = 0;
		attempt->next = now_ms() + BACKOFF_MAX_LOST;
	}
	loop->plan.log_lost = false;
}

static bool do_read_log(struct loop *loop, int index)
{
	struct path_view view = diff_path(&loop->plan, &loop->inv, &loop->history, (size_t)index, now_ms());
	struct attempt *attempt = &loop->history.attempts[index];
	size_t complaints = loop->plan.n_complaints;
	char label[PATH_LABEL_MAX];
	int r = loop->read_log ? loop->read_log(loop->dirs->dev, view.ctrl->name, &loop->plan, index) : -ENOTSUP;

	attempt->log_read = r == 0 ? now_ms() : 0;
	exclusions_apply(&loop->plan);
	if (r < 0) {
		attempt->next = now_ms() + jittered(BACKOFF_MAX_LOST);
		log_warning("%s: cannot read its log page: %s", report_path_label(&loop->plan.paths[index], label),
			    strerror(-r));
		handoff_complain(loop->dirs, &loop->plan, complaints, true);
		return false;
	}
	if (loop->plan.log_lost)
		forget_other_logs(loop, index);
	handoff_complain(loop->dirs, &loop->plan, complaints, true);
	return history_fit(&loop->history, &loop->plan) == 0;
}

/* on whose behalf something of no single entry is tried */
static const struct source nobody = {.name = "nvmf-boot"};

/* What is refused now is refused again with each look: it is said once. */
static void complain_once(struct loop *loop, const struct source *source, const char *what, int error)
{
	struct plan *plan = &loop->plan;
	size_t n = plan->n_complaints;
	char text[256] = "";

	append(text, sizeof(text), "%s: %s", what, strerror(-error));
	for (size_t i = 0; i < n; i++)
		if (streq(plan->complaints[i].text, text))
			return;
	plan_complain(plan, source, "%s", text);
	handoff_complain(loop->dirs, plan, n, !loop->is_keeper);
}

static bool do_load_module(struct loop *loop, int index)
{
	char what[128] = "";
	int r;

	loop->history.module_tried[index] = true;
	if (!loop->dirs->is_host || !loop->load_module)
		return true;
	r = loop->load_module(known_modules[index]);
	append(what, sizeof(what), "cannot load module %s", known_modules[index]);
	if (r == -EPERM) /* the service: its step before this one may, this one must not */
		append(what, sizeof(what), " here ('nvmf-boot modules' says why it is missing)");
	if (r < 0)
		complain_once(loop, &nobody, what, r);
	return r == 0;
}

static bool do_delete(struct loop *loop, int index)
{
	const char *name = loop->inv.ctrls[index].name;
	struct history *history = &loop->history;
	char what[96] = "";
	int r;

	/* nothing that may hang when the switch is near */
	if (loop->inv.sysroot_mounted)
		return false;
	(void)copy_string(history->ended[history->n_ended], sizeof(history->ended[0]), name);
	history->n_ended++;
	r = fabrics_delete(loop->dirs->sys, name);
	append(what, sizeof(what), "cannot end %s", name);
	if (r < 0)
		complain_once(loop, &nobody, what, r);
	else
		log_notice("%s: nothing asks for this discovery controller any more: it ends", name);
	return false;
}

static bool do_add_rxe(struct loop *loop, const struct step *step, const char *link)
{
	struct history *history = &loop->history;
	char what[64] = "";
	int r = net_add_rxe(link);

	if (r < 0) {
		append(what, sizeof(what), "cannot make a soft-RoCE device on %s", link);
		complain_once(loop, &loop->plan.rxes[step->index].source, what, r);
		return false;
	}
	if (history->n_rxe_made == PLAN_RXES_MAX) /* forget the oldest */
		memmove(history->rxe_made, history->rxe_made + 1, --history->n_rxe_made * sizeof(int));
	history->rxe_made[history->n_rxe_made++] = step->link;
	log_notice("interface %s: soft-RoCE device made", link);
	return true;
}

static bool do_add_vlan(struct loop *loop, const struct step *step, const char *link)
{
	const struct plan_vlan *vlan = &loop->plan.vlans[step->index];
	char what[96] = "";
	int r = net_add_vlan(step->link, vlan);

	append(what, sizeof(what), "interface %s: cannot make VLAN %u on %s", vlan->name, vlan->id, link);
	if (r < 0)
		complain_once(loop, &vlan->source, what, r);
	else
		log_notice("interface %s: VLAN %u on %s made", vlan->name, vlan->id, link);
	return r == 0;
}

static bool do_add_route(struct loop *loop, const struct step *step, const char *link)
{
	const struct plan_route *route = &loop->plan.routes[step->index];
	char text[IP_TEXT_MAX], what[160] = "";
	int r = net_add_route(step->link, route);

	append(what, sizeof(what), "interface %s: cannot add the route via %s", link, ip_format(&route->gateway, text));
	if (r < 0)
		complain_once(loop, &route->source, what, r);
	return r == 0;
}

static bool do_net(struct loop *loop, const struct step *step, const char *link)
{
	const struct plan_net *net = step->index >= 0 ? &loop->plan.nets[step->index] : NULL;
	const struct source *source = net ? &net->source : &nobody;
	char text[IP_TEXT_MAX], what[160] = "";
	int r;

	append(what, sizeof(what), "interface %s: ", link);
	if (step->kind == STEP_LINK_UP) {
		append(what, sizeof(what), "cannot be set up");
		r = net_link_up(step->link);
	} else if (step->kind == STEP_SET_MTU) {
		append(what, sizeof(what), "cannot have an MTU of %u", net->mtu);
		r = net_set_mtu(step->link, net->mtu);
	} else if (step->kind == STEP_SET_HWADDR) {
		append(what, sizeof(what), "its hardware address cannot be changed");
		r = net_set_hwaddr(step->link, &net->hwaddr);
	} else {
		append(what, sizeof(what), "cannot add address %s/%u", ip_format(&net->address, text), net->prefix);
		r = net_add_address(step->link, net);
	}
	if ((step->kind == STEP_SET_MTU || step->kind == STEP_SET_HWADDR) &&
	    loop->history.n_set < ARRAY_SIZE(loop->history.set))
		loop->history.set[loop->history.n_set++] =
			(struct link_setting){.kind = (int)step->kind, .link = step->link};
	if (r < 0)
		complain_once(loop, source, what, r);
	else if (step->kind == STEP_ADD_ADDRESS)
		log_notice("interface %s: address %s/%u added", link, text, net->prefix);
	return r == 0;
}

static bool apply_to_link(struct loop *loop, const struct step *step)
{
	const struct inv_link *link = inventory_link_by_index(&loop->inv, step->link);

	if (!link)
		return false;
	if (step->kind == STEP_ADD_RXE)
		return do_add_rxe(loop, step, link->name);
	if (step->kind == STEP_ADD_VLAN)
		return do_add_vlan(loop, step, link->name);
	if (step->kind == STEP_ADD_ROUTE)
		return do_add_route(loop, step, link->name);
	return do_net(loop, step, link->name);
}

bool apply(struct loop *loop, const struct step *step)
{
	switch (step->kind) {
	case STEP_LOAD_MODULE:
		return do_load_module(loop, step->index);
	case STEP_PROBE:
		return do_probe(loop, step->index);
	case STEP_CONNECT:
		return do_connect(loop, step->index);
	case STEP_READ_LOG:
		return do_read_log(loop, step->index);
	case STEP_DELETE:
		return do_delete(loop, step->index);
	case STEP_ADD_VLAN:
	case STEP_SET_HWADDR:
	case STEP_SET_MTU:
	case STEP_LINK_UP:
	case STEP_ADD_ADDRESS:
	case STEP_ADD_ROUTE:
	case STEP_ADD_RXE:
		break;
	}
	return apply_to_link(loop, step);
}

/* ---- what was begun is over ---- */

void apply_probe_event(struct loop *loop, struct probe *probe, short revents)
{
	int r = probe_continue(probe, revents, loop->dirs->dev);
	struct attempt *attempt = &loop->history.attempts[probe->path];

	if (r == -EINPROGRESS)
		return;
	probe_end(probe);
	attempt->busy = false;
	attempt->probed = r == 0;
	if (r < 0)
		try_failed(loop, probe->path, -r, true);
}

void apply_write_event(struct loop *loop)
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
	if (!attempt_was(attempt, PATH_LIVE)) {
		attempt->failures++;
		attempt->next = now_ms() + backoff(loop, &loop->plan.paths[index], attempt);
		attempt->error = EALREADY;
	}
	attempt->told = !attempt_was(attempt, PATH_LIVE);
	if (result.instance >= 0)
		handoff_register(loop->dirs, result.instance);
	log_notice("%s: connected as nvme%d in %llu ms", report_path_label(&loop->plan.paths[index], label),
		   result.instance, (unsigned long long)(now_ms() - loop->write_started));
}
