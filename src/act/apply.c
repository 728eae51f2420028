/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "act/apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/log.h"
#include "sources/exclusions.h"
#include "sources/log_page.h"
#include "decide/label.h"
#include "decide/reason.h"
#include "decide/trust.h"
#include "state/registry.h"
#include "state/state.h"
#include "act/fabrics.h"
#include "act/net.h"

/* ms: the first wait after a failure */
#define BACKOFF_FIRST 500

static uint64_t jittered(uint64_t ms)
{
	uint8_t random = 128;

	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return ms * 3 / 4 + ms * random / 512;
}

int work_match(struct work *work)
{
	int r = history_fit(&work->history, &work->plan);

	return r < 0 ? r : match(&work->matches, &work->plan, &work->inv);
}

/* ---- steps ---- */

/* ms until the next try */
static uint64_t backoff(const struct work *work, size_t path, const struct attempt *attempt)
{
	uint64_t lost = work->is_keeper ? BACKOFF_MAX_KEEPER : BACKOFF_MAX_LOST;
	uint64_t max = work->matches.of[work->matches.of[path].lead].has_live_ctrl ? BACKOFF_MAX : lost;
	uint64_t wait = (uint64_t)BACKOFF_FIRST << (attempt->failures < 16 ? attempt->failures : 16);

	return jittered(wait < max ? wait : max);
}

static void try_failed(struct work *work, int index, int error, bool in_probe)
{
	const struct plan_path *path = &work->plan.paths[index];
	struct attempt *attempt = &work->history.attempts[index];
	char label[PATH_LABEL_MAX];
	struct sentence why;

	if (attempt->error != error || attempt->in_probe != in_probe)
		log_warning("%s: %s", path_label(path, label),
			    reason_of_error(error, path->tid.transport, in_probe, &why));
	attempt->busy = false;
	attempt->probed = false;
	attempt->error = error;
	attempt->in_probe = in_probe;
	attempt->next = now_ms() + backoff(work, (size_t)index, attempt);
	attempt->failures++;
	if (!in_probe && work->history.writes_left)
		work->history.writes_left--;
}

static struct probe *free_probe(struct work *work)
{
	for (size_t i = 0; i < PROBES_MAX; i++)
		if (work->probes[i].fd < 0)
			return &work->probes[i];
	return NULL;
}

static bool do_probe(struct work *work, int index)
{
	struct attempt *attempt = &work->history.attempts[index];
	struct probe *probe = free_probe(work);
	int r;

	if (!probe)
		return false;
	probe->path = index;
	r = probe_start(probe, &work->matches.of[index].reach.tid, work->dirs->dev);
	if (r < 0) {
		try_failed(work, index, -r, true);
		return false;
	}
	attempt->busy = r == 0;
	attempt->probed = r > 0;
	return r > 0;
}

/* The deadline doubles with each failure: a path may honestly be slow. */
static bool do_connect(struct work *work, int index)
{
	unsigned failures = work->history.attempts[index].failures;
	unsigned deadline = failures < 5 ? FABRICS_DEADLINE_MIN << failures : FABRICS_DEADLINE_MAX;
	const struct tid *tid = &work->matches.of[index].reach.tid;
	char options[FABRICS_OPTIONS_MAX];
	int r;

	/* once root is mounted in the initramfs no write starts that could hold the switch */
	if (work->writer.pid || work->inv.sysroot_mounted)
		return false;
	fabrics_options(&work->plan, &work->plan.paths[index], tid, false, options);
	work->writer.path = index;
	work->write_started = now_ms();
	r = fabrics_start(&work->writer, work->dirs->dev, options,
			  deadline < FABRICS_DEADLINE_MAX ? deadline : FABRICS_DEADLINE_MAX);
	explicit_bzero(options, sizeof(options));
	if (r < 0)
		try_failed(work, index, -r, false);
	else
		work->history.attempts[index].busy = true;
	return false;
}

/* What one discovery controller does not name any more another one may still name. Not at once: two that disagree must
 * not keep us busy. */
static void forget_other_logs(struct work *work, int index)
{
	for (size_t i = 0; i < work->plan.n_paths; i++) {
		struct attempt *attempt = &work->history.attempts[i];

		if ((int)i == index || !work->plan.paths[i].discovery)
			continue;
		attempt->log_read = 0;
		attempt->next = now_ms() + BACKOFF_MAX_LOST;
	}
	work->plan.log_lost = false;
}

