/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/describe_net.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "sources/cmdline_net.h"

bool has_word(const struct words *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(words->text, word); at; at = strstr(at + 1, word))
		if ((at == words->text || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

bool add_word(struct words *words, const char *word)
{
	if (has_word(words, word))
		return false;
	append(words->text, sizeof(words->text), "%s%s", *words->text ? " " : "", word);
	return true;
}

const char *bracketed(const char *address, char buf[static TRADDR_MAX + 2])
{
	bool colons = strchr(address, ':') != NULL;

	(void)snprintf(buf, TRADDR_MAX + 2, "%s%s%s", colons ? "[" : "", address, colons ? "]" : "");
	return buf;
}

static const char *bracketed_ip(const struct ip *ip, char buf[static TRADDR_MAX + 2])
{
	char text[IP_TEXT_MAX];

	return bracketed(ip_format(ip, text), buf);
}

/* ---- the way ---- */

/* The machine that packets go to next: the router or, if there is none, the target. */
static const struct ip *next_hop(const struct reach_way *way, const struct ip *target)
{
	return way->route && way->route->gateway.family ? &way->route->gateway : target;
}

/* The network of an address with a peer is the peer's. */
static bool is_in_network(const struct inv_address *address, const struct ip *ip)
{
	return ip_same_network(address->peer.family ? &address->peer : &address->ip, ip, address->prefix);
}

/* The address of the interface that packets start from: the one that is asked for, or else one whose network contains
 * the next hop. A static address is preferred. */
static const struct inv_address *start_of(const struct inventory *inv, const struct reach_way *way,
					  const struct ip *target, const char *asked)
{
	const struct inv_address *found = NULL;
	struct ip host = {0};
	int best = -1;

	if (*asked)
		(void)!ip_parse(asked, &host);
	for (size_t i = 0; i < inv->n_addresses; i++) {
		const struct inv_address *address = &inv->addresses[i];
		int rank = 0;

		if (address->link != way->link->index || address->ip.family != target->family ||
		    ip_is_link_local(&address->ip) != ip_is_link_local(target))
			continue;
		rank += host.family && ip_equal(&address->ip, &host) ? 4 : 0;
		rank += is_in_network(address, next_hop(way, target)) ? 2 : 0;
		rank += address->dynamic ? 0 : 1;
		if (rank > best) {
			best = rank;
			found = address;
		}
	}
	return found;
}

struct reach_way describe_way(const struct inventory *inv, const struct tid *tid, const char *src_addr)
{
	static const struct plan nothing;
	struct plan_path path = {.tid = *tid};
	struct reach_way way;
	struct ip target;

	/* the address that the kernel shows only finds the way: it becomes no part of the parameters */
	if (!path.tid.host_traddr[0])
		(void)copy_string(path.tid.host_traddr, sizeof(path.tid.host_traddr), src_addr);
	way = reach_way(&nothing, inv, &path);
	if (way.link && ip_parse(tid->traddr, &target) == 0)
		way.address = start_of(inv, &way, &target, path.tid.host_traddr);
	return way;
}

/* ---- the parameters ---- */

static void add_vlan(struct words *words, const struct inv_link *link, const struct inv_link *parent)
{
	struct plan_vlan vlan = {.id = link->vlan_id};
	char word[128] = "";

	if (!parent || cmdline_vlan_id(link->name) != link->vlan_id) {
		log_warning("interface %s is VLAN %u, but its name does not end in that number: no vlan= can make it",
			    link->name, link->vlan_id);
		return;
	}
	append(word, sizeof(word), "vlan=%s:%s", link->name, parent->name);
	if (!add_word(words, word))
		return;
	vlan.parent = plan_iface(&words->meant, parent->name);
	(void)copy_string(vlan.name, sizeof(vlan.name), link->name);
	(void)plan_add_vlan(&words->meant, &vlan);
}

/* Whether somebody has given the interface another hardware address than it would have: the driver's, or of a VLAN
 * (below is not NULL) that of the interface below. */
static bool has_other_hwaddr(const struct inv_link *link, const struct inv_link *below)
{
	const struct hwaddr *own = below ? &below->hwaddr : &link->permanent;

	/* InfiniBand's, which is longer, nobody can set */
	return link->hwaddr.len == 6 && own->len == 6 && !hwaddr_matches(own, &link->hwaddr);
}

/* ip=<address>:[<peer>]:<gateway>:<prefix>::<interface>:none[:[<mtu>][:<hardware address>]] */
static void add_ip(struct words *words, const struct inv_link *link, const struct inv_link *below,
		   const struct inv_address *address, const struct inv_route *route)
{
	bool has_gateway = route && route->gateway.family && route->prefix == 0;
	struct plan_net net = {.iface = plan_iface(&words->meant, link->name),
			       .address = address->ip,
			       .peer = address->peer,
			       .prefix = address->prefix};
	char word[1024] = "", ip[TRADDR_MAX + 2], peer[TRADDR_MAX + 2], gateway[TRADDR_MAX + 2], mac[HWADDR_TEXT_MAX];

	append(word, sizeof(word), "ip=%s:%s:%s:%u::%s:none", bracketed_ip(&address->ip, ip),
	       address->peer.family ? bracketed_ip(&address->peer, peer) : "",
	       has_gateway ? bracketed_ip(&route->gateway, gateway) : "", address->prefix, link->name);
	if (has_gateway)
		net.gateway = route->gateway;
	/* the loopback interface has more than any other can have */
	if (link->mtu != 1500 && link->mtu >= CMDLINE_MTU_MIN && link->mtu <= CMDLINE_MTU_MAX)
		net.mtu = link->mtu;
	if (net.mtu)
		append(word, sizeof(word), ":%u", net.mtu);
	if (has_other_hwaddr(link, below)) {
		net.hwaddr = link->hwaddr;
		append(word, sizeof(word), "%s:%s", net.mtu ? "" : ":", hwaddr_format(&net.hwaddr, mac));
	}
	if (add_word(words, word))
		(void)plan_add_net(&words->meant, &net);
}

static void add_route(struct words *words, const struct inv_link *link, const struct inv_route *route)
{
	struct plan_route meant = {.iface = plan_iface(&words->meant, link->name)};
	char word[512] = "", destination[TRADDR_MAX + 2], gateway[TRADDR_MAX + 2], text[IP_TEXT_MAX];

	if (!route || !route->gateway.family || route->prefix == 0)
		return;
	(void)ip_format(&route->destination, text);
	append(text, sizeof(text), "/%u", route->prefix);
	append(word, sizeof(word), "rd.route=%s:%s:%s", bracketed(text, destination),
	       bracketed_ip(&route->gateway, gateway), link->name);
	meant.destination = route->destination;
	meant.gateway = route->gateway;
	meant.prefix = route->prefix;
	if (add_word(words, word))
		(void)plan_add_route(&words->meant, &meant);
}

bool has_soft_roce(int sys, const char *link)
{
	CLEANUP_DIRECTORY struct directory *devices = open_directory(sys, "class/infiniband");
	const char *device;
	char path[320], parent[IFACE_MAX + 1];

	while ((device = next_entry(devices))) {
		(void)snprintf(path, sizeof(path), "class/infiniband/%s/parent", device);
		if (read_file(sys, path, parent, sizeof(parent)) > 0 && streq(parent, link))
			return true;
	}
	return false;
}

/* Whether the driver alone makes the interface, and no program has to. */
static bool is_device(const struct inv_link *link)
{
	return !link->kind[0] || (streq(link->kind, "ipoib") && !link->parent);
}

static void add_rxe(struct words *words, const char *link)
{
	struct plan_rxe rxe = {.iface = plan_iface(&words->meant, link)};
	char word[64] = "";

	append(word, sizeof(word), "rd.nvmf.rxe=%s", link);
	if (add_word(words, word))
		(void)plan_add_rxe(&words->meant, &rxe);
}

static void add_address(struct words *words, const struct reach_way *way, const struct inv_link *below,
			const char *traddr)
{
	const struct inv_link *link = way->link;
	const struct ip *next;
	struct ip target;

	if (ip_parse(traddr, &target))
		return;
	next = next_hop(way, &target);
	if (way->address && way->address->dynamic)
		log_warning("interface %s has its address from DHCP or a router: add ip=%s:dhcp by hand, and a "
			    "network module of dracut",
			    link->name, link->name);
	else if (!way->address || (!ip_is_link_local(next) && !is_in_network(way->address, next)))
		log_warning("interface %s has no address in the network of the next hop to %s: no parameter can set "
			    "up such a route",
			    link->name, traddr);
	else
		add_ip(words, link, below, way->address, way->route);
}

static bool has_net(const struct plan *meant, const char *link)
{
	for (size_t i = 0; i < meant->n_nets; i++)
		if (streq(meant->nets[i].iface.name, link))
			return true;
	return false;
}

void describe_interface(struct words *words, const struct dirs *dirs, const struct inventory *inv,
			const struct reach_way *way, const char *traddr)
{
	const struct inv_link *link = way->link;
	const struct inv_link *device = streq(link->kind, "vlan") ? inventory_link_by_index(inv, link->parent) : link;
	char name[4 * IFACE_MAX];

	if (iface_check_name(link->name) || (device && iface_check_name(device->name))) {
		copy_escaped(name, sizeof(name), link->name);
		log_warning("interface %s: no parameter can have this name: rename the interface", name);
		return;
	}
	if (device && !is_device(device))
		log_warning("interface %s is of type %s: add the parameters for dracut's network modules by hand",
			    device->name, device->kind);
	else
		add_address(words, way, link != device ? device : NULL, traddr);
	if (link != device)
		add_vlan(words, link, device);
	if (link != device && device && has_other_hwaddr(device, NULL) && !has_net(&words->meant, device->name))
		log_warning(
			"interface %s has another hardware address than its adapter, and %s takes it over: only an ip= "
			"for %s can set it, so add one by hand",
			device->name, link->name, device->name);
	add_route(words, link, way->route);
	if (device && has_soft_roce(dirs->sys, device->name))
		add_rxe(words, device->name);
}
