/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nvme-cli's grammar (fabrics.c, discover_from_conf_file()) without its bugs:
 *
 *   file    = lines; one line a discovery controller
 *   line    = blank | '#' anything | option { blanks option }      blanks: spaces, tabs; a CR at the end is dropped
 *   option  = --name=value | --name value | -l value | -lvalue | -l=value | --flag | --flag=value | -f
 *
 * Names may be cut as far as they stay unique. An option given twice: the last one counts. No value of a line is
 * seen by the next. transport and traddr are needed; trsvcid is 8009 for tcp and 4420 for rdma unless it is given;
 * nqn names the discovery subsystem and is no filter. Options of controllers apply to the discovery controller and
 * to every controller that its log page names.
 */
#include "sources/discovery_conf.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "nvme/discovery.conf"

#define LINE_MAX_BYTES 4096
#define LINE_ARGS_MAX 128

/* What an option of a line means that is no controller option: those stand in plan/options.c. The values up to
 * CTRL_OPTIONS are those of enum ctrl_option. */
enum meaning {
	MEANS_TRANSPORT = CTRL_OPTIONS,
	MEANS_TRADDR,
	MEANS_TRSVCID,
	MEANS_NQN,
	MEANS_HOST_TRADDR,
	MEANS_HOST_IFACE,
	MEANS_HOSTNQN,
	MEANS_HOSTID,
	MEANS_NOTHING, /* concerns nvme-cli's own ways only */
	MEANS_UNSUPPORTED,
};

static const struct {
	const char *name;
	char letter;
	int has_arg;
	enum meaning meaning;
} line_options[] = {
	{"transport", 't', required_argument, MEANS_TRANSPORT},
	{"traddr", 'a', required_argument, MEANS_TRADDR},
	{"trsvcid", 's', required_argument, MEANS_TRSVCID},
	{"nqn", 'n', required_argument, MEANS_NQN},
	{"host-traddr", 'w', required_argument, MEANS_HOST_TRADDR},
	{"host-iface", 'f', required_argument, MEANS_HOST_IFACE},
	{"hostnqn", 'q', required_argument, MEANS_HOSTNQN},
	{"hostid", 'I', required_argument, MEANS_HOSTID},
	{"persistent", 'p', no_argument, MEANS_NOTHING},
	{"force", 0, no_argument, MEANS_NOTHING},
	{"quiet", 0, no_argument, MEANS_NOTHING},
	{"verbose", 'v', no_argument, MEANS_NOTHING},
	{"raw", 'r', required_argument, MEANS_NOTHING},
	{"output-format", 'o', required_argument, MEANS_NOTHING},
	{"duplicate-connect", 'D', no_argument, MEANS_NOTHING},
	{"keyring", 0, required_argument, MEANS_UNSUPPORTED},
	{"tls-key", 0, required_argument, MEANS_UNSUPPORTED},
	{"tls-key-identity", 0, required_argument, MEANS_UNSUPPORTED},
	{"tls", 0, no_argument, MEANS_UNSUPPORTED},
	{"concat", 0, no_argument, MEANS_UNSUPPORTED},
};

#define OPTIONS_TOTAL (ARRAY_SIZE(line_options) + 2 * CTRL_OPTIONS)
/* getopt's values for long options: above any letter */
#define LONG_BASE 256

struct getopt_tables {
	struct option longs[OPTIONS_TOTAL + 1];
	char shorts[2 + 2 * OPTIONS_TOTAL + 1];
	int meaning_of_letter[LONG_BASE];
};

static void add_option(struct getopt_tables *t, size_t i, const char *name, char letter, int has_arg, int meaning)
{
	t->longs[i] = (struct option){.name = name, .has_arg = has_arg, .val = LONG_BASE + meaning};
	if (!letter)
		return;
	/* a flag's letter takes no value: -gG are two flags */
	append(t->shorts, sizeof(t->shorts), "%c%s", letter, has_arg == required_argument ? ":" : "");
	t->meaning_of_letter[(unsigned char)letter] = meaning;
}

