/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Words, see nvmf-boot.cmdline(7):
 *
 *   rd.nvmf.connect=<transport>,<traddr>,<subsysnqn>[,<trsvcid>[,<host-traddr>[,<host-iface>]]]
 *   rd.nvmf.discover=<transport>,<traddr>[,<host-traddr>[,<trsvcid>]]
 *   rd.nvmf.hostnqn=<nqn>  rd.nvmf.hostid=<uuid>     also nvmf.hostnqn= nvmf.hostid= nvmf.discover= (old names)
 *   rd.nvmf.rxe=<interface>
 *   rd.nvmf.timeout=<s>
 *   rd.nvmf.<controller option>=<value>
 *   rd.nvmf.nostatic  rd.nvmf.nonbft  rd.nonvmf      booleans: 0, no, off are false
 *   ip=<address>[/<prefix>]:[<peer>]:[<gateway>]:[<prefix or mask>]:[<host
 * name>]:<interface>:[none|off|static][:[<mtu>][:]] ip=<address>:...:none[:<dns>[:<dns>]]            the name servers
 * are of no use here
 *
 * IPv6 addresses of ip= stand in brackets. All other words are not ours.
 */
#include "cmdline.h"

#include <string.h>

#include "words.h"

#define FIELDS_MAX 16

/* What a word needs while it is parsed. */
struct context {
	struct plan *plan;
	struct source source;
	bool paths_replaced; /* this origin has paths of its own; the weaker ones' are gone */
};

/* A value cut at a separator; brackets protect it. */
struct fields {
	char buf[WORD_MAX];
	const char *field[FIELDS_MAX];
	unsigned column[FIELDS_MAX]; /* of each field in the line */
	size_t n;
};

static bool split(struct fields *fields, const char *value, char separator, unsigned column)
{
	char *start = fields->buf;
	int depth = 0;

	fields->n = 0;
	if (copy_string(fields->buf, sizeof(fields->buf), value) < 0)
		return false;
	for (char *p = fields->buf;; p++) {
		char c = *p;

		if (c == '[')
			depth++;
		if (c == ']')
			depth--;
		if (c && (c != separator || depth > 0))
			continue;
		if (fields->n == FIELDS_MAX)
			return false;
		*p = '\0';
		fields->column[fields->n] = column + (unsigned)(start - fields->buf);
		fields->field[fields->n++] = start;
		start = p + 1;
		if (!c)
			return true;
	}
}

static const char *field(const struct fields *fields, size_t i)
{
	return i < fields->n ? fields->field[i] : "";
}

/* complains about field i (its own column) of the word */
static void complain_field(struct context *c, const struct fields *fields, size_t i, const char *key,
			   const char *reason)
{
	struct source at = c->source;

	if (i < fields->n)
		at.column = fields->column[i];
	plan_complain(c->plan, &at, "%s=: '%s': %s", key, field(fields, i), reason);
}

static void complain_word(struct context *c, const char *key, const char *reason)
{
	plan_complain(c->plan, &c->source, "%s: %s", key, reason);
}

/* The words of the stronger origin replace those of the weaker, they are not added to them. */
static void add_path(struct context *c, struct plan_path *path)
{
	if (!c->paths_replaced)
		plan_drop_paths_below(c->plan, c->source.origin);
	c->paths_replaced = true;
	path->source = c->source;
	path->parent = -1;
	(void)plan_add_path(c->plan, path);
}

/* Sets the fields of a path from the fields of a word, in the order given. False if one was refused. */
static bool set_fields(struct context *c, const char *key, const struct fields *fields, struct tid *tid,
		       const enum tid_field *order, size_t n, size_t mandatory)
{
	const char *reason;

	for (size_t i = 0; i < n; i++) {
		const char *value = field(fields, i);

		if (i >= mandatory && (!*value || streq(value, "none")))
			continue;
		reason = *value ? tid_set(tid, order[i], value) : "a field is missing here";
		if (reason) {
			complain_field(c, fields, i, key, reason);
			return false;
		}
	}
	reason = tid_check(tid);
	if (reason)
		complain_word(c, key, reason);
	return !reason;
}

