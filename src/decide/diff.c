/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/diff.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

enum { MODULE_NVME_RDMA, MODULE_NVME_TCP, MODULE_RDMA_RXE, MODULE_RDMA_UCM, MODULE_8021Q };
const char *const known_modules[KNOWN_MODULES] = {
	[MODULE_NVME_RDMA] = "nvme-rdma", [MODULE_NVME_TCP] = "nvme-tcp", [MODULE_RDMA_RXE] = "rdma_rxe",
	[MODULE_RDMA_UCM] = "rdma_ucm",	  [MODULE_8021Q] = "8021q",
};

struct steps {
	struct step *list;
	size_t n;
	bool short_of_memory;
};

static void add(struct steps *steps, enum step_kind kind, int index, int link)
{
	struct step *grown = array_grow(steps->list, &steps->n, sizeof(*grown), SIZE_MAX);

	if (!grown) {
		steps->short_of_memory = true;
		return;
	}
	steps->list = grown;
	grown[steps->n - 1] = (struct step){kind, index, link};
}

/* ---- paths ---- */

static bool same_host(const struct identity *want, const struct identity *have)
{
	return !want->nqn[0] || !have->nqn[0] || streq(want->nqn, have->nqn);
}

/* A discovery controller asked for by the well-known NQN may show a unique one. */
static bool satisfies(const struct tid *tid, bool discovery, const struct inv_ctrl *ctrl)
{
	struct tid want = *tid;

	if (discovery != ctrl->discovery)
		return false;
	if (discovery && streq(want.subsysnqn, DISCOVERY_NQN))
		(void)copy_string(want.subsysnqn, sizeof(want.subsysnqn), ctrl->tid.subsysnqn);
	return tid_is_satisfied_by(&want, &ctrl->tid, ctrl->src_addr);
}

/* The controller that is this path; a live one before others; what is being deleted is none. */
static const struct inv_ctrl *find_ctrl(const struct plan *plan, const struct inventory *inv,
					const struct plan_path *path)
{
	const struct identity *identity = plan_path_identity(plan, path);
	const struct tid tid = reach_tid(plan, inv, path);
	const struct inv_ctrl *found = NULL;

	/* its interface has no address that could tell its controller from another one's */
	if (tid.transport == TRANSPORT_RDMA && path->tid.host_iface[0] && !tid.host_traddr[0])
		return NULL;
	for (size_t i = 0; i < inv->n_ctrls; i++) {
		const struct inv_ctrl *ctrl = &inv->ctrls[i];

		if (ctrl->state == CTRL_DELETING || ctrl->state == CTRL_DEAD ||
		    !satisfies(&tid, path->discovery, ctrl) || !same_host(identity, &ctrl->identity))
			continue;
		if (!found || ctrl->state == CTRL_LIVE)
			found = ctrl;
	}
	return found;
}

struct path_view diff_path(const struct plan *plan, const struct inventory *inv, const struct history *history,
			   size_t path, uint64_t now)
{
	struct path_view view = {.ctrl = find_ctrl(plan, inv, &plan->paths[path])};
	const struct attempt *attempt = path < history->n_attempts ? &history->attempts[path] : NULL;

	if (view.ctrl) {
		/* one that our write is making is not the kernel's yet */
		view.state = view.ctrl->state == CTRL_LIVE ? PATH_LIVE
			     : attempt && attempt->busy	   ? PATH_TRYING
							   : PATH_CONNECTING;
		return view;
	}
	view.reach = reach_path(plan, inv, &plan->paths[path]);
	if (attempt && attempt->busy)
		view.state = PATH_TRYING;
	else if (reason_table[view.reach.obstacle].forbids)
		view.state = PATH_WAITING;
	else if (attempt && attempt->error && attempt->next > now)
		view.state = PATH_FAILED;
	else
		view.state = PATH_READY;
	return view;
}

bool attempt_was(const struct attempt *attempt, enum path_state state)
{
	return attempt->state >= 0 && (attempt->state & 0xff) == (int)state;
}

/* Of each path whether it is live. */
static void mark_live(const struct plan *plan, const struct inventory *inv, bool live[static PLAN_PATHS_MAX])
{
	for (size_t i = 0; i < plan->n_paths; i++) {
		const struct inv_ctrl *ctrl = plan->paths[i].gone ? NULL : find_ctrl(plan, inv, &plan->paths[i]);

		live[i] = ctrl && ctrl->state == CTRL_LIVE;
	}
}

