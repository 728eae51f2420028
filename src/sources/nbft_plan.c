/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/nbft_plan.h"

#include <string.h>

/* A table on its way into the plan. */
struct context {
	struct plan *plan;
	const struct nbft_table *table;
	const struct nbft *nbft;
	unsigned number;		 /* of its file */
	const struct identity *identity; /* of its paths; NULL: the plan's */
	bool is_used[NBFT_HFIS_MAX + 1]; /* HFIs, by index: a path goes over it */
};

/* ---- names ---- */

/* "firmware (NBFT, subsystem 3)" */
static struct source part_source(const struct context *c, const char *kind, unsigned index)
{
	struct source source = *c->table->source;
	size_t len = strlen(source.name);

	if (len > 0 && source.name[len - 1] == ')')
		source.name[len - 1] = '\0';
	append(source.name, sizeof(source.name), ", %s %u)", kind, index);
	return source;
}

/* What the plan calls the port of an HFI: "nbft1", of a second table "nbft2-1". The HFIs of a port have one name. */
static void port_name(const struct context *c, const struct nbft_hfi *hfi, char name[static IFACE_MAX])
{
	const struct nbft *nbft = c->nbft;
	size_t first = 0;

	while (first < nbft->n_hfis && !hwaddr_matches(&nbft->hfis[first].hwaddr, &hfi->hwaddr))
		first++;
	name[0] = '\0';
	append(name, IFACE_MAX, "nbft");
	if (c->number > 0)
		append(name, IFACE_MAX, "%u-", c->number);
	append(name, IFACE_MAX, "%u", nbft->hfis[first].index);
}

/* Its interface: the port, or the VLAN on it, "nbft1.100". */
static void hfi_name(const struct context *c, const struct nbft_hfi *hfi, char name[static IFACE_MAX])
{
	port_name(c, hfi, name);
	if (hfi->vlan)
		append(name, IFACE_MAX, ".%u", hfi->vlan);
}

/* ---- paths ---- */

/* NULL, or why this host does not connect what the firmware has secured. */
static const char *security_reason(const struct nbft *nbft, unsigned index)
{
	const struct nbft_security *security = index ? nbft_find_security(nbft, index) : NULL;

	if (index && !security)
		return "there is no security profile with the index that it names";
	if (security && security->requires_tls)
		return "the firmware requires TLS for it, which nvmf-boot does not have yet";
	if (security && security->requires_authentication)
		return "the firmware requires authentication for it, and its key is not in the table";
	return NULL;
}

/* The host's side: a static address is kept, as a target may know this host by it. False: the HFI does not lead there.
 */
static bool set_host_side(const struct context *c, const struct nbft_hfi *hfi, struct tid *tid)
{
	char name[IFACE_MAX], text[IP_TEXT_MAX];
	struct ip target;

	hfi_name(c, hfi, name);
	if (tid_set(tid, TID_HOST_IFACE, name))
		return false;
	if (hfi->is_dynamic)
		return true;
	return ip_parse(tid->traddr, &target) == 0 && target.family == hfi->address.family &&
	       !tid_set(tid, TID_HOST_TRADDR, ip_format(&hfi->address, text));
}

/* False: the plan is full. */
static bool add_path(struct context *c, struct plan_path *path, const struct nbft_hfi *hfi)
{
	if (!set_host_side(c, hfi, &path->tid)) {
		plan_note(c->plan, &path->source,
			  "HFI %u is not used: its address is of another family than the target's", hfi->index);
		return true;
	}
	if (c->identity)
		path->identity = *c->identity;
	c->is_used[hfi->index] = true;
	return plan_add_path(c->plan, path) >= 0;
}

static void set_digests(const struct nbft_subsystem *subsystem, struct ctrl_options *options)
{
	options->set[OPTION_HDR_DIGEST] = subsystem->header_digest;
	options->value[OPTION_HDR_DIGEST] = subsystem->header_digest;
	options->set[OPTION_DATA_DIGEST] = subsystem->data_digest;
	options->value[OPTION_DATA_DIGEST] = subsystem->data_digest;
}

/* Entries are namespaces: what an earlier one has is not added again. */
static bool is_repeated(const struct nbft *nbft, size_t number, uint8_t hfi)
{
	const struct nbft_subsystem *subsystem = &nbft->subsystems[number];

	for (size_t i = 0; i < number; i++) {
		const struct nbft_subsystem *before = &nbft->subsystems[i];

		if (memchr(before->hfis, hfi, before->n_hfis) && tid_equal(&before->tid, &subsystem->tid) &&
		    before->is_unavailable <= subsystem->is_unavailable)
			return true;
	}
	return false;
}

