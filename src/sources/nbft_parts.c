/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Offsets in bytes, by descriptor. Flag 0 is "valid" everywhere.
 *
 *   host       2 host ID[16] | 18 ref host NQN | flags 3-4: 2 selected
 *   HFI        0 id 3 | 1 index | 2 flags | 3 transport | 16 ref info
 *   HFI info   0 id 7 | 1 version | 2 transport | 6 flags | 11 MAC[6] | 17 u16 VLAN | 19 origin | 20 address[16] |
 *              36 prefix | 37 gateway[16] | 54 u16 metric
 *   security   0 id 5 | 1 index | 2 u16 flags: 1-2 authentication, 5-6 secure channel, 2 is "required"
 *   discovery  0 id 6 | 1 flags | 2 index | 3 HFI | 4 security | 6 ref URI | 12 ref NQN
 *   subsystem  0 id 4 | 1 u16 index | 3 u16 flags | 5 transport | 6 u16 transport flags | 8 discovery | 10 ref address
 * | 16 ref port | 45 security | 46 primary HFI | 48 ref secondary HFIs | 54 ref NQN
 */
#include "sources/nbft_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ID_HFI = 3, ID_SUBSYSTEM = 4, ID_SECURITY = 5, ID_DISCOVERY = 6, ID_HFI_INFO = 7 };
enum { TRANSPORT_ID_TCP = 3 };
enum { HFI_INFO_MIN = 110 };
enum { ORIGIN_DHCP = 3, ORIGIN_ROUTER = 4 };

#define IS_VALID 1
#define HFI_DEFAULT_ROUTE 2
#define HFI_DHCP 4
#define HFI_AUTOCONFIGURED 8
#define SUBSYSTEM_SECURITY 4
#define TRANSPORT_FLAGS_VALID 1
#define TRANSPORT_HEADER_DIGEST 2
#define TRANSPORT_DATA_DIGEST 4

/* a field of two bits */
enum { STATE_SELECTED = 2, STATE_REQUIRED = 2, STATE_UNAVAILABLE = 2 };

static unsigned two_bits(unsigned flags, unsigned first)
{
	return flags >> first & 3;
}

/* longest texts, with their ends */
#define URI_MAX 512

void nbft_free(struct nbft *nbft)
{
	free(nbft->hfis);
	free(nbft->securities);
	free(nbft->discoveries);
	free(nbft->subsystems);
	*nbft = (struct nbft){0};
}

const struct nbft_hfi *nbft_find_hfi(const struct nbft *nbft, unsigned index)
{
	for (size_t i = 0; i < nbft->n_hfis; i++)
		if (nbft->hfis[i].index == index)
			return &nbft->hfis[i];
	return NULL;
}

const struct nbft_security *nbft_find_security(const struct nbft *nbft, unsigned index)
{
	for (size_t i = 0; i < nbft->n_securities; i++)
		if (nbft->securities[i].index == index)
			return &nbft->securities[i];
	return NULL;
}

/* ---- host ---- */

