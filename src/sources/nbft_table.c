/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Offsets in bytes; all numbers are little-endian. A reference is {u32 offset from the start of the table, u16 length}.
 *
 *   header    0 "NBFT" | 4 u32 length | 8 major | 9 checksum | 36 u32 heap offset | 40 u32 heap length
 *   control  64 id 1 | 65 major | 68 u16 length | 70 flags | 72 reference to the host | 80 lists of HFIs, 88 of
 *            subsystems, 96 of security, 104 of discovery: {u32 offset, u16 stride, u8 version, u8 count}
 *   host      0 id 2 | 1 flags | ...
 */
#include "sources/nbft_table.h"

#include <stdio.h>
#include <string.h>

enum {
	HEADER_LENGTH = 4,
	HEADER_MAJOR = 8,
	HEADER_CHECKSUM = 9,
	HEADER_HEAP = 36,
	HEADER_HEAP_LENGTH = 40,
	CONTROL = 64,
	CONTROL_MAJOR = 65,
	CONTROL_FLAGS = 70,
	CONTROL_HOST = 72,
	CONTROL_LISTS = 80,
	TABLE_MIN = 128,
};

enum { ID_CONTROL = 1, ID_HOST = 2 };
enum { HOST_SIZE = 32 };

#define IS_VALID 1

static const struct {
	const char *name;
	size_t size; /* of a descriptor */
} kinds[NBFT_KINDS] = {
	[NBFT_HFIS] = {"HFIs", 32},
	[NBFT_SUBSYSTEMS] = {"subsystems", 128},
	[NBFT_SECURITY] = {"security profiles", 64},
	[NBFT_DISCOVERY] = {"discovery controllers", 32},
};

uint16_t nbft_u16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

uint32_t nbft_u32(const uint8_t *bytes)
{
	return (uint32_t)nbft_u16(bytes) | (uint32_t)nbft_u16(bytes + 2) << 16;
}

void nbft_complain(const struct nbft_table *table, const uint8_t *at, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	plan_complain(table->plan, table->source, "offset %zu: %s", (size_t)(at - table->bytes), text);
}

/* ---- the table as a whole ---- */

static bool refuse(const struct nbft_table *table, size_t offset, const char *reason)
{
	nbft_complain(table, table->bytes + offset, "%s: nothing of this table is used", reason);
	return false;
}

static bool has_checksum(const struct nbft_table *table)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < table->size; i++)
		sum = (uint8_t)(sum + table->bytes[i]);
	return sum == 0;
}

static bool open_header(struct nbft_table *table, size_t file_size)
{
	const uint8_t *bytes = table->bytes;

	if (file_size < TABLE_MIN)
		return refuse(table, 0, "the table is shorter than its header and its control block, 128 bytes");
	if (memcmp(bytes, "NBFT", 4) != 0)
		return refuse(table, 0, "the table does not begin with its name, NBFT");
	table->size = nbft_u32(bytes + HEADER_LENGTH);
	if (table->size < TABLE_MIN)
		return refuse(table, HEADER_LENGTH, "the length is less than 128 bytes");
	if (table->size > file_size)
		return refuse(table, HEADER_LENGTH, "the length is greater than that of the file");
	if (!has_checksum(table))
		return refuse(table, HEADER_CHECKSUM, "the checksum is wrong");
	if (bytes[HEADER_MAJOR] != 1)
		return refuse(table, HEADER_MAJOR, "the major revision is not 1");
	table->heap = nbft_u32(bytes + HEADER_HEAP);
	if ((uint64_t)table->heap + nbft_u32(bytes + HEADER_HEAP_LENGTH) > table->size)
		return refuse(table, HEADER_HEAP, "the heap ends outside of the table");
	table->heap_end = table->heap + nbft_u32(bytes + HEADER_HEAP_LENGTH);
	return true;
}