static bool do_read_log(struct work *work, int index)
{
	const char *ctrl = work->matches.of[index].ctrl->name;
	struct attempt *attempt = &work->history.attempts[index];
	struct source source = log_page_source(&work->plan.paths[index]);
	int r = work->read_log ? work->read_log(work->dirs->dev, ctrl, &work->plan, index) : -ENOTSUP;

	attempt->log_read = r == 0 ? now_ms() : 0;
	attempt->log_error = -r;
	exclusions_apply(&work->plan);
	trust_apply(&work->plan, &work->inv);
	if (r < 0) {
		attempt->next = now_ms() + jittered(BACKOFF_MAX_LOST);
		messages_add(&work->messages, &source, LOG_LEVEL_WARNING, "cannot read it: %s", strerror(-r));
		return false;
	}
	messages_forget(&work->messages, source.name);
	if (work->plan.log_lost)
		forget_other_logs(work, index);
	return work_match(work) == 0;
}

/* on whose behalf something of no single entry is tried */
static const struct source nobody = {.name = "nvmf-boot"};

/* What the kernel refuses now it refuses again with each look: a message that is there already is not added. */
static void complain(struct work *work, const struct source *source, const char *what, int error)
{
	messages_add(&work->messages, source, LOG_LEVEL_WARNING, "%s: %s", what, strerror(-error));
}

static bool do_load_module(struct work *work, int index)
{
	char what[160] = "";
	int r;

	work->history.module_tried[index] = true;
	if (!work->dirs->is_host || !work->load_module)
		return true;
	r = work->load_module(known_modules[index]);
	/* EPERM: the service. Its first step may load modules, this one must not. */
	append(what, sizeof(what),
	       r == -EPERM
		       ? "module %s is not loaded and this service may not load it; run 'nvmf-boot modules' as root "
			 "to see why"
		       : "cannot load module %s",
	       known_modules[index]);
	if (r < 0)
		complain(work, &nobody, what, r);
	return r == 0;
}

static bool do_delete(struct work *work, int index)
{
	const char *name = work->inv.ctrls[index].name;
	struct history *history = &work->history;
	char what[96] = "";
	int r;

	/* nothing that may hang when the switch is near */
	if (work->inv.sysroot_mounted)
		return false;
	(void)copy_string(history->ended[history->n_ended], sizeof(history->ended[0]), name);
	history->n_ended++;
	r = fabrics_delete(work->dirs->sys, name);
	append(what, sizeof(what), "cannot end discovery controller %s", name);
	if (r < 0)
		complain(work, &nobody, what, r);
	else
		log_notice("%s: no source names this discovery controller any more, so nvmf-boot ends it", name);
	return false;
}

static bool do_add_rxe(struct work *work, const struct step *step, const char *link)
{
	char what[64] = "";
	int r = net_add_rxe(link);

	if (r < 0) {
		append(what, sizeof(what), "cannot add a soft-RoCE device on %s", link);
		complain(work, &work->plan.rxes[step->index].source, what, r);
		return false;
	}
	history_add_rxe(&work->history, step->link);
	log_notice("interface %s: soft-RoCE device added", link);
	return true;
}

static bool do_add_vlan(struct work *work, const struct step *step, const char *link)
{
	const struct plan_vlan *vlan = &work->plan.vlans[step->index];
	char what[96] = "";
	int r = net_add_vlan(step->link, vlan);

	append(what, sizeof(what), "interface %s: cannot add VLAN %u on %s", vlan->name, vlan->id, link);
	if (r < 0)
		complain(work, &vlan->source, what, r);
	else
		log_notice("interface %s: VLAN %u on %s added", vlan->name, vlan->id, link);
	return r == 0;
}

static bool do_add_route(struct work *work, const struct step *step, const char *link)
{
	const struct plan_route *route = &work->plan.routes[step->index];
	char text[IP_TEXT_MAX], what[160] = "";
	int r = net_add_route(step->link, route);

	append(what, sizeof(what), "interface %s: cannot add the route via %s", link, ip_format(&route->gateway, text));
	if (r < 0)
		complain(work, &route->source, what, r);
	return r == 0;
}

