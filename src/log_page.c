/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log_page.h"

#include <string.h>

/* offsets of an entry, in bytes */
enum {
	ENTRY_TRTYPE = 0,
	ENTRY_SUBTYPE = 2,
	ENTRY_TRSVCID = 32, /* 32 bytes */
	ENTRY_SUBNQN = 256, /* 256 bytes */
	ENTRY_TRADDR = 512, /* 256 bytes */
};

enum { TRTYPE_RDMA = 1, TRTYPE_TCP = 3 };
enum { SUBTYPE_IO = 2 };

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
	if (!reason && streq(tid->subsysnqn, DISCOVERY_NQN))
		reason = "a discovery subsystem does not hold namespaces";
	return reason ? reason : tid_check(tid);
}

static void add_entry(struct plan *plan, int parent, const uint8_t *entry, unsigned number)
{
	struct plan_path path = {.parent = parent, .source = {.kind = SOURCE_LOG_PAGE}};
	const struct plan_path *dc = &plan->paths[parent];
	char place[TID_PLACE_MAX];
	const char *reason;

	append(path.source.name, sizeof(path.source.name), "log page of %.80s", tid_format_place(&dc->tid, place));
	path.source.origin = dc->source.origin;
	path.source.line = number;
	path.options = dc->options;
	path.identity = dc->identity;
	/* entries of a transport that is not the discovery controller's are another network's */
	if (entry[ENTRY_SUBTYPE] != SUBTYPE_IO ||
	    entry[ENTRY_TRTYPE] != (dc->tid.transport == TRANSPORT_RDMA ? TRTYPE_RDMA : TRTYPE_TCP))
		return;
	/* the host's side of the association is the discovery controller's */
	memcpy(path.tid.host_traddr, dc->tid.host_traddr, sizeof(path.tid.host_traddr));
	memcpy(path.tid.host_iface, dc->tid.host_iface, sizeof(path.tid.host_iface));
	reason = parse_entry(entry, &path.tid);
	if (reason)
		plan_complain(plan, &path.source, "entry left out: %s", reason);
	else
		(void)plan_add_path(plan, &path);
}

void log_page_parse(struct plan *plan, int parent, const uint8_t *entries, size_t n)
{
	for (size_t i = 0; i < plan->n_paths; i++)
		if (plan->paths[i].parent == parent)
			plan->paths[i].gone = true;
	for (size_t i = 0; i < n; i++)
		add_entry(plan, parent, entries + i * LOG_PAGE_ENTRY_SIZE, (unsigned)i + 1);
}