/* The bytes are printed as they stand, like the firmware has sent them, and not as a GUID. */
static void read_host_id(const uint8_t *bytes, char id[static HOSTID_MAX])
{
	static const uint8_t none[16];

	id[0] = '\0';
	if (memcmp(bytes, none, sizeof(none)) == 0)
		return;
	for (size_t i = 0; i < 16; i++)
		append(id, HOSTID_MAX, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
}

static bool read_host(const struct nbft_table *table, struct nbft_host *host)
{
	char nqn[NQN_MAX];
	const char *reason = nbft_text(table, table->host + 18, nqn, sizeof(nqn));

	if (!reason)
		reason = identity_set_nqn(&host->identity, nqn);
	if (reason) {
		nbft_complain(table, table->host + 18, "the host NQN cannot be used: %s: nothing of this table is used",
			      reason);
		return false;
	}
	read_host_id(table->host + 2, host->identity.id);
	identity_complete(&host->identity);
	host->is_selected = two_bits(table->host[1], 3) == STATE_SELECTED;
	if (!host->identity.id[0])
		nbft_complain(table, table->host + 2,
			      "the host ID is absent, and a target knows a host by the pair of host NQN and host ID: "
			      "nothing of this table is used");
	return host->identity.id[0] != '\0';
}

/* ---- HFIs ---- */

static bool is_multicast(const struct ip *ip)
{
	return ip->bytes[0] == 0xff || (ip->family == AF_INET && ip->bytes[0] >= 224);
}

static const char *read_mac(const uint8_t *bytes, struct hwaddr *hwaddr)
{
	static const uint8_t none[6];

	if (memcmp(bytes, none, sizeof(none)) == 0)
		return "its hardware address is zero";
	if (bytes[0] & 1)
		return "its hardware address is a multicast address";
	hwaddr->len = 6;
	memcpy(hwaddr->bytes, bytes, 6);
	return NULL;
}

static const char *read_address(const uint8_t *info, struct nbft_hfi *hfi)
{
	hfi->address = nbft_ip(info + 20);
	hfi->gateway = nbft_ip(info + 37);
	hfi->prefix = info[36];
	hfi->metric = nbft_u16(info + 54);
	hfi->is_from_router = (info[6] & HFI_AUTOCONFIGURED) || info[19] == ORIGIN_ROUTER;
	hfi->is_dynamic =
		(info[6] & HFI_DHCP) || info[19] == ORIGIN_DHCP || hfi->is_from_router || !hfi->address.family;
	if (hfi->is_dynamic)
		return NULL;
	if (is_multicast(&hfi->address))
		return "its address is a multicast address";
	if (hfi->prefix > ip_bits(&hfi->address))
		return "the prefix of its address is too long";
	if (hfi->gateway.family && (hfi->gateway.family != hfi->address.family || is_multicast(&hfi->gateway)))
		hfi->gateway = (struct ip){0};
	return NULL;
}

static const char *read_hfi(const struct nbft_table *table, const struct nbft *nbft, const uint8_t *entry,
			    struct nbft_hfi *hfi)
{
	struct nbft_object object;
	const uint8_t *info;
	const char *reason;

	if (hfi->index == 0)
		return "its index is 0, which means none";
	if (nbft_find_hfi(nbft, hfi->index))
		return "another one has its index";
	if (entry[3] != TRANSPORT_ID_TCP)
		return "its transport is not TCP";
	if (!nbft_object(table, entry + 16, &object))
		return "its transport info lies outside of the heap";
	if (object.size < HFI_INFO_MIN)
		return "its transport info is absent or shorter than 110 bytes";
	info = object.bytes;
	if (info[0] != ID_HFI_INFO || info[1] != 1 || info[2] != TRANSPORT_ID_TCP)
		return "its transport info is not that of TCP";
	if (!(info[6] & IS_VALID))
		return "its transport info is marked as not valid";
	reason = read_mac(info + 11, &hfi->hwaddr);
	if (reason)
		return reason;
	hfi->vlan = nbft_u16(info + 17);
	if (hfi->vlan > 4094)
		return "its VLAN is greater than 4094";
	hfi->has_default_route = (info[6] & HFI_DEFAULT_ROUTE) != 0;
	return read_address(info, hfi);
}

/* ---- security profiles ---- */

static const char *read_security(const uint8_t *entry, struct nbft_security *security)
{
	unsigned flags = nbft_u16(entry + 2);

	security->requires_authentication = two_bits(flags, 1) == STATE_REQUIRED;
	security->requires_tls = two_bits(flags, 5) == STATE_REQUIRED;
	return NULL;
}

/* ---- discovery controllers ---- */

/* nvme+tcp://<address>[:<port>][/...], IPv6 in brackets */
static const char *read_uri(char *uri, struct tid *tid)
{
	static const char scheme[] = "nvme+tcp://";
	char *host = uri + sizeof(scheme) - 1, *end, *port = NULL;
	const char *reason;

	if (strncasecmp(uri, scheme, sizeof(scheme) - 1) != 0)
		return "its URI does not begin with nvme+tcp://";
	host[strcspn(host, "/?#")] = '\0';
	end = *host == '[' ? strchr(host, ']') : host + strcspn(host, ":");
	if (!end)
		return "the bracket in its URI is not closed";
	if (*end == ']')
		end++;
	if (*end == ':')
		port = end + 1;
	else if (*end)
		return "text follows the address in its URI";
	*end = '\0';
	reason = tid_set(tid, TID_TRADDR, host);
	return reason ? reason : tid_set(tid, TID_TRSVCID, port ? port : "8009");
}

static const char *read_discovery(const struct nbft_table *table, const uint8_t *entry, struct nbft_discovery *dc)
{
	char uri[URI_MAX], nqn[NQN_MAX];
	const char *reason = nbft_text(table, entry + 6, uri, sizeof(uri));

	dc->hfi = entry[3];
	dc->security = entry[4];
	dc->tid.transport = TRANSPORT_TCP;
	if (!reason)
		reason = read_uri(uri, &dc->tid);
	if (!reason)
		reason = nbft_text(table, entry + 12, nqn, sizeof(nqn));
	return reason ? reason : tid_set(&dc->tid, TID_SUBSYSNQN, *nqn ? nqn : DISCOVERY_NQN);
}

/* ---- subsystems ---- */

static void add_hfi(const struct nbft *nbft, struct nbft_subsystem *subsystem, unsigned index)
{
	if (!nbft_find_hfi(nbft, index) || memchr(subsystem->hfis, (int)index, subsystem->n_hfis))
		return;
	subsystem->hfis[subsystem->n_hfis++] = (uint8_t)index;
}

/* The list of EDK2 contains the primary one, too; 0 and unknown indices are nobody's. */
static const char *read_hfis(const struct nbft_table *table, const struct nbft *nbft, const uint8_t *entry,
			     struct nbft_subsystem *subsystem)
{
	struct nbft_object list;

	add_hfi(nbft, subsystem, entry[46]);
	if (subsystem->n_hfis == 0)
		return "there is no usable HFI with the index of its primary one";
	if (!nbft_object(table, entry + 48, &list))
		nbft_complain(table, entry + 48, "the list of secondary HFIs lies outside of the heap and is ignored");
	for (size_t i = 0; i < list.size; i++)
		add_hfi(nbft, subsystem, list.bytes[i]);
	return NULL;
}

static const char *read_place(const struct nbft_table *table, const uint8_t *entry, struct tid *tid)
{
	char text[IP_TEXT_MAX], port[TRSVCID_MAX];
	struct nbft_object address;
	const char *reason;
	struct ip ip;

	if (!nbft_object(table, entry + 10, &address) || address.size != 16)
		return "its address is absent, has not 16 bytes, or lies outside of the heap";
	ip = nbft_ip(address.bytes);
	if (!ip.family || is_multicast(&ip))
		return "its address is zero or a multicast address";
	reason = tid_set(tid, TID_TRADDR, ip_format(&ip, text));
	if (!reason)
		reason = nbft_text(table, entry + 16, port, sizeof(port));
	return reason ? reason : tid_set(tid, TID_TRSVCID, port);
}

static const char *read_subsystem(const struct nbft_table *table, struct nbft *nbft, const uint8_t *entry,
				  struct nbft_subsystem *subsystem)
{
	unsigned flags = nbft_u16(entry + 3), transport_flags = nbft_u16(entry + 6);
	char nqn[NQN_MAX];
	const char *reason;

	if (entry[5] != TRANSPORT_ID_TCP)
		return "its transport is not TCP";
	subsystem->tid.transport = TRANSPORT_TCP;
	reason = nbft_text(table, entry + 54, nqn, sizeof(nqn));
	if (!reason)
		reason = tid_set(&subsystem->tid, TID_SUBSYSNQN, nqn);
	if (reason)
		return reason;
	/* the firmware has not got beyond the discovery controller, which is asked instead */
	subsystem->discovery = entry[8];
	nbft->is_discovery_used[entry[8]] |= !streq(nqn, DISCOVERY_NQN);
	reason = read_place(table, entry, &subsystem->tid);
	if (!reason)
		reason = read_hfis(table, nbft, entry, subsystem);
	if (reason)
		return reason;
	if (flags & SUBSYSTEM_SECURITY)
		subsystem->security = entry[45];
	if ((flags & SUBSYSTEM_SECURITY) && !nbft_find_security(nbft, entry[45]))
		return "there is no security profile with the index that it names";
	subsystem->is_unavailable = two_bits(flags, 7) == STATE_UNAVAILABLE;
	subsystem->header_digest =
		(transport_flags & TRANSPORT_FLAGS_VALID) && (transport_flags & TRANSPORT_HEADER_DIGEST);
	subsystem->data_digest = (transport_flags & TRANSPORT_FLAGS_VALID) && (transport_flags & TRANSPORT_DATA_DIGEST);
	return NULL;
}

/* ---- lists ---- */

static const struct {
	const char *name;
	uint8_t id;
	size_t flags; /* offset of the byte with the valid bit */
} kinds[NBFT_KINDS] = {
	[NBFT_HFIS] = {"HFI", ID_HFI, 2},
	[NBFT_SUBSYSTEMS] = {"subsystem", ID_SUBSYSTEM, 3},
	[NBFT_SECURITY] = {"security profile", ID_SECURITY, 2},
	[NBFT_DISCOVERY] = {"discovery controller", ID_DISCOVERY, 1},
};

static unsigned index_of(enum nbft_kind kind, const uint8_t *entry)
{
	if (kind == NBFT_SUBSYSTEMS)
		return nbft_u16(entry + 1);
	return entry[kind == NBFT_DISCOVERY ? 2 : 1];
}

/* Reads one entry to the end of its list. NULL, or the reason why it is left out. */
static const char *read_entry(const struct nbft_table *table, struct nbft *nbft, enum nbft_kind kind,
			      const uint8_t *entry)
{
	struct nbft_hfi hfi = {.index = index_of(kind, entry)};
	struct nbft_security security = {.index = hfi.index};
	struct nbft_discovery discovery = {.index = hfi.index};
	struct nbft_subsystem subsystem = {.index = hfi.index};
	const char *reason = NULL;

	switch (kind) {
	case NBFT_HFIS:
		reason = read_hfi(table, nbft, entry, &hfi);
		if (!reason)
			nbft->hfis[nbft->n_hfis++] = hfi;
		break;
	case NBFT_SECURITY:
		reason = read_security(entry, &security);
		if (!reason)
			nbft->securities[nbft->n_securities++] = security;
		break;
	case NBFT_DISCOVERY:
		reason = read_discovery(table, entry, &discovery);
		if (!reason)
			nbft->discoveries[nbft->n_discoveries++] = discovery;
		break;
	case NBFT_SUBSYSTEMS:
		reason = read_subsystem(table, nbft, entry, &subsystem);
		if (!reason)
			nbft->subsystems[nbft->n_subsystems++] = subsystem;
		break;
	case NBFT_KINDS:
		break;
	}
	return reason;
}

static void read_list(const struct nbft_table *table, struct nbft *nbft, enum nbft_kind kind)
{
	for (unsigned i = 0; i < table->lists[kind].count; i++) {
		const uint8_t *entry = nbft_entry(table, kind, i);
		const char *reason = "its ID is another one's";

		if (entry[0] == kinds[kind].id && !(entry[kinds[kind].flags] & IS_VALID))
			continue;
		if (entry[0] == kinds[kind].id)
			reason = read_entry(table, nbft, kind, entry);
		if (reason)
			nbft_complain(table, entry, "%s %u is ignored: %s", kinds[kind].name, index_of(kind, entry),
				      reason);
	}
}

bool nbft_read(const struct nbft_table *table, struct nbft *ret)
{
	const struct nbft_list *lists = table->lists;

	/* other parts name HFIs and security profiles */
	static const enum nbft_kind order[] = {NBFT_HFIS, NBFT_SECURITY, NBFT_DISCOVERY, NBFT_SUBSYSTEMS};

	*ret = (struct nbft){0};
	if (!table->host)
		return true;
	if (!read_host(table, &ret->host))
		return false;
	ret->hfis = calloc(lists[NBFT_HFIS].count + 1, sizeof(*ret->hfis));
	ret->securities = calloc(lists[NBFT_SECURITY].count + 1, sizeof(*ret->securities));
	ret->discoveries = calloc(lists[NBFT_DISCOVERY].count + 1, sizeof(*ret->discoveries));
	ret->subsystems = calloc(lists[NBFT_SUBSYSTEMS].count + 1, sizeof(*ret->subsystems));
	if (!ret->hfis || !ret->securities || !ret->discoveries || !ret->subsystems) {
		nbft_complain(table, table->bytes, "memory is short");
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		read_list(table, ret, order[i]);
	return true;
}
