/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What must hold of a plan, whoever fed its parsers. */
#pragma once

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "act/fabrics.h"
#include "plan/plan.h"
#include "decide/reach.h"
#include "decide/label.h"
#include "show/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The kernel's option string has the options that we mean and no other: values bring no separator. */
static inline void check_options(const struct plan *plan, const struct plan_path *path)
{
	static const struct inventory nothing;
	struct tid tid = reach_path(plan, &nothing, path).tid;
	char options[FABRICS_OPTIONS_MAX];
	unsigned commas = 0, expected;

	fabrics_options(plan, path, &tid, false, options);
	expected = 3 + (tid.host_traddr[0] != 0) + (tid.host_iface[0] != 0) +
		   (path->discovery && !streq(tid.subsysnqn, DISCOVERY_NQN)) +
		   2 * (plan_path_identity(plan, path)->nqn[0] && plan_path_identity(plan, path)->id[0]);
	for (int i = 0; i < CTRL_OPTIONS; i++) {
		bool is_flag = ctrl_option_table[i].type == OPTION_IS_FLAG;

		expected += (path->options.set[i] && (!is_flag || path->options.value[i])) ||
			    (path->discovery && i == OPTION_KEEP_ALIVE_TMO);
	}
	for (int i = 0; i < CTRL_SECRETS && !path->discovery; i++)
		expected += secret_is_set(&path->options.secret[i]);
	for (const char *p = options; *p; p++) {
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f)
			abort();
		commas += *p == ',';
	}
	if (commas != expected)
		abort();
}

/* Text is UTF-8 without control characters: the C library decides. */
static inline void check_printable(const char *text)
{
	static locale_t utf8;
	mbstate_t state = {0};
	locale_t before;
	wchar_t c;

	if (!utf8 && !(utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", 0)))
		abort();
	before = uselocale(utf8);
	for (size_t n; (n = mbrtowc(&c, text, 16, &state)); text += n)
		if (n > 16 || c < L' ' || (c >= 0x7f && c < 0xa0))
			abort();
	(void)uselocale(before);
}

/* A message is a line of text, and no source has more than its room. */
static inline void check_messages(const struct messages *messages)
{
	for (size_t i = 0; i < messages->n_rooms; i++) {
		const struct room *room = &messages->rooms[i];

		if (room->n > MESSAGES_KEPT + 1 || (room->n_left_out > 0 && room->n < MESSAGES_KEPT_OF_PEER + 1))
			abort();
		for (size_t j = 0; j < room->n; j++)
			check_printable(room->list[j].text);
	}
}

static inline void check_plan(struct plan *plan)
{
	char label[PATH_LABEL_MAX];

	for (size_t i = 0; i < plan->n_paths; i++) {
		if (plan->paths[i].parent >= (int)i || tid_check(&plan->paths[i].tid))
			abort();
		check_options(plan, &plan->paths[i]);
		(void)path_label(&plan->paths[i], label);
	}
	for (size_t i = 0; i < plan->n_nets; i++)
		if (!plan->nets[i].address.family || !plan->nets[i].iface.name[0] ||
		    plan->nets[i].prefix > ip_bits(&plan->nets[i].address))
			abort();
	for (size_t i = 0; i < plan->n_vlans; i++)
		if (plan->vlans[i].id < 1 || plan->vlans[i].id > 4094 || !plan->vlans[i].parent.name[0])
			abort();
	check_messages(&plan->messages);
}

/* The input as a string of its own, so that a read beyond its end is seen. */
static inline char *as_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}
