/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sources/exclusions.h"
#include "sources/log_page.h"
#include "sources/source.h"
#include "state/layout.h"

/* a line of the state for each path */
#define STATE_LINE_MAX 1240
#define STATE_MAX ((size_t)PLAN_PATHS_MAX * STATE_LINE_MAX)

int history_fit(struct history *history, const struct plan *plan)
{
	while (history->n_attempts < plan->n_paths) {
		struct attempt *grown =
			array_grow(history->attempts, &history->n_attempts, sizeof(*grown), PLAN_PATHS_MAX);

		if (!grown)
			return -ENOMEM;
		history->attempts = grown;
		grown[history->n_attempts - 1].state = -1;
	}
	return 0;
}

void history_free(struct history *history)
{
	free(history->attempts);
	*history = (struct history){0};
}

void history_add_rxe(struct history *history, int link)
{
	for (size_t i = 0; i < history->n_rxe_made; i++)
		if (history->rxe_made[i] == link)
			return;
	if (history->n_rxe_made == PLAN_RXES_MAX)
		memmove(history->rxe_made, history->rxe_made + 1, --history->n_rxe_made * sizeof(int));
	history->rxe_made[history->n_rxe_made++] = link;
}

/* ---- the file ---- */

/*
 *   nvmf-boot state 2
 *   looked <when all paths were looked at>
 *   rxe <interface index>
 *   path <parent's line among the paths, or -1> <1: discovery controller> <transport> <traddr> <trsvcid> <nqn>
 *        <host-traddr|-> <host-iface|-> <errno> <in probe> <failures> <since> <after> <next> <state> <log page read>
 *        <errno of the log page> <association> <disks>
 *   cut <line among the paths>     its log page was not read whole
 *   empty <line among the paths>   its log page names nothing
 *
 * Each is one line; no string of a path has a blank, tid_set() sees to that. Whoever changes what a line means counts
 * the version up.
 */
#define VERSION_START "nvmf-boot state "
#define VERSION_LINE VERSION_START "2\n"

/* ms: no honest wait for the next try is longer */
#define NEXT_MAX 150000

static void format_path(char *buf, size_t size, const struct plan_path *path, int parent, const struct attempt *attempt)
{
	const struct tid *tid = &path->tid;

	append(buf, size, "path %d %d %s %s %s %s %s %s %d %d %u %llu %llu %llu %d %llu %d %llu %d\n", parent,
	       path->discovery, transport_name(tid->transport), tid->traddr, tid->trsvcid, tid->subsysnqn,
	       tid->host_traddr[0] ? tid->host_traddr : "-", tid->host_iface[0] ? tid->host_iface : "-", attempt->error,
	       attempt->in_probe, attempt->failures, (unsigned long long)attempt->since,
	       (unsigned long long)attempt->after, (unsigned long long)attempt->next, attempt->state,
	       (unsigned long long)attempt->log_read, attempt->log_error, (unsigned long long)attempt->association,
	       attempt->disks);
}

void state_save(const struct dirs *dirs, const struct plan *plan, const struct history *history,
		struct messages *messages)
{
	size_t size = sizeof(VERSION_LINE) + 32 + 64 * PLAN_RXES_MAX + plan->n_paths * STATE_LINE_MAX, used = 0;
	CLEANUP_FREE char *text = calloc(1, size);
	static int line_of[PLAN_PATHS_MAX]; /* of each path in the file, or -1 */
	int lines = 0;

	if (!text)
		return;
	append(text, size, VERSION_LINE "looked %llu\n", (unsigned long long)history->looked);
	for (size_t i = 0; i < history->n_rxe_made; i++)
		append(text, size, "rxe %d\n", history->rxe_made[i]);
	used = strlen(text);
	for (size_t i = 0; i < plan->n_paths; i++) {
		const struct plan_path *path = &plan->paths[i];

		line_of[i] = -1;
		/* what hangs on something that is gone is gone, too; what is excluded is named by its log page all the
		 * same */
		if ((path->gone && !path->excluded) || (path->parent >= 0 && line_of[path->parent] < 0))
			continue;
		line_of[i] = lines++;
		format_path(text + used, size - used, path, path->parent < 0 ? -1 : line_of[path->parent],
			    &history->attempts[i]);
		if (path->log_cut)
			append(text + used, size - used, "cut %d\n", line_of[i]);
		if (path->log_empty)
			append(text + used, size - used, "empty %d\n", line_of[i]);
		used += strlen(text + used);
	}
	(void)layout_write(dirs, LAYOUT_STATE, text, messages);
}

/* The line's path in the plan; one that a log page named is added if its discovery controller is still planned. */
static int place_path(struct plan *plan, const struct tid *tid, int parent, bool discovery)
{
	struct plan_path path = {.tid = *tid, .discovery = discovery};

	if (parent < 0)
		return plan_find_path(plan, tid, discovery);
	path.options = plan->paths[parent].options;
	path.identity = plan->paths[parent].identity;
	path.source = log_page_source(&plan->paths[parent]);
	return plan_add_child(plan, &path, parent);
}

/* The file may be another boot's, or another host's below --root: its times may be ahead of ours. */
static uint64_t at_most(uint64_t time, uint64_t max)
{
	return time < max ? time : max;
}

