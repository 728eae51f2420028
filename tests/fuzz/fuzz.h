/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What must hold of a plan and of all that is printed of it, whoever fed its parsers. */
#pragma once

#include <fcntl.h>
#include <json-c/json.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include "act/fabrics.h"
#include "base/log.h"
#include "plan/plan.h"
#include "decide/reach.h"
#include "state/reported.h"
#include "state/state.h"
#include "show/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- what is printed ---- */

/* Standard output and standard error, while they are kept. */
struct output {
	FILE *out, *err;
	char *text;
	size_t size;
};

static inline void output_begin(struct output *output)
{
	*output = (struct output){.out = stdout, .err = stderr};
	stdout = stderr = open_memstream(&output->text, &output->size);
	if (!stdout)
		abort();
}

/* The caller frees output->text. */
static inline void output_end(struct output *output)
{
	(void)fclose(stdout);
	stdout = output->out;
	stderr = output->err;
}

/* No byte reaches a terminal that is not text: UTF-8, lines, no control character. The C library decides. */
static inline void check_printable(const char *text)
{
	static locale_t utf8;
	mbstate_t state = {0};
	locale_t before;
	wchar_t c;

	if (!utf8 && !(utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", 0)))
		abort();
	before = uselocale(utf8);
	for (size_t n; (n = mbrtowc(&c, text, 16, &state)); text += n)
		if (n > 16 || (c < L' ' && c != L'\n') || (c >= 0x7f && c < 0xa0))
			abort();
	(void)uselocale(before);
}

/* hidden: what must not be in the text, or NULL */
static inline void check_text(const char *text, const char *hidden)
{
	check_printable(text);
	if (hidden && strstr(text, hidden))
		abort();
}

static inline void check_json(const char *text)
{
	enum json_tokener_error error;
	struct json_object *object = json_tokener_parse_verbose(text, &error);

	if (error != json_tokener_success)
		abort();
	(void)json_object_put(object);
}

/* What the commands print of a plan on a host. hidden: what must not be in it, or NULL. */
static inline void check_outputs(struct plan *plan, const struct inventory *inv, struct history *history,
				 const char *hidden)
{
	static const struct messages none;
	struct matches matches = {0};
	struct subsystems subsystems = {0};
	struct report report = {.matches = &matches,
				.history = history,
				.failures = &none,
				.now = now_ms(),
				.subsystems = &subsystems};
	char options[FABRICS_OPTIONS_MAX];
	struct step *steps = NULL;
	struct output output;
	ssize_t n;

	if (history_fit(history, plan) < 0 || match(&matches, plan, inv) < 0 ||
	    (n = diff(&matches, history, report.now, &steps)) < 0 ||
	    subsystems_find(&matches, history, report.now, &subsystems) < 0)
		abort();
	output_begin(&output);
	reported_print(&plan->messages, NULL);
	report_plan(plan);
	report_steps(&matches, steps, (size_t)n);
	report_status(&report);
	for (size_t i = 0; i < plan->n_paths; i++) {
		fabrics_options(plan, &plan->paths[i], &plan->paths[i].tid, true, options);
		(void)printf("%s\n", options);
	}
	output_end(&output);
	check_text(output.text, hidden);
	free(output.text);
	free(steps);

	output_begin(&output);
	report_status_json(&report);
	output_end(&output);
	check_text(output.text, hidden);
	check_json(output.text);
	free(output.text);
	subsystems_free(&subsystems);
	match_free(&matches);
}

/* ---- what is planned ---- */

/* The kernel's option string has the options that we mean and no other: values bring no separator. */
static inline void check_options(const struct plan *plan, const struct plan_path *path)
{
	static const struct inventory nothing;
	struct tid tid = reach_path(plan, &nothing, path).tid;
	char options[FABRICS_OPTIONS_MAX];
	unsigned commas = 0, expected;

	fabrics_options(plan, path, &tid, false, options);
	expected = 3 + (tid.host_traddr[0] != 0) + (tid.host_iface[0] != 0) +
		   (path->discovery && !streq(tid.subsysnqn, DISCOVERY_NQN)) +
		   2 * (plan_path_identity(plan, path)->nqn[0] && plan_path_identity(plan, path)->id[0]);
	for (int i = 0; i < CTRL_OPTIONS; i++) {
		bool is_flag = ctrl_option_table[i].type == OPTION_IS_FLAG;

		expected += (path->options.set[i] && (!is_flag || path->options.value[i])) ||
			    (path->discovery && i == OPTION_KEEP_ALIVE_TMO);
	}
	for (int i = 0; i < CTRL_SECRETS && !path->discovery; i++)
		expected += secret_is_set(&path->options.secret[i]);
	for (const char *p = options; *p; p++) {
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f)
			abort();
		commas += *p == ',';
	}
	if (commas != expected)
		abort();
}

/* A message is a line of text, and no source has more than its room. */
static inline void check_messages(const struct messages *messages)
{
	for (size_t i = 0; i < messages->n_rooms; i++) {
		const struct room *room = &messages->rooms[i];

		if (room->n > MESSAGES_KEPT + 1 || (room->n_left_out > 0 && room->n < MESSAGES_KEPT_OF_PEER + 1))
			abort();
		for (size_t j = 0; j < room->n; j++)
			if (strchr(room->list[j].text, '\n'))
				abort();
	}
}

static inline void check_plan(struct plan *plan)
{
	static const struct inventory nothing;
	struct history history = {0};

	for (size_t i = 0; i < plan->n_paths; i++) {
		if (plan->paths[i].parent >= (int)i || tid_check(&plan->paths[i].tid))
			abort();
		check_options(plan, &plan->paths[i]);
	}
	for (size_t i = 0; i < plan->n_nets; i++)
		if (!plan->nets[i].address.family || !plan->nets[i].iface.name[0] ||
		    plan->nets[i].prefix > ip_bits(&plan->nets[i].address))
			abort();
	for (size_t i = 0; i < plan->n_vlans; i++)
		if (plan->vlans[i].id < 1 || plan->vlans[i].id > 4094 || !plan->vlans[i].parent.name[0])
			abort();
	check_messages(&plan->messages);
	check_outputs(plan, &nothing, &history, NULL);
	history_free(&history);
}

/* ---- inputs ---- */

/* The input as a string of its own, so that a read beyond its end is seen. */
static inline char *as_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* What no output of an input with_secret() has. */
#define HIDDEN "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo"

/* The marks of a key; the later ones are mistyped. */
static const char *const secret_marks[] = {
	"DHHC-1:00:", "dhhc-1:01:", "NVMeTLSkey-1:01:", "DHHC1:00:", "DHHC-1-00-", "DHCH-1:00:", "NVMeTLSkey", ""};
#define SECRET_MARKS (sizeof(secret_marks) / sizeof(secret_marks[0]))

/* The text with a key at a place, and with a mark, that the text itself decides; *is_bare: without a mark. The fuzzer
 * guesses the key. */
static inline char *with_secret(const char *text, bool *is_bare)
{
	size_t len = strlen(text), size = len + 128, at;
	char *rest = as_text((const uint8_t *)text, len), *ret = calloc(1, size);
	uint32_t hash = 2166136261u;

	if (!ret)
		abort();
	for (char *guessed = rest; (guessed = strstr(guessed, HIDDEN));)
		*guessed = '.';
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)text[i]) * 16777619u;
	at = hash % (len + 1);
	append(ret, size, "%.*s%s" HIDDEN ":%s", (int)at, rest, secret_marks[(hash >> 16) % SECRET_MARKS], rest + at);
	*is_bare = !*secret_marks[(hash >> 16) % SECRET_MARKS];
	free(rest);
	return ret;
}