static bool subsystem_is_live(const struct plan *plan, const bool live[static PLAN_PATHS_MAX], size_t path)
{
	for (size_t i = 0; i < plan->n_paths; i++)
		if (live[i] && !plan->paths[i].discovery &&
		    streq(plan->paths[i].tid.subsysnqn, plan->paths[path].tid.subsysnqn))
			return true;
	return false;
}

/* The writes in their order, since there is one writer: what has failed less, then what has no path yet. */
static void sort_connects(const struct plan *plan, const struct inventory *inv, const struct history *history,
			  struct steps *steps, size_t first)
{
	static bool live[PLAN_PATHS_MAX];
	static unsigned turn[PLAN_PATHS_MAX];

	if (steps->n - first < 2)
		return;
	mark_live(plan, inv, live);
	for (size_t i = first; i < steps->n; i++) {
		size_t path = (size_t)steps->list[i].index;
		unsigned failures = history->attempts[path].failures;

		turn[path] = steps->list[i].kind != STEP_CONNECT
				     ? UINT_MAX
				     : (failures < 1000 ? failures : 1000) * 2 + subsystem_is_live(plan, live, path);
	}
	for (size_t i = first + 1; i < steps->n; i++) {
		struct step step = steps->list[i];
		size_t j = i;

		for (; j > first && turn[steps->list[j - 1].index] > turn[step.index]; j--)
			steps->list[j] = steps->list[j - 1];
		steps->list[j] = step;
	}
}

static void diff_paths(const struct plan *plan, const struct inventory *inv, const struct history *history,
		       uint64_t now, struct steps *steps)
{
	size_t first = steps->n;

	for (size_t i = 0; i < plan->n_paths; i++) {
		const struct plan_path *path = &plan->paths[i];
		const struct attempt *attempt = &history->attempts[i];
		struct path_view view;

		if (path->gone)
			continue;
		view = diff_path(plan, inv, history, i, now);
		if (view.state == PATH_LIVE && path->discovery && attempt->next <= now &&
		    (!attempt->log_read || now - attempt->log_read > LOG_PAGE_AGE_MAX))
			add(steps, STEP_READ_LOG, (int)i, 0);
		if (view.state == PATH_READY && inv->has_transport[path->tid.transport] &&
		    (!attempt->failures || history->writes_left))
			add(steps, attempt->probed ? STEP_CONNECT : STEP_PROBE, (int)i, 0);
	}
	sort_connects(plan, inv, history, steps, first);
}

bool diff_is_planned(const struct plan *plan, const struct inventory *inv, const struct inv_ctrl *ctrl)
{
	for (size_t i = 0; i < plan->n_paths; i++)
		if (!plan->paths[i].gone && find_ctrl(plan, inv, &plan->paths[i]) == ctrl)
			return true;
	return false;
}

/* Whether a planned discovery controller is at the same place, whatever its name and its host side are. */
static bool is_place_planned(const struct plan *plan, const struct tid *tid)
{
	struct tid place = {.transport = tid->transport};

	(void)copy_string(place.traddr, sizeof(place.traddr), tid->traddr);
	(void)copy_string(place.trsvcid, sizeof(place.trsvcid), tid->trsvcid);
	for (size_t i = 0; i < plan->n_paths; i++)
		if (!plan->paths[i].gone && plan->paths[i].discovery && tid_matches(&place, &plan->paths[i].tid))
			return true;
	return false;
}

static bool was_ended(const struct history *history, const char *ctrl)
{
	for (size_t i = 0; i < history->n_ended; i++)
		if (streq(history->ended[i], ctrl))
			return true;
	return history->n_ended == ARRAY_SIZE(history->ended);
}

/* A line that is gone leaves its discovery controller behind, which would go on asking for nobody. Data is never
 * disconnected; nor is anything while a source cannot be read. */
static void diff_orphans(const struct plan *plan, const struct inventory *inv, const struct history *history,
			 struct steps *steps)
{
	for (size_t i = 0; i < inv->n_ctrls && !plan->unread && !plan->uncertain; i++) {
		const struct inv_ctrl *ctrl = &inv->ctrls[i];

		if (ctrl->ours && ctrl->discovery && ctrl->state == CTRL_LIVE && !is_place_planned(plan, &ctrl->tid) &&
		    !was_ended(history, ctrl->name))
			add(steps, STEP_DELETE, (int)i, 0);
	}
}

/* ---- modules ---- */

