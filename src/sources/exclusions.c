/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nvme-cli's grammar (libnvme/design/EXCLUSIONS.md):
 *
 *   file  = lines; those of the section [exclusions] count, other sections are for later versions
 *   line  = blank | '#' anything | '[' section ']' | exclusion '=' entry
 *   entry = key=value { ';' key=value }        keys: transport traddr trsvcid nqn host-traddr host-iface hostnqn hostid
 *
 * An entry matches what is equal in all of its fields; a field that a path does not have is not equal.
 */
#include "sources/exclusions.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "sources/misspelt.h"

#define FILE_NAME "nvme/exclusions.conf"

/* bytes of a file that are read at most, and of a line */
#define FILE_MAX_BYTES (256 * 1024)
#define LINE_MAX_BYTES 1024

static const struct {
	const char *key;
	enum tid_field field;
} fields[] = {
	{"transport", TID_TRANSPORT}, {"traddr", TID_TRADDR},		{"trsvcid", TID_TRSVCID},
	{"nqn", TID_SUBSYSNQN},	      {"host-traddr", TID_HOST_TRADDR}, {"host-iface", TID_HOST_IFACE},
};

/* NULL, or the reason why it is none */
static const char *set_field(struct plan_exclusion *exclusion, const char *key, const char *value)
{
	if (streq(key, "hostnqn"))
		return identity_set_nqn(&exclusion->identity, value);
	if (streq(key, "hostid"))
		return identity_set_id(&exclusion->identity, value);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (streq(key, fields[i].key))
			return tid_set(&exclusion->tid, fields[i].field, value);
	return "no such field: transport, traddr, trsvcid, nqn, host-traddr, host-iface, hostnqn, hostid";
}

static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len && strchr(" \t\r", text[len - 1]))
		text[--len] = '\0';
	return text;
}

static void complain(struct plan *plan, const struct plan_exclusion *exclusion, const char *line, const char *at,
		     const char *reason)
{
	struct source source = exclusion->source;

	source.column = (unsigned)(at - line) + 1;
	plan_complain(plan, &source, "'%s': %s: the entry excludes nothing", at, reason);
}

/* Transports of others: an entry of theirs is none of ours, and no mistake. */
static bool is_of_others(const char *key, const char *value)
{
	return streq(key, "transport") && (streq(value, "fc") || streq(value, "loop"));
}

static void parse_entry(struct plan *plan, struct plan_exclusion *exclusion, const char *line, char *entry)
{
	char *save = NULL;
	bool any = false;

	for (char *field = strtok_r(entry, ";", &save); field; field = strtok_r(NULL, ";", &save)) {
		char *key = trim(field), *value = strchr(key, '=');
		const char *reason = "expected <key>=<value>";

		if (!*key)
			continue;
		if (value) {
			*value++ = '\0';
			key = trim(key);
			value = trim(value);
			if (is_of_others(key, value))
				return;
			reason = set_field(exclusion, key, value);
		}
		if (reason) {
			if (strchr(key, '#') || (value && strchr(value, '#')))
				reason = "a comment stands on a line of its own";
			complain(plan, exclusion, line, key, reason);
			return;
		}
		any = true;
	}
	if (any)
		(void)plan_add_exclusion(plan, exclusion);
	else
		complain(plan, exclusion, line, line, "no field");
}

enum section { SECTION_NONE, SECTION_EXCLUSIONS, SECTION_OTHER };

/* A section that is meant to be ours, and is not, would ask for nothing in silence. */
static enum section take_section(struct plan *plan, const struct plan_exclusion *exclusion, const char *text)
{
	char name[LINE_MAX_BYTES] = "";

	if (streq(text, "[exclusions]"))
		return SECTION_EXCLUSIONS;
	append(name, sizeof(name), "%.*s", (int)strcspn(text, "]#"), text);
	if (is_meant_to_be(name, "exclusions"))
		plan_complain(
			plan, &exclusion->source,
			"'%s': the section is called [exclusions], and nothing stands behind that: the lines below "
			"exclude nothing",
			text);
	return SECTION_OTHER;
}

