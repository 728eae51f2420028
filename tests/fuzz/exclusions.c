/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /etc/nvme/exclusions.conf. */
#include "sources/exclusions.h"
#include "fuzz.h"

/* A line of the section is used, or reported; entries of other transports are neither. */
static void check_lines(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n"), blanks = strspn(text, " \t\r");
		char *line = calloc(1, len + 32);
		struct plan plan = {0};

		if (!line)
			abort();
		append(line, len + 32, "[exclusions]\n%.*s", (int)len, text);
		exclusions_parse(&plan, "exclusions.conf", line);
		if (blanks < len && !strchr("#[", text[blanks]) && !strstr(line, "fc") && !strstr(line, "loop") &&
		    !plan.n_exclusions && !plan.messages.n_rooms)
			abort();
		plan_free(&plan);
		free(line);
		text += len + (text[len] == '\n');
	}
}

static void check_secret(const char *text)
{
	static const struct inventory nothing;
	struct history history = {0};
	struct plan plan = {0};
	char *secret = with_secret(text);

	exclusions_parse(&plan, "exclusions.conf", secret);
	check_outputs(&plan, &nothing, &history, HIDDEN);
	history_free(&history);
	plan_free(&plan);
	free(secret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan plan = {0};
	char *text = as_text(data, size);

	exclusions_parse(&plan, "exclusions.conf", text);
	exclusions_apply(&plan);
	check_plan(&plan);
	plan_free(&plan);
	check_lines(text);
	check_secret(text);
	free(text);
	return 0;
}
