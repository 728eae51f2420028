/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/diff_net.h"

/* Once a run: a driver may accept a value and use another one. */
static void set_once(const struct history *history, struct steps *steps, enum step_kind kind, int index, int link)
{
	for (size_t i = 0; i < history->n_set; i++)
		if (history->set[i].kind == (int)kind && history->set[i].link == link)
			return;
	steps_add_once(steps, kind, index, link);
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
			steps_add_once(steps, STEP_LINK_UP, -1, parent->index);
		if (inv->has_vlan && !inventory_link(inv, &iface))
			steps_add(steps, STEP_ADD_VLAN, (int)i, parent->index);
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
			steps_add_once(steps, STEP_LINK_UP, (int)i, link->index);
		if (!has_address(inv, net, link->index))
			steps_add(steps, STEP_ADD_ADDRESS, (int)i, link->index);
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
			steps_add(steps, STEP_ADD_ROUTE, (int)i, link->index);
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
			steps_add(steps, STEP_ADD_RXE, (int)i, link->index);
	}
}

void diff_net(const struct plan *plan, const struct inventory *inv, const struct history *history, struct steps *steps)
{
	diff_links(plan, inv, history, steps);
	diff_vlans(plan, inv, steps);
	diff_nets(plan, inv, steps);
	diff_routes(plan, inv, steps);
	diff_rxes(plan, inv, history, steps);
}
