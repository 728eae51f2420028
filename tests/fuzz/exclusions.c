/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /etc/nvme/exclusions.conf. */
#include "sources/exclusions.h"
#include "fuzz.h"

static void parse(struct plan *plan, const char *text)
{
	exclusions_parse(plan, "exclusions.conf", text);
}

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
		parse(&plan, line);
		if (blanks < len && !strchr("#[", text[blanks]) && !strstr(line, "fc") && !strstr(line, "loop") &&
		    !plan.n_exclusions && !plan.messages.n_rooms)
			abort();
		plan_free(&plan);
		free(line);
		text += len + (text[len] == '\n');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan plan = {0};
	char *text = as_text(data, size);

	parse(&plan, text);
	exclusions_apply(&plan);
	check_plan(&plan);
	plan_free(&plan);
	check_lines(text);
	check_secret(text, parse);
	free(text);
	return 0;
}
