/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/tid.h"

#include <ctype.h>
#include <string.h>

#include "plan/secret.h"

static const char *const transport_names[] = {
	[TRANSPORT_NONE] = "none",
	[TRANSPORT_RDMA] = "rdma",
	[TRANSPORT_TCP] = "tcp",
};

const char *transport_name(enum transport transport)
{
	return transport_names[transport];
}

/* the kernel's option string is separated by commas and ends with a newline */
static bool is_plain(const char *value)
{
	for (; *value; value++)
		if (*value == ',' || (unsigned char)*value <= ' ' || (unsigned char)*value >= 0x7f)
			return false;
	return true;
}

static const char *set_transport(struct tid *tid, const char *value)
{
	if (streq(value, "rdma"))
		tid->transport = TRANSPORT_RDMA;
	else if (streq(value, "tcp"))
		tid->transport = TRANSPORT_TCP;
	else if (streq(value, "fc") || streq(value, "loop"))
		return "nvmf-boot connects over rdma and tcp only";
	else
		return "there is no such transport: write rdma or tcp, in lower case";
	return NULL;
}

/* Brackets are taken off: the kernel wants the bare address. */
static const char *set_address(char dst[static TRADDR_MAX], const char *value)
{
	size_t len = strlen(value);
	const char *reason;
	struct ip ip;

	if (!is_plain(value) || ip_parse(value, &ip) < 0)
		return "not a numeric IPv4 or IPv6 address (host names are not resolved)";
	if (ip_is_any(&ip))
		return "the wildcard address is not the address of a machine";
	reason = ip.scope[0] ? iface_check_name(ip.scope) : NULL;
	if (reason)
		return reason;
	if (value[0] == '[') {
		value++;
		len -= 2;
	}
	memcpy(dst, value, len); /* at most IP_TEXT_MAX, ip_parse() says */
	dst[len] = '\0';
	return NULL;
}

static const char *set_port(char dst[static TRSVCID_MAX], const char *value)
{
	long port;

	if (parse_number(value, 1, 65535, &port) < 0)
		return "not a port number from 1 to 65535";
	dst[0] = '\0';
	append(dst, TRSVCID_MAX, "%ld", port);
	return NULL;
}

static const char *set_nqn(char dst[static NQN_MAX], const char *value)
{
	if (!*value)
		return "the NQN is empty";
	if (secret_may_be_in(value))
		return "this is a secret, not an NQN";
	if (!is_plain(value) || strpbrk(value, "\"'\\"))
		return "an NQN has no comma, blank, quote, backslash or control character";
	if (strlen(value) >= NQN_MAX)
		return "an NQN has at most 223 bytes";
	(void)copy_string(dst, NQN_MAX, value);
	return NULL;
}

static const char *set_iface(char dst[static IFACE_MAX], const char *value)
{
	const char *reason = iface_check_name(value);

	if (!reason)
		(void)copy_string(dst, IFACE_MAX, value);
	return reason;
}

const char *tid_set(struct tid *tid, enum tid_field field, const char *value)
{
	switch (field) {
	case TID_TRANSPORT:
		return set_transport(tid, value);
	case TID_TRADDR:
		return set_address(tid->traddr, value);
	case TID_TRSVCID:
		return set_port(tid->trsvcid, value);
	case TID_SUBSYSNQN:
		return set_nqn(tid->subsysnqn, value);
	case TID_HOST_TRADDR:
		return set_address(tid->host_traddr, value);
	case TID_HOST_IFACE:
		return set_iface(tid->host_iface, value);
	}
	return "no such field";
}

const char *tid_check(const struct tid *tid)
{
	struct ip target, host;

	if (tid->transport == TRANSPORT_NONE)
		return "the transport is missing";
	if (!tid->traddr[0])
		return "the target's address is missing";
	if (!tid->trsvcid[0])
		return "the target's port is missing";
	if (!tid->host_traddr[0])
		return NULL;
	if (ip_parse(tid->traddr, &target) == 0 && ip_parse(tid->host_traddr, &host) == 0 &&
	    target.family != host.family)
		return "the host's address is of another family than the target's";
	return NULL;
}

