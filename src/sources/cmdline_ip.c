/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *   ip=<address>[/<prefix>]:[<peer>]:[<gateway>]:[<prefix or mask>]:[<host name>]:<interface>:[none|off|static]
 *      [:[<mtu>][:<hardware address>]]
 *   ip=<address>:...:none[:<dns>[:<dns>]]          the name servers are of no use here
 *
 *   ip=dhcp  ip=<interface>:dhcp  ip=::::<host name>:<interface>:dhcp     and the like: dracut's network modules'
 *
 * Colons stand between the fields, in IPv6 addresses and in hardware addresses. Brackets around an IPv6 address settle
 * it; without them all ways to read the word are tried, and it is taken if one alone makes sense.
 */
#include <string.h>

#include "sources/cmdline_net.h"

enum slot {
	SLOT_ADDRESS,
	SLOT_PEER,
	SLOT_GATEWAY,
	SLOT_MASK,
	SLOT_HOST,
	SLOT_IFACE,
	SLOT_METHOD,
	SLOT_MTU, /* or a name server */
	SLOT_MAC, /* likewise */
	SLOTS
};

/* longest text of a slot, with its end: a host name */
#define SLOT_TEXT_MAX 256

/* One way to read a word. */
struct reading {
	char text[SLOTS][SLOT_TEXT_MAX];
	size_t n;
};

/* ---- what a slot may hold: NULL, or the reason why not; what it says is added to the net ---- */

static const char *take_address(const char *text, struct plan_net *net)
{
	static const char wrong[] = "not a numeric address (IPv6 stands in brackets)";
	char address[SLOT_TEXT_MAX] = "", *slash;

	append(address, sizeof(address), "%s", text);
	slash = strchr(address, '/');
	if (slash)
		*slash = '\0';
	if (ip_parse(address, &net->address) < 0)
		return wrong;
	/* the interface is the scope */
	net->address.scope[0] = '\0';
	return slash && ip_parse_prefix(slash + 1, net->address.family, &net->prefix) < 0 ? wrong : NULL;
}

static const char *take_optional_ip(const char *text, int family, struct ip *ret)
{
	if (*text && ip_parse(text, ret) < 0)
		return "not a numeric address (IPv6 stands in brackets)";
	ret->scope[0] = '\0';
	return *text && ret->family != family ? "it is of another family than the address" : NULL;
}

static const char *take_mask(const char *text, const char *address, struct plan_net *net)
{
	if (!*text && strchr(address, '/'))
		return NULL;
	if (ip_parse_prefix(text, net->address.family, &net->prefix) < 0)
		return "not a prefix length or a network mask";
	return NULL;
}

static bool is_static(const char *method)
{
	return streq(method, "none") || streq(method, "off") || streq(method, "static");
}

/* Also of a list, "dhcp,dhcp6". */
static bool is_dynamic(const char *method)
{
	static const char *const methods[] = {"dhcp",	 "on",	  "any",	 "dhcp6", "auto6",
					      "either6", "link6", "single-dhcp", "ibft",  "link-local"};
	size_t len = strcspn(method, ",");

	for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
		if (strlen(methods[i]) == len && strncmp(method, methods[i], len) == 0)
			return true;
	return false;
}

static const char *take_iface(const char *text, struct plan_net *net)
{
	if (is_static(text) || is_dynamic(text))
		return "an interface is missing here";
	return iface_parse(text, &net->iface);
}

static const char *take_mtu(const char *text, struct plan_net *net)
{
	struct ip dns;
	long mtu;

	if (!*text || ip_parse(text, &dns) == 0)
		return NULL;
	if (parse_number(text, CMDLINE_MTU_MIN, CMDLINE_MTU_MAX, &mtu) < 0)
		return "not an MTU from 68 to 65535 bytes, nor a name server";
	net->mtu = (unsigned)mtu;
	return NULL;
}

static const char *take_mac(const char *text, struct plan_net *net)
{
	struct ip dns;

	if (!*text || ip_parse(text, &dns) == 0)
		return NULL;
	return hwaddr_parse(text, &net->hwaddr) < 0 ? "not a hardware address, nor a name server" : NULL;
}

static const char *take_slot(const struct reading *reading, enum slot slot, struct plan_net *net)
{
	const char *text = reading->text[slot];

	switch (slot) {
	case SLOT_ADDRESS:
		return take_address(text, net);
	case SLOT_PEER:
		return take_optional_ip(text, net->address.family, &net->peer);
	case SLOT_GATEWAY:
		return take_optional_ip(text, net->address.family, &net->gateway);
	case SLOT_MASK:
		return take_mask(text, reading->text[SLOT_ADDRESS], net);
	case SLOT_IFACE:
		return take_iface(text, net);
	case SLOT_METHOD:
		return *text && !is_static(text) ? "not a method: a static address has none, off or static" : NULL;
	case SLOT_MTU:
		return take_mtu(text, net);
	case SLOT_MAC:
		return take_mac(text, net);
	case SLOT_HOST:
	case SLOTS:
		break;
	}
	return NULL;
}

/* ---- ways to read ---- */

struct readings {
	const struct word *word;
	const struct fields *fields;
	struct reading now;   /* under construction */
	struct plan_net net;  /* of the one that makes sense */
	struct reading found; /* likewise */
	unsigned n;	      /* of those that make sense; 2: more than one */
};

