/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void plan_free(struct plan *plan)
{
	free(plan->nets);
	free(plan->vlans);
	free(plan->routes);
	free(plan->aliases);
	free(plan->foreign);
	free(plan->rxes);
	free(plan->paths);
	free(plan->complaints);
	*plan = (struct plan){0};
}

/* ---- complaints ---- */

/* What is read again and refused again is one complaint. */
static bool same_complaint(const struct complaint *a, const struct complaint *b)
{
	return streq(a->text, b->text) && streq(a->source.name, b->source.name) && a->source.line == b->source.line &&
	       a->source.column == b->source.column;
}

static void add_complaint(struct plan *plan, const struct source *source, bool note, const char *format, va_list args)
{
	struct complaint complaint = {.source = *source, .note = note}, *grown;

	(void)vsnprintf(complaint.text, sizeof(complaint.text), format, args);
	for (size_t i = 0; i < plan->n_complaints; i++)
		if (same_complaint(&plan->complaints[i], &complaint))
			return;
	grown = array_grow(plan->complaints, &plan->n_complaints, sizeof(*grown), PLAN_COMPLAINTS_MAX);
	if (!grown)
		return;
	plan->complaints = grown;
	grown[plan->n_complaints - 1] = complaint;
}

void plan_complain(struct plan *plan, const struct source *source, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_complaint(plan, source, false, format, args);
	va_end(args);
}

void plan_note(struct plan *plan, const struct source *source, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_complaint(plan, source, true, format, args);
	va_end(args);
}

/* ---- additions ---- */

/* One more element at the end of a list of the plan, NULL with a complaint at its limit. */
#define GROW(plan, list, max, source, what) \
	grow((plan), &(plan)->list, &(plan)->n_##list, sizeof(*(plan)->list), (max), (source), (what))

/* list: address of a pointer to elements of any type */
static void *grow(struct plan *plan, void *list, size_t *n, size_t size, size_t max, const struct source *source,
		  const char *what)
{
	char *old, *grown;

	memcpy(&old, list, sizeof(old));
	grown = array_grow(old, n, size, max);

	if (!grown) {
		plan_complain(plan, source, "more than %zu %s: this one is left out", max, what);
		return NULL;
	}
	memcpy(list, &grown, sizeof(grown));
	return grown + (*n - 1) * size;
}

bool plan_add_net(struct plan *plan, const struct plan_net *net)
{
	struct plan_net *added = GROW(plan, nets, PLAN_NETS_MAX, &net->source, "addresses");

	if (added)
		*added = *net;
	return added != NULL;
}

bool plan_add_vlan(struct plan *plan, const struct plan_vlan *vlan)
{
	struct plan_vlan *added = NULL;

	for (size_t i = 0; i < plan->n_vlans && !added; i++)
		if (streq(plan->vlans[i].name, vlan->name) ||
		    (plan->vlans[i].id == vlan->id && iface_equal(&plan->vlans[i].parent, &vlan->parent)))
			added = &plan->vlans[i];
	if (!added)
		added = GROW(plan, vlans, PLAN_VLANS_MAX, &vlan->source, "VLANs");
	if (added)
		*added = *vlan;
	return added != NULL;
}

bool plan_add_route(struct plan *plan, const struct plan_route *route)
{
	struct plan_route *added = GROW(plan, routes, PLAN_ROUTES_MAX, &route->source, "routes");

	if (added)
		*added = *route;
	return added != NULL;
}

bool plan_add_alias(struct plan *plan, const struct plan_alias *alias)
{
	struct plan_alias *added = NULL;

	for (size_t i = 0; i < plan->n_aliases && !added; i++)
		if (streq(plan->aliases[i].name, alias->name))
			added = &plan->aliases[i];
	if (!added)
		added = GROW(plan, aliases, PLAN_ALIASES_MAX, &alias->source, "aliases");
	if (added)
		*added = *alias;
	return added != NULL;
}

bool plan_add_foreign(struct plan *plan, const struct plan_foreign *foreign)
{
	struct plan_foreign *added =
		GROW(plan, foreign, PLAN_FOREIGN_MAX, &foreign->source, "words for dracut's network modules");

	if (added)
		*added = *foreign;
	return added != NULL;
}

bool plan_add_rxe(struct plan *plan, const struct plan_rxe *rxe)
{
	struct plan_rxe *added;

	for (size_t i = 0; i < plan->n_rxes; i++)
		if (iface_equal(&plan->rxes[i].iface, &rxe->iface))
			return true;
	added = GROW(plan, rxes, PLAN_RXES_MAX, &rxe->source, "soft-RoCE devices");
	if (added)
		*added = *rxe;
	return added != NULL;
}

int plan_add_path(struct plan *plan, const struct plan_path *path)
{
	struct plan_path *added;

	for (size_t i = 0; i < plan->n_paths; i++) {
		if (plan->paths[i].discovery != path->discovery || !tid_equal(&plan->paths[i].tid, &path->tid))
			continue;
		/* who names it now; what a path hangs on stands before it */
		if (plan->paths[i].gone && path->parent < (int)i)
			plan->paths[i].parent = path->parent;
		plan->paths[i].gone = false;
		return (int)i;
	}
	added = GROW(plan, paths, PLAN_PATHS_MAX, &path->source, "paths");
	if (!added)
		return -1;
	*added = *path;
	return (int)plan->n_paths - 1;
}

/* ---- what stronger words replace ---- */

void plan_drop_paths_below(struct plan *plan, enum origin origin)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_paths; i++)
		if (plan->paths[i].source.kind != SOURCE_CMDLINE || plan->paths[i].source.origin >= origin)
			plan->paths[kept++] = plan->paths[i];
	plan->n_paths = kept;
}

