/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prints the table of reasons as nvmf-boot(8) has it in MESSAGES: scdoc, a slot as an underlined word. */
#include <stdio.h>

#include "decide/reason.h"

static void print_cell(const char *mark, const char *text)
{
	(void)printf("%s ", mark);
	for (; *text; text++)
		(void)putchar(*text == '{' || *text == '}' ? '_' : *text);
	(void)putchar('\n');
}

int main(void)
{
	for (enum reason i = REASON_NONE + 1; i < REASONS; i++) {
		print_cell("| ", reason_table[i].text);
		print_cell(":[", reason_table[i].meaning);
		print_cell(":[", reason_table[i].hint ? reason_table[i].hint : "nothing");
	}
	return 0;
}
