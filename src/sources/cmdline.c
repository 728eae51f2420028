/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The parameters of nvmf-boot, see nvmf-boot.cmdline(7):
 *
 *   rd.nvmf.connect=<transport>,<traddr>,<subsysnqn>[,<trsvcid>[,<host-traddr>[,<host-iface>]]]
 *   rd.nvmf.discover=<transport>,<traddr>[,<host-traddr>[,<trsvcid>]]
 *   rd.nvmf.hostnqn=<nqn>  rd.nvmf.hostid=<uuid>     also nvmf.hostnqn= nvmf.hostid= nvmf.discover= (old names)
 *   rd.nvmf.rxe=<interface>
 *   rd.nvmf.timeout=<s>  rd.nvmf.delayed-removal=<s>  rd.nvmf.on-root-loss=reboot|wait
 *   rd.nvmf.root-sources=<source>[,<source>...]      cmdline, conf, log
 *   rd.nvmf.<controller option>=<value>
 *   rd.nvmf.keeper  rd.nvmf.nostatic  rd.nvmf.nonbft  rd.nonvmf      flags: 0, 1, yes, no, on, off
 *   ip= vlan= rd.route= ifname= bond= team= bridge=  in cmdline_ip.c and cmdline_link.c
 *
 * All other parameters are left alone, but for those that look like a misspelt one of ours.
 */
#include "sources/cmdline.h"

#include <string.h>

#include "sources/cmdline_net.h"
#include "sources/fields.h"
#include "sources/misspelt.h"

/* s; what fits into the kernel's unsigned jiffies at any HZ */
#define DELAYED_REMOVAL_MAX 4294967

#define PREFIX "rd.nvmf."
#define OLD_PREFIX "nvmf."

/* ---- paths ---- */

/* The paths of a source with a higher precedence replace those of a lower one. They are not added to them. */
static void add_path(const struct word *word, struct plan_path *path)
{
	plan_drop_paths_below(word->plan, word->source.precedence);
	path->source = word->source;
	(void)plan_add_path(word->plan, path);
}

/* Sets the fields of a path from the fields of a parameter, in the order given. False if one was refused. */
static bool set_fields(const struct word *word, const struct fields *fields, struct tid *tid,
		       const enum tid_field *order, size_t n, size_t mandatory)
{
	const char *reason;

	for (size_t i = 0; i < n; i++) {
		const char *value = fields_get(fields, i);

		if (i >= mandatory && (!*value || streq(value, "none")))
			continue;
		reason = *value ? tid_set(tid, order[i], value) : "a field is missing here";
		if (reason) {
			complain_of_field(word, fields, i, reason);
			return false;
		}
	}
	reason = tid_check(tid);
	if (reason)
		complain_of_word(word, reason);
	return !reason;
}

static void parse_connect(const struct word *word)
{
	static const enum tid_field order[] = {
		TID_TRANSPORT, TID_TRADDR, TID_SUBSYSNQN, TID_TRSVCID, TID_HOST_TRADDR, TID_HOST_IFACE,
	};
	struct plan_path path = {.tid.trsvcid = "4420"};
	struct fields fields = {.n = 0};

	if (!fields_split(&fields, word, ',') || fields.n < 3 || fields.n > ARRAY_SIZE(order)) {
		complain_of_word(
			word, "expected <transport>,<traddr>,<subsysnqn>[,<trsvcid>[,<host-traddr>[,<host-iface>]]]");
		return;
	}
	if (!set_fields(word, &fields, &path.tid, order, ARRAY_SIZE(order), 3))
		return;
	if (streq(path.tid.subsysnqn, DISCOVERY_NQN))
		complain_of_word(word, "this is the discovery subsystem: use rd.nvmf.discover=");
	else
		add_path(word, &path);
}

static void parse_discover(const struct word *word)
{
	static const enum tid_field order[] = {TID_TRANSPORT, TID_TRADDR, TID_HOST_TRADDR, TID_TRSVCID};
	/* 4420 whatever the transport: the stock module's default */
	struct plan_path path = {.discovery = true, .tid = {.trsvcid = "4420", .subsysnqn = DISCOVERY_NQN}};
	struct fields fields = {.n = 0};

	if (!fields_split(&fields, word, ',') || fields.n < 2 ||
	    (fields.n > ARRAY_SIZE(order) && *fields_get(&fields, ARRAY_SIZE(order)))) {
		complain_of_word(word, "expected <transport>,<traddr>[,<host-traddr>[,<trsvcid>]]");
		return;
	}
	if (set_fields(word, &fields, &path.tid, order, ARRAY_SIZE(order), 2))
		add_path(word, &path);
}

/* ---- identity ---- */

/* Checks the value first: a bad half must not replace what an origin of lower precedence has given. */
static void set_identity(const struct word *word, const char *(*set)(struct identity *identity, const char *text))
{
	struct identity half = {0};
	const char *reason = set(&half, word->value);

	if (reason)
		complain_of_word(word, reason);
	else
		plan_add_identity(word->plan, &word->source, &half);
}

