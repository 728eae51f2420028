/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `status --json`, apart from report.c since the keeper does without json-c. */
#include <json-c/json.h>
#include <stdio.h>

#include "decide/explain.h"
#include "decide/label.h"
#include "decide/reason.h"
#include "show/report.h"

/* The one place where a text becomes JSON, which is UTF-8: json-c takes any bytes. */
static void add_string(struct json_object *object, const char *key, const char *value)
{
	char text[4 * REASON_TEXT_MAX]; /* the longest, all of it escaped */

	copy_printable(text, sizeof(text), value);
	(void)json_object_object_add(object, key, *text ? json_object_new_string(text) : NULL);
}

/* One text for an empty list: versions of json-c differ in what they put between its brackets. */
static void add_list(struct json_object *object, const char *key, struct json_object *list)
{
	static char empty[] = "[]";

	if (json_object_array_length(list) == 0)
		json_object_set_serializer(list, json_object_userdata_to_json_string, empty, NULL);
	(void)json_object_object_add(object, key, list);
}

static struct json_object *path_json(const struct report *report, size_t i)
{
	const struct plan_path *path = &report->matches->plan->paths[i];
	const struct inv_ctrl *ctrl = report->matches->of[i].ctrl;
	const struct attempt *attempt = &report->history->attempts[i];
	const uint64_t now = report->now;
	const enum path_state state = path_state(&report->matches->of[i], attempt, now);
	struct json_object *object = json_object_new_object();
	char source[SOURCE_TEXT_MAX];
	struct sentence why;

	add_string(object, "subsysnqn", path->tid.subsysnqn);
	add_string(object, "transport", transport_name(path->tid.transport));
	add_string(object, "traddr", path->tid.traddr);
	add_string(object, "trsvcid", path->tid.trsvcid);
	add_string(object, "host_traddr", path->tid.host_traddr);
	add_string(object, "host_iface", path->tid.host_iface);
	(void)json_object_object_add(object, "discovery", json_object_new_boolean(path->discovery));
	(void)json_object_object_add(
		object, "root",
		json_object_new_boolean(ctrl ? ctrl->carries_root
					     : report->matches->of[report->matches->of[i].lead].carries_root));
	add_string(object, "state", path_state_name(state));
	add_string(object, "device", ctrl ? ctrl->name : "");
	add_string(object, "source", source_format(&path->source, source));
	(void)json_object_object_add(object, "since_s",
				     attempt->since ? json_object_new_int64((int64_t)((now - attempt->since) / 1000))
						    : NULL);
	(void)reason_of_path(report->matches, report->history, i, now, &why);
	add_string(object, "reason", why.text);
	add_string(object, "hint", why.hint);
	(void)json_object_object_add(object, "failures", json_object_new_int((int)attempt->failures));
	(void)json_object_object_add(
		object, "next_try_s",
		state == PATH_FAILED ? json_object_new_int64((int64_t)((attempt->next - now + 999) / 1000)) : NULL);
	return object;
}

static struct json_object *others_json(const struct matches *matches)
{
	const struct inventory *inv = matches->inv;
	struct json_object *others = json_object_new_array();

	for (size_t i = 0; i < inv->n_ctrls; i++) {
		struct json_object *object;

		if (match_is_planned(matches, &inv->ctrls[i]))
			continue;
		object = json_object_new_object();
		add_string(object, "device", inv->ctrls[i].name);
		add_string(object, "subsysnqn", inv->ctrls[i].tid.subsysnqn);
		add_string(object, "transport", transport_name(inv->ctrls[i].tid.transport));
		add_string(object, "traddr", inv->ctrls[i].tid.traddr);
		add_string(object, "trsvcid", inv->ctrls[i].tid.trsvcid);
		add_string(object, "state", ctrl_state_name(inv->ctrls[i].state));
		(void)json_object_array_add(others, object);
	}
	return others;
}

static void add_complaints(struct json_object *complaints, const struct messages *messages)
{
	for (size_t i = 0; i < messages->n_rooms; i++) {
		const struct room *room = &messages->rooms[i];

		for (size_t j = 0; j < room->n; j++) {
			struct json_object *object = json_object_new_object();

			add_string(object, "where", room->list[j].where);
			add_string(object, "text", room->list[j].text);
			(void)json_object_array_add(complaints, object);
		}
	}
}

void report_status_json(const struct report *report)
{
	const struct plan *plan = report->matches->plan;
	struct json_object *top = json_object_new_object(), *identity = json_object_new_object();
	struct json_object *paths = json_object_new_array(), *complaints = json_object_new_array();
	enum verdict verdict = diff_verdict(report->matches);

	(void)json_object_object_add(top, "status", json_object_new_int((int)verdict));
	add_string(top, "verdict", verdict_text(verdict));
	add_string(identity, "hostnqn", plan->identity.nqn);
	add_string(identity, "hostid", plan->identity.id);
	add_string(identity, "source", plan->identity_source);
	(void)json_object_object_add(top, "identity", identity);
	for (size_t i = 0; i < plan->n_paths; i++)
		if (!plan->paths[i].gone)
			(void)json_object_array_add(paths, path_json(report, i));
	add_list(top, "paths", paths);
	(void)json_object_object_add(top, "keeper",
				     report->keeper > 0 ? json_object_new_int((int)report->keeper) : NULL);
	add_list(top, "not_persistent", others_json(report->matches));
	add_complaints(complaints, &plan->messages);
	add_complaints(complaints, report->failures);
	add_list(top, "complaints", complaints);
	(void)printf("%s\n",
		     json_object_to_json_string_ext(top, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	(void)json_object_put(top);
}