/* A fake root of this process, below $TMPDIR, with the folders that exist anywhere. Returns its descriptor. */
static inline int make_root(struct dirs *dirs)
{
	const char *tmp = getenv("TMPDIR");
	char root[256] = "";
	int fd;

	append(root, sizeof(root), "%s/root.XXXXXX", tmp ? tmp : "/dev/shm");
	if (!mkdtemp(root) || (fd = open(root, O_PATH | O_DIRECTORY)) < 0)
		abort();
	for (size_t i = 0; i < 6; i++)
		if (mkdirat(fd, ((const char *[]){"dev", "sys", "proc", "run", "etc", "tmp"})[i], 0755) < 0)
			abort();
	if (dirs_open(dirs, root) < 0)
		abort();
	return fd;
}

/* Writes a file below a folder, and makes the folders that lead to it. */
static inline void put_file(int dirfd, const char *path, const char *text)
{
	char part[256];
	int fd;

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		(void)snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		(void)mkdirat(dirfd, part, 0755);
	}
	fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(fd);
}

/* No message shows a key. */
static inline void check_hidden(const struct messages *messages)
{
	for (size_t i = 0; i < messages->n_rooms; i++)
		for (size_t j = 0; j < messages->rooms[i].n; j++)
			if (strstr(messages->rooms[i].list[j].text, HIDDEN))
				abort();
}

/* No output of a parser's plan shows a key that the text holds. One without a mark may be a name, which is shown where
 * it is used: only messages cannot show it. */
static inline void check_secret(const char *text, void (*parse)(struct plan *plan, const char *text))
{
	static const struct inventory nothing;
	struct history history = {0};
	struct plan plan = {0};
	bool is_bare;
	char *secret = with_secret(text, &is_bare);

	parse(&plan, secret);
	check_outputs(&plan, &nothing, &history, is_bare ? NULL : HIDDEN);
	check_hidden(&plan.messages);
	history_free(&history);
	plan_free(&plan);
	free(secret);
}
