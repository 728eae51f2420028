/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/overrides.h"

#include <errno.h>
#include <string.h>

#include "sources/source.h"

#define BY_HAND "systemd/system"
/* relative to the etc folder, so that --root applies, too */
#define OURS "../usr/lib/systemd/system"

/* bytes of a unit that are read at most */
#define UNIT_MAX 16384

static bool is_setting(const char *line)
{
	return *line && *line != '#' && *line != ';' && *line != '[' && strchr(line, '=');
}

/* The value that another unit gives to the setting of 'line'; NULL: it does not have the setting. */
static const char *value_in(char *unit, const char *line, char *buf, size_t size)
{
	size_t key = strcspn(line, "=") + 1;

	for (const char *at = unit; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL) {
		if (strncmp(at, line, key) != 0)
			continue;
		buf[0] = '\0';
		append(buf, size, "%.*s", (int)strcspn(at + key, "\n"), at + key);
		return buf;
	}
	return NULL;
}

/* Appends each setting of theirs that ours does not have, with our value in brackets. */
static void append_differences(char *text, size_t size, char *theirs, char *ours)
{
	char *save = NULL, value[128];
	const char *separator = "";

	for (char *line = strtok_r(theirs, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *of_ours;

		if (!is_setting(line) || strncmp(line, "Description=", 12) == 0)
			continue;
		of_ours = value_in(ours, line, value, sizeof(value));
		if (of_ours && streq(of_ours, strchr(line, '=') + 1))
			continue;
		append(text, size, "%s%.80s (ours: %s)", separator, line, of_ours ? of_ours : "not set");
		separator = ", ";
	}
}

static void check_unit(struct plan *plan, const struct dirs *dirs, const char *unit)
{
	CLEANUP_FREE char *theirs = NULL, *ours = NULL;
	struct source source = {0};
	char path[128] = "", differences[352] = "";
	ssize_t n;

	append(path, sizeof(path), BY_HAND "/%s", unit);
	/* a masked unit is a link to /dev/null, hence empty: somebody wants it so */
	n = read_whole_file(dirs->etc, path, UNIT_MAX, &theirs);
	if (n == 0 || n == -ENOENT || n == -EBADF)
		return;
	append(source.name, sizeof(source.name), "/etc/%s", path);
	path[0] = '\0';
	append(path, sizeof(path), OURS "/%s", unit);
	if (n > 0)
		n = read_whole_file(dirs->etc, path, UNIT_MAX, &ours);
	if (n < 0)
		append(differences, sizeof(differences), "the two cannot be compared: %s", source_error((int)-n));
	else
		append_differences(differences, sizeof(differences), theirs, ours);
	plan_complain(plan, &source,
		      "this unit was made by hand and is used instead of nvmf-boot's: %s. To move it aside: "
		      "mv %s /etc/nvme/ && systemctl daemon-reload",
		      *differences ? differences : "no setting differs", source.name);
}

void overrides_check(struct plan *plan, const struct dirs *dirs)
{
	check_unit(plan, dirs, "nvme_fabrics_persistent.service");
	check_unit(plan, dirs, "nvme_fabrics_persistent.timer");
}
