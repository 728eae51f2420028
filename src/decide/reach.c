/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/reach.h"

#include <string.h>

/* The planned address whose network holds the target. */
static const struct plan_net *planned_net(const struct plan *plan, const struct ip *target)
{
	for (size_t i = 0; i < plan->n_nets; i++) {
		const struct plan_net *net = &plan->nets[i];

		if (ip_same_network(&net->address, target, net->prefix) ||
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

/* The planned address on an interface from which the target is asked: one in whose network it is, or the first. */
static const struct plan_net *planned_net_on(const struct plan *plan, const struct iface *iface,
					     const struct ip *target)
{
	const struct plan_net *found = NULL;

	for (size_t i = 0; i < plan->n_nets; i++) {
		const struct plan_net *net = &plan->nets[i];

		if (net->address.family != target->family || !iface_equal(&net->iface, iface))
			continue;
		if (ip_same_network(&net->address, target, net->prefix) ||
		    (net->peer.family && ip_equal(&net->peer, target)))
			return net;
		if (!found)
			found = net;
	}
	return found;
}

/* Of the planned routes to the target the one with the longest prefix. */
static const struct plan_route *planned_route(const struct plan *plan, const struct ip *target)
{
	const struct plan_route *best = NULL;

	for (size_t i = 0; i < plan->n_routes; i++) {
		const struct plan_route *route = &plan->routes[i];

		if (ip_same_network(&route->destination, target, route->prefix) &&
		    (!best || route->prefix > best->prefix))
			best = route;
	}
	return best;
}

static const struct inv_address *address_on_host(const struct inventory *inv, const struct ip *ip, int link)
{
	for (size_t i = 0; i < inv->n_addresses; i++)
		if ((!link || inv->addresses[i].link == link) && ip_equal(&inv->addresses[i].ip, ip))
			return &inv->addresses[i];
	return NULL;
}

/* The host itself: one of its addresses, or of the loopback network. */
static bool is_this_host(const struct inventory *inv, const struct ip *ip)
{
	static const struct ip loopback = {.family = AF_INET, .bytes = {127}};

	return address_on_host(inv, ip, 0) || ip_same_network(ip, &loopback, 8);
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

/* ---- which interface ---- */

/* Where a path goes. */
struct way {
	struct iface iface;	    /* no name: unknown */
	const struct plan_net *net; /* the planned address that it starts from, or NULL */
};

static struct iface iface_of_link(const struct inv_link *link)
{
	struct iface iface = {0};

	if (link)
		(void)copy_string(iface.name, sizeof(iface.name), link->name);
	return iface;
}

static struct way way_over(const struct plan_net *net)
{
	return (struct way){.iface = net->iface, .net = net};
}

static struct way way_from_host_address(const struct plan *plan, const struct inventory *inv, const struct ip *host)
{
	const struct plan_net *net;
	const struct inv_address *address;
	struct ip bare = *host;
	struct way way = {0};

	/* addresses on interfaces have no scope: the interface is it */
	bare.scope[0] = '\0';
	net = planned_net_of(plan, &bare);
	address = address_on_host(inv, &bare, 0);
	if (host->scope[0]) {
		way.iface = plan_iface(plan, host->scope);
		way.net = net && iface_equal(&net->iface, &way.iface) ? net : NULL;
		return way;
	}
	if (net)
		return way_over(net);
	return (struct way){
		.iface = iface_of_link(address ? inventory_link_by_index(inv, address->link) : NULL),
	};
}

static struct way way_by_iface(const struct plan *plan, const char *name, const struct ip *target)
{
	struct way way = {.iface = plan_iface(plan, name)};

	way.net = planned_net_on(plan, &way.iface, target);
	return way;
}

/* The planned networks, then the routes that there are or shall be. */
static struct way way_by_route(const struct plan *plan, const struct inventory *inv, const struct ip *target)
{
	const struct plan_net *net = planned_net(plan, target);
	const struct inv_route *there = route_to(inv, target, 0);
	const struct plan_route *planned = planned_route(plan, target);
	struct way way = {0};

	if (net)
		return way_over(net);
	if (planned && (!there || planned->prefix >= there->prefix)) {
		way.iface = planned->iface;
		way.net = planned_net_on(plan, &way.iface, target);
	} else if (there) {
		way.iface = iface_of_link(inventory_link_by_index(inv, there->link));
	}
	return way;
}

static struct way choose(const struct plan *plan, const struct inventory *inv, const struct plan_path *path,
			 const struct ip *target)
{
	struct ip host;

	if (path->tid.host_iface[0])
		return way_by_iface(plan, path->tid.host_iface, target);
	if (path->tid.host_traddr[0] && ip_parse(path->tid.host_traddr, &host) == 0)
		return way_from_host_address(plan, inv, &host);
	if (target->scope[0])
		return way_by_iface(plan, target->scope, target);
	return way_by_route(plan, inv, target);
}

/* ---- what is in the way ---- */

/* How near an address is to the target: in its network, in that of the gateway, or neither. One that cannot be used yet
 * is behind all that can. */
static int nearness(const struct inv_address *address, const struct ip *target, const struct inv_route *route)
{
	int near = ip_same_network(&address->ip, target, address->prefix) ? 2
		   : route && route->gateway.family && ip_same_network(&address->ip, &route->gateway, address->prefix)
			   ? 1
			   : 0;

	return address->tentative || address->duplicate ? near - 4 : near;
}

/* The address of the interface that the target is asked from. */
static const struct inv_address *usable_address(const struct inventory *inv, const struct way *way,
						const struct ip *target, int link)
{
	const struct inv_route *route = route_to(inv, target, link);
	const struct inv_address *found = NULL;

	if (way->net)
		return address_on_host(inv, &way->net->address, link);
	for (size_t i = 0; i < inv->n_addresses; i++) {
		const struct inv_address *address = &inv->addresses[i];

		if (address->link != link || address->ip.family != target->family ||
		    ip_is_link_local(&address->ip) != ip_is_link_local(target))
			continue;
		if (!found || nearness(address, target, route) > nearness(found, target, route))
			found = address;
	}
	return found;
}

static enum reason obstacle_of(const struct inventory *inv, const struct plan_path *path, const struct way *way,
			       const struct ip *target)
{
	const struct inv_link *link = inventory_link(inv, &way->iface);
	const struct inv_address *address;

	if (!way->iface.name[0] && path->tid.host_traddr[0])
		return REASON_NO_HOST_ADDRESS;
	if (!way->iface.name[0])
		return is_this_host(inv, target) ? REASON_NONE : REASON_NO_ROUTE;
	if (!link)
		return REASON_NO_INTERFACE;
	if (!link->settled)
		return REASON_NOT_INITIALISED;
	if (!link->up)
		return way->net ? REASON_NOT_CONFIGURED : REASON_DOWN;
	if (!link->carrier)
		return REASON_NO_CARRIER;
	address = usable_address(inv, way, target, link->index);
	/* routes through an interface without one are a way, too */
	if (!address && way->net)
		return REASON_NOT_CONFIGURED;
	if (!address && !route_to(inv, target, link->index))
		return REASON_NO_ADDRESS;
	if (address && address->duplicate)
		return REASON_DUPLICATE;
	if (address && address->tentative)
		return REASON_TENTATIVE;
	if (!ip_is_link_local(target) && !route_to(inv, target, link->index) && !is_this_host(inv, target))
		return REASON_NO_ROUTE;
	if (path->tid.transport == TRANSPORT_RDMA && !link->has_rdma)
		return REASON_NO_RDMA_DEVICE;
	return REASON_NONE;
}

/* The word that asks another program for this interface, or for any. */
static const struct plan_foreign *foreign_for(const struct plan *plan, const struct iface *iface)
{
	for (size_t i = 0; i < plan->n_foreign; i++)
		if (!iface->name[0] || !plan->foreign[i].iface.name[0] || iface_equal(&plan->foreign[i].iface, iface))
			return &plan->foreign[i];
	return NULL;
}

static bool is_foreigns_part(enum reason obstacle)
{
	return obstacle == REASON_NO_ROUTE || obstacle == REASON_NO_INTERFACE || obstacle == REASON_DOWN ||
	       obstacle == REASON_NO_ADDRESS || obstacle == REASON_NO_HOST_ADDRESS;
}

/* "eth0, eth1": a person who typed the wrong name sees the right one */
static void list_links(const struct inventory *inv, char *buf, size_t size)
{
	for (size_t i = 0; i < inv->n_links; i++)
		if (!streq(inv->links[i].name, "lo") && strlen(buf) + strlen(inv->links[i].name) + 3 < size)
			append(buf, size, "%s%s", *buf ? ", " : "", inv->links[i].name);
}

/* The host side of a path as the kernel shall get it. */
static void set_host_side(struct tid *tid, const struct inventory *inv, const struct way *way, const struct ip *target)
{
	const struct inv_link *link = inventory_link(inv, &way->iface);
	const struct inv_address *address = link ? usable_address(inv, way, target, link->index) : NULL;

	if (!tid->host_iface[0])
		return;
	/* a name that does not pass stays what it was called by */
	if (link)
		(void)!tid_set(tid, TID_HOST_IFACE, link->name);
	if (tid->transport != TRANSPORT_RDMA)
		return;
	tid->host_iface[0] = '\0';
	if (!address)
		return;
	if (!tid->host_traddr[0])
		(void)ip_format(&address->ip, tid->host_traddr);
	if (ip_is_link_local(&address->ip) && !strchr(tid->host_traddr, '%') && !iface_check_name(link->name))
		append(tid->host_traddr, sizeof(tid->host_traddr), "%%%s", link->name);
}

struct reach reach_path(const struct plan *plan, const struct inventory *inv, const struct plan_path *path)
{
	struct reach reach = {.tid = path->tid, .obstacle = REASON_NONE};
	const struct plan_foreign *foreign;
	const struct inv_link *link;
	struct ip target;
	struct way way;

	if (ip_parse(path->tid.traddr, &target) < 0)
		return reach;
	way = choose(plan, inv, path, &target);
	set_host_side(&reach.tid, inv, &way, &target);
	(void)copy_string(reach.iface, sizeof(reach.iface), way.iface.name);
	link = inventory_link(inv, &way.iface);
	if (link)
		(void)copy_string(reach.link, sizeof(reach.link), link->name);
	reach.obstacle = plan->identity_lost && !path->identity.nqn[0] ? REASON_NO_IDENTITY
								       : obstacle_of(inv, path, &way, &target);
	foreign = way.net ? NULL : foreign_for(plan, &way.iface);
	if (foreign && is_foreigns_part(reach.obstacle)) {
		reach.obstacle = REASON_FOREIGN;
		append(reach.parameter, sizeof(reach.parameter), "%s", plan_parameter_text(plan, &foreign->source));
		secret_redact(reach.parameter, sizeof(reach.parameter), false);
	}
	if (reach.obstacle == REASON_NO_INTERFACE)
		list_links(inv, reach.others, sizeof(reach.others));
	return reach;
}

bool reach_is_from(const struct plan *plan, const struct inventory *inv, const struct plan_path *path,
		   const struct ip *address)
{
	const struct iface iface = plan_iface(plan, path->tid.host_iface);
	const struct inv_link *link = inventory_link(inv, &iface);

	if (link && address_on_host(inv, address, link->index))
		return true;
	for (size_t i = 0; i < plan->n_nets; i++)
		if (iface_equal(&plan->nets[i].iface, &iface) && ip_equal(&plan->nets[i].address, address))
			return true;
	return false;
}

struct reach_way reach_way(const struct plan *plan, const struct inventory *inv, const struct plan_path *path)
{
	struct reach_way found = {0};
	struct ip target;
	struct way way;

	if (ip_parse(path->tid.traddr, &target) < 0)
		return found;
	way = choose(plan, inv, path, &target);
	found.link = inventory_link(inv, &way.iface);
	if (!found.link)
		return found;
	found.address = usable_address(inv, &way, &target, found.link->index);
	found.route = route_to(inv, &target, found.link->index);
	return found;
}