static void parse_hostnqn(const struct word *word)
{
	set_identity(word, identity_set_nqn);
}

static void parse_hostid(const struct word *word)
{
	set_identity(word, identity_set_id);
}

/* ---- the rest ---- */

static void parse_rxe(const struct word *word)
{
	struct plan_rxe rxe = {.source = word->source};
	const char *reason = iface_parse(word->value, &rxe.iface);

	if (reason)
		complain_of_value(word, reason);
	else
		(void)plan_add_rxe(word->plan, &rxe);
}

static void parse_timeout(const struct word *word)
{
	if (parse_number(word->value, 0, 1000000, &word->plan->timeout_s) < 0)
		complain_of_word(word, "not a number of seconds from 0 (for ever) to 1000000");
}

static void parse_delayed_removal(const struct word *word)
{
	if (parse_number(word->value, 0, DELAYED_REMOVAL_MAX, &word->plan->delayed_removal_s) < 0)
		complain_of_word(word, "not a number of seconds from 0 (leave the kernel's setting) to 4294967");
	else
		word->plan->removal_is_set = true;
}

static void parse_on_root_loss(const struct word *word)
{
	if (streq(word->value, "reboot") || streq(word->value, "wait"))
		word->plan->reboot_on_root_loss = streq(word->value, "reboot");
	else
		complain_of_word(word, "expected reboot or wait");
}

static void parse_root_sources(const struct word *word)
{
	const char *reason = root_sources_parse(word->value, &word->plan->root_sources);

	if (reason)
		complain_of_value(word, reason);
}

/* False: there is no such option. */
static bool parse_option(const struct word *word, const char *name)
{
	enum ctrl_option option = ctrl_option_find(name, OPTION_PARAMETER);
	char buf[OPTION_REASON_MAX];
	const char *reason;

	if (option == CTRL_OPTIONS && ctrl_option_find(name, OPTION_CONF) == CTRL_OPTIONS)
		return false;
	if (option == CTRL_OPTIONS) {
		complain_of_word(word, "this option can be given in discovery.conf only");
		return true;
	}
	reason = ctrl_options_set(&word->plan->options, option, word->value, buf);
	if (reason)
		complain_of_value(word, reason);
	return true;
}

static void parse_nostatic(const struct word *word)
{
	plan_drop_paths_below(word->plan, word->source.precedence);
	plan_drop_nets_below(word->plan, word->source.precedence, NULL);
	plan_drop_routes_below(word->plan, word->source.precedence, NULL);
}

/* ---- words ---- */

static const struct {
	const char *key;
	void (*parse)(const struct word *word);
	const char *old_name; /* the stock module's deprecated one */
} keys[] = {
	{"rd.nvmf.connect", parse_connect, NULL},
	{"rd.nvmf.discover", parse_discover, "nvmf.discover"},
	{"rd.nvmf.hostnqn", parse_hostnqn, "nvmf.hostnqn"},
	{"rd.nvmf.hostid", parse_hostid, "nvmf.hostid"},
	{"rd.nvmf.rxe", parse_rxe, NULL},
	{"rd.nvmf.timeout", parse_timeout, NULL},
	{"rd.nvmf.delayed-removal", parse_delayed_removal, NULL},
	{"rd.nvmf.on-root-loss", parse_on_root_loss, NULL},
	{"rd.nvmf.root-sources", parse_root_sources, NULL},
	{"ip", cmdline_ip, NULL},
	{"vlan", cmdline_vlan, NULL},
	{"rd.route", cmdline_route, NULL},
	{"ifname", cmdline_ifname, NULL},
	{"bond", cmdline_master, NULL},
	{"team", cmdline_master, NULL},
	{"bridge", cmdline_master, NULL},
};

static const char *const flags[] = {"rd.nonvmf", "rd.nvmf.nostatic", "rd.nvmf.keeper", "rd.nvmf.nonbft"};

/* A parameter that is a flag. False: it is another one. */
static bool parse_flag(const struct word *word)
{
	const char *reason;
	size_t i = 0;
	bool on;

	while (i < ARRAY_SIZE(flags) && !streq(word->key, flags[i]))
		i++;
	if (i == ARRAY_SIZE(flags))
		return false;
	reason = flag_parse(word->value, &on);
	if (reason)
		complain_of_value(word, reason);
	/* rd.nonvmf is the way out of a boot that hangs, so a bad value disables, too */
	if (reason && streq(word->key, "rd.nonvmf"))
		word->plan->disabled = true;
	if (reason)
		return true;
	if (streq(word->key, "rd.nonvmf"))
		word->plan->disabled = on;
	else if (streq(word->key, "rd.nvmf.nonbft"))
		word->plan->no_nbft = on;
	else if (streq(word->key, "rd.nvmf.keeper"))
		word->plan->no_keeper = !on;
	else if (streq(word->key, "rd.nvmf.nostatic") && on)
		parse_nostatic(word);
	return true;
}

