/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources/log_page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* offsets of an entry, in bytes */
enum {
	ENTRY_TRTYPE = 0,
	ENTRY_SUBTYPE = 2,
	ENTRY_TRSVCID = 32, /* 32 bytes */
	ENTRY_SUBNQN = 256, /* 256 bytes */
	ENTRY_TRADDR = 512, /* 256 bytes */
};

/* ms a page, plus one command: the loop stands still meanwhile */
#define READ_LIMIT 5000
/* bytes of a command: nvmet's and most arrays' MDTS allow it */
#define CHUNK 4096
/* readings of a page that changes while it is read */
#define TRIES 5

/* of a page, reported first: a page may have more bad entries than messages of it are kept */
#define CUT                                                                                      \
	"it names more than nvmf-boot holds (" TEXT(PLAN_PATHS_MAX) " entries of a page, " TEXT( \
		PLAN_PATHS_MAX) " paths in all): the rest is left out"

enum { TRTYPE_RDMA = 1, TRTYPE_FC = 2, TRTYPE_TCP = 3, TRTYPE_LOOP = 254 };
enum { SUBTYPE_REFERRAL = 1, SUBTYPE_IO = 2 };

static uint64_t le64(const uint8_t *p)
{
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | p[i];
	return value;
}

void log_page_parse_header(const uint8_t header[static LOG_PAGE_HEADER_SIZE], struct log_page_header *ret)
{
	*ret = (struct log_page_header){.genctr = le64(header), .numrec = le64(header + 8)};
}

/* Fields are padded with blanks or zeros, and not always terminated. */
static const char *field_text(const uint8_t *field, size_t size, char *buf)
{
	size_t len = strnlen((const char *)field, size);

	while (len > 0 && field[len - 1] == ' ')
		len--;
	memcpy(buf, field, len);
	buf[len] = '\0';
	return buf;
}

static const char *parse_entry(const uint8_t *entry, struct tid *tid)
{
	char text[257];
	const char *reason;

	tid->transport = entry[ENTRY_TRTYPE] == TRTYPE_RDMA ? TRANSPORT_RDMA : TRANSPORT_TCP;
	reason = tid_set(tid, TID_SUBSYSNQN, field_text(entry + ENTRY_SUBNQN, 256, text));
	if (!reason)
		reason = tid_set(tid, TID_TRADDR, field_text(entry + ENTRY_TRADDR, 256, text));
	if (!reason)
		reason = tid_set(tid, TID_TRSVCID, field_text(entry + ENTRY_TRSVCID, 32, text));
	if (!reason && entry[ENTRY_SUBTYPE] == SUBTYPE_IO && streq(tid->subsysnqn, DISCOVERY_NQN))
		reason = "a discovery subsystem does not hold namespaces";
	return reason ? reason : tid_check(tid);
}

struct source log_page_source(const struct plan_path *dc)
{
	struct source source = {.is_peer = true};
	char place[TID_PLACE_MAX];

	append(source.name, sizeof(source.name), "log page of %.80s", tid_format_place(&dc->tid, place));
	return source;
}

static unsigned depth_of(const struct plan *plan, int path)
{
	unsigned depth = 0;

	for (int up = plan->paths[path].parent; up >= 0; up = plan->paths[up].parent)
		depth++;
	return depth;
}

/* Whether the entry is of a transport that is not the discovery controller's: another network's. */
static bool is_foreign(const struct plan_path *dc, const uint8_t *entry)
{
	return entry[ENTRY_TRTYPE] != (dc->tid.transport == TRANSPORT_RDMA ? TRTYPE_RDMA : TRTYPE_TCP);
}

static bool is_wanted(const uint8_t *entry)
{
	return entry[ENTRY_SUBTYPE] == SUBTYPE_IO || entry[ENTRY_SUBTYPE] == SUBTYPE_REFERRAL;
}

/* One line for all entries that are passed over: people look for what is not there. */
static void note_foreign(struct plan *plan, int parent, const uint8_t *entries, size_t n)
{
	static const struct {
		const char *name;
		uint8_t type;
	} known[] = {{"rdma", TRTYPE_RDMA}, {"fc", TRTYPE_FC}, {"tcp", TRTYPE_TCP}, {"loop", TRTYPE_LOOP}};
	const struct source source = log_page_source(&plan->paths[parent]);
	size_t total = 0, named = 0;
	char text[128] = "";

	for (size_t i = 0; i < n; i++)
		total += is_wanted(entries + i * LOG_PAGE_ENTRY_SIZE) &&
			 is_foreign(&plan->paths[parent], entries + i * LOG_PAGE_ENTRY_SIZE);
	for (size_t type = 0; type < ARRAY_SIZE(known) && total > 0; type++) {
		size_t count = 0;

		for (size_t i = 0; i < n; i++)
			count += is_wanted(entries + i * LOG_PAGE_ENTRY_SIZE) &&
				 is_foreign(&plan->paths[parent], entries + i * LOG_PAGE_ENTRY_SIZE) &&
				 entries[i * LOG_PAGE_ENTRY_SIZE + ENTRY_TRTYPE] == known[type].type;
		if (count)
			append(text, sizeof(text), "%s%zu %s", *text ? ", " : "", count, known[type].name);
		named += count;
	}
	if (total > named)
		append(text, sizeof(text), "%s%zu unknown", *text ? ", " : "", total - named);
	if (total)
		plan_note(plan, &source, "entries of other transports than the discovery controller's are ignored: %s",
			  text);
}

