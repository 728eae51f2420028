/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parameters that others get: all that is not ours, as it came in. */
#include "host/claim.h"
#include "plan/settle.h"
#include "sources/cmdline.h"
#include "sources/sources.h"
#include "sources/words.h"
#include "fuzz.h"

/* Whether the bytes of 'part' stand in 'whole' in this order. */
static bool is_subsequence(const char *part, const char *whole)
{
	for (; *part; part++, whole++) {
		whole = strchr(whole, *part);
		if (!whole)
			return false;
	}
	return true;
}

/* What may be printed: the line, the quote that it leaves open, the blank behind each parameter, and rd.neednet=1. */
static char *allowed_of(const char *line, const struct plan *plan)
{
	size_t size = strlen(line) + sizeof("\" rd.neednet=1 ");
	char *ret = calloc(1, size);
	bool quoted = false;

	if (!ret)
		abort();
	for (const char *p = line; *p; p++)
		quoted ^= *p == '"';
	append(ret, size, "%s%s %s\n", line, quoted ? "\"" : "", plan->n_foreign ? "rd.neednet=1" : "");
	return ret;
}

/* Whether something comes of a parameter that others would do, too. */
static bool is_of_use(const char *parameter)
{
	struct plan plan = {0};
	bool is_used;

	cmdline_parse(&plan, &(struct source){.precedence = 1}, parameter, strlen(parameter));
	is_used = plan.n_nets || plan.n_vlans || plan.n_routes;
	plan_free(&plan);
	return is_used;
}

/* A parameter of which nothing comes here comes out whole, behind those before it. */
static void check_parameter(const struct line_word *word, void *data)
{
	const char **rest = data;
	char *text = as_text((const uint8_t *)word->text, word->len);

	if (is_of_use(text)) {
		free(text);
		return;
	}
	*rest = strstr(*rest, text);
	if (!*rest)
		abort();
	*rest += word->len;
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = as_text(data, size), *words, *allowed;
	struct output output;
	const char *rest;
	struct plan plan = {0};

	/* the hook writes a line for each file */
	for (char *p = text; *p; p++)
		if (*p == '\n')
			*p = ' ';
	words = calloc(1, size + 16);
	if (!words)
		abort();
	append(words, size + 16, "loader\t%s\n", text);
	sources_parse_words(&plan, words);
	settle(&plan, NULL);
	output_begin(&output);
	claim_print_rest(&plan);
	output_end(&output);
	rest = output.text;
	if (words_each(text, strlen(text), check_parameter, &rest) < 0)
		abort();
	allowed = allowed_of(text, &plan);
	if (!is_subsequence(output.text, allowed))
		abort();
	plan_free(&plan);
	free(output.text);
	free(allowed);
	free(words);
	free(text);
	return 0;
}
