/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Feeds a discovery log page with good and hostile entries to the parser and prints what it makes of them. */
#include <stdio.h>
#include <string.h>

#include "sources/log_page.h"
#include "show/report.h"

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
	{2, 2, "none", "nqn.x:fibre", "nn-0x20000090fae39706:pn-0x10000090fae39706"},
	{254, 2, "", "nqn.x:loop", ""},
	{254, 1, "", "nqn.x:loop", ""},
	{9, 2, "", "nqn.x:unknown", ""},
	{1, 1, "4420", "nqn.x:both", "10.0.0.11"},
	{1, 2, "4420", "nqn.x:both", "10.0.0.11"},
};

static void put(uint8_t *to, size_t size, const char *text)
{
	size_t len = strlen(text);

	memcpy(to, text, len < size ? len : size);
}

static void put_entry(uint8_t *to, const struct entry *entry)
{
	memset(to, 0, LOG_PAGE_ENTRY_SIZE);
	to[0] = entry->trtype;
	to[2] = entry->subtype;
	put(to + 32, 32, entry->trsvcid);
	put(to + 256, 256, entry->subnqn);
	put(to + 512, 256, entry->traddr);
}

static void add_dc(struct plan *plan)
{
	struct plan_path dc = {.discovery = true, .tid = {.transport = TRANSPORT_RDMA}};

	(void)!tid_set(&dc.tid, TID_TRADDR, "10.0.0.1");
	(void)!tid_set(&dc.tid, TID_TRSVCID, "4420");
	(void)!tid_set(&dc.tid, TID_SUBSYSNQN, DISCOVERY_NQN);
	(void)plan_add_path(plan, &dc);
}

static void print_complaints(const struct plan *plan)
{
	const struct room *room = &plan->messages.rooms[0];

	for (size_t i = 0; i < room->n; i++)
		(void)printf("%s: %s\n", room->list[i].where, room->list[i].text);
}

static void hostile_entries(void)
{
	static uint8_t page[ARRAY_SIZE(entries) + 1][LOG_PAGE_ENTRY_SIZE];
	struct plan plan = {0};

	add_dc(&plan);
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		put_entry(page[i], &entries[i]);
	/* no string of the last one ends */
	memset(page[ARRAY_SIZE(entries)], 'a', LOG_PAGE_ENTRY_SIZE);
	page[ARRAY_SIZE(entries)][0] = 1;
	page[ARRAY_SIZE(entries)][2] = 2;
	log_page_parse(&plan, 0, page[0], ARRAY_SIZE(page), false);
	report_plan(&plan);
	print_complaints(&plan);
	(void)printf("the page is %s\n", plan.paths[0].log_empty ? "empty" : "not empty");
	/* a page that names nothing any more but its own controller */
	log_page_parse(&plan, 0, page[9], 1, false);
	(void)printf("the page is %s\n", plan.paths[0].log_empty ? "empty" : "not empty");
	for (size_t i = 1; i < plan.n_paths; i++)
		(void)printf("%s %s\n", plan.paths[i].tid.subsysnqn, plan.paths[i].gone ? "is gone" : "stays");
	plan_free(&plan);
}

/* Each refers to the next, and to the first one again. */
static void referrals(void)
{
	uint8_t page[3][LOG_PAGE_ENTRY_SIZE];
	struct plan plan = {0};

	add_dc(&plan);
	for (unsigned i = 0; i < 12; i++) {
		char next[16] = "", nqn[16] = "";
		struct plan_path *dc = NULL;

		for (size_t path = 0; path < plan.n_paths; path++)
			if (plan.paths[path].discovery)
				dc = &plan.paths[path];
		append(next, sizeof(next), "10.0.0.%u", i + 2);
		append(nqn, sizeof(nqn), "nqn.x:disk%u", i);
		put_entry(page[0], &(struct entry){1, 1, "4420", DISCOVERY_NQN, next});
		put_entry(page[1], &(struct entry){1, 1, "4420", DISCOVERY_NQN, "10.0.0.1"});
		put_entry(page[2], &(struct entry){1, 2, "4420", nqn, next});
		log_page_parse(&plan, (int)(dc - plan.paths), page[0], 3, false);
	}
	report_plan(&plan);
	(void)printf("%s\n", plan.messages.rooms[0].list[0].text);
	/* the first one refers to nobody any more: all that came of it is gone */
	log_page_parse(&plan, 0, page[0], 0, false);
	for (size_t i = 1; i < plan.n_paths; i++)
		if (!plan.paths[i].gone)
			(void)printf("%s stays\n", plan.paths[i].tid.traddr);
	plan_free(&plan);
}