static const struct getopt_tables *tables(void)
{
	static struct getopt_tables t;
	size_t n = 0;

	if (t.shorts[0])
		return &t;
	/* '-': words that are no option are returned in order; ':': a missing value is told from an unknown option */
	append(t.shorts, sizeof(t.shorts), "-:");
	for (size_t i = 0; i < ARRAY_SIZE(line_options); i++)
		add_option(&t, n++, line_options[i].name, line_options[i].letter, line_options[i].has_arg,
			   (int)line_options[i].meaning);
	for (int i = 0; i < CTRL_OPTIONS; i++) {
		const struct ctrl_option_info *info = &ctrl_option_table[i];
		int has_arg = info->type == OPTION_IS_FLAG ? optional_argument : required_argument;

		if (info->places & OPTION_CONF)
			add_option(&t, n++, info->name, info->letter, has_arg, i);
		if (info->other_name)
			add_option(&t, n++, info->other_name, 0, has_arg, i);
	}
	return &t;
}

struct line {
	char buf[LINE_MAX_BYTES];
	char *argv[LINE_ARGS_MAX + 2]; /* argv[0] is a stand-in, NULL at the end */
	int argc;
	struct source source;
	bool bad; /* a complaint was made: the line is left out */
};

static void complain(struct plan *plan, struct line *line, const char *at, const char *what, const char *reason)
{
	line->source.column =
		at >= line->buf && at < line->buf + sizeof(line->buf) ? (unsigned)(at - line->buf) + 1 : 0;
	plan_complain(plan, &line->source, "'%s': %s", what, reason);
	line->source.column = 0;
	line->bad = true;
}

static bool tokenise(struct line *line)
{
	char *save = NULL;

	line->argv[0] = line->buf;
	line->argc = 1;
	for (char *p = strtok_r(line->buf, " \t\r", &save); p; p = strtok_r(NULL, " \t\r", &save)) {
		if (line->argc > LINE_ARGS_MAX)
			return false;
		line->argv[line->argc++] = p;
	}
	line->argv[line->argc] = NULL;
	return true;
}

static const char *set_meaning(struct plan_path *path, int meaning, const char *value,
			       char reason[static OPTION_REASON_MAX])
{
	static const enum tid_field fields[] = {TID_TRANSPORT, TID_TRADDR,	TID_TRSVCID,
						TID_SUBSYSNQN, TID_HOST_TRADDR, TID_HOST_IFACE};

	if (meaning < CTRL_OPTIONS)
		return ctrl_options_set(&path->options, (enum ctrl_option)meaning, value, reason);
	if (meaning >= MEANS_TRANSPORT && meaning <= MEANS_HOST_IFACE)
		return tid_set(&path->tid, fields[meaning - MEANS_TRANSPORT], value);
	if (meaning == MEANS_HOSTNQN)
		return identity_set_nqn(&path->identity, value);
	if (meaning == MEANS_HOSTID)
		return identity_set_id(&path->identity, value);
	if (meaning == MEANS_UNSUPPORTED)
		return "nvmf-boot does not support this option: the line is ignored";
	return NULL;
}

static const char no_option[] = "an option was expected, as in --traddr=10.0.0.1";

/* Whether the value of the option is a secret, however it is written. */
static bool takes_secret(int meaning)
{
	return meaning == MEANS_UNSUPPORTED ||
	       (meaning < CTRL_OPTIONS && ctrl_option_table[meaning].type == OPTION_IS_SECRET);
}

