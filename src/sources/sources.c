/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sources/cmdline.h"
#include "sources/discovery_conf.h"
#include "sources/exclusions.h"

/* below /run: the parameters by origin, written by the cmdline hook; bytes of it that are read at most */
#define WORDS "nvmf-boot/words"
#define WORDS_BYTES_MAX (64 * 1024)

#define CONF "nvme/discovery.conf"
#define EXCLUSIONS "nvme/exclusions.conf"

/* What loaders read from. */
struct input {
	const struct dirs *dirs;
	const char *words; /* lines of "<origin>\t<parameters>" */
};

struct row {
	struct source source; /* a loader copies it into all that it adds to the plan */
	void (*load)(struct plan *plan, const struct input *input, const struct row *row);
	const char *origin; /* of parameters */
};

static void load_words(struct plan *plan, const struct input *input, const struct row *row);
static void load_conf(struct plan *plan, const struct input *input, const struct row *row);

/* The sources in the order in which they are read: what replaces comes after what it replaces. */
static const struct row table[] = {
	{{.name = "command line (image)", .precedence = 1, .is_explicit = true, .is_trusted = true},
	 load_words,
	 "image"},
	{{.name = "command line (/etc/cmdline)", .precedence = 2, .is_explicit = true, .is_trusted = true},
	 load_words,
	 "etc"},
	{{.name = "command line (boot loader)", .precedence = 3, .is_explicit = true, .is_trusted = true},
	 load_words,
	 SOURCES_LOADER},
	{{.name = "/etc/" CONF, .is_trusted = true}, load_conf, NULL},
};

void sources_complain(struct plan *plan, const char *name, const char *text)
{
	struct source source = {0};

	(void)copy_string(source.name, sizeof(source.name), name);
	plan_complain(plan, &source, "%s", text);
}

const char *sources_error(int error)
{
	if (error == EILSEQ)
		return "a NUL byte is in this file: it is damaged, and nothing of it is used";
	if (error == ENOLINK)
		return "this symbolic link leads to no file";
	return strerror(error);
}

static void complain_unread(struct plan *plan, const char *name, int error)
{
	sources_complain(plan, name, sources_error(error));
	plan->unread = true;
}

/* ---- parameters ---- */

static void load_words(struct plan *plan, const struct input *input, const struct row *row)
{
	size_t origin_len = strlen(row->origin), len;

	for (const char *p = input->words; *p; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		if (len > origin_len && p[origin_len] == '\t' && strncmp(p, row->origin, origin_len) == 0) {
			CLEANUP_FREE char *line = strndup(p + origin_len + 1, len - origin_len - 1);

			if (line)
				cmdline_parse(plan, &row->source, line);
		}
	}
}

void sources_parse_words(struct plan *plan, const char *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].origin)
			table[i].load(plan, &(struct input){.words = words}, &table[i]);
}

/* A file of parameters as if the boot loader had given them: its lines are one. */
static int read_cmdline(const char *path, char **ret)
{
	CLEANUP_FREE char *text = NULL;
	ssize_t n = read_whole_file(AT_FDCWD, streq(path, "-") ? "/dev/stdin" : path, WORDS_BYTES_MAX, &text);
	size_t size = sizeof(SOURCES_LOADER) + (size_t)n + 1;

	if (n < 0)
		return (int)n;
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		text[--n] = '\0';
	for (char *newline = text; (newline = strchr(newline, '\n'));)
		*newline = ' ';
	*ret = calloc(1, size);
	if (!*ret)
		return -ENOMEM;
	append(*ret, size, SOURCES_LOADER "\t%s", text);
	return 0;
}

int sources_load_cmdline(struct plan *plan, const char *path)
{
	CLEANUP_FREE char *words = NULL;
	int r = read_cmdline(path, &words);

	if (r == 0)
		sources_parse_words(plan, words);
	return r;
}

/* What the parameters would connect otherwise is left alone. */
static void disable(struct plan *plan)
{
	plan_drop_paths_below(plan, UINT_MAX);
	plan->n_nets = plan->n_vlans = plan->n_routes = plan->n_rxes = plan->n_foreign = 0;
}

/* ---- files ---- */

int sources_load_conf(struct plan *plan, const char *path)
{
	CLEANUP_FREE char *text = NULL;
	ssize_t n = read_whole_file(AT_FDCWD, path, DISCOVERY_CONF_MAX, &text);
	struct source source = {0};

	if (n < 0)
		return (int)n;
	(void)copy_string(source.name, sizeof(source.name), path);
	discovery_conf_parse(plan, &source, text);
	return 0;
}

static void load_conf(struct plan *plan, const struct input *input, const struct row *row)
{
	CLEANUP_FREE char *text = NULL;
	ssize_t n = read_whole_file(input->dirs->etc, CONF, DISCOVERY_CONF_MAX, &text);
	size_t complaints = plan->n_complaints;

	if (n >= 0)
		discovery_conf_parse(plan, &row->source, text);
	else if (n != -ENOENT && n != -EBADF)
		complain_unread(plan, row->source.name, (int)-n);
	/* a line with an error in it may mean what is connected */
	if (plan->n_complaints > complaints)
		plan->uncertain = true;
	if (n >= 0 && faccessat(input->dirs->etc, CONF ".converted", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		sources_complain(
			plan, row->source.name,
			"nvme-cli has converted this file and reads /etc/nvme/nvme-fabrics.conf now; nvmf-boot still "
			"reads this one");
}

static void load_exclusions_of(struct plan *plan, int etc, const char *file)
{
	CLEANUP_FREE char *text = NULL;
	ssize_t n = read_whole_file(etc, file, EXCLUSIONS_MAX, &text);
	char name[96] = "";

	append(name, sizeof(name), "/etc/%s", file);
	if (n >= 0)
		exclusions_parse(plan, name, text);
	else if (n != -ENOENT && n != -EBADF)
		complain_unread(plan, name, (int)-n);
}

static void load_exclusions(struct plan *plan, const struct dirs *dirs)
{
	CLEANUP_DIRECTORY struct directory *dir = open_directory(dirs->etc, EXCLUSIONS ".d");
	char path[sizeof(EXCLUSIONS) + NAME_MAX + 4];
	const char *name;

	load_exclusions_of(plan, dirs->etc, EXCLUSIONS);
	while ((name = next_entry(dir))) {
		size_t len = strlen(name);

		(void)snprintf(path, sizeof(path), EXCLUSIONS ".d/%s", name);
		if (len > 5 && streq(name + len - 5, ".conf"))
			load_exclusions_of(plan, dirs->etc, path);
	}
}

int sources_load(struct plan *plan, const struct dirs *dirs, const char *cmdline)
{
	CLEANUP_FREE char *words = NULL;
	ssize_t n =
		cmdline ? read_cmdline(cmdline, &words) : read_whole_file(dirs->run, WORDS, WORDS_BYTES_MAX, &words);

	if (cmdline && n < 0)
		return (int)n;
	if (n < 0 && n != -ENOENT && n != -EBADF)
		complain_unread(plan, "/run/" WORDS, (int)-n);
	plan->uncertain = cmdline != NULL; /* the boot's parameters are not asked */
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		table[i].load(plan, &(struct input){dirs, n < 0 ? "" : words}, &table[i]);
	if (plan->disabled)
		disable(plan);
	load_exclusions(plan, dirs);
	return 0;
}