static bool do_net(struct work *work, const struct step *step, const char *link)
{
	const struct plan_net *net = step->index >= 0 ? &work->plan.nets[step->index] : NULL;
	const struct source *source = net ? &net->source : &nobody;
	char text[IP_TEXT_MAX], what[160] = "";
	int r;

	append(what, sizeof(what), "interface %s: ", link);
	if (step->kind == STEP_LINK_UP) {
		append(what, sizeof(what), "cannot set it up");
		r = net_link_up(step->link);
	} else if (step->kind == STEP_SET_MTU) {
		append(what, sizeof(what), "cannot set its MTU to %u", net->mtu);
		r = net_set_mtu(step->link, net->mtu);
	} else if (step->kind == STEP_SET_HWADDR) {
		append(what, sizeof(what), "cannot set its hardware address");
		r = net_set_hwaddr(step->link, &net->hwaddr);
	} else {
		append(what, sizeof(what), "cannot add address %s/%u", ip_format(&net->address, text), net->prefix);
		r = net_add_address(step->link, net);
	}
	if ((step->kind == STEP_SET_MTU || step->kind == STEP_SET_HWADDR) &&
	    work->history.n_set < ARRAY_SIZE(work->history.set))
		work->history.set[work->history.n_set++] =
			(struct link_setting){.kind = (int)step->kind, .link = step->link};
	if (r < 0)
		complain(work, source, what, r);
	else if (step->kind == STEP_ADD_ADDRESS)
		log_notice("interface %s: address %s/%u added", link, text, net->prefix);
	return r == 0;
}

static bool apply_to_link(struct work *work, const struct step *step)
{
	const struct inv_link *link = inventory_link_by_index(&work->inv, step->link);

	if (!link)
		return false;
	if (step->kind == STEP_ADD_RXE)
		return do_add_rxe(work, step, link->name);
	if (step->kind == STEP_ADD_VLAN)
		return do_add_vlan(work, step, link->name);
	if (step->kind == STEP_ADD_ROUTE)
		return do_add_route(work, step, link->name);
	return do_net(work, step, link->name);
}

bool apply(struct work *work, const struct step *step)
{
	switch (step->kind) {
	case STEP_LOAD_MODULE:
		return do_load_module(work, step->index);
	case STEP_PROBE:
		return do_probe(work, step->index);
	case STEP_CONNECT:
		return do_connect(work, step->index);
	case STEP_READ_LOG:
		return do_read_log(work, step->index);
	case STEP_DELETE:
		return do_delete(work, step->index);
	case STEP_ADD_VLAN:
	case STEP_SET_HWADDR:
	case STEP_SET_MTU:
	case STEP_LINK_UP:
	case STEP_ADD_ADDRESS:
	case STEP_ADD_ROUTE:
	case STEP_ADD_RXE:
		break;
	}
	return apply_to_link(work, step);
}

/* ---- what was begun is over ---- */

void apply_probe_event(struct work *work, struct probe *probe, short revents)
{
	int r = probe_continue(probe, revents, work->dirs->dev);
	struct attempt *attempt = &work->history.attempts[probe->path];

	if (r == -EINPROGRESS)
		return;
	probe_end(probe);
	attempt->busy = false;
	attempt->probed = r == 0;
	if (r < 0)
		try_failed(work, probe->path, -r, true);
}

void apply_write_event(struct work *work)
{
	int index = work->writer.path;
	struct fabrics_result result = fabrics_finish(&work->writer);
	struct attempt *attempt = &work->history.attempts[index];
	char label[PATH_LABEL_MAX], device[32] = "";
	struct sentence sentence;
	struct slots slots;

	attempt->busy = false;
	attempt->probed = false;
	if (result.error) {
		try_failed(work, index, result.error, false);
		return;
	}
	/* should its controller not show up, it is tried again in its turn and not at once */
	if (!attempt_was(attempt, PATH_LIVE)) {
		attempt->failures++;
		attempt->next = now_ms() + backoff(work, (size_t)index, attempt);
		attempt->error = EALREADY;
	}
	attempt->told = !attempt_was(attempt, PATH_LIVE);
	if (result.instance >= 0)
		registry_enter(work->dirs, result.instance, &work->messages);
	append(device, sizeof(device), "nvme%d", result.instance);
	slots = (struct slots){.path = path_label(&work->plan.paths[index], label),
			       .device = device,
			       .number = now_ms() - work->write_started};
	log_notice("%s", reason_say(REASON_CONNECTED, &slots, &sentence));
}
