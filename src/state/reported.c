/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/reported.h"

#include <stdlib.h>
#include <string.h>

#include "sources/log_page.h"
#include "state/layout.h"

/*
 *   <kind> <level> TAB <source> TAB <where> TAB <text>
 *
 * Each is one line; kind is "source" or the command in which it failed. No field has a tab, plan/messages.c sees to
 * that.
 */
#define LINE_BYTES_MAX (sizeof("connect 7\t\t\t\n") + sizeof(struct room) + sizeof(struct message))
#define KIND_SOURCE "source"
/* bytes of the file: of longer ones the end is not kept */
#define FILE_MAX (4 * 1024 * 1024)

int reported_read(const struct dirs *dirs, char **ret)
{
	ssize_t n = read_whole_file(dirs->run, LAYOUT_MESSAGES, FILE_MAX, ret);

	return n < 0 ? (int)n : 0;
}

/* ---- restore ---- */

/* Takes a field off a line. False: there is none, or it does not fit. */
static bool take_field(const char **line, char separator, char *buf, size_t size)
{
	const char *end = strchr(*line, separator);

	if (!end || (size_t)(end - *line) >= size)
		return false;
	memcpy(buf, *line, (size_t)(end - *line));
	buf[end - *line] = '\0';
	*line = end + 1;
	return true;
}

static bool is_planned_log_page(const struct plan *plan, const char *source)
{
	for (size_t i = 0; i < plan->n_paths; i++)
		if (plan->paths[i].discovery && !plan->paths[i].gone &&
		    streq(log_page_source(&plan->paths[i]).name, source))
			return true;
	return false;
}

static void restore_line(const char *line, struct plan *plan, struct messages *failures)
{
	char kind[sizeof("connect")], level[4], source[SOURCE_NAME_MAX];
	struct message message = {0};
	long number;

	if (!take_field(&line, ' ', kind, sizeof(kind)) || !take_field(&line, '\t', level, sizeof(level)) ||
	    !take_field(&line, '\t', source, sizeof(source)) ||
	    !take_field(&line, '\t', message.where, sizeof(message.where)) ||
	    !take_field(&line, '\n', message.text, sizeof(message.text)) ||
	    parse_number(level, LOG_LEVEL_ERROR, LOG_LEVEL_NOTICE, &number) < 0)
		return;
	message.level = (enum log_level)number;
	if (!streq(kind, KIND_SOURCE) && failures)
		messages_restore(failures, source, &message);
	/* what is excluded is noted by each run anew */
	if (streq(kind, KIND_SOURCE) && message.level < LOG_LEVEL_NOTICE && is_planned_log_page(plan, source))
		messages_restore(&plan->messages, source, &message);
}

/* The next line of a text, or NULL. */
static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end && end[1] ? end + 1 : NULL;
}

void reported_restore(const char *text, struct plan *plan, struct messages *failures)
{
	for (const char *line = text; line; line = next_line(line))
		restore_line(line, plan, failures);
}

/* ---- print ---- */

bool reported_lacks(const struct messages *messages)
{
	for (size_t i = 0; i < messages->n_rooms; i++)
		for (size_t j = 0; j < messages->rooms[i].n; j++)
			if (!messages->rooms[i].list[j].reported)
				return true;
	return false;
}

static void print(struct message *message, const char *reported)
{
	char line[LINE_BYTES_MAX] = "";

	append(line, sizeof(line), "\t%s\t%s\n", message->where, message->text);
	if (!message->reported && !(reported && strstr(reported, line)))
		log_message(message->level, "%s: %s", message->where, message->text);
	message->reported = true;
}

void reported_print(struct messages *messages, const char *text)
{
	for (size_t i = 0; i < messages->n_rooms; i++)
		for (size_t j = 0; j < messages->rooms[i].n; j++)
			print(&messages->rooms[i].list[j], text);
}

/* ---- save ---- */

static size_t size_of(const struct messages *messages)
{
	size_t size = 0;

	for (size_t i = 0; i < messages->n_rooms; i++)
		size += messages->rooms[i].n * LINE_BYTES_MAX;
	return size;
}

static void format(char *buf, size_t size, const char *kind, const struct messages *messages)
{
	char *end = buf + strlen(buf);

	for (size_t i = 0; i < messages->n_rooms; i++) {
		const struct room *room = &messages->rooms[i];
		char source[SOURCE_NAME_MAX];

		/* a file may have any name */
		copy_printable(source, sizeof(source), room->source);
		for (size_t j = 0; j < room->n && end + LINE_BYTES_MAX < buf + size; j++) {
			append(end, LINE_BYTES_MAX, "%s %d\t%s\t%s\t%s\n", kind, (int)room->list[j].level, source,
			       room->list[j].where, room->list[j].text);
			end += strlen(end);
		}
	}
}

static bool is_of_kind(const char *line, const char *kind)
{
	size_t len = strlen(kind);

	return strncmp(line, kind, len) == 0 && line[len] == ' ';
}

static void copy_others(char *buf, size_t size, const char *text, const char *command, bool has_sources)
{
	for (const char *line = text; line; line = next_line(line))
		if (!is_of_kind(line, command) && (!has_sources || !is_of_kind(line, KIND_SOURCE)))
			append(buf, size, "%.*s\n", (int)strcspn(line, "\n"), line);
}

void reported_save(const struct dirs *dirs, const struct plan *plan, const char *command, struct messages *failures,
		   const char *text)
{
	size_t size = size_of(failures) + LINE_BYTES_MAX + (text ? strlen(text) : 0) + 2;
	CLEANUP_FREE char *lines = NULL;

	if (plan)
		size += size_of(&plan->messages);
	if (size > FILE_MAX)
		size = FILE_MAX;
	lines = calloc(1, size);
	if (!lines)
		return;
	/* first what cannot be found out anew by whoever reads it */
	format(lines, size, command, failures);
	copy_others(lines, size, text, command, plan);
	if (plan)
		format(lines, size, KIND_SOURCE, &plan->messages);
	(void)layout_write(dirs, LAYOUT_MESSAGES, lines, failures);
}