static void need_module(const struct history *history, struct steps *steps, int module, bool needed, bool there)
{
	if (needed && !there && !history->module_tried[module])
		add(steps, STEP_LOAD_MODULE, module, 0);
}

static void diff_modules(const struct plan *plan, const struct inventory *inv, const struct history *history,
			 struct steps *steps)
{
	bool needed[TRANSPORT_TCP + 1] = {false};

	for (size_t i = 0; i < plan->n_paths; i++)
		needed[plan->paths[i].tid.transport] = true;
	need_module(history, steps, MODULE_NVME_RDMA, needed[TRANSPORT_RDMA], inv->has_transport[TRANSPORT_RDMA]);
	need_module(history, steps, MODULE_NVME_TCP, needed[TRANSPORT_TCP], inv->has_transport[TRANSPORT_TCP]);
	need_module(history, steps, MODULE_RDMA_RXE, plan->n_rxes > 0, inv->has_rxe);
	need_module(history, steps, MODULE_8021Q, plan->n_vlans > 0, inv->has_vlan);
	need_module(history, steps, MODULE_RDMA_UCM, needed[TRANSPORT_RDMA], inv->has_rdma_cm);
}

/* ---- interfaces ---- */

static void add_once(struct steps *steps, enum step_kind kind, int index, int link)
{
	for (size_t i = 0; i < steps->n; i++)
		if (steps->list[i].kind == kind && steps->list[i].link == link)
			return;
	add(steps, kind, index, link);
}

/* Once a run: a driver may accept a value and use another one. */
static void set_once(const struct history *history, struct steps *steps, enum step_kind kind, int index, int link)
{
	for (size_t i = 0; i < history->n_set; i++)
		if (history->set[i].kind == (int)kind && history->set[i].link == link)
			return;
	add_once(steps, kind, index, link);
}

/* What udev is through with; others may still be renamed. */
static const struct inv_link *settled_link(const struct inventory *inv, const struct iface *iface)
{
	const struct inv_link *link = inventory_link(inv, iface);

	return link && link->settled ? link : NULL;
}

/* A VLAN cannot have a larger MTU than its parent. */
static void diff_parent_mtu(const struct plan *plan, const struct history *history, const struct plan_vlan *vlan,
			    const struct inv_link *parent, struct steps *steps)
{
	int largest = -1;

	for (size_t i = 0; i < plan->n_nets; i++) {
		if (iface_equal(&plan->nets[i].iface, &vlan->parent) && plan->nets[i].mtu)
			return;
		if (streq(plan->nets[i].iface.name, vlan->name) && plan->nets[i].mtu > parent->mtu)
			largest = (int)i;
	}
	if (largest >= 0)
		set_once(history, steps, STEP_SET_MTU, largest, parent->index);
}

/* What an interface has but for addresses; before VLANs are made on it, which take it over. */
static void diff_links(const struct plan *plan, const struct inventory *inv, const struct history *history,
		       struct steps *steps)
{
	for (size_t i = 0; i < plan->n_nets; i++) {
		const struct plan_net *net = &plan->nets[i];
		const struct inv_link *link = settled_link(inv, &net->iface);

		if (link && net->hwaddr.len && !hwaddr_matches(&net->hwaddr, &link->hwaddr))
			set_once(history, steps, STEP_SET_HWADDR, (int)i, link->index);
	}
	for (size_t i = 0; i < plan->n_vlans; i++) {
		const struct inv_link *parent = settled_link(inv, &plan->vlans[i].parent);

		if (parent)
			diff_parent_mtu(plan, history, &plan->vlans[i], parent, steps);
	}
	for (size_t i = 0; i < plan->n_nets; i++) {
		const struct plan_net *net = &plan->nets[i];
		const struct inv_link *link = settled_link(inv, &net->iface);

		if (link && net->mtu && net->mtu != link->mtu)
			set_once(history, steps, STEP_SET_MTU, (int)i, link->index);
	}
}

static void diff_vlans(const struct plan *plan, const struct inventory *inv, struct steps *steps)
{
	for (size_t i = 0; i < plan->n_vlans; i++) {
		const struct plan_vlan *vlan = &plan->vlans[i];
		const struct iface iface = plan_iface(plan, vlan->name);
		const struct inv_link *parent = settled_link(inv, &vlan->parent);

		if (!parent)
			continue;
		if (!parent->up)
			add_once(steps, STEP_LINK_UP, -1, parent->index);
		if (inv->has_vlan && !inventory_link(inv, &iface))
			add(steps, STEP_ADD_VLAN, (int)i, parent->index);
	}
}

