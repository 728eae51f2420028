/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/nbft.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sources/nbft_plan.h"

#define FOLDER "firmware/acpi/tables"

/* bytes of a table; QEMU has 64 KiB, and those of real firmware have 4 */
#define TABLE_MAX (1024 * 1024)
#define TABLES_MAX 16

/* ---- tables ---- */

struct file {
	struct source source;
	unsigned number;
	uint8_t *bytes;
	size_t size;
	struct nbft_table table;
	struct nbft nbft;
	bool is_good;
};

static void open_table(struct plan *plan, struct file *file)
{
	file->table = (struct nbft_table){.plan = plan, .source = &file->source};
	file->is_good = nbft_open(&file->table, file->bytes, file->size) && nbft_read(&file->table, &file->nbft);
	if (!file->is_good)
		plan->unread = true;
}

static bool same_identity(const struct identity *a, const struct identity *b)
{
	return streq(a->nqn, b->nqn) && streq(a->id, b->id);
}

/* The table whose pair names this host: the selected one, or the first. NULL: none. */
static const struct file *naming_file(const struct file *files, size_t n)
{
	const struct file *first = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!files[i].is_good || !files[i].table.host)
			continue;
		if (files[i].nbft.host.is_selected)
			return &files[i];
		if (!first)
			first = &files[i];
	}
	return first;
}

static bool has_explicit_identity(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_identities; i++)
		if (plan->identities[i].source.is_explicit)
			return true;
	return false;
}

/* Parameters name this host, or the selected table does, or each table its own paths. */
static void add_tables(struct plan *plan, const struct file *files, size_t n)
{
	const struct file *naming = naming_file(files, n);
	bool is_named = has_explicit_identity(plan);

	if (!naming)
		return;
	if (!is_named)
		plan_add_identity(plan, &naming->source, &naming->nbft.host.identity);
	for (size_t i = 0; i < n; i++) {
		const struct identity *own = &files[i].nbft.host.identity;

		if (is_named || naming->nbft.host.is_selected || same_identity(own, &naming->nbft.host.identity))
			own = NULL;
		if (files[i].is_good && files[i].table.host)
			nbft_add(&files[i].table, &files[i].nbft, files[i].number, own);
	}
}

static void free_file(struct file *file)
{
	nbft_free(&file->nbft);
	free(file->bytes);
}

bool nbft_parse(struct plan *plan, const struct source *source, unsigned number, const uint8_t *bytes, size_t size)
{
	struct file file = {.source = *source, .number = number, .size = size, .bytes = malloc(size + 1)};
	bool is_good;

	if (!file.bytes)
		return false;
	memcpy(file.bytes, bytes, size);
	open_table(plan, &file);
	add_tables(plan, &file, 1);
	is_good = file.is_good;
	free_file(&file);
	return is_good;
}

/* ---- files ---- */

/* Returns the length, or -errno. The caller frees *ret. */
static ssize_t read_table(int dirfd, const char *path, uint8_t **ret)
{
	CLEANUP_CLOSE int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0)
		return -errno;
	*ret = malloc(TABLE_MAX + 1);
	if (!*ret)
		return -ENOMEM;
	while (len <= TABLE_MAX && n > 0) {
		n = read(fd, *ret + len, TABLE_MAX + 1 - len);
		if (n < 0)
			return -errno;
		len += (size_t)n;
	}
	return len > TABLE_MAX ? -EFBIG : (ssize_t)len;
}

/* "NBFT", or of several tables "NBFT1", "NBFT2" and so on. False: another file. */
static bool parse_name(const char *name, unsigned *number)
{
	long value = 0;

	if (strncmp(name, "NBFT", 4) != 0 || (name[4] && parse_number(name + 4, 1, 99, &value) < 0))
		return false;
	*number = (unsigned)value;
	return true;
}

static void read_file_of(struct plan *plan, int dirfd, const char *folder, const char *name, struct file *file)
{
	char path[PATH_MAX];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	n = read_table(dirfd, path, &file->bytes);
	if (n < 0)
		source_unread(plan, file->source.name, (int)-n);
	if (n < 0)
		return;
	file->size = (size_t)n;
	open_table(plan, file);
}

static size_t read_files(struct plan *plan, int dirfd, const char *folder, const struct source *source,
			 struct file *files)
{
	CLEANUP_DIRECTORY struct directory *dir = open_directory(dirfd, folder);
	const char *name;
	size_t n = 0;

	if (!dir && !source_is_absent(-errno))
		source_unread(plan, source->name, errno);
	while ((name = next_entry(dir))) {
		unsigned number;

		if (!parse_name(name, &number))
			continue;
		if (n == TABLES_MAX) {
			plan_complain(plan, source, "more than " TEXT(TABLES_MAX) " tables: the rest is ignored");
			break;
		}
		files[n].source = *source;
		files[n].number = number;
		if (number)
			(void)snprintf(files[n].source.name, sizeof(files[n].source.name), "firmware (%.8s)", name);
		read_file_of(plan, dirfd, folder, name, &files[n++]);
	}
	return n;
}

void nbft_load(struct plan *plan, const struct source_input *input, const struct source_row *row)
{
	struct file files[TABLES_MAX] = {0};
	size_t n = 0;

	if (plan->disabled || plan->no_nbft)
		return;
	n = read_files(plan, input->dirs->sys, FOLDER, &row->source, files);
	if (n > 0 && plan_has_explicit_wish(plan))
		plan_note(plan, &row->source, "parameters name the paths of this boot, so the table is not used");
	else
		add_tables(plan, files, n);
	for (size_t i = 0; i < n; i++)
		free_file(&files[i]);
}

int nbft_check(struct plan *plan, const struct source_row *row, const char *path)
{
	struct file files[TABLES_MAX] = {0};
	struct stat st;
	size_t n = 1;

	if (stat(path, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode)) {
		n = read_files(plan, AT_FDCWD, path, &row->source, files);
	} else {
		ssize_t size = read_table(AT_FDCWD, path, &files[0].bytes);

		if (size < 0)
			return (int)size;
		files[0].size = (size_t)size;
		files[0].source = row->source;
		open_table(plan, &files[0]);
	}
	add_tables(plan, files, n);
	for (size_t i = 0; i < n; i++)
		free_file(&files[i]);
	return n ? 0 : -ENOENT;
}