/* Fields from..from+span-1 as they stand in the word. False: too long. */
static bool join(const struct readings *r, size_t from, size_t span, char text[static SLOT_TEXT_MAX])
{
	const struct fields *fields = r->fields;
	size_t start = fields->column[from] - r->word->value_column;
	size_t last = from + span - 1;
	size_t len = fields->column[last] - r->word->value_column + strlen(fields->field[last]) - start;

	if (len >= SLOT_TEXT_MAX)
		return false;
	memcpy(text, r->word->value + start, len);
	text[len] = '\0';
	return true;
}

/* Whether a slot may hold a text of several fields. */
static bool may_join(enum slot slot, size_t span, const char *text)
{
	bool mac = span == 6 || span == 8 || span == HWADDR_MAX;
	struct hwaddr hwaddr;
	struct plan_net net;
	struct ip ip;

	switch (slot) {
	case SLOT_ADDRESS:
		return take_address(text, &net) == NULL;
	case SLOT_PEER:
	case SLOT_GATEWAY:
	case SLOT_MTU:
		return ip_parse(text, &ip) == 0;
	case SLOT_IFACE:
		return mac && hwaddr_parse(text, &hwaddr) == 0;
	case SLOT_MAC:
		return ip_parse(text, &ip) == 0 || (mac && hwaddr_parse(text, &hwaddr) == 0);
	case SLOT_MASK:
	case SLOT_HOST:
	case SLOT_METHOD:
	case SLOTS:
		break;
	}
	return false;
}

static void keep_if_sensible(struct readings *r)
{
	struct plan_net net = {.source = r->word->source};

	if (r->now.n <= SLOT_IFACE)
		return;
	for (size_t slot = 0; slot < r->now.n; slot++)
		if (take_slot(&r->now, (enum slot)slot, &net))
			return;
	r->net = net;
	r->found = r->now;
	r->n++;
}

/* At most SLOTS deep; a slot that takes several fields must make sense by itself, so the ways are few. */
static void read_from(struct readings *r, size_t field)
{
	size_t slot = r->now.n, left = r->fields->n - field;

	if (left == 0) {
		keep_if_sensible(r);
		return;
	}
	if (slot == SLOTS)
		return;
	for (size_t span = 1; span <= left && span <= HWADDR_MAX && r->n < 2; span++) {
		if (!join(r, field, span, r->now.text[slot]) ||
		    (span > 1 && !may_join((enum slot)slot, span, r->now.text[slot])))
			continue;
		r->now.n = slot + 1;
		read_from(r, field + span);
		r->now.n = slot;
	}
}

/* No way makes sense: says what is wrong with the plainest, a field a slot. */
static void complain(const struct word *word, const struct fields *fields)
{
	struct reading plain = {.n = fields->n};
	struct plan_net net = {0};

	if (fields->n > SLOTS) {
		complain_of_word(word, "too many fields: IPv6 addresses stand in brackets");
		return;
	}
	for (size_t slot = 0; slot < fields->n; slot++)
		append(plain.text[slot], SLOT_TEXT_MAX, "%s", fields->field[slot]);
	for (size_t slot = 0; slot < SLOTS; slot++) {
		const char *reason = slot == SLOT_IFACE ? NULL : take_slot(&plain, (enum slot)slot, &net);

		if (!reason && slot == SLOT_IFACE && *plain.text[slot])
			reason = take_slot(&plain, (enum slot)slot, &net);
		if (!reason)
			continue;
		complain_of_field(word, fields, slot, reason);
		return;
	}
	complain_of_word(word, "no interface is named: write it as the sixth field, as in ip=10.0.0.2:::24::eth0:none; "
			       "this parameter is left to dracut's network modules");
	cmdline_leave(word, "");
}

/* ---- the word ---- */

/* The interface of a form that is not ours, or NULL. */
static const char *dynamic_iface(const struct fields *fields)
{
	if (is_dynamic(fields_get(fields, 0)))
		return "";
	if (is_dynamic(fields_get(fields, 1)))
		return fields_get(fields, 0);
	return is_dynamic(fields_get(fields, SLOT_METHOD)) ? fields_get(fields, SLOT_IFACE) : NULL;
}

void cmdline_ip(const struct word *word)
{
	struct fields fields = {.n = 0};
	struct readings r = {.word = word, .fields = &fields};
	const char *iface;

	if (!fields_split(&fields, word, ':')) {
		complain_of_word(word, "too many fields");
		return;
	}
	iface = dynamic_iface(&fields);
	if (iface) {
		cmdline_leave(word, iface);
		return;
	}
	read_from(&r, 0);
	if (r.n == 0) {
		complain(word, &fields);
		return;
	}
	if (r.n > 1) {
		complain_of_word(word, "can be read in more than one way: put IPv6 addresses in brackets");
		return;
	}
	if (*r.found.text[SLOT_HOST])
		plan_note(word->plan, &word->source, "ip=: the host name '%s' is not set in early boot",
			  r.found.text[SLOT_HOST]);
	plan_drop_nets_below(word->plan, word->source.precedence, &r.net.iface);
	if (plan_add_net(word->plan, &r.net))
		plan_take_parameter(word->plan, &word->source, true);
}
