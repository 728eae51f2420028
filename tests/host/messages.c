/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prints the table of reasons as nvmf-boot(8) has it in MESSAGES: scdoc, a slot as an underlined word. */
#include <stdio.h>
#include <string.h>

#include "decide/reason.h"

static void print_cell(const char *mark, const char *text)
{
	(void)printf("%s ", mark);
	for (; *text; text++)
		(void)putchar(*text == '{' || *text == '}' ? '_' : *text);
	(void)putchar('\n');
}

static const struct slots all_slots = {
	.interface = "eth0",
	.interfaces = "eth0, eth1",
	.parameter = "ip=eth0:dhcp",
	.path = "nqn.x:y at tcp 10.0.0.1:4420",
	.subsystem = "nqn.x:y",
	.device = "nvme0",
	.state = "connecting",
	.error = "Input/output error",
	.host = "nqn.x:host",
	.setting = "fast_io_fail_tmo=off",
};

/* What reason_of_path() knows of an obstacle. A slot that it does not fill comes out as 0. */
static const struct slots obstacle_slots = {.interface = "eth", .interfaces = "eth", .parameter = "ip=eth:dhcp"};

int main(void)
{
	struct sentence sentence;

	for (enum reason i = REASON_NONE + 1; i < REASONS; i++) {
		const char *text = reason_table[i].text;

		if (!text) {
			(void)fprintf(stderr, "reason %d has no row in reason.c\n", (int)i);
			return 1;
		}
		if (i <= REASON_NO_IDENTITY && strpbrk(reason_say(i, &obstacle_slots, &sentence), "0")) {
			(void)fprintf(stderr, "nothing fills a slot of this obstacle: %s\n", text);
			return 1;
		}
		if (strpbrk(reason_say(i, &all_slots, &sentence), "?{}")) {
			(void)fprintf(stderr, "there is no such slot: %s\n", reason_table[i].text);
			return 1;
		}
		print_cell("| ", reason_table[i].text);
		print_cell(":[", reason_table[i].meaning);
		print_cell(":[", reason_table[i].hint ? reason_table[i].hint : "nothing");
	}
	return 0;
}
