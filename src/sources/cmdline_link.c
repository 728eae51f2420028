/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *   vlan=<name>:<interface>       name: vlan0005, vlan5, eth0.0005 or eth0.5; it ends in the VLAN's number
 *   ifname=<name>:<hardware address>                          another name for it; nothing is renamed
 *   rd.route=<network>/<prefix>:<gateway>[:<interface>]       IPv6 in brackets: [fd00:1::/64] or [fd00:1::]/64
 *   bond=<name>...  team=<name>...  bridge=<name>...          dracut's network modules'
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sources/cmdline_net.h"

void cmdline_leave(const struct word *word, const char *iface)
{
	struct plan_foreign foreign = {.source = word->source};

	if (*iface && iface_parse(iface, &foreign.iface))
		foreign.iface.name[0] = '\0';
	if (foreign.iface.name[0])
		plan_drop_nets_below(word->plan, word->source.precedence, &foreign.iface);
	(void)plan_add_foreign(word->plan, &foreign);
}

static bool complain_unless(const struct word *word, const char *reason)
{
	if (reason)
		complain_of_word(word, reason);
	return reason == NULL;
}

/* ---- vlan= ---- */

unsigned cmdline_vlan_id(const char *name)
{
	const char *dot = strrchr(name, '.'), *digits = dot ? dot + 1 : name;
	char *end;
	unsigned long id;

	if (!dot && strncmp(name, "vlan", 4) == 0)
		digits += 4;
	if (!isdigit((unsigned char)*digits))
		return 0;
	id = strtoul(digits, &end, 10);
	return *end || id > 4094 ? 0 : (unsigned)id;
}

void cmdline_vlan(const struct word *word)
{
	struct plan_vlan vlan = {.source = word->source};
	const char *colon = strchr(word->value, ':');
	char name[IFACE_MAX + 1] = "";

	if (!colon) {
		complain_of_word(word, "expected <name>:<interface>, as in vlan=eth0.5:eth0");
		return;
	}
	if (colon - word->value >= IFACE_MAX) {
		complain_of_word(word, "an interface name has at most 15 bytes");
		return;
	}
	memcpy(name, word->value, (size_t)(colon - word->value));
	if (!complain_unless(word, iface_check_name(name)) ||
	    !complain_unless(word, iface_parse(colon + 1, &vlan.parent)))
		return;
	vlan.id = cmdline_vlan_id(name);
	if (!vlan.id) {
		complain_of_word(word,
				 "the name does not end in a VLAN's number from 1 to 4094, as vlan5 and eth0.5 do");
		return;
	}
	(void)copy_string(vlan.name, sizeof(vlan.name), name);
	if (plan_add_vlan(word->plan, &vlan))
		plan_take_parameter(word->plan, &word->source, true);
}

/* ---- ifname= ---- */

void cmdline_ifname(const struct word *word)
{
	struct plan_alias alias = {.source = word->source};
	const char *colon = strchr(word->value, ':');

	if (!colon || colon - word->value >= IFACE_MAX || hwaddr_parse(colon + 1, &alias.hwaddr) < 0) {
		complain_of_word(word, "expected <name>:<hardware address>, as in ifname=san0:52:54:00:12:34:56");
		return;
	}
	memcpy(alias.name, word->value, (size_t)(colon - word->value));
	if (complain_unless(word, iface_check_name(alias.name)))
		(void)plan_add_alias(word->plan, &alias);
}

/* ---- rd.route= ---- */

/* "10.1.0.0/16", "[fd00:1::/64]", "[fd00:1::]/64" */
static bool parse_network(const char *text, struct plan_route *route)
{
	char copy[IP_TEXT_MAX + 8], *slash;
	size_t len = 0;

	for (; *text && len < sizeof(copy) - 1; text++)
		if (*text != '[' && *text != ']')
			copy[len++] = *text;
	copy[len] = '\0';
	slash = strchr(copy, '/');
	if (!slash)
		return false;
	*slash = '\0';
	return ip_parse(copy, &route->destination) == 0 &&
	       ip_parse_prefix(slash + 1, route->destination.family, &route->prefix) == 0;
}

void cmdline_route(const struct word *word)
{
	struct plan_route route = {.source = word->source};
	const char *reason = NULL;
	struct fields fields = {.n = 0};

	if (!fields_split(&fields, word, ':') || fields.n < 2 || fields.n > 3) {
		complain_of_word(word,
				 "expected <network>/<prefix>:<gateway>[:<interface>], IPv6 addresses in brackets");
		return;
	}
	if (!parse_network(fields.field[0], &route))
		complain_of_field(word, &fields, 0, "not a network, as in 10.1.0.0/16 or [fd00:1::/64]");
	else if (ip_parse(fields.field[1], &route.gateway) < 0 || route.gateway.family != route.destination.family)
		complain_of_field(word, &fields, 1, "not the numeric address of a gateway to this network");
	else if (*fields_get(&fields, 2) && (reason = iface_parse(fields.field[2], &route.iface)))
		complain_of_field(word, &fields, 2, reason);
	else {
		route.gateway.scope[0] = '\0'; /* the interface says it */
		plan_drop_routes_below(word->plan, word->source.precedence, &route);
		if (plan_add_route(word->plan, &route))
			plan_take_parameter(word->plan, &word->source, true);
	}
}

/* ---- bond=, team=, bridge= ---- */

void cmdline_master(const struct word *word)
{
	char name[IFACE_MAX] = "";
	size_t len = strcspn(word->value, ":");

	if (len < sizeof(name))
		memcpy(name, word->value, len);
	cmdline_leave(word, name);
}
