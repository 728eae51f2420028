/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/host_identity.h"

#include <ctype.h>
#include <string.h>

#define DMI_FILE "class/dmi/id/product_uuid"

/* bytes of a file with one half, blanks at its end included; more than any has */
#define HALF_MAX 4096

static void trim(char *text, size_t len)
{
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
}

/* A file has one line; nvme-cli reads no more of it. */
static void take_first_line(struct plan *plan, const char *name, char *text)
{
	char *end = strchr(text, '\n');

	if (end && end[1 + strspn(end + 1, " \t\r\n")])
		source_complain(plan, name, "only the first line of this file counts");
	text[strcspn(text, "\n")] = '\0';
	trim(text, strlen(text));
}

/* Takes one half from a file. False: the file is there, and what it says is not known. */
static bool read_half(struct plan *plan, int etc, const char *file, struct identity *identity,
		      const char *(*set)(struct identity *identity, const char *text))
{
	CLEANUP_FREE char *text = NULL;
	const char *reason = NULL;
	char name[64] = "";
	ssize_t len;

	append(name, sizeof(name), "/etc/%s", file);
	len = source_read(plan, etc, file, name, HALF_MAX, &text);
	if (len < 0) {
		plan_lose_identity(plan, name, source_error((int)-len));
		return false;
	}
	if (len > 0)
		take_first_line(plan, name, text);
	if (len > 0 && *text)
		reason = set(identity, text);
	if (!reason)
		return true;
	/* another name than the one that is meant would be another host's for the target */
	source_complain(plan, name, reason);
	plan_lose_identity(plan, name, reason);
	return false;
}

void host_files_load(struct plan *plan, const struct source_input *input, const struct source_row *row)
{
	struct identity identity = {0};
	bool nqn = read_half(plan, input->dirs->etc, "nvme/hostnqn", &identity, identity_set_nqn);
	bool id = read_half(plan, input->dirs->etc, "nvme/hostid", &identity, identity_set_id);

	/* one half alone may be another host's */
	if (nqn && id)
		plan_add_identity(plan, &row->source, &identity);
}

/* Firmware that knows none says zeros or ones. */
static bool is_real_uuid(const char *uuid)
{
	return strspn(uuid, "0-") != strlen(uuid) && strspn(uuid, "fF-") != strlen(uuid);
}

static void add_uuid(struct plan *plan, const struct source *source, const char *uuid)
{
	struct identity identity = {0};

	if (is_real_uuid(uuid))
		(void)!identity_set_id(&identity, uuid);
	plan_add_identity(plan, source, &identity);
}

/* Only root may read it, and often nobody needs it: reported when it is known whether this host has another name. */
void host_dmi_load(struct plan *plan, const struct source_input *input, const struct source_row *row)
{
	char uuid[64];
	ssize_t n = read_file(input->dirs->sys, DMI_FILE, uuid, sizeof(uuid));

	if (n < 0 && !source_is_absent(n))
		plan_lose_identity(plan, "/sys/" DMI_FILE, source_error((int)-n));
	else
		add_uuid(plan, &row->source, uuid);
}

void host_boot_id_load(struct plan *plan, const struct source_input *input, const struct source_row *row)
{
	char uuid[64];

	(void)read_file(input->dirs->proc, "sys/kernel/random/boot_id", uuid, sizeof(uuid));
	add_uuid(plan, &row->source, uuid);
}
