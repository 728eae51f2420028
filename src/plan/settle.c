/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/settle.h"

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

/* One interface may have been named in two ways: now they are one, and the stronger source counts. */
static void settle_origins(struct plan *plan)
{
	unsigned strongest[PLAN_NETS_MAX];
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_nets; i++) {
		strongest[i] = plan->nets[i].source.precedence;
		for (size_t j = 0; j < plan->n_nets; j++)
			if (iface_equal(&plan->nets[i].iface, &plan->nets[j].iface) &&
			    plan->nets[j].source.precedence > strongest[i])
				strongest[i] = plan->nets[j].source.precedence;
	}
	for (size_t i = 0; i < plan->n_nets; i++)
		if (plan->nets[i].source.precedence == strongest[i])
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
	plan_take_parameter(plan, source, false);
	(void)plan_add_foreign(plan, &(struct plan_foreign){.source = *source, .iface = *iface});
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
				plan_complain(plan, &net->source,
					      "ip=: another ip= has set the MTU of %s to %u: this MTU is ignored",
					      net->iface.name, first->mtu);
			if (first->hwaddr.len && net->hwaddr.len && !hwaddr_matches(&first->hwaddr, &net->hwaddr))
				plan_complain(
					plan, &net->source,
					"ip=: another ip= has set the hardware address of %s: this one is ignored",
					net->iface.name);
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

static void refuse_route(struct plan *plan, const struct plan_route *route)
{
	plan_take_parameter(plan, &route->source, false);
	plan_complain(plan, &route->source,
		      "rd.route=: this gateway is in no network of an ip=: name the interface, as in "
		      "rd.route=10.1.0.0/16:10.0.0.1:eth0");
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
			refuse_route(plan, route);
	}
	plan->n_routes = kept;
	for (size_t i = 0; i < plan->n_nets; i++) {
		const struct plan_net *net = &plan->nets[i];
		struct plan_route route = {.source = net->source, .iface = net->iface, .gateway = net->gateway};

		if (!net->gateway.family)
			continue;
		route.destination.family = net->gateway.family;
		route.metric = net->metric ? net->metric : (unsigned)i + 1; /* 0 is another word for 1024 in IPv6 */
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

		if (path->source.is_explicit)
			ctrl_options_default(&path->options, &defaults);
		if (path->tid.transport == TRANSPORT_RDMA && path->tid.host_iface[0] && !path->tid.host_traddr[0])
			plan_note(plan, &path->source,
				  "RDMA takes no host interface: the address of %s is used as host-traddr",
				  path->tid.host_iface);
	}
}

/* ---- who this host is ---- */

static bool fill(char *half, size_t size, const char *from)
{
	if (half[0] || !from[0])
		return false;
	(void)copy_string(half, size, from);
	return true;
}

/* A source gives the halves that are still missing; what can be derived then is not asked of the next. */
static void take_identity(struct plan *plan, const struct identity *identity, const char *from)
{
	bool nqn = fill(plan->identity.nqn, NQN_MAX, identity->nqn);
	bool id = fill(plan->identity.id, HOSTID_MAX, identity->id);

	identity_complete(&plan->identity);
	if (nqn || id)
		append(plan->identity_source, sizeof(plan->identity_source), "%s%s",
		       plan->identity_source[0] ? " and " : "", from);
}

/* A half from a stronger source is no pair with the weaker one's other half. */
static const struct plan_identity *strongest_identity(const struct plan *plan)
{
	const struct plan_identity *strongest = NULL;

	for (size_t i = 0; i < plan->n_identities; i++)
		if (plan->identities[i].source.is_explicit &&
		    (!strongest || plan->identities[i].source.precedence > strongest->source.precedence))
			strongest = &plan->identities[i];
	return strongest;
}

static void warn_of_other_pair(struct plan *plan, const struct plan_identity *other, const struct identity *root)
{
	struct identity identity = other->identity;
	struct source source = other->source;

	source.is_trusted = false; /* it asks for no path */
	identity_complete(&identity);
	if (identity.nqn[0] && (!streq(identity.nqn, root->nqn) || !streq(identity.id, root->id)))
		plan_complain(plan, &source,
			      "this is not the pair that root was connected with. root's pair is used, because a "
			      "target knows a host by one pair");
}

/* Another name in its place would be another host. */
static void lose(struct plan *plan, const struct plan_identity *lost)
{
	plan_complain(plan, &lost->source, "%s", lost->lost);
	plan->identity_lost = plan->unread = true;
}

/* One order: what names the paths of this boot; root's controllers; the host's own files; what the machine is. */
static void settle_identity(struct plan *plan, const struct identity *root)
{
	const struct plan_identity *explicit = strongest_identity(plan);
	bool is_roots;

	if (explicit)
		take_identity(plan, &explicit->identity, explicit->source.name);
	is_roots = root && !plan->identity_source[0];
	if (root)
		take_identity(plan, root, "root's controllers");
	for (size_t i = 0; i < plan->n_identities; i++) {
		const struct plan_identity *next = &plan->identities[i];

		if (next->source.is_explicit)
			continue;
		if (is_roots && next->source.is_trusted)
			warn_of_other_pair(plan, next, root);
		if (plan->identity.nqn[0] && plan->identity.id[0])
			continue;
		if (next->lost) {
			lose(plan, next);
			return;
		}
		if (next->source.is_passing && plan->n_paths > 0)
			plan_complain(plan, &(struct source){.name = "host NQN and host ID"},
				      "no source names this host, so it has another name after each boot: "
				      "give it one with rd.nvmf.hostnqn= or /etc/nvme/hostnqn");
		take_identity(plan, &next->identity, next->source.name);
	}
}

void settle(struct plan *plan, const struct identity *root)
{
	settle_identity(plan, root);
	settle_aliases(plan);
	settle_origins(plan);
	settle_foreign(plan);
	settle_links(plan);
	settle_routes(plan);
	settle_rxes(plan);
	settle_paths(plan);
}