/* A page with more bad entries than there is room for, read twice, and one of another discovery controller. */
static void noisy(void)
{
	static uint8_t page[300][LOG_PAGE_ENTRY_SIZE];
	struct plan_path other = {.discovery = true, .tid = {.transport = TRANSPORT_RDMA}};
	struct plan plan = {0};

	add_dc(&plan);
	(void)!tid_set(&other.tid, TID_TRADDR, "10.0.0.2");
	(void)!tid_set(&other.tid, TID_TRSVCID, "4420");
	(void)!tid_set(&other.tid, TID_SUBSYSNQN, DISCOVERY_NQN);
	(void)plan_add_path(&plan, &other);
	for (size_t i = 0; i < ARRAY_SIZE(page); i++)
		put_entry(page[i], &(struct entry){1, 2, "0", "nqn.x:noisy", "10.0.0.1"});
	log_page_parse(&plan, 0, page[0], ARRAY_SIZE(page), false);
	log_page_parse(&plan, 0, page[0], ARRAY_SIZE(page), false);
	log_page_parse(&plan, 1, page[0], 1, false);
	for (size_t i = 0; i < plan.messages.n_rooms; i++) {
		const struct room *room = &plan.messages.rooms[i];

		(void)printf("%s: %zu messages, of which the last is: %s\n", room->source, room->n,
			     room->list[room->n - 1].text);
	}
	plan_free(&plan);
}

/* A page of 'records' entries that changes under the reader the first 'changes' times. */
struct moving {
	unsigned changes, records, genctr, gets;
};

static int get(void *data, uint64_t offset, void *buf, uint32_t len, bool more)
{
	struct moving *m = data;

	memset(buf, 0, len);
	m->gets++;
	if (offset == 0) {
		if (!more && m->changes > 0) {
			m->changes--;
			m->genctr++;
		}
		memcpy(buf, &m->genctr, sizeof(m->genctr));
		memcpy((char *)buf + 8, &m->records, sizeof(m->records));
		return 0;
	}
	for (uint32_t done = 0; done < len; done += LOG_PAGE_ENTRY_SIZE) {
		char nqn[32] = "";

		append(nqn, sizeof(nqn), "nqn.x:%u", (unsigned)((offset + done) / LOG_PAGE_ENTRY_SIZE));
		put_entry((uint8_t *)buf + done, &(struct entry){1, 2, "4420", nqn, "10.0.0.2"});
	}
	return 0;
}

static void read_page(unsigned changes, unsigned records)
{
	struct moving m = {.changes = changes, .records = records};
	struct plan plan = {0};
	int r;

	add_dc(&plan);
	r = log_page_read(&plan, 0, get, &m);
	(void)printf("%u records that change %u times: returns %d, %zu found\n", records, changes, r, plan.n_paths - 1);
	plan_free(&plan);
}

static void print_path_of(const struct plan *plan, const char *nqn)
{
	for (size_t i = 0; i < plan->n_paths; i++)
		if (streq(plan->paths[i].tid.subsysnqn, nqn))
			(void)printf("%s %s\n", nqn, plan->paths[i].gone ? "is gone" : "stays");
}

/* What a page has behind the entries that are held may be what it named before. */
static void cut_page(void)
{
	struct moving m = {.records = 3000};
	uint8_t page[1][LOG_PAGE_ENTRY_SIZE];
	struct plan plan = {0};

	add_dc(&plan);
	put_entry(page[0], &(struct entry){1, 2, "4420", "nqn.x:behind", "10.0.0.3"});
	log_page_parse(&plan, 0, page[0], 1, false);
	(void)!log_page_read(&plan, 0, get, &m);
	(void)printf("%u records: %zu found, %s\n", m.records, plan.n_paths - 1,
		     plan_is_unread(&plan) ? "not read whole" : "read whole");
	print_path_of(&plan, "nqn.x:behind");
	print_complaints(&plan);
	m.records = 3;
	(void)!log_page_read(&plan, 0, get, &m);
	(void)printf("%u records: %s\n", m.records, plan_is_unread(&plan) ? "not read whole" : "read whole");
	print_path_of(&plan, "nqn.x:behind");
	plan_free(&plan);
}

int main(void)
{
	hostile_entries();
	referrals();
	noisy();
	read_page(0, 3);
	read_page(2, 3);
	read_page(100, 3);
	read_page(0, 1000);
	read_page(0, 4000000000u);
	cut_page();
	return 0;
}
