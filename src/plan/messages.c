/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/secret.h"

/* Hashes of a room that are kept. Beyond them what comes is new: only files are as long, and they are read once. */
#define SEEN_MAX 1024

static void free_room(struct room *room)
{
	free(room->list);
	free(room->seen);
}

void messages_free(struct messages *messages)
{
	for (size_t i = 0; i < messages->n_rooms; i++)
		free_room(&messages->rooms[i]);
	free(messages->rooms);
	*messages = (struct messages){0};
}

static struct room *find_room(const struct messages *messages, const char *source)
{
	for (size_t i = 0; i < messages->n_rooms; i++)
		if (streq(messages->rooms[i].source, source))
			return &messages->rooms[i];
	return NULL;
}

/* The room of a source, made if there is none; NULL: memory is short. */
static struct room *room_of(struct messages *messages, const char *source)
{
	struct room *room = find_room(messages, source), *grown;

	if (room)
		return room;
	grown = array_grow(messages->rooms, &messages->n_rooms, sizeof(*grown), SIZE_MAX);
	if (!grown)
		return NULL;
	messages->rooms = grown;
	room = &grown[messages->n_rooms - 1];
	room->worst = LOG_LEVEL_DEBUG;
	(void)copy_string(room->source, sizeof(room->source), source);
	return room;
}

/* FNV-1a */
static uint64_t hash(uint64_t value, const char *text)
{
	for (; *text; text++)
		value = (value ^ (unsigned char)*text) * 0x100000001b3;
	return value;
}

static bool is_repeated(struct room *room, const struct message *message)
{
	uint64_t value = hash(hash(0xcbf29ce484222325, message->where) * 31, message->text), *grown;

	if (room->n_seen == SEEN_MAX)
		return false;
	for (size_t i = 0; i < room->n_seen; i++)
		if (room->seen[i] == value)
			return true;
	grown = array_grow(room->seen, &room->n_seen, sizeof(*grown), SEEN_MAX);
	if (!grown)
		return false;
	room->seen = grown;
	grown[room->n_seen - 1] = value;
	return false;
}

static void push(struct room *room, const struct message *message)
{
	struct message *grown = array_grow(room->list, &room->n, sizeof(*grown), SIZE_MAX);

	if (!grown)
		return;
	room->list = grown;
	grown[room->n - 1] = *message;
}

/* The count is reported once, with what it is then: who fills a log page again and again does not fill our log. */
static void count(struct room *room)
{
	struct message last = {0};

	if (room->n_left_out++ == 0)
		push(room, &last);
	last.level = room->worst;
	last.reported = room->list[room->n - 1].reported;
	copy_printable(last.where, sizeof(last.where), room->source);
	append(last.text, sizeof(last.text), "and %zu more, which are not shown", room->n_left_out);
	room->list[room->n - 1] = last;
}

static void add(struct room *room, const struct message *message, size_t max)
{
	if (is_repeated(room, message))
		return;
	if (message->level < room->worst)
		room->worst = message->level;
	if (room->n < max)
		push(room, message);
	else
		count(room);
}

void messages_add_list(struct messages *messages, const struct source *source, enum log_level level, const char *format,
		       va_list args)
{
	struct room *room = room_of(messages, source->name);
	/* more than is kept: what is cut off before it is looked at might be what tells a secret */
	char where[SOURCE_TEXT_MAX], text[4096];
	struct message message = {.level = level};

	if (!room)
		return;
	room->is_in_vain |= source->is_trusted && level <= LOG_LEVEL_WARNING;
	(void)vsnprintf(text, sizeof(text), format, args);
	secret_redact(text, sizeof(text), source->holds_secret);
	copy_printable(message.text, sizeof(message.text), text);
	copy_printable(message.where, sizeof(message.where), source_format(source, where));
	add(room, &message, source->is_peer ? MESSAGES_KEPT_OF_PEER : MESSAGES_KEPT);
}

void messages_add(struct messages *messages, const struct source *source, enum log_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	messages_add_list(messages, source, level, format, args);
	va_end(args);
}

void messages_restore(struct messages *messages, const char *source, const struct message *message)
{
	struct room *room = room_of(messages, source);
	struct message printable = *message;

	if (!room)
		return;
	room->is_old = true;
	copy_printable(printable.where, sizeof(printable.where), message->where);
	copy_printable(printable.text, sizeof(printable.text), message->text);
	add(room, &printable, MESSAGES_KEPT + 1);
}

void messages_forget(struct messages *messages, const char *source)
{
	struct room *room = find_room(messages, source);
	size_t behind;

	if (!room)
		return;
	free_room(room);
	behind = (size_t)(messages->rooms + --messages->n_rooms - room);
	memmove(room, room + 1, behind * sizeof(*room));
}

void messages_renew(struct messages *messages, const char *source)
{
	const struct room *room = find_room(messages, source);

	if (room && room->is_old)
		messages_forget(messages, source);
}

bool messages_are_of(const struct messages *messages, const char *source)
{
	return find_room(messages, source);
}

bool messages_are_as_bad_as(const struct messages *messages, enum log_level level)
{
	for (size_t i = 0; i < messages->n_rooms; i++)
		if (messages->rooms[i].worst <= level)
			return true;
	return false;
}