const char *identity_set_nqn(struct identity *identity, const char *value)
{
	return set_nqn(identity->nqn, value);
}

const char *identity_set_id(struct identity *identity, const char *value)
{
	static const char pattern[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	char id[HOSTID_MAX] = "";

	if (strlen(value) != sizeof(pattern) - 1)
		return "a host ID is a UUID: 8-4-4-4-12 hexadecimal digits";
	for (size_t i = 0; pattern[i]; i++) {
		bool fits = pattern[i] == '-' ? value[i] == '-' : isxdigit((unsigned char)value[i]) != 0;

		if (!fits)
			return "a host ID is a UUID: 8-4-4-4-12 hexadecimal digits";
		id[i] = (char)tolower((unsigned char)value[i]);
	}
	(void)copy_string(identity->id, sizeof(identity->id), id);
	return NULL;
}

void identity_complete(struct identity *identity)
{
	static const char prefix[] = "nqn.2014-08.org.nvmexpress:uuid:";

	if (!identity->nqn[0] && identity->id[0])
		append(identity->nqn, sizeof(identity->nqn), "%s%s", prefix, identity->id);
	if (identity->nqn[0] && !identity->id[0] && strncmp(identity->nqn, prefix, sizeof(prefix) - 1) == 0)
		(void)!identity_set_id(identity, identity->nqn + sizeof(prefix) - 1);
}

static bool same_address(const char *a, const char *b)
{
	struct ip x, y;

	return ip_parse(a, &x) == 0 && ip_parse(b, &y) == 0 && ip_equal(&x, &y);
}

static bool same_target(const struct tid *a, const struct tid *b)
{
	return a->transport == b->transport && streq(a->trsvcid, b->trsvcid) && streq(a->subsysnqn, b->subsysnqn) &&
	       same_address(a->traddr, b->traddr);
}

bool tid_equal(const struct tid *a, const struct tid *b)
{
	bool same_host = a->host_traddr[0] ? same_address(a->host_traddr, b->host_traddr) : !b->host_traddr[0];

	return same_target(a, b) && same_host && streq(a->host_iface, b->host_iface);
}

/* FNV-1a */
static uint32_t hash(uint32_t value, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < size; i++)
		value = (value ^ bytes[i]) * 0x01000193;
	return value;
}

uint32_t tid_hash(const struct tid *tid)
{
	struct ip target = {0};
	uint32_t value = hash(0x811c9dc5, tid->subsysnqn, strlen(tid->subsysnqn));

	value = hash(value, tid->trsvcid, strlen(tid->trsvcid));
	if (ip_parse(tid->traddr, &target) == 0)
		target = ip_unmapped(&target);
	return hash(value, target.bytes, sizeof(target.bytes));
}

bool tid_matches(const struct tid *pattern, const struct tid *tid)
{
	return (pattern->transport == TRANSPORT_NONE || pattern->transport == tid->transport) &&
	       (!pattern->traddr[0] || same_address(pattern->traddr, tid->traddr)) &&
	       (!pattern->trsvcid[0] || streq(pattern->trsvcid, tid->trsvcid)) &&
	       (!pattern->subsysnqn[0] || streq(pattern->subsysnqn, tid->subsysnqn)) &&
	       (!pattern->host_traddr[0] || same_address(pattern->host_traddr, tid->host_traddr)) &&
	       (!pattern->host_iface[0] || streq(pattern->host_iface, tid->host_iface));
}

const char *tid_format_place(const struct tid *tid, char buf[static TID_PLACE_MAX])
{
	bool colons = strchr(tid->traddr, ':') != NULL;

	buf[0] = '\0';
	append(buf, TID_PLACE_MAX, "%s %s%s%s:%s", transport_name(tid->transport), colons ? "[" : "", tid->traddr,
	       colons ? "]" : "", tid->trsvcid);
	if (tid->host_traddr[0])
		append(buf, TID_PLACE_MAX, " from %s", tid->host_traddr);
	if (tid->host_iface[0])
		append(buf, TID_PLACE_MAX, " on %s", tid->host_iface);
	return buf;
}
