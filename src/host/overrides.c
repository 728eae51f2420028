/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/overrides.h"

#include <errno.h>
#include <string.h>

#include "plan/secret.h"
#include "sources/source.h"

#define BY_HAND "systemd/system"
/* relative to the etc folder, so that --root applies, too */
#define OURS "../usr/lib/systemd/system"

/* bytes of a unit that are read at most */
#define UNIT_MAX 16384

/* A name, and its value behind it; not the rest of another value, which may be anything. */
static bool is_setting(const char *line)
{
	size_t name = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

	return name > 0 && line[name + strspn(line + name, " \t")] == '=';
}

/* Whether the value of a line goes on in the next. */
static bool is_continued(const char *line)
{
	size_t len = strlen(line);

	return len > 0 && line[len - 1] == '\\';
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

/* What to show of a setting of theirs: a program's options may be keys, marked or not. */
static void append_setting(char *text, size_t size, const char *line)
{
	static const char *const options[] = {"secret", "key", "psk", "passw", " -S", " -C"};
	bool is_secret = secret_may_be_in(line);

	for (size_t i = 0; i < ARRAY_SIZE(options) && !is_secret; i++)
		is_secret = strcasestr(line, options[i]);
	if (is_secret)
		append(text, size, "%.*s" SECRET_SHOWN, (int)strcspn(line, "=") + 1, line);
	else
		append(text, size, "%.80s", line);
}

/* Appends each setting of theirs that ours does not have, with our value in brackets. */
static void append_differences(char *text, size_t size, char *theirs, char *ours)
{
	char *save = NULL, value[128];
	const char *separator = "";
	bool is_rest = false;

	for (char *line = strtok_r(theirs, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		bool is_skipped = is_rest || !is_setting(line) || strncmp(line, "Description=", 12) == 0;
		const char *of_ours;

		is_rest = is_continued(line);
		if (is_skipped)
			continue;
		of_ours = value_in(ours, line, value, sizeof(value));
		if (of_ours && streq(of_ours, strchr(line, '=') + 1))
			continue;
		append(text, size, "%s", separator);
		append_setting(text, size, line);
		append(text, size, " (ours: %s)", of_ours ? of_ours : "not set");
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