/* False: the plan is full. */
static bool add_subsystem(struct context *c, size_t number)
{
	const struct nbft_subsystem *subsystem = &c->nbft->subsystems[number];
	struct source source = part_source(c, "subsystem", subsystem->index);
	const char *reason = security_reason(c->nbft, subsystem->security);

	if (reason) {
		plan_complain(c->plan, &source, "it is not connected: %s", reason);
		return true;
	}
	for (size_t i = 0; i < subsystem->n_hfis; i++) {
		struct plan_path path = {.source = source, .tid = subsystem->tid};

		path.is_optional = subsystem->is_unavailable;
		set_digests(subsystem, &path.options);
		if (!is_repeated(c->nbft, number, subsystem->hfis[i]) &&
		    !add_path(c, &path, nbft_find_hfi(c->nbft, subsystem->hfis[i])))
			return false;
	}
	return true;
}

/* Unavailable ones come last: what the firmware could not reach waits for what it could. */
static void add_subsystems(struct context *c)
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < c->nbft->n_subsystems; i++)
			if (c->nbft->subsystems[i].is_unavailable == (pass == 1) &&
			    !streq(c->nbft->subsystems[i].tid.subsysnqn, DISCOVERY_NQN) && !add_subsystem(c, i))
				return;
}

/* Whose subsystems the firmware has written down is not asked again. */
static void add_discoveries(struct context *c)
{
	for (size_t i = 0; i < c->nbft->n_discoveries; i++) {
		const struct nbft_discovery *dc = &c->nbft->discoveries[i];
		const struct nbft_hfi *hfi = nbft_find_hfi(c->nbft, dc->hfi);
		struct plan_path path = {.discovery = true, .tid = dc->tid};
		const char *reason;

		if (c->nbft->is_discovery_used[dc->index])
			continue;
		path.source = part_source(c, "discovery controller", dc->index);
		reason = hfi ? security_reason(c->nbft, dc->security)
			     : "there is no usable HFI with the index that it names";
		if (reason)
			plan_complain(c->plan, &path.source, "it is not connected: %s", reason);
		else if (!add_path(c, &path, hfi))
			return;
	}
}

/* ---- interfaces ---- */

/* The one HFI that the default route goes over: firmware may mark all of them. NULL: none. */
static const struct nbft_hfi *default_hfi(const struct context *c)
{
	const struct nbft_hfi *best = NULL;

	for (size_t i = 0; i < c->nbft->n_hfis; i++) {
		const struct nbft_hfi *hfi = &c->nbft->hfis[i];

		if (!c->is_used[hfi->index] || !hfi->has_default_route || hfi->is_dynamic || !hfi->gateway.family)
			continue;
		if (!best || hfi->metric < best->metric || (hfi->metric == best->metric && hfi->index < best->index))
			best = hfi;
	}
	return best;
}

/* Firmware has been seen to forget the prefix. */
static unsigned prefix_of(const struct context *c, const struct source *source, const struct nbft_hfi *hfi)
{
	unsigned prefix = hfi->address.family == AF_INET ? 32 : 64;

	if (hfi->prefix)
		return hfi->prefix;
	plan_note(c->plan, source, "the firmware has given a prefix of 0: %u is used", prefix);
	return prefix;
}

/* A route to each target of the HFI that is not in its network. */
static void add_routes(struct context *c, const struct plan_net *net, const struct nbft_hfi *hfi)
{
	size_t n = c->plan->n_paths;

	for (size_t i = 0; i < n; i++) {
		const struct tid *tid = &c->plan->paths[i].tid;
		struct plan_route route = {.source = net->source, .iface = net->iface, .gateway = hfi->gateway};
		bool is_there = false;

		if (!streq(tid->host_iface, net->iface.name) || ip_parse(tid->traddr, &route.destination) < 0 ||
		    route.destination.family != net->address.family || ip_is_link_local(&route.destination) ||
		    ip_same_network(&net->address, &route.destination, net->prefix))
			continue;
		route.prefix = ip_bits(&route.destination);
		route.metric = hfi->metric;
		for (size_t j = 0; j < c->plan->n_routes && !is_there; j++)
			is_there = streq(c->plan->routes[j].iface.name, route.iface.name) &&
				   ip_equal(&c->plan->routes[j].destination, &route.destination);
		/* without a gateway the target is a neighbour, if the firmware has given no network */
		if (!is_there && (route.gateway.family || !hfi->prefix) && !plan_add_route(c->plan, &route))
			return;
	}
}

static void add_static(struct context *c, const struct nbft_hfi *hfi, const struct iface *iface)
{
	struct plan_net net = {.iface = *iface, .address = hfi->address};

	net.source = part_source(c, "HFI", hfi->index);
	net.prefix = prefix_of(c, &net.source, hfi);
	net.metric = hfi->metric;
	if (hfi == default_hfi(c))
		net.gateway = hfi->gateway;
	if (plan_add_net(c->plan, &net) && !net.gateway.family)
		add_routes(c, &net, hfi);
}

/* ---- what is left to dracut's network modules ---- */