static void parse_connect(struct context *c, const char *key, const char *value, unsigned column)
{
	static const enum tid_field order[] = {
		TID_TRANSPORT, TID_TRADDR, TID_SUBSYSNQN, TID_TRSVCID, TID_HOST_TRADDR, TID_HOST_IFACE,
	};
	struct plan_path path = {.tid.trsvcid = "4420"};
	struct fields fields = {.n = 0};

	if (!split(&fields, value, ',', column) || fields.n < 3 || fields.n > ARRAY_SIZE(order)) {
		complain_word(c, key,
			      "expected <transport>,<traddr>,<subsysnqn>[,<trsvcid>[,<host-traddr>[,<host-iface>]]]");
		return;
	}
	if (!set_fields(c, key, &fields, &path.tid, order, ARRAY_SIZE(order), 3))
		return;
	if (streq(path.tid.subsysnqn, DISCOVERY_NQN))
		complain_word(c, key, "this is the discovery subsystem: rd.nvmf.discover= is its word");
	else
		add_path(c, &path);
}

static void parse_discover(struct context *c, const char *key, const char *value, unsigned column)
{
	static const enum tid_field order[] = {TID_TRANSPORT, TID_TRADDR, TID_HOST_TRADDR, TID_TRSVCID};
	/* 4420 whatever the transport: the stock module's default */
	struct plan_path path = {.discovery = true, .tid = {.trsvcid = "4420", .subsysnqn = DISCOVERY_NQN}};
	struct fields fields = {.n = 0};

	if (!split(&fields, value, ',', column) || fields.n < 2 ||
	    (fields.n > ARRAY_SIZE(order) && *field(&fields, ARRAY_SIZE(order)))) {
		complain_word(c, key, "expected <transport>,<traddr>[,<host-traddr>[,<trsvcid>]]");
		return;
	}
	if (set_fields(c, key, &fields, &path.tid, order, ARRAY_SIZE(order), 2))
		add_path(c, &path);
}

static void parse_hostnqn(struct context *c, const char *key, const char *value, unsigned column UNUSED)
{
	const char *reason = identity_set_nqn(&c->plan->identity, value);

	if (reason)
		complain_word(c, key, reason);
}

static void parse_hostid(struct context *c, const char *key, const char *value, unsigned column UNUSED)
{
	const char *reason = identity_set_id(&c->plan->identity, value);

	if (reason)
		complain_word(c, key, reason);
}

/* An interface name is checked as the path's field is. */
static bool set_iface(struct context *c, const char *key, const char *value, char iface[static IFACE_MAX])
{
	struct tid tid = {0};
	const char *reason = tid_set(&tid, TID_HOST_IFACE, value);

	if (reason)
		plan_complain(c->plan, &c->source, "%s=: '%s': %s", key, value, reason);
	else
		(void)copy_string(iface, IFACE_MAX, tid.host_iface);
	return !reason;
}

static void parse_rxe(struct context *c, const char *key, const char *value, unsigned column UNUSED)
{
	char iface[IFACE_MAX];

	if (set_iface(c, key, value, iface))
		(void)plan_add_rxe(c->plan, &c->source, iface);
}

static void parse_timeout(struct context *c, const char *key, const char *value, unsigned column UNUSED)
{
	if (parse_number(value, 0, 1000000, &c->plan->timeout_s) < 0)
		complain_word(c, key, "not a number of seconds from 0 (for ever) to 1000000");
}

/* ---- ip= ---- */

enum ip_field {
	FIELD_ADDRESS,
	FIELD_PEER,
	FIELD_GATEWAY,
	FIELD_MASK,
	FIELD_HOST,
	FIELD_IFACE,
	FIELD_METHOD,
	FIELD_MTU,
	FIELD_MAC,
	FIELD_FIELDS
};

