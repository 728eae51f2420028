/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "reach.h"

#include <string.h>

/* The planned address whose network holds the target; else the first with a gateway of the target's family. */
static const struct plan_net *planned_net(const struct plan *plan, const struct ip *target, bool by_gateway)
{
	for (size_t i = 0; i < plan->n_nets; i++) {
		const struct plan_net *net = &plan->nets[i];

		if (by_gateway ? net->gateway.family == target->family
			       : ip_same_network(&net->address, target, net->prefix) ||
					 (net->peer.family && ip_equal(&net->peer, target)))
			return net;
	}
	return NULL;
}

static const struct plan_net *planned_net_of(const struct plan *plan, const struct ip *address)
{
	for (size_t i = 0; i < plan->n_nets; i++)
		if (ip_equal(&plan->nets[i].address, address))
			return &plan->nets[i];
	return NULL;
}

static const struct inv_link *link_by_index(const struct inventory *inv, int index)
{
	for (size_t i = 0; i < inv->n_links; i++)
		if (inv->links[i].index == index)
			return &inv->links[i];
	return NULL;
}

static const struct inv_address *address_on_host(const struct inventory *inv, const struct ip *ip, int link)
{
	for (size_t i = 0; i < inv->n_addresses; i++)
		if ((!link || inv->addresses[i].link == link) && ip_equal(&inv->addresses[i].ip, ip))
			return &inv->addresses[i];
	return NULL;
}

/* longest prefix first; link 0: any */
static const struct inv_route *route_to(const struct inventory *inv, const struct ip *target, int link)
{
	const struct inv_route *best = NULL;

	for (size_t i = 0; i < inv->n_routes; i++) {
		const struct inv_route *route = &inv->routes[i];

		if ((link && route->link != link) || !ip_same_network(&route->destination, target, route->prefix))
			continue;
		if (!best || route->prefix > best->prefix)
			best = route;
	}
	return best;
}

/* What the path's own words say, then the planned networks, then the routes there are, then planned gateways. */
static const struct plan_net *choose(const struct plan *plan, const struct inventory *inv, const struct plan_path *path,
				     const struct ip *target, char iface[static IFACE_MAX])
{
	const struct plan_net *net = NULL;
	const struct inv_address *address;
	const struct inv_route *route;
	const struct inv_link *link = NULL;
	struct ip host;

	if (path->tid.host_traddr[0] && ip_parse(path->tid.host_traddr, &host) == 0) {
		net = planned_net_of(plan, &host);
		address = address_on_host(inv, &host, 0);
		link = address ? link_by_index(inv, address->link) : NULL;
	} else if (target->scope[0]) {
		(void)copy_string(iface, IFACE_MAX, target->scope);
		return NULL;
	} else if (!path->tid.host_iface[0]) {
		net = planned_net(plan, target, false);
		route = net ? NULL : route_to(inv, target, 0);
		link = route ? link_by_index(inv, route->link) : NULL;
		if (!net && !link)
			net = planned_net(plan, target, true);
	}
	if (path->tid.host_iface[0])
		(void)copy_string(iface, IFACE_MAX, path->tid.host_iface);
	else if (net)
		(void)copy_string(iface, IFACE_MAX, net->iface);
	else if (link)
		(void)copy_string(iface, IFACE_MAX, link->name);
	return net;
}

static enum obstacle obstacle_of(const struct inventory *inv, const struct plan_path *path, const struct plan_net *net,
				 const struct ip *target, const char *iface)
{
	const struct inv_link *link = inventory_link(inv, iface);
	const struct inv_address *address = NULL;

	if (!iface[0])
		return path->tid.host_traddr[0] ? OBSTACLE_NO_ADDRESS : OBSTACLE_NO_ROUTE;
	if (!link)
		return OBSTACLE_NO_INTERFACE;
	if (!link->settled)
		return OBSTACLE_UNSETTLED;
	if (!link->up)
		return OBSTACLE_DOWN;
	if (!link->carrier)
		return OBSTACLE_NO_CARRIER;
	if (net) {
		address = address_on_host(inv, &net->address, link->index);
		if (!address)
			return OBSTACLE_NO_ADDRESS;
		if (address->tentative)
			return OBSTACLE_TENTATIVE;
	}
	if (!target->scope[0] && !route_to(inv, target, link->index) && !address_on_host(inv, target, 0))
		return OBSTACLE_NO_ROUTE;
	if (path->tid.transport == TRANSPORT_RDMA && !link->has_rdma)
		return OBSTACLE_NO_RDMA_DEVICE;
	return OBSTACLE_NONE;
}

/* "eth0, eth1": a person who typed the wrong name sees the right one */
static void list_links(const struct inventory *inv, char *buf, size_t size)
{
	for (size_t i = 0; i < inv->n_links; i++)
		if (!streq(inv->links[i].name, "lo") && strlen(buf) + strlen(inv->links[i].name) + 3 < size)
			append(buf, size, "%s%s", *buf ? ", " : "", inv->links[i].name);
}

struct reach reach_path(const struct plan *plan, const struct inventory *inv, const struct plan_path *path)
{
	struct reach reach = {.obstacle = OBSTACLE_NONE};
	const struct plan_net *net;
	struct ip target;

	if (ip_parse(path->tid.traddr, &target) < 0)
		return reach;
	net = choose(plan, inv, path, &target, reach.iface);
	reach.obstacle = obstacle_of(inv, path, net, &target, reach.iface);
	if (reach.obstacle == OBSTACLE_NO_INTERFACE)
		list_links(inv, reach.others, sizeof(reach.others));
	return reach;
}

const char *reach_format(const struct reach *reach, char buf[static REACH_TEXT_MAX])
{
	/* before and behind the name of the interface */
	static const char *const texts[][2] = {
		[OBSTACLE_NONE] = {"nothing in the way of ", ""},
		[OBSTACLE_NO_INTERFACE] = {"no interface ", ""},
		[OBSTACLE_UNSETTLED] = {"interface ", " is not initialised by udev yet"},
		[OBSTACLE_DOWN] = {"interface ", " is down"},
		[OBSTACLE_NO_CARRIER] = {"interface ", " has no carrier: check cable and switch port"},
		[OBSTACLE_NO_ADDRESS] = {"interface ", " has no address yet"},
		[OBSTACLE_TENTATIVE] = {"interface ", " checks its IPv6 address for duplicates"},
		[OBSTACLE_NO_RDMA_DEVICE] =
			{"interface ",
			 " has no RDMA device: HCA driver missing, or rd.nvmf.rxe= where there is no HCA"},
		[OBSTACLE_NO_ROUTE] = {"no route to the target: check address, mask and gateway of ip=", ""},
	};

	buf[0] = '\0';
	if (reach->obstacle == OBSTACLE_NO_ADDRESS && !reach->iface[0])
		append(buf, REACH_TEXT_MAX, "no interface has the host address of this path");
	else
		append(buf, REACH_TEXT_MAX, "%s%s%s", texts[reach->obstacle][0],
		       reach->obstacle == OBSTACLE_NO_ROUTE ? "" : reach->iface, texts[reach->obstacle][1]);
	if (reach->obstacle == OBSTACLE_NO_INTERFACE)
		append(buf, REACH_TEXT_MAX, " (there %s%s): is its driver in the image, its name right?",
		       *reach->others ? "is " : "is none", reach->others);
	return buf;
}
