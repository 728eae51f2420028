/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `status --json`, apart from report.c since the keeper does without json-c. */
#include <json-c/json.h>
#include <stdio.h>

#include "decide/explain.h"
#include "decide/label.h"
#include "decide/reason.h"
#include "show/report.h"

/* of the keys: counted up when one goes away or changes its meaning, not when one is added */
#define JSON_VERSION 1

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

static void add_number(struct json_object *object, const char *key, int64_t value)
{
	(void)json_object_object_add(object, key, json_object_new_int64(value));
}

static void add_counter(struct json_object *object, const char *key, long value)
{
	(void)json_object_object_add(object, key, value >= 0 ? json_object_new_int64(value) : NULL);
}

static void add_bool(struct json_object *object, const char *key, bool value)
{
	(void)json_object_object_add(object, key, json_object_new_boolean(value));
}

static void add_age(struct json_object *object, const char *key, bool is_known, uint64_t ms)
{
	(void)json_object_object_add(object, key, is_known ? json_object_new_int64((int64_t)(ms / 1000)) : NULL);
}

static void add_sentence(struct json_object *object, const char *text_key, const char *hint_key,
			 const struct sentence *sentence)
{
	add_string(object, text_key, sentence->text);
	add_string(object, hint_key, sentence->hint);
}

static struct json_object *disk_json(const struct disk *disk)
{
	struct json_object *object = json_object_new_object(), *paths = json_object_new_object();

	add_string(object, "device", disk->name);
	add_bool(object, "present", disk->is_there);
	add_bool(object, "joined", disk->is_joined);
	for (int i = 0; i < ANA_STATES; i++)
		if (disk->paths[i])
			add_number(paths, ana_state_name((enum ana_state)i), disk->paths[i]);
	(void)json_object_object_add(object, "paths", paths);
	add_counter(object, "waited", disk->waited);
	add_counter(object, "failed", disk->failed);
	return object;
}

static struct json_object *subsystems_json(const struct report *report)
{
	static const char *const states[] = {
		[DISKS_UNKNOWN] = "unknown",	       [DISKS_USABLE] = "usable",   [DISKS_NONE] = "none",
		[DISKS_INACCESSIBLE] = "inaccessible", [DISKS_MISSING] = "missing",
	};
	const struct subsystems *all = report->subsystems;
	struct json_object *list = json_object_new_array();
	struct sentence sentence;

	for (size_t i = 0; i < all->n; i++) {
		const struct subsystem *subsystem = &all->list[i];
		struct json_object *object = json_object_new_object(), *disks = json_object_new_array();

		add_string(object, "subsysnqn", report->matches->plan->paths[subsystem->lead].tid.subsysnqn);
		add_bool(object, "root", subsystem->carries_root);
		add_bool(object, "named", subsystem->is_named);
		add_number(object, "paths", subsystem->paths);
		add_number(object, "live", subsystem->live);
		for (size_t j = 0; j < subsystem->n_disks; j++)
			(void)json_object_array_add(disks, disk_json(&all->disks[subsystem->first_disk + j]));
		add_list(object, "disks", disks);
		add_string(object, "disk_state", states[subsystem->state]);
		(void)subsystem_say_disks(report->matches, subsystem, &sentence);
		add_sentence(object, "reason", "hint", &sentence);
		(void)subsystem_say_risk(report->matches, subsystem, &sentence);
		add_sentence(object, "risk", "risk_hint", &sentence);
		(void)json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *path_json(const struct report *report, size_t i)
{
	const struct plan_path *path = &report->matches->plan->paths[i];
	const struct inv_ctrl *ctrl = report->matches->of[i].ctrl;
	const struct attempt *attempt = &report->history->attempts[i];
	uint64_t at_least, at_most;
	const uint64_t now = report->now;
	const enum path_state state = path_state(&report->matches->of[i], attempt, now);
	struct json_object *object = json_object_new_object();
	char source[SOURCE_TEXT_MAX];
	struct sentence why;
	bool is_known = age_of_state(report->matches, report->history, i, now, &at_least, &at_most);

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
	add_age(object, "since_s", is_known, at_least);
	add_age(object, "since_max_s", is_known, at_most);
	(void)reason_of_path(report->matches, report->history, i, now, &why);
	add_string(object, "reason", why.text);
	add_string(object, "hint", why.hint);
	add_counter(object, "reconnects", ctrl ? ctrl->reconnects : -1);
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
	enum verdict verdict = diff_verdict(report->matches, report->history, report->now);

	add_number(top, "version", JSON_VERSION);
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
	add_list(top, "subsystems", subsystems_json(report));
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