static bool is_dynamic(const char *method)
{
	static const char *const methods[] = {"dhcp",	 "on",	  "any",	 "dhcp6", "auto6",
					      "either6", "link6", "single-dhcp", "ibft"};

	for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
		if (streq(method, methods[i]))
			return true;
	return false;
}

static bool parse_optional_ip(const char *text, struct ip *ret)
{
	return !*text || ip_parse(text, ret) == 0;
}

/* The address with the prefix behind it, or in the field of the mask. Returns the field that is wrong, or -1. */
static int parse_ip_address(struct fields *fields, struct plan_net *net)
{
	char address[IP_TEXT_MAX + 8];
	char *slash;

	if (copy_string(address, sizeof(address), field(fields, FIELD_ADDRESS)) < 0)
		return FIELD_ADDRESS;
	slash = strchr(address, '/');
	if (slash)
		*slash = '\0';
	if (ip_parse(address, &net->address) < 0 || ip_is_any(&net->address))
		return FIELD_ADDRESS;
	if (slash)
		return ip_parse_prefix(slash + 1, net->address.family, &net->prefix) < 0 ? FIELD_ADDRESS : -1;
	return ip_parse_prefix(field(fields, FIELD_MASK), net->address.family, &net->prefix) < 0 ? FIELD_MASK : -1;
}

/* Field 8 is an MTU, or the first of two name servers. */
static bool parse_ip_tail(struct fields *fields, struct plan_net *net)
{
	const char *text = field(fields, FIELD_MTU);
	struct ip dns;
	long mtu;

	if (!*text || ip_parse(text, &dns) == 0)
		return true;
	if (parse_number(text, 68, 65535, &mtu) < 0)
		return false;
	net->mtu = (unsigned)mtu;
	return true;
}

/* Returns the field that is wrong and why, or -1. */
static int parse_static_ip(struct fields *fields, struct plan_net *net, const char **reason)
{
	const char *method = field(fields, FIELD_METHOD);
	int wrong = parse_ip_address(fields, net);

	*reason = wrong == FIELD_MASK ? "not a prefix length or a network mask"
				      : "not a numeric address (IPv6 stands in brackets)";
	if (wrong >= 0)
		return wrong;
	if (!parse_optional_ip(field(fields, FIELD_PEER), &net->peer))
		return FIELD_PEER;
	if (!parse_optional_ip(field(fields, FIELD_GATEWAY), &net->gateway))
		return FIELD_GATEWAY;
	*reason = "not a method: a static address has none, off or static";
	if (*method && !streq(method, "none") && !streq(method, "off") && !streq(method, "static"))
		return FIELD_METHOD;
	*reason = "not an MTU from 68 to 65535 bytes, nor a name server";
	return parse_ip_tail(fields, net) ? -1 : FIELD_MTU;
}

static void parse_ip(struct context *c, const char *key, const char *value, unsigned column)
{
	struct plan_net net = {0}, *added;
	struct fields fields = {.n = 0};
	const char *reason;
	int wrong;

	if (!split(&fields, value, ':', column) || fields.n > FIELD_FIELDS) {
		complain_word(c, key, "too many fields: IPv6 addresses stand in brackets");
		return;
	}
	/* forms that need another program are dracut's network modules' */
	if (is_dynamic(field(&fields, 0)) || is_dynamic(field(&fields, 1)) || is_dynamic(field(&fields, FIELD_METHOD)))
		return;
	wrong = parse_static_ip(&fields, &net, &reason);
	if (wrong >= 0) {
		complain_field(c, &fields, (size_t)wrong, key, reason);
		return;
	}
	if (!*field(&fields, FIELD_IFACE)) {
		complain_word(c, key, "no interface: the sixth field names it, as in ip=10.0.0.2:::24::eth0:none");
		return;
	}
	if (!set_iface(c, key, field(&fields, FIELD_IFACE), net.iface))
		return;
	plan_drop_nets_below(c->plan, c->source.origin, net.iface);
	added = plan_add_net(c->plan, &c->source);
	if (!added)
		return;
	net.source = added->source;
	*added = net;
}

/* ---- words ---- */