/* False: the plan is full. */
static bool add_entry(struct plan *plan, int parent, const uint8_t *entry, unsigned number)
{
	struct plan_path path = {0};
	const struct plan_path *dc = &plan->paths[parent];
	const char *reason;

	path.source = log_page_source(dc);
	path.source.line = number;
	path.options = dc->options;
	path.identity = dc->identity;
	path.discovery = entry[ENTRY_SUBTYPE] == SUBTYPE_REFERRAL;
	if (!is_wanted(entry) || is_foreign(dc, entry))
		return true;
	/* the host's side of the association is the discovery controller's */
	memcpy(path.tid.host_traddr, dc->tid.host_traddr, sizeof(path.tid.host_traddr));
	memcpy(path.tid.host_iface, dc->tid.host_iface, sizeof(path.tid.host_iface));
	reason = parse_entry(entry, &path.tid);
	if (!reason && path.discovery && depth_of(plan, parent) >= LOG_PAGE_DEPTH_MAX)
		reason = "the chain of discovery controllers that leads to it is too long";
	if (!reason)
		return plan_add_child(plan, &path, parent) >= 0;
	plan_complain(plan, &path.source, "entry ignored: %s", reason);
	return true;
}

static void mark_cut(struct plan *plan, int path)
{
	const struct source source = log_page_source(&plan->paths[path]);

	plan_complain(plan, &source, "%s", CUT);
	plan->paths[path].log_cut = true;
}

void log_page_restore_cut(struct plan *plan, int path)
{
	struct message message = {.level = LOG_LEVEL_WARNING, .text = CUT};
	const struct source source = log_page_source(&plan->paths[path]);

	(void)copy_string(message.where, sizeof(message.where), source.name);
	messages_restore(&plan->messages, source.name, &message);
	plan->paths[path].log_cut = true;
}

void log_page_parse(struct plan *plan, int parent, const uint8_t *entries, size_t n, bool is_cut)
{
	static bool there[PLAN_PATHS_MAX];
	size_t before = plan->n_paths;
	bool is_full = false;

	messages_renew(&plan->messages, log_page_source(&plan->paths[parent]).name);
	for (size_t i = 0; i < before; i++) {
		there[i] = !plan->paths[i].gone;
		if (plan->paths[i].parent == parent)
			plan->paths[i].gone = true;
	}
	plan->paths[parent].log_cut = false;
	plan->paths[parent].log_empty = true;
	if (is_cut)
		mark_cut(plan, parent);
	note_foreign(plan, parent, entries, n);
	for (size_t i = 0; i < n; i++)
		plan->paths[parent].log_empty &= !is_wanted(entries + i * LOG_PAGE_ENTRY_SIZE);
	for (size_t i = 0; i < n && !is_full; i++)
		is_full = !add_entry(plan, parent, entries + i * LOG_PAGE_ENTRY_SIZE, (unsigned)i + 1);
	if (is_full)
		mark_cut(plan, parent);
	/* what is left out may name them */
	for (size_t i = 0; i < before && plan->paths[parent].log_cut; i++)
		if (plan->paths[i].parent == parent && there[i])
			plan->paths[i].gone = false;
	plan_drop_orphans(plan);
	for (size_t i = 0; i < before; i++)
		plan->log_lost |= there[i] && plan->paths[i].gone;
}

/* ---- reading ---- */

static int get_entries(log_page_get get, void *data, uint8_t *entries, size_t n, uint64_t deadline)
{
	size_t size = n * LOG_PAGE_ENTRY_SIZE;

	for (size_t done = 0; done < size; done += CHUNK) {
		uint32_t len = size - done < CHUNK ? (uint32_t)(size - done) : CHUNK;
		int r = get(data, LOG_PAGE_HEADER_SIZE + done, entries + done, len, true);

		if (r < 0)
			return r;
		if (now_ms() > deadline)
			return -ETIMEDOUT;
	}
	return 0;
}

/* 1: it has changed meanwhile */
static int read_once(struct plan *plan, int parent, log_page_get get, void *data, uint64_t deadline)
{
	uint8_t buf[LOG_PAGE_HEADER_SIZE];
	struct log_page_header before, after;
	bool is_cut;
	CLEANUP_FREE uint8_t *entries = NULL;
	int r = get(data, 0, buf, sizeof(buf), true);

	if (r < 0)
		return r;
	log_page_parse_header(buf, &before);
	is_cut = before.numrec > LOG_PAGE_ENTRIES_MAX;
	if (is_cut)
		before.numrec = LOG_PAGE_ENTRIES_MAX;
	entries = calloc(before.numrec + 1, LOG_PAGE_ENTRY_SIZE);
	if (!entries)
		return -ENOMEM;
	r = get_entries(get, data, entries, before.numrec, deadline);
	if (r == 0)
		r = get(data, 0, buf, sizeof(buf), false);
	if (r < 0)
		return r;
	log_page_parse_header(buf, &after);
	if (before.genctr != after.genctr)
		return 1;
	log_page_parse(plan, parent, entries, before.numrec, is_cut);
	return 0;
}

int log_page_read(struct plan *plan, int parent, log_page_get get, void *data)
{
	uint64_t deadline = now_ms() + READ_LIMIT;
	int r = 1;

	for (int try = 0; try < TRIES && r == 1 && now_ms() <= deadline; try++)
		r = read_once(plan, parent, get, data, deadline);
	return r == 1 ? -EAGAIN : r;
}