static bool has_address(const struct inventory *inv, const struct plan_net *net, int link)
{
	for (size_t i = 0; i < inv->n_addresses; i++)
		if (inv->addresses[i].link == link && ip_equal(&inv->addresses[i].ip, &net->address))
			return true;
	return false;
}

static void diff_nets(const struct plan *plan, const struct inventory *inv, struct steps *steps)
{
	for (size_t i = 0; i < plan->n_nets; i++) {
		const struct plan_net *net = &plan->nets[i];
		const struct inv_link *link = settled_link(inv, &net->iface);

		if (!link)
			continue;
		if (!link->up)
			add_once(steps, STEP_LINK_UP, (int)i, link->index);
		if (!has_address(inv, net, link->index))
			add(steps, STEP_ADD_ADDRESS, (int)i, link->index);
	}
}

static bool has_route(const struct inventory *inv, const struct plan_route *route, int link)
{
	for (size_t i = 0; i < inv->n_routes; i++)
		if (inv->routes[i].link == link && inv->routes[i].prefix == route->prefix &&
		    ip_same_network(&inv->routes[i].destination, &route->destination, route->prefix) &&
		    ip_equal(&inv->routes[i].gateway, &route->gateway))
			return true;
	return false;
}

static void diff_routes(const struct plan *plan, const struct inventory *inv, struct steps *steps)
{
	for (size_t i = 0; i < plan->n_routes; i++) {
		const struct inv_link *link = settled_link(inv, &plan->routes[i].iface);

		if (link && !has_route(inv, &plan->routes[i], link->index))
			add(steps, STEP_ADD_ROUTE, (int)i, link->index);
	}
}

static bool rxe_was_made(const struct history *history, int link)
{
	for (size_t i = 0; i < history->n_rxe_made; i++)
		if (history->rxe_made[i] == link)
			return true;
	return false;
}

static void diff_rxes(const struct plan *plan, const struct inventory *inv, const struct history *history,
		      struct steps *steps)
{
	for (size_t i = 0; i < plan->n_rxes; i++) {
		const struct inv_link *link = settled_link(inv, &plan->rxes[i].iface);

		if (link && inv->has_rxe && !link->has_rdma && !rxe_was_made(history, link->index))
			add(steps, STEP_ADD_RXE, (int)i, link->index);
	}
}

ssize_t diff(const struct plan *plan, const struct inventory *inv, const struct history *history, uint64_t now,
	     struct step **ret)
{
	struct steps steps = {0};

	diff_modules(plan, inv, history, &steps);
	diff_links(plan, inv, history, &steps);
	diff_vlans(plan, inv, &steps);
	diff_nets(plan, inv, &steps);
	diff_routes(plan, inv, &steps);
	diff_rxes(plan, inv, history, &steps);
	diff_paths(plan, inv, history, now, &steps);
	diff_orphans(plan, inv, history, &steps);
	*ret = steps.list;
	return steps.short_of_memory ? -ENOMEM : (ssize_t)steps.n;
}

/* ---- verdict ---- */

static enum verdict paths_verdict(const struct plan *plan, const struct inventory *inv)
{
	enum verdict verdict = VERDICT_ALL_LIVE;
	static bool live[PLAN_PATHS_MAX];
	bool has_io = false;

	mark_live(plan, inv, live);
	for (size_t i = 0; i < plan->n_paths; i++) {
		const struct plan_path *path = &plan->paths[i];

		if (path->gone)
			continue;
		has_io |= !path->discovery;
		if (live[i])
			continue;
		if (!path->discovery && !subsystem_is_live(plan, live, i))
			return VERDICT_LOST;
		verdict = VERDICT_DEGRADED;
	}
	/* what a discovery controller would name is unknown while none has answered */
	return verdict == VERDICT_DEGRADED && !has_io ? VERDICT_LOST : verdict;
}

bool diff_all_live(const struct plan *plan, const struct inventory *inv)
{
	return paths_verdict(plan, inv) == VERDICT_ALL_LIVE;
}

enum verdict diff_verdict(const struct plan *plan, const struct inventory *inv)
{
	if (plan->unread)
		return VERDICT_UNREAD;
	if (plan_is_unusable(plan))
		return VERDICT_UNUSABLE;
	return paths_verdict(plan, inv);
}
