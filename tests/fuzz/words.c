/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line's words, as the hook hands them over. */
#include "sources/cmdline.h"
#include "sources/sources.h"
#include "plan/settle.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan plan = {0};
	char *text = as_text(data, size);

	sources_parse_words(&plan, text);
	settle(&plan, NULL);
	check_plan(&plan);
	plan_free(&plan);
	cmdline_parse(&plan, &(struct source){.precedence = 1, .is_explicit = true, .is_trusted = true}, text,
		      strlen(text));
	settle(&plan, NULL);
	check_plan(&plan);
	plan_free(&plan);
	free(text);
	return 0;
}
