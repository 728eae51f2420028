/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sources/cmdline.h"
#include "sources/discovery_conf.h"
#include "sources/exclusions.h"

#define CONF "nvme/discovery.conf"
#define EXCLUSIONS "nvme/exclusions.conf"

void sources_complain(struct plan *plan, const char *name, const char *text)
{
	struct source source = {.kind = SOURCE_CONF};

	(void)copy_string(source.name, sizeof(source.name), name);
	plan_complain(plan, &source, "%s", text);
}

int sources_load_cmdline(struct plan *plan, const char *path)
{
	CLEANUP_FREE char *text = NULL;
	ssize_t n = read_whole_file(AT_FDCWD, streq(path, "-") ? "/dev/stdin" : path, SOURCES_WORDS_MAX, &text);

	if (n < 0)
		return (int)n;
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		text[--n] = '\0';
	cmdline_parse(plan, ORIGIN_LOADER, text);
	return 0;
}

int sources_load_conf(struct plan *plan, const char *path)
{
	CLEANUP_FREE char *text = NULL;
	ssize_t n = read_whole_file(AT_FDCWD, path, DISCOVERY_CONF_MAX, &text);

	if (n < 0)
		return (int)n;
	discovery_conf_parse(plan, path, text);
	return 0;
}

static void load_words(struct plan *plan, const struct dirs *dirs)
{
	CLEANUP_FREE char *text = NULL;

	ssize_t n = read_whole_file(dirs->run, SOURCES_WORDS, SOURCES_WORDS_MAX, &text);

	if (n >= 0)
		cmdline_parse_words_file(plan, text);
	else if (n != -ENOENT && n != -EBADF)
		plan->unread = true;
}

static void load_conf(struct plan *plan, const struct dirs *dirs)
{
	CLEANUP_FREE char *text = NULL;
	ssize_t n = read_whole_file(dirs->etc, CONF, DISCOVERY_CONF_MAX, &text);
	size_t complaints = plan->n_complaints;

	if (n >= 0)
		discovery_conf_parse(plan, "/etc/" CONF, text);
	else if (n != -ENOENT && n != -EBADF)
		sources_complain(plan, "/etc/" CONF, strerror((int)-n));
	/* a line with an error in it may mean what is connected */
	if (plan->n_complaints > complaints)
		plan->unread = true;
	if (n >= 0 && faccessat(dirs->etc, CONF ".converted", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		sources_complain(
			plan, "/etc/" CONF,
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
		sources_complain(plan, name, strerror((int)-n));
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
	if (cmdline) {
		int r = sources_load_cmdline(plan, cmdline);

		if (r < 0)
			return r;
		plan->unread = true; /* the boot's words are not asked */
	} else {
		load_words(plan, dirs);
	}
	if (plan->disabled) {
		plan->n_paths = 0;
		plan->n_nets = plan->n_vlans = plan->n_routes = plan->n_rxes = plan->n_foreign = 0;
	}
	load_conf(plan, dirs);
	load_exclusions(plan, dirs);
	return 0;
}