static void parse_line(struct plan *plan, struct plan_exclusion *exclusion, char *line, enum section *section)
{
	char *text = trim(line), *entry = strchr(text, '=');

	if (!*text || *text == '#')
		return;
	if (*text == '[') {
		*section = take_section(plan, exclusion, text);
		return;
	}
	if (*section == SECTION_NONE)
		complain(plan, exclusion, line, text, "this line is in no section, it belongs below [exclusions]");
	if (*section != SECTION_EXCLUSIONS)
		return;
	if (entry)
		*entry++ = '\0';
	if (!entry || !streq(trim(text), "exclusion"))
		complain(plan, exclusion, line, text, "expected exclusion = <key>=<value>;...");
	else
		parse_entry(plan, exclusion, line, entry);
}

void exclusions_parse(struct plan *plan, const char *name, const char *text)
{
	enum section section = SECTION_NONE;
	unsigned number = 0;

	while (*text) {
		struct plan_exclusion exclusion = {.source.line = ++number};
		size_t len = strcspn(text, "\n");
		char line[LINE_MAX_BYTES];

		(void)copy_string(exclusion.source.name, sizeof(exclusion.source.name), name);
		if (len < sizeof(line)) {
			memcpy(line, text, len);
			line[len] = '\0';
			parse_line(plan, &exclusion, line, &section);
		} else {
			plan_complain(plan, &exclusion.source, "a line of more than %zu bytes", sizeof(line) - 1);
			plan->unread = true;
		}
		text += len + (text[len] == '\n');
	}
}

static void load_file(struct plan *plan, int etc, const char *file)
{
	CLEANUP_FREE char *text = NULL;
	char name[96] = "";

	append(name, sizeof(name), "/etc/%s", file);
	if (source_read(plan, etc, file, name, FILE_MAX_BYTES, &text) > 0)
		exclusions_parse(plan, name, text);
}

void exclusions_load(struct plan *plan, const struct source_input *input, const struct source_row *row UNUSED)
{
	CLEANUP_DIRECTORY struct directory *dir = open_directory(input->dirs->etc, FILE_NAME ".d");
	char path[sizeof(FILE_NAME) + NAME_MAX + 4];
	const char *name;

	if (!dir && !source_is_absent(-errno))
		source_unread(plan, "/etc/" FILE_NAME ".d", errno);
	load_file(plan, input->dirs->etc, FILE_NAME);
	while ((name = next_entry(dir))) {
		size_t len = strlen(name);

		(void)snprintf(path, sizeof(path), FILE_NAME ".d/%s", name);
		if (len > 5 && streq(name + len - 5, ".conf"))
			load_file(plan, input->dirs->etc, path);
	}
}

/* ---- matching ---- */

static bool excludes(const struct plan_exclusion *exclusion, const struct plan *plan, const struct plan_path *path)
{
	const struct identity *identity = plan_path_identity(plan, path);

	return tid_matches(&exclusion->tid, &path->tid) &&
	       (!exclusion->identity.nqn[0] || streq(exclusion->identity.nqn, identity->nqn)) &&
	       (!exclusion->identity.id[0] || streq(exclusion->identity.id, identity->id));
}

void exclusions_apply(struct plan *plan)
{
	char place[TID_PLACE_MAX], where[SOURCE_TEXT_MAX];

	for (size_t i = 0; i < plan->n_paths; i++) {
		struct plan_path *path = &plan->paths[i];

		for (size_t j = 0; j < plan->n_exclusions && !path->gone; j++) {
			if (!excludes(&plan->exclusions[j], plan, path))
				continue;
			path->gone = path->excluded = true;
			plan_note(plan, &path->source, "%s at %s is left alone: excluded by %s",
				  path->discovery ? "discovery controller" : path->tid.subsysnqn,
				  tid_format_place(&path->tid, place),
				  source_format(&plan->exclusions[j].source, where));
		}
	}
	plan_drop_orphans(plan);
}
