/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /run/nvmf-boot/state: what another run has left, of whatever version and boot. */
#include "plan/settle.h"
#include "sources/cmdline.h"
#include "sources/discovery_conf.h"
#include "state/layout.h"
#include "fuzz.h"

/* What is planned while it is read. */
static void plan_some(struct plan *plan)
{
	static const struct source loader = {.precedence = 1, .is_explicit = true, .is_trusted = true};

	static const char line[] =
		"rd.nvmf.connect=tcp,10.0.0.1,nqn.x:root rd.nvmf.connect=rdma,10.0.0.1,nqn.x:root,,10.0.0.2";

	cmdline_parse(plan, &loader, line, sizeof(line) - 1);
	discovery_conf_parse(plan, &(struct source){.name = "discovery.conf"}, "-t tcp -a 10.0.0.9\n");
	settle(plan, NULL);
}

static void load(const struct dirs *dirs, struct plan *plan, struct history *history)
{
	plan_some(plan);
	state_load(dirs, plan, history);
}

/* A file of which a line is not used is reported. */
static void check_lines(const struct plan *plan, const char *text)
{
	static const char *const starts[] = {"nvmf-boot state 2", "looked ", "rxe ", "cut ", "empty ", "path "};
	bool is_known = *text;

	if (messages_are_of(&plan->messages, "/run/" LAYOUT_STATE))
		return;
	for (const char *line = text; line && is_known; line = strchr(line, '\n')) {
		line += *line == '\n';
		is_known = !*line;
		for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
			is_known |= strncmp(line, starts[i], strlen(starts[i])) == 0;
	}
	if (!is_known)
		abort();
}

static void check_times(const struct history *history)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < history->n_attempts; i++)
		if (history->attempts[i].since > now || history->attempts[i].log_read > now ||
		    history->attempts[i].next > now + 150000)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct inventory nothing;
	static struct dirs dirs = {.run = -1};
	static int root;
	char *text = as_text(data, size);
	struct plan plan = {0}, again = {0};
	struct history history = {0}, history_again = {0};
	struct messages failures = {0};
	struct output messages;

	if (dirs.run < 0)
		root = make_root(&dirs);
	put_file(root, "run/" LAYOUT_STATE, text);
	output_begin(&messages);
	load(&dirs, &plan, &history);
	check_times(&history);
	check_lines(&plan, text);
	check_plan(&plan);
	check_outputs(&plan, &nothing, &history, NULL);
	/* what is written is read back */
	state_save(&dirs, &plan, &history, &failures);
	load(&dirs, &again, &history_again);
	output_end(&messages);
	check_printable(messages.text);
	free(messages.text);
	if (failures.n_rooms || plan.n_paths != again.n_paths)
		abort();
	for (size_t i = 0; i < plan.n_paths; i++)
		if (!tid_equal(&plan.paths[i].tid, &again.paths[i].tid) ||
		    plan.paths[i].discovery != again.paths[i].discovery ||
		    history.attempts[i].error != history_again.attempts[i].error ||
		    history.attempts[i].failures != history_again.attempts[i].failures)
			abort();
	history_free(&history);
	history_free(&history_again);
	plan_free(&plan);
	plan_free(&again);
	free(text);
	return 0;
}