void plan_drop_nets_below(struct plan *plan, enum origin origin, const struct iface *iface)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_nets; i++)
		if (plan->nets[i].source.origin >= origin || (iface && !iface_equal(&plan->nets[i].iface, iface)))
			plan->nets[kept++] = plan->nets[i];
	plan->n_nets = kept;
	kept = 0;
	for (size_t i = 0; i < plan->n_foreign; i++)
		if (plan->foreign[i].source.origin >= origin || (iface && !iface_equal(&plan->foreign[i].iface, iface)))
			plan->foreign[kept++] = plan->foreign[i];
	plan->n_foreign = kept;
}

void plan_drop_routes_below(struct plan *plan, enum origin origin, const struct plan_route *like)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_routes; i++)
		if (plan->routes[i].source.origin >= origin ||
		    (like && (!ip_equal(&plan->routes[i].destination, &like->destination) ||
			      plan->routes[i].prefix != like->prefix)))
			plan->routes[kept++] = plan->routes[i];
	plan->n_routes = kept;
}

/* ---- settling ---- */

struct iface plan_iface(const struct plan *plan, const char *name)
{
	struct iface iface = {0};

	(void)copy_string(iface.name, sizeof(iface.name), name);
	for (size_t i = 0; i < plan->n_aliases; i++)
		if (streq(plan->aliases[i].name, name))
			iface.hwaddr = plan->aliases[i].hwaddr;
	return iface;
}

static void settle_iface(const struct plan *plan, struct iface *iface)
{
	if (!iface->hwaddr.len)
		*iface = plan_iface(plan, iface->name);
}

static void settle_aliases(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_nets; i++)
		settle_iface(plan, &plan->nets[i].iface);
	for (size_t i = 0; i < plan->n_vlans; i++)
		settle_iface(plan, &plan->vlans[i].parent);
	for (size_t i = 0; i < plan->n_routes; i++)
		settle_iface(plan, &plan->routes[i].iface);
	for (size_t i = 0; i < plan->n_rxes; i++)
		settle_iface(plan, &plan->rxes[i].iface);
	for (size_t i = 0; i < plan->n_foreign; i++)
		settle_iface(plan, &plan->foreign[i].iface);
}

