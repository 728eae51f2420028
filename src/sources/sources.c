/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "sources/cmdline.h"
#include "sources/discovery_conf.h"
#include "sources/exclusions.h"
#include "sources/host_identity.h"
#include "sources/nbft.h"

/* below /run: the parameters by origin, written by the cmdline hook */
#define WORDS "nvmf-boot/words"

/* the origin of what the boot loader says */
#define LOADER "loader"

/* In the order in which they are read: what replaces comes after what it replaces; of those that only name this host,
 * the first counts. */
static const struct source_row table[] = {
	{{.name = "command line (image)",
	  .precedence = 1,
	  .is_explicit = true,
	  .is_trusted = true,
	  .root_source = ROOT_SOURCE_CMDLINE},
	 cmdline_load,
	 "image"},
	{{.name = "command line (/etc/cmdline)",
	  .precedence = 2,
	  .is_explicit = true,
	  .is_trusted = true,
	  .root_source = ROOT_SOURCE_CMDLINE},
	 cmdline_load,
	 "etc"},
	{{.name = "command line (boot loader)",
	  .precedence = 3,
	  .is_explicit = true,
	  .is_trusted = true,
	  .root_source = ROOT_SOURCE_CMDLINE},
	 cmdline_load_kept,
	 LOADER},
	{{.name = "firmware (NBFT)", .is_explicit = true, .is_trusted = true}, nbft_load, NULL},
	{{.name = "/etc/nvme/discovery.conf", .is_trusted = true, .root_source = ROOT_SOURCE_CONF},
	 discovery_conf_load,
	 NULL},
	{{.name = "/etc/nvme/exclusions.conf", .is_trusted = true}, exclusions_load, NULL},
	{{.name = "/etc/nvme/hostnqn and hostid", .is_trusted = true}, host_files_load, NULL},
	{{.name = "DMI"}, host_dmi_load, NULL},
	{{.name = "this boot's ID", .is_passing = true}, host_boot_id_load, NULL},
};

static bool has_origin(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		size_t len = table[i].origin ? strlen(table[i].origin) : 0;

		if (len > 0 && strncmp(line, table[i].origin, len) == 0 && line[len] == '\t')
			return true;
	}
	return false;
}

/* The hook of another version may have written lines of origins that this one does not know; or the file is damaged. */
static void check_origins(struct plan *plan, const char *words)
{
	struct source source = {.name = "/run/" WORDS};

	while (*words) {
		size_t len = strcspn(words, "\n");

		source.line++;
		if (len > 0 && !has_origin(words)) {
			plan_complain(plan, &source,
				      "this line begins with no origin that nvmf-boot knows, so its "
				      "parameters are not used");
			plan->unread = true;
		}
		words += len + (words[len] == '\n');
	}
}

static void load(struct plan *plan, const struct source_input *input, bool parameters_alone)
{
	check_origins(plan, input->words);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].origin || !parameters_alone)
			table[i].load(plan, input, &table[i]);
}

void sources_parse_words(struct plan *plan, const char *words)
{
	load(plan, &(struct source_input){.words = words}, true);
}

/* A file of parameters as if the boot loader had given them: its lines are one. */
static int read_cmdline(const char *path, char **ret)
{
	CLEANUP_FREE char *text = NULL;
	ssize_t n = read_whole_file(AT_FDCWD, streq(path, "-") ? "/dev/stdin" : path, SOURCES_WORDS_MAX, &text);
	size_t size = sizeof(LOADER) + (size_t)n + 1;

	if (n < 0)
		return (int)n;
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		text[--n] = '\0';
	for (char *newline = text; (newline = strchr(newline, '\n'));)
		*newline = ' ';
	*ret = calloc(1, size);
	if (!*ret)
		return -ENOMEM;
	append(*ret, size, LOADER "\t%s", text);
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

int sources_load_nbft(struct plan *plan, const char *path)
{
	size_t i = 0;

	while (table[i].load != nbft_load)
		i++;
	return nbft_check(plan, &table[i], path);
}

int sources_load_conf(struct plan *plan, int dirfd, const char *path, const char *name)
{
	CLEANUP_WIPE char *text = NULL;
	ssize_t n = read_whole_file(dirfd, path, DISCOVERY_CONF_MAX, &text);
	struct source source = {0};

	if (n < 0)
		return (int)n;
	(void)copy_string(source.name, sizeof(source.name), name);
	discovery_conf_parse(plan, &source, text);
	return 0;
}

/* What the parameters would connect otherwise is left alone. */
static void disable(struct plan *plan)
{
	plan_drop_paths_below(plan, UINT_MAX);
	plan->n_nets = plan->n_vlans = plan->n_routes = plan->n_rxes = plan->n_foreign = 0;
}

int sources_load(struct plan *plan, const struct dirs *dirs, const char *cmdline)
{
	CLEANUP_FREE char *words = NULL;
	ssize_t n = cmdline ? read_cmdline(cmdline, &words)
			    : source_read(plan, dirs->run, WORDS, "/run/" WORDS, SOURCES_WORDS_MAX, &words);

	if (cmdline && n < 0)
		return (int)n;
	plan->uncertain = cmdline != NULL; /* the boot's parameters are not asked */
	load(plan, &(struct source_input){dirs, words ? words : "", !cmdline}, false);
	if (plan->disabled)
		disable(plan);
	return 0;
}