static void parse_option(struct plan *plan, struct line *line, struct plan_path *path, int opt, int index)
{
	const char *word = line->argv[optind - 1];
	const char *value = optarg;
	char letter[3] = {'-', (char)opt, '\0'}, name[64], buf[OPTION_REASON_MAX];
	const char *reason;
	int meaning;

	if (opt == 1) {
		complain(plan, line, word, optarg, no_option);
		return;
	}
	if (opt == '?' || opt == ':') {
		(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
		complain(plan, line, word, name,
			 opt == ':' ? "its value is missing" : "no option has this name, or several begin with it");
		return;
	}
	meaning = opt >= LONG_BASE ? opt - LONG_BASE : tables()->meaning_of_letter[opt];
	if (value && opt < LONG_BASE && *value == '=')
		value++;
	reason = set_meaning(path, meaning, value, buf);
	if (reason && takes_secret(meaning))
		complain(plan, line, value ? value : word, index >= 0 ? tables()->longs[index].name : letter, reason);
	else if (reason)
		complain(plan, line, value ? value : word, value ? value : word, reason);
	/* of what follows, be it the next line: the secret may have been broken */
	line->source.holds_secret |= takes_secret(meaning);
}

static void finish_line(struct plan *plan, struct line *line, struct plan_path *path)
{
	const char *reason;

	if (!path->tid.trsvcid[0])
		(void)copy_string(path->tid.trsvcid, TRSVCID_MAX,
				  path->tid.transport == TRANSPORT_TCP ? "8009" : "4420");
	reason = tid_check(&path->tid);
	if (reason) {
		plan_complain(plan, &line->source, "%s", reason);
		return;
	}
	identity_complete(&path->identity);
	if (path->identity.nqn[0] && !path->identity.id[0]) {
		plan_complain(plan, &line->source,
			      "this hostnqn needs a hostid beside it: a target knows a host by the pair");
		return;
	}
	path->source = line->source;
	(void)plan_add_path(plan, path);
}

static void parse_line(struct plan *plan, struct line *line)
{
	struct plan_path path = {.discovery = true, .tid.subsysnqn = DISCOVERY_NQN};
	int opt, index = -1;

	if (!tokenise(line)) {
		plan_complain(plan, &line->source, "more than %d options and values in a line", LINE_ARGS_MAX);
		return;
	}
	if (line->argc == 1 || line->argv[1][0] == '#')
		return;
	optind = 0; /* glibc: start anew */
	opterr = 0;
	while (!line->bad &&
	       (opt = getopt_long(line->argc, line->argv, tables()->shorts, tables()->longs, &index)) != -1) {
		parse_option(plan, line, &path, opt, index);
		index = -1;
	}
	/* getopt stops at "--" */
	if (!line->bad && optind < line->argc)
		complain(plan, line, line->argv[optind], line->argv[optind], no_option);
	if (!line->bad)
		finish_line(plan, line, &path);
	explicit_bzero(&path.options, sizeof(path.options));
}

/* Whether a line may be the rest of a secret that was broken into lines, or blank. */
static bool begins_with_no_option(const char *line)
{
	line += strspn(line, " \t\r");
	return *line != '-' && *line != '#';
}

void discovery_conf_parse(struct plan *plan, const struct source *source, const char *text)
{
	unsigned number = 0;
	bool holds_secret = false;

	while (*text) {
		struct line line = {.source = *source};
		size_t len = strcspn(text, "\n");

		line.source.line = ++number;
		if (len >= sizeof(line.buf)) {
			plan_complain(plan, &line.source, "a line of more than %zu bytes", sizeof(line.buf) - 1);
			plan->unread = true;
		} else {
			memcpy(line.buf, text, len);
			line.source.holds_secret = secret_may_be_in(line.buf) || strcasestr(line.buf, "secret") ||
						   (holds_secret && begins_with_no_option(line.buf));
			parse_line(plan, &line);
			holds_secret = line.source.holds_secret;
			explicit_bzero(line.buf, sizeof(line.buf));
		}
		text += len + (text[len] == '\n');
	}
}

void discovery_conf_load(struct plan *plan, const struct source_input *input, const struct source_row *row)
{
	CLEANUP_WIPE char *text = NULL;

	if (source_read(plan, input->dirs->etc, FILE_NAME, row->source.name, DISCOVERY_CONF_MAX, &text) < 0 || !text)
		return;
	discovery_conf_parse(plan, &row->source, text);
	/* a line with an error in it may mean what is connected */
	if (messages_are_of(&plan->messages, row->source.name))
		plan->uncertain = true;
	if (faccessat(input->dirs->etc, FILE_NAME ".converted", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		source_complain(
			plan, row->source.name,
			"nvme-cli has converted this file and reads /etc/nvme/nvme-fabrics.conf now; nvmf-boot still "
			"reads this one");
}