/* One interface may have been named in two ways: now they are one, and the stronger origin counts. */
static void settle_origins(struct plan *plan)
{
	enum origin strongest[PLAN_NETS_MAX];
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_nets; i++) {
		strongest[i] = plan->nets[i].source.origin;
		for (size_t j = 0; j < plan->n_nets; j++)
			if (iface_equal(&plan->nets[i].iface, &plan->nets[j].iface) &&
			    plan->nets[j].source.origin > strongest[i])
				strongest[i] = plan->nets[j].source.origin;
	}
	for (size_t i = 0; i < plan->n_nets; i++)
		if (plan->nets[i].source.origin == strongest[i])
			plan->nets[kept++] = plan->nets[i];
	plan->n_nets = kept;
}

static bool is_foreign(const struct plan *plan, const struct iface *iface)
{
	for (size_t i = 0; i < plan->n_foreign; i++)
		if (plan->foreign[i].iface.name[0] && iface_equal(&plan->foreign[i].iface, iface))
			return true;
	return false;
}

static bool has_net(const struct plan *plan, const char *iface)
{
	for (size_t i = 0; i < plan->n_nets; i++)
		if (streq(plan->nets[i].iface.name, iface))
			return true;
	return false;
}

/* dhcp on whichever interface there is: all that is not ours by an address of its own is theirs. */
static bool may_be_foreign(const struct plan *plan, const struct iface *iface)
{
	for (size_t i = 0; i < plan->n_nets; i++)
		if (iface_equal(&plan->nets[i].iface, iface))
			return false;
	for (size_t i = 0; i < plan->n_foreign; i++)
		if (!plan->foreign[i].iface.name[0])
			return true;
	return is_foreign(plan, iface);
}

static void leave(struct plan *plan, const struct source *source, const struct iface *iface)
{
	struct plan_foreign foreign = {.source = *source, .iface = *iface};

	(void)copy_string(foreign.word, sizeof(foreign.word), source->word);
	(void)plan_add_foreign(plan, &foreign);
}

/* An interface is ours or theirs: what stands on one of theirs is theirs, too. A VLAN is ours if it has an address of
 * ours. */
static void settle_foreign(struct plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_vlans; i++) {
		struct iface iface = plan_iface(plan, plan->vlans[i].name);

		if (!is_foreign(plan, &iface) && !is_foreign(plan, &plan->vlans[i].parent) && has_net(plan, iface.name))
			plan->vlans[kept++] = plan->vlans[i];
		else
			leave(plan, &plan->vlans[i].source, &iface);
	}
	plan->n_vlans = kept;
	kept = 0;
	for (size_t i = 0; i < plan->n_nets; i++) {
		if (is_foreign(plan, &plan->nets[i].iface))
			leave(plan, &plan->nets[i].source, &plan->nets[i].iface);
		else
			plan->nets[kept++] = plan->nets[i];
	}
	plan->n_nets = kept;
}

/* An interface has one MTU and one hardware address, whoever of its addresses says so first. */
static void settle_links(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_nets; i++) {
		struct plan_net *net = &plan->nets[i];

		for (size_t before = 0; before < i; before++) {
			const struct plan_net *first = &plan->nets[before];

			if (!iface_equal(&first->iface, &net->iface))
				continue;
			if (first->mtu && net->mtu && first->mtu != net->mtu)
				plan_complain(plan, &net->source, "ip=: %s has an MTU of %u by another ip= already",
					      net->iface.name, first->mtu);
			if (first->hwaddr.len && net->hwaddr.len && !hwaddr_matches(&first->hwaddr, &net->hwaddr))
				plan_complain(plan, &net->source,
					      "ip=: %s has a hardware address by another ip= already", net->iface.name);
			if (first->mtu)
				net->mtu = 0;
			if (first->hwaddr.len)
				net->hwaddr.len = 0;
		}
	}
}

