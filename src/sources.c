/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmdline.h"
#include "discovery_conf.h"
#include "exclusions.h"
#include "handoff.h"
#include "overrides.h"
#include "settle.h"

#define CONF "nvme/discovery.conf"
#define EXCLUSIONS "nvme/exclusions.conf"

static void complain_of(struct plan *plan, const char *name, const char *text)
{
	struct source source = {.kind = SOURCE_CONF};

	(void)copy_string(source.name, sizeof(source.name), name);
	plan_complain(plan, &source, "%s", text);
}

int sources_load_cmdline(struct plan *plan, const char *path)
{
	CLEANUP_FREE char *text = NULL;
	ssize_t n = read_whole_file(AT_FDCWD, streq(path, "-") ? "/dev/stdin" : path, HANDOFF_WORDS_MAX, &text);

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

	ssize_t n = read_whole_file(dirs->run, HANDOFF_WORDS, HANDOFF_WORDS_MAX, &text);

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
		complain_of(plan, "/etc/" CONF, strerror((int)-n));
	/* a line with an error in it may mean what is connected */
	if (plan->n_complaints > complaints)
		plan->unread = true;
	if (n >= 0 && faccessat(dirs->etc, CONF ".converted", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		complain_of(
			plan, "/etc/" CONF,
			"nvme-cli has converted this file and reads /etc/nvme/nvme-fabrics.conf now; nvmf-boot goes on "
			"reading this one");
}

static void load_exclusions_of(struct plan *plan, int dirfd, const char *file, const char *folder)
{
	CLEANUP_FREE char *text = NULL;
	ssize_t n = read_whole_file(dirfd, file, EXCLUSIONS_MAX, &text);
	char name[96] = "";

	append(name, sizeof(name), "%s%s", folder, file);
	if (n >= 0)
		exclusions_parse(plan, name, text);
	else if (n != -ENOENT && n != -EBADF)
		complain_of(plan, name, strerror((int)-n));
}

static void load_exclusions(struct plan *plan, const struct dirs *dirs)
{
	CLEANUP_DIR DIR *dir = open_directory(dirs->etc, EXCLUSIONS ".d");
	struct dirent *entry;

	load_exclusions_of(plan, dirs->etc, EXCLUSIONS, "/etc/");
	while (dir && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (entry->d_name[0] != '.' && len > 5 && streq(entry->d_name + len - 5, ".conf"))
			load_exclusions_of(plan, dirfd(dir), entry->d_name, "/etc/" EXCLUSIONS ".d/");
	}
}

/* ---- identity ---- */

static void read_etc_identity(struct plan *plan, const struct dirs *dirs, struct identity *identity)
{
	char text[512];
	const char *reason;

	if (read_file(dirs->etc, "nvme/hostnqn", text, sizeof(text)) > 0) {
		reason = identity_set_nqn(identity, text);
		if (reason)
			complain_of(plan, "/etc/nvme/hostnqn", reason);
	}
	if (read_file(dirs->etc, "nvme/hostid", text, sizeof(text)) > 0) {
		reason = identity_set_id(identity, text);
		if (reason)
			complain_of(plan, "/etc/nvme/hostid", reason);
	}
	identity_complete(identity);
}

static const struct identity *root_identity(const struct inventory *inv)
{
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (inv->ctrls[i].carries_root && inv->ctrls[i].identity.nqn[0] && inv->ctrls[i].identity.id[0])
			return &inv->ctrls[i].identity;
	return NULL;
}

static bool fill(char *half, size_t size, const char *from)
{
	if (half[0] || !from[0])
		return false;
	(void)copy_string(half, size, from);
	return true;
}

/* A source gives the halves that are still missing; what can be derived then is not asked of the next. */
static void take(struct plan *plan, const struct identity *identity, const char *from)
{
	bool nqn = fill(plan->identity.nqn, NQN_MAX, identity->nqn);
	bool id = fill(plan->identity.id, HOSTID_MAX, identity->id);

	identity_complete(&plan->identity);
	if (nqn || id)
		append(plan->identity_source, sizeof(plan->identity_source), "%s%s",
		       plan->identity_source[0] ? " and " : "", from);
}

/* Firmware that knows none says zeros or ones. */
static bool is_real_uuid(const char *uuid)
{
	return strspn(uuid, "0-") != strlen(uuid) && strspn(uuid, "fF-") != strlen(uuid);
}

/* One order: command line, root's live controllers, /etc/nvme, DMI. */
static void load_identity(struct plan *plan, const struct dirs *dirs, const struct inventory *inv)
{
	const struct identity *root = root_identity(inv);
	struct identity words = plan->identity, etc = {0}, dmi = {0}, boot = {0};
	char uuid[64];

	plan->identity = (struct identity){0};
	take(plan, &words, "command line");
	read_etc_identity(plan, dirs, &etc);
	if (root)
		take(plan, root, "root's controllers");
	if (root && etc.nqn[0] && streq(plan->identity_source, "root's controllers") &&
	    (!streq(etc.nqn, root->nqn) || !streq(etc.id, root->id)))
		complain_of(plan, "/etc/nvme/hostnqn and hostid",
			    "not the pair that root was connected with: root's is used, since a target knows a host by "
			    "one pair");
	take(plan, &etc, "/etc/nvme");
	if (read_file(dirs->sys, "class/dmi/id/product_uuid", uuid, sizeof(uuid)) > 0 && is_real_uuid(uuid) &&
	    !identity_set_id(&dmi, uuid))
		identity_complete(&dmi);
	take(plan, &dmi, "DMI");
	if (plan->identity.nqn[0] && plan->identity.id[0])
		return;
	/* the same for all runs of this boot; the kernel's own default would be another one each time */
	if (read_file(dirs->proc, "sys/kernel/random/boot_id", uuid, sizeof(uuid)) > 0 && !identity_set_id(&boot, uuid))
		identity_complete(&boot);
	take(plan, &boot, "this boot's ID");
	if (plan->n_paths > 0)
		complain_of(plan, "host NQN and host ID",
			    "neither command line nor /etc/nvme nor DMI names this host: it has another name after "
			    "each boot; "
			    "rd.nvmf.hostnqn= gives it one");
}

int sources_load(struct plan *plan, const struct dirs *dirs, const struct inventory *inv, const char *cmdline)
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
	overrides_check(plan, dirs);
	load_identity(plan, dirs, inv);
	settle(plan);
	exclusions_apply(plan);
	return 0;
}