static bool begins_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* The parameter of ours that a key is meant to be; empty if it is like none. Names like ip= are too short to say. */
static void find_meant(const char *key, char *name, size_t size)
{
	name[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(keys) && !*name; i++)
		if (begins_with(keys[i].key, PREFIX) &&
		    (is_meant_to_be(key, keys[i].key) || (keys[i].old_name && is_meant_to_be(key, keys[i].old_name))))
			append(name, size, "%s=", keys[i].key);
	for (size_t i = 0; i < ARRAY_SIZE(flags) && !*name; i++)
		if (is_meant_to_be(key, flags[i]))
			append(name, size, "%s", flags[i]);
	for (size_t i = 0; i < CTRL_OPTIONS && !*name; i++) {
		append(name, size, PREFIX "%s=", ctrl_option_table[i].name);
		if (!(ctrl_option_table[i].places & OPTION_PARAMETER) || !is_meant_to_be(key, name))
			name[0] = '\0';
	}
}

/* A key that is ours by its beginning, or by what it is like, and that does not exist. All others are other programs'.
 */
static void complain_of_unknown(const struct word *word)
{
	char name[64], reason[128] = "no such parameter", plain[PLAIN_NAME_MAX];

	find_meant(word->key, name, sizeof(name));
	if (*name)
		append(reason, sizeof(reason), ", %s is probably meant", name);
	else if (begins_with(word->key, PREFIX) || begins_with(word->key, OLD_PREFIX) ||
		 (plain_name(plain, word->key) && begins_with(plain, "rdnvmf")))
		append(reason, sizeof(reason), ", see nvmf-boot.cmdline(7)");
	else
		return;
	complain_of_word(word, reason);
}

static void parse_other(const struct word *word)
{
	if (parse_flag(word))
		return;
	if (!begins_with(word->key, PREFIX) || !parse_option(word, word->key + strlen(PREFIX)))
		complain_of_unknown(word);
}

static void parse_word(const struct word *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		bool old = keys[i].old_name && streq(word->key, keys[i].old_name);

		if (!streq(word->key, keys[i].key) && !old)
			continue;
		if (old)
			plan_note(word->plan, &word->source, "%s=: the parameter is called %s= now", word->key,
				  keys[i].key);
		if (word->value && *word->value)
			keys[i].parse(word);
		else
			complain_of_word(word, "a value is missing");
		return;
	}
	parse_other(word);
}

/* ---- a line ---- */

struct context {
	struct plan *plan;
	const struct source *source;
};

static void on_word(const struct line_word *in_line, void *data)
{
	const struct context *c = data;
	struct word word = {.plan = c->plan, .source = *c->source, .key = in_line->key, .value = in_line->value};

	word.source.column = in_line->column;
	word.source.holds_secret = secret_may_be_in(word.key) || (word.value && secret_may_be_in(word.value));
	word.source.parameter = plan_add_parameter(c->plan, in_line->text, in_line->len, in_line->blanks);
	word.value_column = in_line->column + (unsigned)strlen(word.key) + 1;
	parse_word(&word);
}

void cmdline_parse(struct plan *plan, const struct source *source, const char *line, size_t len)
{
	int r = words_each(line, len, on_word, &(struct context){plan, source});

	if (r < 0)
		source_unread(plan, source->name, -r);
}

/* The kernel keeps so many bytes of the boot loader's line (COMMAND_LINE_SIZE of x86, arm64 and s390). */
static void check_cut(struct plan *plan, const struct source *source, size_t len)
{
	if (len != 2047 && len != 4095)
		return;
	source_complain(
		plan, source->name,
		"the line is as long as the kernel keeps it, so it is probably cut, and parameters at its end are "
		"lost: give some of them in the image (/etc/cmdline.d)");
	plan->unread = true;
}

static void load(struct plan *plan, const struct source_input *input, const struct source_row *row, bool are_kept)
{
	size_t origin_len = strlen(row->origin), len;

	for (const char *p = input->words; *p; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		if (len <= origin_len || p[origin_len] != '\t' || strncmp(p, row->origin, origin_len) != 0)
			continue;
		if (are_kept)
			check_cut(plan, &row->source, len - origin_len - 1);
		cmdline_parse(plan, &row->source, p + origin_len + 1, len - origin_len - 1);
	}
	/* a parameter with an error in it may mean what is connected */
	if (messages_are_of(&plan->messages, row->source.name))
		plan->uncertain = true;
}

void cmdline_load(struct plan *plan, const struct source_input *input, const struct source_row *row)
{
	load(plan, input, row, false);
}

void cmdline_load_kept(struct plan *plan, const struct source_input *input, const struct source_row *row)
{
	load(plan, input, row, input->are_boots);
}