/* index_of[n]: index in the plan of the file's n-th path, or -1. False: no run writes such a line. */
static bool load_path(const char *line, struct plan *plan, struct history *history, int *index_of, size_t n)
{
	char transport[8], traddr[65], trsvcid[TRSVCID_MAX], nqn[NQN_MAX], host_traddr[65], host_iface[IFACE_MAX];
	unsigned long long since, after, next, log_read, association;
	struct attempt attempt = {0};
	struct tid tid = {0};
	uint64_t now = now_ms();
	int parent, discovery, in_probe, index;

	if (sscanf(line, "path %d %d %7s %64s %32s %223s %64s %15s %d %d %u %llu %llu %llu %d %llu %d %llu %d", &parent,
		   &discovery, transport, traddr, trsvcid, nqn, host_traddr, host_iface, &attempt.error, &in_probe,
		   &attempt.failures, &since, &after, &next, &attempt.state, &log_read, &attempt.log_error,
		   &association, &attempt.disks) != 19)
		return false;
	if (tid_set(&tid, TID_TRANSPORT, transport) || tid_set(&tid, TID_TRADDR, traddr) ||
	    tid_set(&tid, TID_TRSVCID, trsvcid) || tid_set(&tid, TID_SUBSYSNQN, nqn) ||
	    (!streq(host_traddr, "-") && tid_set(&tid, TID_HOST_TRADDR, host_traddr)) ||
	    (!streq(host_iface, "-") && tid_set(&tid, TID_HOST_IFACE, host_iface)) || tid_check(&tid) ||
	    (parent >= 0 && (size_t)parent >= n))
		return false;
	if (parent >= 0 && index_of[parent] < 0)
		return true; /* it goes with its discovery controller */
	index = place_path(plan, &tid, parent < 0 ? -1 : index_of[parent], discovery != 0);
	if (index < 0 || history_fit(history, plan) < 0)
		return true;
	attempt.in_probe = in_probe != 0;
	attempt.since = at_most(since, now);
	attempt.after = at_most(after, attempt.since);
	attempt.association = association;
	attempt.next = at_most(next, now + NEXT_MAX);
	attempt.log_read = at_most(log_read, now);
	history->attempts[index] = attempt;
	index_of[n] = index;
	return true;
}

/* What a line says of a discovery controller's log page. number: of a line before this one. False: there is none. */
static bool load_page(struct plan *plan, const int *index_of, size_t n, int number, bool is_cut)
{
	if (number < 0 || (size_t)number >= n)
		return false;
	if (index_of[number] < 0 || !plan->paths[index_of[number]].discovery)
		return true;
	if (is_cut)
		log_page_restore_cut(plan, index_of[number]);
	else
		plan->paths[index_of[number]].log_empty = true;
	return true;
}

/* Nobody knows then what the log pages of another time have named: nothing is ended as if no source named it. */
static void ignore(struct plan *plan, unsigned line, const char *reason)
{
	const struct source source = {.name = "/run/" LAYOUT_STATE, .line = line};

	plan_note(plan, &source, "%s", reason);
	plan->uncertain = true;
}

static const char *why_ignored(const char *text)
{
	if (!*text)
		return "this file is ignored: it is empty, and nvmf-boot writes no empty one";
	if (strncmp(text, VERSION_START, strlen(VERSION_START)) != 0)
		return "this file is ignored: it is damaged, or nvmf-boot has not written it";
	if (strncmp(text, VERSION_LINE, strlen(VERSION_LINE)) != 0)
		return "this file is ignored: another version of nvmf-boot wrote it";
	return NULL;
}

/* n: how many paths there are already. False: no run writes such a line. */
static bool load_line(const char *line, struct plan *plan, struct history *history, int *index_of, size_t *n)
{
	unsigned long long looked;
	int number;

	if (sscanf(line, "rxe %d", &number) == 1) {
		history_add_rxe(history, number);
		return true;
	}
	if (sscanf(line, "looked %llu", &looked) == 1) {
		history->looked = at_most(looked, now_ms());
		return true;
	}
	if (sscanf(line, "cut %d", &number) == 1)
		return load_page(plan, index_of, *n, number, true);
	if (sscanf(line, "empty %d", &number) == 1)
		return load_page(plan, index_of, *n, number, false);
	if (strncmp(line, "path ", 5) != 0 || *n == PLAN_PATHS_MAX)
		return false;
	index_of[*n] = -1;
	return load_path(line, plan, history, index_of, (*n)++);
}

/* The lines behind the version. False: one is damaged, or its path is not planned any more. */
static bool load_lines(const char *text, struct plan *plan, struct history *history)
{
	static int index_of[PLAN_PATHS_MAX];
	bool all_placed = true;
	unsigned number = 0;
	size_t n = 0, len;

	for (; *text; text += len + (text[len] == '\n')) {
		CLEANUP_FREE char *line = NULL;

		len = strcspn(text, "\n");
		line = strndup(text, len);
		if (number++ == 0 || (line && load_line(line, plan, history, index_of, &n)))
			continue;
		ignore(plan, number, "this line is damaged and ignored");
		all_placed = false;
	}
	for (size_t i = 0; i < n; i++)
		all_placed &= index_of[i] >= 0;
	return all_placed;
}

void state_load(const struct dirs *dirs, struct plan *plan, struct history *history)
{
	CLEANUP_FREE char *text = NULL;
	const char *why;
	bool all_placed;

	/* what log pages named is in it: it is a source, too */
	if (history_fit(history, plan) < 0 ||
	    source_read(plan, dirs->run, LAYOUT_STATE, "/run/" LAYOUT_STATE, STATE_MAX, &text) < 0 || !text)
		return;
	why = why_ignored(text);
	if (why) {
		ignore(plan, 0, why);
		return;
	}
	all_placed = load_lines(text, plan, history);
	exclusions_apply(plan);
	/* what is not planned any more may have named what others name as well */
	for (size_t i = 0; i < history->n_attempts && !all_placed; i++)
		history->attempts[i].log_read = 0;
}
