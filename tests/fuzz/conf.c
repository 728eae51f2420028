/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /etc/nvme/discovery.conf. */
#include "sources/discovery_conf.h"
#include "plan/settle.h"
#include "fuzz.h"

static const struct source source = {.name = "discovery.conf", .is_trusted = true};

static void parse(struct plan *plan, const char *text)
{
	discovery_conf_parse(plan, &source, text);
	settle(plan, NULL);
}

/* A line that asks for something is used, or reported. */
static void check_lines(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n"), blanks = strspn(text, " \t\r");
		char *line = as_text((const uint8_t *)text, len);
		struct plan plan = {0};

		parse(&plan, line);
		if (blanks < len && text[blanks] != '#' && !plan.n_paths && !plan.messages.n_rooms)
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
	check_plan(&plan);
	plan_free(&plan);
	check_lines(text);
	check_secret(text, parse);
	free(text);
	return 0;
}
