/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line's words, as the hook hands them over. */
#include "sources/cmdline.h"
#include "sources/sources.h"
#include "sources/words.h"
#include "plan/settle.h"
#include "fuzz.h"

static const struct source loader = {.precedence = 1, .is_explicit = true, .is_trusted = true};

/* Whether a parameter is one of ours that changes nothing if it says what is so anyway. */
static bool may_change_nothing(const char *key)
{
	static const char *const keys[] = {"rd.nonvmf",	      "rd.nvmf.nostatic", "rd.nvmf.nonbft",
					   "rd.nvmf.timeout", "rd.nvmf.keeper",	  "rd.nvmf.on-root-loss"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (streq(key, keys[i]))
			return true;
	return false;
}

static bool may_be_ours(const char *key)
{
	static const char *const keys[] = {"ip", "vlan", "rd.route", "ifname", "bond", "team", "bridge"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (streq(key, keys[i]))
			return true;
	return strncmp(key, "rd.nvmf.", 8) == 0 || strncmp(key, "nvmf.", 5) == 0;
}

/* A parameter that may be ours is used, or reported. */
static void check_word(const struct line_word *in_line, void *data)
{
	static const struct plan nothing;
	struct plan plan = {0};
	struct plan_parameter *parameters;
	char *word;

	(void)data;
	if (!may_be_ours(in_line->key) || may_change_nothing(in_line->key))
		return;
	word = as_text((const uint8_t *)in_line->text, in_line->len);
	cmdline_parse(&plan, &loader, word, strlen(word));
	/* the plan keeps the text of each */
	parameters = plan.parameters;
	if (plan.n_parameters != 1 || !streq(parameters[0].text, word))
		abort();
	plan.parameters = NULL;
	plan.n_parameters = 0;
	if (memcmp(&plan, &nothing, sizeof(plan)) == 0)
		abort();
	plan_free(&plan);
	free(parameters[0].text);
	free(parameters);
	free(word);
}

/* A line of no origin is reported. */
static void check_origins(const struct plan *plan, const char *text)
{
	static const char *const origins[] = {"image\t", "etc\t", "loader\t"};

	while (*text) {
		size_t len = strcspn(text, "\n");
		bool is_known = len == 0;

		for (size_t i = 0; i < ARRAY_SIZE(origins); i++)
			is_known |= strncmp(text, origins[i], strlen(origins[i])) == 0;
		if (!is_known && (!plan->unread || !messages_are_of(&plan->messages, "/run/nvmf-boot/words")))
			abort();
		text += len + (text[len] == '\n');
	}
}

static void parse(struct plan *plan, const char *text)
{
	cmdline_parse(plan, &loader, text, strlen(text));
	settle(plan, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan plan = {0};
	char *text = as_text(data, size);

	sources_parse_words(&plan, text);
	check_origins(&plan, text);
	settle(&plan, NULL);
	check_plan(&plan);
	plan_free(&plan);
	parse(&plan, text);
	check_plan(&plan);
	plan_free(&plan);
	if (words_each(text, strlen(text), check_word, NULL) < 0)
		abort();
	check_secret(text, parse);
	free(text);
	return 0;
}