static const struct plan_net *net_towards(const struct plan *plan, const struct ip *gateway)
{
	for (size_t i = 0; i < plan->n_nets; i++)
		if (ip_same_network(&plan->nets[i].address, gateway, plan->nets[i].prefix) ||
		    (plan->nets[i].peer.family && ip_equal(&plan->nets[i].peer, gateway)))
			return &plan->nets[i];
	return NULL;
}

/* rd.route= without an interface goes where its gateway is. */
static void settle_routes(struct plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_routes; i++) {
		struct plan_route *route = &plan->routes[i];
		const struct plan_net *net = net_towards(plan, &route->gateway);

		if (!route->iface.name[0] && net)
			route->iface = net->iface;
		route->on_link = !net;
		if (route->iface.name[0] && !may_be_foreign(plan, &route->iface))
			plan->routes[kept++] = *route;
		else if (plan->n_foreign)
			leave(plan, &route->source, &route->iface);
		else
			plan_complain(plan, &route->source,
				      "rd.route=: no ip= has a network with this gateway: name the interface, as in "
				      "rd.route=10.1.0.0/16:10.0.0.1:eth0");
	}
	plan->n_routes = kept;
	for (size_t i = 0; i < plan->n_nets; i++) {
		const struct plan_net *net = &plan->nets[i];
		struct plan_route route = {.source = net->source, .iface = net->iface, .gateway = net->gateway};

		if (!net->gateway.family)
			continue;
		route.destination.family = net->gateway.family;
		route.metric = (unsigned)i + 1; /* 0 is another word for 1024 in IPv6 */
		route.on_link = !net_towards(plan, &net->gateway);
		(void)plan_add_route(plan, &route);
	}
}

/* A VLAN has no soft-RoCE device: its parent has, and serves it. */
static void settle_rxes(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_rxes; i++)
		for (size_t vlan = 0; vlan < plan->n_vlans; vlan++)
			if (streq(plan->rxes[i].iface.name, plan->vlans[vlan].name))
				plan->rxes[i].iface = plan->vlans[vlan].parent;
}

static void settle_paths(struct plan *plan)
{
	struct ctrl_options defaults = plan->options;

	if (!defaults.set[OPTION_CTRL_LOSS_TMO]) {
		defaults.set[OPTION_CTRL_LOSS_TMO] = true;
		defaults.value[OPTION_CTRL_LOSS_TMO] = -1;
	}
	for (size_t i = 0; i < plan->n_paths; i++) {
		struct plan_path *path = &plan->paths[i];

		if (path->source.kind == SOURCE_CMDLINE)
			ctrl_options_default(&path->options, &defaults);
		if (path->tid.transport == TRANSPORT_RDMA && path->tid.host_iface[0] && !path->tid.host_traddr[0])
			plan_note(plan, &path->source,
				  "a host interface is for tcp: on rdma the address of %s is used as host-traddr",
				  path->tid.host_iface);
	}
}

void plan_settle(struct plan *plan)
{
	settle_aliases(plan);
	settle_origins(plan);
	settle_foreign(plan);
	settle_links(plan);
	settle_routes(plan);
	settle_rxes(plan);
	settle_paths(plan);
	identity_complete(&plan->identity);
}

/* ---- what is in it ---- */

bool plan_is_faulty(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_complaints; i++)
		if (!plan->complaints[i].note)
			return true;
	return false;
}

const char *source_format(const struct source *source, char buf[static SOURCE_TEXT_MAX])
{
	buf[0] = '\0';
	append(buf, SOURCE_TEXT_MAX, "%s", source->name);
	if (source->line && source->column)
		append(buf, SOURCE_TEXT_MAX, ":%u:%u", source->line, source->column);
	else if (source->line)
		append(buf, SOURCE_TEXT_MAX, ":%u", source->line);
	else if (source->column)
		append(buf, SOURCE_TEXT_MAX, ", column %u", source->column);
	return buf;
}

const struct identity *plan_path_identity(const struct plan *plan, const struct plan_path *path)
{
	return path->identity.nqn[0] ? &path->identity : &plan->identity;
}