static bool open_host(struct nbft_table *table)
{
	const uint8_t *reference = table->bytes + CONTROL_HOST;
	uint64_t offset = nbft_u32(reference), size = nbft_u16(reference + 4);

	if (size < HOST_SIZE)
		return refuse(table, CONTROL_HOST, "the host descriptor is shorter than 32 bytes");
	if (offset < TABLE_MIN || offset + size > table->size)
		return refuse(table, CONTROL_HOST, "the host descriptor lies outside of the table");
	table->host = table->bytes + offset;
	if (table->host[0] != ID_HOST)
		return refuse(table, offset, "this is no host descriptor");
	if (!(table->host[1] & IS_VALID))
		return refuse(table, offset + 1, "the host descriptor is marked as not valid");
	return true;
}

static void open_list(struct nbft_table *table, enum nbft_kind kind)
{
	const uint8_t *at = table->bytes + CONTROL_LISTS + 8 * (size_t)kind;
	struct nbft_list list = {nbft_u32(at), nbft_u16(at + 4), at[7]};
	const char *reason = NULL;

	/* the rest of an empty list is reserved */
	if (list.count == 0)
		return;
	if (list.offset < TABLE_MIN)
		reason = "it lies in the header";
	else if (list.stride < kinds[kind].size)
		reason = "its entries are too short";
	else if ((uint64_t)list.offset + (uint64_t)list.count * list.stride > table->size)
		reason = "it ends outside of the table";
	if (reason)
		nbft_complain(table, at, "the list of %s is ignored: %s", kinds[kind].name, reason);
	else
		table->lists[kind] = list;
}

bool nbft_open(struct nbft_table *table, const uint8_t *bytes, size_t size)
{
	table->bytes = bytes;
	if (!open_header(table, size))
		return false;
	if (bytes[CONTROL] != ID_CONTROL)
		return refuse(table, CONTROL, "this is no control block");
	if (bytes[CONTROL_MAJOR] != 1)
		return refuse(table, CONTROL_MAJOR, "the major revision of the control block is not 1");
	/* firmware that can boot from NVMe over Fabrics, and was not asked to */
	if (!(bytes[CONTROL_FLAGS] & IS_VALID))
		return true;
	if (!open_host(table))
		return false;
	for (int kind = 0; kind < NBFT_KINDS; kind++)
		open_list(table, (enum nbft_kind)kind);
	return true;
}

/* ---- parts ---- */

const uint8_t *nbft_entry(const struct nbft_table *table, enum nbft_kind kind, unsigned number)
{
	return table->bytes + table->lists[kind].offset + (size_t)number * table->lists[kind].stride;
}

bool nbft_object(const struct nbft_table *table, const uint8_t *reference, struct nbft_object *ret)
{
	uint64_t offset = nbft_u32(reference), size = nbft_u16(reference + 4);

	*ret = (struct nbft_object){0};
	if (size == 0)
		return true;
	if (offset < table->heap || offset + size > table->heap_end)
		return false;
	*ret = (struct nbft_object){table->bytes + offset, size};
	return true;
}

/* The specification counts the NUL as a part of the text; real firmware does not. */
const char *nbft_text(const struct nbft_table *table, const uint8_t *reference, char *buf, size_t size)
{
	struct nbft_object object;
	size_t len;

	buf[0] = '\0';
	if (!nbft_object(table, reference, &object))
		return "it lies outside of the heap";
	if (object.size == 0)
		return NULL;
	len = strnlen((const char *)object.bytes, object.size);
	for (size_t i = len; i < object.size; i++)
		if (object.bytes[i])
			return "text follows its NUL";
	for (size_t i = 0; i < len; i++)
		if (object.bytes[i] < 0x20 || object.bytes[i] > 0x7e)
			return "a byte in it is no printable ASCII";
	if (len >= size)
		return "it is too long";
	memcpy(buf, object.bytes, len);
	buf[len] = '\0';
	return NULL;
}

struct ip nbft_ip(const uint8_t *bytes)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	struct ip ip;

	if (memcmp(bytes, mapped, sizeof(mapped)) == 0)
		ip_from_bytes(AF_INET, bytes + sizeof(mapped), &ip);
	else
		ip_from_bytes(AF_INET6, bytes, &ip);
	if (ip_is_any(&ip))
		ip.family = 0;
	return ip;
}