static bool is_true(const char *value)
{
	return !value || (!streq(value, "0") && !streq(value, "no") && !streq(value, "off"));
}

static void parse_nostatic(struct context *c)
{
	plan_drop_paths_below(c->plan, c->source.origin);
	plan_drop_nets_below(c->plan, c->source.origin, NULL);
}

static void parse_option(struct context *c, const char *key, const char *name, const char *value)
{
	for (int i = 0; i < CTRL_OPTIONS; i++) {
		const char *reason;

		if (!streq(name, ctrl_option_table[i].name))
			continue;
		reason = ctrl_options_set(&c->plan->options, (enum ctrl_option)i, value);
		if (reason)
			plan_complain(c->plan, &c->source, "%s=: '%s': %s", key, value ? value : "", reason);
		return;
	}
	complain_word(c, key, "no such word, see nvmf-boot.cmdline(7)");
}

typedef void (*word_parser)(struct context *c, const char *key, const char *value, unsigned column);

static const struct {
	const char *key;
	word_parser parse;
	const char *old_name; /* the stock module's deprecated one */
} words[] = {
	{"rd.nvmf.connect", parse_connect, NULL},
	{"rd.nvmf.discover", parse_discover, "nvmf.discover"},
	{"rd.nvmf.hostnqn", parse_hostnqn, "nvmf.hostnqn"},
	{"rd.nvmf.hostid", parse_hostid, "nvmf.hostid"},
	{"rd.nvmf.rxe", parse_rxe, NULL},
	{"rd.nvmf.timeout", parse_timeout, NULL},
	{"ip", parse_ip, NULL},
};

static void parse_word(const char *key, const char *value, unsigned column, void *data)
{
	static const char prefix[] = "rd.nvmf.";
	struct context *c = data;

	c->source.column = column;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		bool old = words[i].old_name && streq(key, words[i].old_name);

		if (!streq(key, words[i].key) && !old)
			continue;
		if (old)
			plan_complain(c->plan, &c->source, "%s=: the word is called %s= now", key, words[i].key);
		if (value && *value)
			words[i].parse(c, key, value, column + (unsigned)strlen(key) + 1);
		else
			complain_word(c, key, "a value is missing");
		return;
	}
	if (streq(key, "rd.nonvmf"))
		c->plan->disabled = is_true(value);
	else if (streq(key, "rd.nvmf.nostatic") && is_true(value))
		parse_nostatic(c);
	else if (streq(key, "rd.nvmf.nonbft") || streq(key, "rd.nvmf.nostatic"))
		return;
	else if (strncmp(key, prefix, sizeof(prefix) - 1) == 0)
		parse_option(c, key, key + sizeof(prefix) - 1, value);
}

static const struct {
	const char *name, *title;
} origins[] = {
	[ORIGIN_IMAGE] = {"image", "command line (image)"},
	[ORIGIN_ETC] = {"etc", "command line (/etc/cmdline)"},
	[ORIGIN_LOADER] = {"loader", "command line (boot loader)"},
};

void cmdline_parse(struct plan *plan, enum origin origin, const char *text)
{
	struct context c = {.plan = plan, .source = {.kind = SOURCE_CMDLINE, .origin = origin}};

	(void)copy_string(c.source.name, sizeof(c.source.name), origins[origin].title);
	words_each(text, parse_word, &c);
}

void cmdline_parse_words_file(struct plan *plan, const char *text)
{
	for (size_t origin = 0; origin < ARRAY_SIZE(origins); origin++) {
		size_t name_len = strlen(origins[origin].name);

		for (const char *line = text; *line;) {
			size_t len = strcspn(line, "\n");
			char buf[WORD_MAX * 4];

			if (len < sizeof(buf) && len > name_len && line[name_len] == '\t' &&
			    strncmp(line, origins[origin].name, name_len) == 0) {
				memcpy(buf, line + name_len + 1, len - name_len - 1);
				buf[len - name_len - 1] = '\0';
				cmdline_parse(plan, (enum origin)origin, buf);
			}
			line += len + (line[len] == '\n');
		}
	}
}
