/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum log_level max_level = LOG_LEVEL_INFO;
static const char *kmsg_prefix;

void log_set_level(enum log_level level)
{
	max_level = level;
}

void log_is_kmsg(const char *who)
{
	kmsg_prefix = who;
}

/* systemd.exec(5): $JOURNAL_STREAM is "device:inode" of the stream that the journal reads */
static bool stderr_is_journal(void)
{
	static int known = -1;
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	if (known >= 0)
		return known;
	known = stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 && fstat(STDERR_FILENO, &st) == 0 &&
		st.st_dev == dev && st.st_ino == ino;
	return known;
}

/* A write is a record. Not by stdio, which asks for the position first: kmsg has none. */
static void write_record(enum log_level level, const char *line)
{
	char record[1100];
	int n = snprintf(record, sizeof(record), "<%d>%s: %s\n", (int)level, kmsg_prefix, line);

	(void)!write(STDERR_FILENO, record, (size_t)n);
}

void log_message(enum log_level level, const char *format, ...)
{
	char text[1024], line[1024];
	va_list args;

	if (level > max_level)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* whoever has written a part of it: a line is one line, and no terminal acts on it */
	copy_printable(line, sizeof(line), text);
	if (kmsg_prefix)
		write_record(level, line);
	else if (stderr_is_journal())
		(void)fprintf(stderr, "<%d>%s\n", (int)level, line);
	else
		(void)fprintf(stderr, "nvmf-boot: %s\n", line);
}