/* They have a port as a whole: an address that was lent by DHCP or a router is on it, or on a VLAN of it. */
static bool is_port_theirs(const struct context *c, const struct nbft_hfi *hfi)
{
	for (size_t i = 0; i < c->nbft->n_hfis; i++)
		if (c->is_used[c->nbft->hfis[i].index] && c->nbft->hfis[i].is_dynamic &&
		    hwaddr_matches(&c->nbft->hfis[i].hwaddr, &hfi->hwaddr))
			return true;
	return false;
}

/* Adds a parameter as if the command line had it, if it is not there yet. iface: that it is about. */
static void leave(struct context *c, const struct source *source, const struct iface *iface, const char *text)
{
	struct plan_foreign foreign = {.source = *source, .iface = *iface};

	for (size_t i = 0; i < c->plan->n_parameters; i++)
		if (streq(c->plan->parameters[i].text, text))
			return;
	foreign.source.parameter = plan_add_parameter(c->plan, text, strlen(text), 0);
	(void)plan_add_foreign(c->plan, &foreign);
}

/* Whether a target of the HFI has an IPv6 address: of an HFI without an address nothing else tells the family. */
static bool leads_to_ipv6(const struct context *c, const char *iface)
{
	for (size_t i = 0; i < c->plan->n_paths; i++)
		if (streq(c->plan->paths[i].tid.host_iface, iface) && strchr(c->plan->paths[i].tid.traddr, ':'))
			return true;
	return false;
}

static const char *method_of(const struct context *c, const struct nbft_hfi *hfi, const char *iface)
{
	if (hfi->address.family == AF_INET || (!hfi->address.family && !leads_to_ipv6(c, iface)))
		return "dhcp";
	return hfi->is_from_router ? "auto6" : "dhcp6";
}

static void append_ip(char *text, size_t size, const struct ip *ip)
{
	char address[IP_TEXT_MAX];

	append(text, size, ip->family == AF_INET6 ? "[%s]" : "%s", ip_format(ip, address));
}

/* The same interface as parameters: ifname= vlan= ip=. */
static void leave_hfi(struct context *c, const struct source *source, const struct nbft_hfi *hfi,
		      const struct iface *port, const struct iface *iface)
{
	char text[256] = "", hwaddr[HWADDR_TEXT_MAX];

	append(text, sizeof(text), "ifname=%s:%s", port->name, hwaddr_format(&hfi->hwaddr, hwaddr));
	leave(c, source, port, text);
	text[0] = '\0';
	append(text, sizeof(text), "vlan=%s:%s", iface->name, port->name);
	if (hfi->vlan)
		leave(c, source, iface, text);
	text[0] = '\0';
	if (hfi->is_dynamic) {
		append(text, sizeof(text), "ip=%s:%s", iface->name, method_of(c, hfi, iface->name));
		plan_note(c->plan, source,
			  "the address is asked for again, and may be another one than the firmware has had");
	} else {
		append(text, sizeof(text), "ip=");
		append_ip(text, sizeof(text), &hfi->address);
		append(text, sizeof(text), "::");
		append_ip(text, sizeof(text), &hfi->gateway);
		append(text, sizeof(text), ":%u::%s:none", prefix_of(c, source, hfi), iface->name);
	}
	leave(c, source, iface, text);
}

/* ---- HFIs ---- */

static void add_hfi(struct context *c, const struct nbft_hfi *hfi)
{
	struct plan_alias alias = {.hwaddr = hfi->hwaddr};
	struct iface port = {.hwaddr = hfi->hwaddr}, iface = {0};

	alias.source = part_source(c, "HFI", hfi->index);
	port_name(c, hfi, port.name);
	hfi_name(c, hfi, iface.name);
	if (!hfi->vlan)
		iface = port;
	(void)copy_string(alias.name, sizeof(alias.name), port.name);
	(void)plan_add_alias(c->plan, &alias);
	if (is_port_theirs(c, hfi)) {
		leave_hfi(c, &alias.source, hfi, &port, &iface);
		return;
	}
	if (hfi->vlan) {
		struct plan_vlan vlan = {.source = alias.source, .parent = port, .id = hfi->vlan};

		(void)copy_string(vlan.name, sizeof(vlan.name), iface.name);
		(void)plan_add_vlan(c->plan, &vlan);
	}
	add_static(c, hfi, &iface);
}

/* What no path needs is not touched. */
static void add_hfis(struct context *c)
{
	for (size_t i = 0; i < c->nbft->n_hfis; i++)
		if (c->is_used[c->nbft->hfis[i].index])
			add_hfi(c, &c->nbft->hfis[i]);
}

void nbft_add(const struct nbft_table *table, const struct nbft *nbft, unsigned number, const struct identity *identity)
{
	struct context c = {.plan = table->plan, .table = table, .nbft = nbft, .number = number, .identity = identity};

	add_subsystems(&c);
	add_discoveries(&c);
	add_hfis(&c);
}
