/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Feeds a discovery log page with good and hostile entries to the parser and prints what it makes of them. */
#include <stdio.h>
#include <string.h>

#include "../../src/log_page.h"
#include "../../src/report.h"

struct entry {
	uint8_t trtype, subtype;
	const char *trsvcid, *subnqn, *traddr;
};

static const struct entry entries[] = {
	{1, 2, "4420", "nqn.x:good", "10.0.0.1"},
	{1, 2, "4420                            ", "nqn.x:padded", "10.0.0.2        "},
	{1, 2, "4420,duplicate_connect", "nqn.x:injects-by-port", "10.0.0.3"},
	{1, 2, "4420", "nqn.x:injects,hostnqn=nqn.evil", "10.0.0.4"},
	{1, 2, "4420", "nqn.x:wildcard", "0.0.0.0"},
	{1, 2, "4420", "nqn.x:newline\n", "10.0.0.5"},
	{1, 2, "4420", "", "10.0.0.6"},
	{3, 2, "4420", "nqn.x:other-transport", "10.0.0.7"},
	{1, 1, "4420", "nqn.x:referral", "10.0.0.8"},
	{1, 3, "4420", "nqn.x:self", "10.0.0.9"},
	{1, 2, "4420", "nqn.x:good", "10.0.0.1"},
	{1, 2, "4420", "nqn.x:name", "storage.example"},
};

static void put(uint8_t *to, size_t size, const char *text)
{
	size_t len = strlen(text);

	memcpy(to, text, len < size ? len : size);
}

int main(void)
{
	struct plan_path dc = {.discovery = true, .parent = -1, .tid = {.transport = TRANSPORT_RDMA}};
	static uint8_t page[ARRAY_SIZE(entries) + 1][LOG_PAGE_ENTRY_SIZE];
	char where[SOURCE_TEXT_MAX];
	struct plan plan = {0};

	(void)!tid_set(&dc.tid, TID_TRADDR, "10.0.0.1");
	(void)!tid_set(&dc.tid, TID_TRSVCID, "4420");
	(void)!tid_set(&dc.tid, TID_SUBSYSNQN, DISCOVERY_NQN);
	(void)plan_add_path(&plan, &dc);
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		page[i][0] = entries[i].trtype;
		page[i][2] = entries[i].subtype;
		put(page[i] + 32, 32, entries[i].trsvcid);
		put(page[i] + 256, 256, entries[i].subnqn);
		put(page[i] + 512, 256, entries[i].traddr);
	}
	/* no string of the last one ends */
	memset(page[ARRAY_SIZE(entries)], 'a', LOG_PAGE_ENTRY_SIZE);
	page[ARRAY_SIZE(entries)][0] = 1;
	page[ARRAY_SIZE(entries)][2] = 2;
	log_page_parse(&plan, 0, page[0], ARRAY_SIZE(page));
	report_plan(&plan);
	for (size_t i = 0; i < plan.n_complaints; i++)
		(void)printf("%s: %s\n", source_format(&plan.complaints[i].source, where), plan.complaints[i].text);
	/* a page that names nothing any more */
	log_page_parse(&plan, 0, page[0], 0);
	for (size_t i = 1; i < plan.n_paths; i++)
		(void)printf("%s %s\n", plan.paths[i].tid.subsysnqn, plan.paths[i].gone ? "is gone" : "stays");
	plan_free(&plan);
	return 0;
}
