/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Links, addresses and routes: dumps of rtnetlink(7), or the lines of a file under --root. */
#include "kernel/inventory_net.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* what a host with thousands of containers may have; more is a gap */
#define LINKS_MAX 16384
#define ADDRESSES_MAX 32768
#define ROUTES_MAX 65536
#define DUMP_TRIES 10

#define TOO_MANY(max, what) "this host has more than " TEXT(max) " " what ", and nvmf-boot looks at no more"
#define CHANGED(what) \
	what " changed while nvmf-boot read them, " TEXT(DUMP_TRIES) " times in a row: some may be missing"

/* array_grow(); what has no room is a gap. */
static void *grow(struct inventory *inv, void *array, size_t *n, size_t size, size_t max, const char *gap)
{
	void *grown = array_grow(array, n, size, max);

	if (!grown)
		inv->gap[INVENTORY_NET] = gap;
	return grown;
}

static struct inv_link *add_link(struct inventory *inv)
{
	struct inv_link *grown =
		grow(inv, inv->links, &inv->n_links, sizeof(*grown), LINKS_MAX, TOO_MANY(LINKS_MAX, "interfaces"));

	if (!grown)
		return NULL;
	inv->links = grown;
	return &grown[inv->n_links - 1];
}

static struct inv_address *add_address(struct inventory *inv)
{
	struct inv_address *grown = grow(inv, inv->addresses, &inv->n_addresses, sizeof(*grown), ADDRESSES_MAX,
					 TOO_MANY(ADDRESSES_MAX, "addresses"));

	if (!grown)
		return NULL;
	inv->addresses = grown;
	return &grown[inv->n_addresses - 1];
}

static struct inv_route *add_route(struct inventory *inv)
{
	struct inv_route *grown =
		grow(inv, inv->routes, &inv->n_routes, sizeof(*grown), ROUTES_MAX, TOO_MANY(ROUTES_MAX, "routes"));

	if (!grown)
		return NULL;
	inv->routes = grown;
	return &grown[inv->n_routes - 1];
}

/* ---- rtnetlink ---- */

/* The attributes of a message, by type; what is shorter than the address of the family is passed over. */
struct attributes {
	const struct nlattr *at[64];
};

static int collect(const struct nlattr *attr, void *data)
{
	struct attributes *attributes = data;
	unsigned type = mnl_attr_get_type(attr);

	if (type < ARRAY_SIZE(attributes->at))
		attributes->at[type] = attr;
	return MNL_CB_OK;
}

static bool attr_ip(const struct nlattr *attr, int family, struct ip *ret)
{
	if (!attr || (family != AF_INET && family != AF_INET6) ||
	    mnl_attr_get_payload_len(attr) < (family == AF_INET ? 4 : 16))
		return false;
	ip_from_bytes(family, mnl_attr_get_payload(attr), ret);
	return true;
}

static void attr_hwaddr(const struct nlattr *attr, struct hwaddr *ret)
{
	unsigned len = attr ? mnl_attr_get_payload_len(attr) : 0;

	if (len == 0 || len > HWADDR_MAX)
		return;
	ret->len = len;
	memcpy(ret->bytes, mnl_attr_get_payload(attr), len);
}

/* What takes its hardware address from the interface below it. */
static bool is_stacked_kind(const char *kind)
{
	static const char *const kinds[] = {"vlan", "bond", "bridge", "team", "macvlan", "macvtap", "ipvlan"};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (streq(kind, kinds[i]))
			return true;
	return false;
}

static void read_kind(const struct nlattr *info, struct inv_link *link)
{
	struct attributes a = {0}, data = {0};

	if (info)
		(void)mnl_attr_parse_nested(info, collect, &a);
	if (!a.at[IFLA_INFO_KIND])
		return;
	(void)copy_string(link->kind, sizeof(link->kind), mnl_attr_get_str(a.at[IFLA_INFO_KIND]));
	link->stacked = is_stacked_kind(link->kind);
	if (!streq(link->kind, "vlan") || !a.at[IFLA_INFO_DATA])
		return;
	(void)mnl_attr_parse_nested(a.at[IFLA_INFO_DATA], collect, &data);
	if (data.at[IFLA_VLAN_ID])
		link->vlan_id = mnl_attr_get_u16(data.at[IFLA_VLAN_ID]);
}

static int on_link(const struct nlmsghdr *message, void *data)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct attributes a = {0};
	struct inv_link *link;

	(void)mnl_attr_parse(message, sizeof(*info), collect, &a);
	if (message->nlmsg_type != RTM_NEWLINK || !a.at[IFLA_IFNAME] || !(link = add_link(data)))
		return MNL_CB_OK;
	link->index = info->ifi_index;
	link->up = (info->ifi_flags & IFF_UP) != 0;
	link->carrier = (info->ifi_flags & IFF_LOWER_UP) != 0;
	link->mtu = a.at[IFLA_MTU] ? mnl_attr_get_u32(a.at[IFLA_MTU]) : 0;
	link->parent = a.at[IFLA_LINK] ? (int)mnl_attr_get_u32(a.at[IFLA_LINK]) : 0;
	read_kind(a.at[IFLA_LINKINFO], link);
	attr_hwaddr(a.at[IFLA_ADDRESS], &link->hwaddr);
	attr_hwaddr(a.at[IFLA_PERM_ADDRESS], &link->permanent);
	(void)copy_string(link->name, sizeof(link->name), mnl_attr_get_str(a.at[IFLA_IFNAME]));
	return MNL_CB_OK;
}

static int on_address(const struct nlmsghdr *message, void *data)
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);
	struct inv_address *address;
	struct attributes a = {0};
	struct ip ip;

	(void)mnl_attr_parse(message, sizeof(*info), collect, &a);
	/* with a peer IFA_ADDRESS is the peer's; IPv6 has no IFA_LOCAL without one */
	if (!attr_ip(a.at[IFA_LOCAL], info->ifa_family, &ip) && !attr_ip(a.at[IFA_ADDRESS], info->ifa_family, &ip))
		return MNL_CB_OK;
	address = add_address(data);
	if (!address)
		return MNL_CB_OK;
	address->ip = ip;
	if (a.at[IFA_LOCAL] && attr_ip(a.at[IFA_ADDRESS], info->ifa_family, &ip) && !ip_equal(&ip, &address->ip))
		address->peer = ip;
	address->link = (int)info->ifa_index;
	address->prefix = info->ifa_prefixlen;
	address->dynamic = (info->ifa_flags & IFA_F_PERMANENT) == 0;
	address->duplicate = (info->ifa_flags & IFA_F_DADFAILED) != 0;
	address->tentative = !address->duplicate && (info->ifa_flags & IFA_F_TENTATIVE) != 0;
	return MNL_CB_OK;
}

static void add_hop(struct inventory *inv, const struct rtmsg *info, const struct attributes *a, int link)
{
	struct inv_route *route = add_route(inv);

	if (!route)
		return;
	route->link = link;
	route->prefix = info->rtm_dst_len;
	if (!attr_ip(a->at[RTA_DST], info->rtm_family, &route->destination))
		route->destination.family = info->rtm_family;
	(void)attr_ip(a->at[RTA_GATEWAY], info->rtm_family, &route->gateway);
}

static int on_route(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(message);
	struct attributes a = {0};

	(void)mnl_attr_parse(message, sizeof(*info), collect, &a);
	if (info->rtm_type != RTN_UNICAST || info->rtm_table == RT_TABLE_LOCAL)
		return MNL_CB_OK;
	if (info->rtm_family != AF_INET && info->rtm_family != AF_INET6)
		return MNL_CB_OK;
	if (a.at[RTA_OIF])
		add_hop(data, info, &a, (int)mnl_attr_get_u32(a.at[RTA_OIF]));
	if (a.at[RTA_MULTIPATH]) {
		const struct rtnexthop *hop = mnl_attr_get_payload(a.at[RTA_MULTIPATH]);
		int len = mnl_attr_get_payload_len(a.at[RTA_MULTIPATH]);

		for (; RTNH_OK(hop, len); len -= RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop))
			add_hop(data, info, &a, hop->rtnh_ifindex);
	}
	return MNL_CB_OK;
}

static int ask(struct mnl_socket *socket, uint16_t type, mnl_cb_t callback, struct inventory *inv)
{
	static unsigned sequence;
	char buf[32768];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buf);
	int r;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = ++sequence;
	/* struct ifinfomsg is the longest of the three headers; the kernel takes it for any of them */
	(void)mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return -errno;
	do {
		ssize_t n = mnl_socket_recvfrom(socket, buf, sizeof(buf));

		if (n < 0)
			return -errno;
		r = mnl_cb_run(buf, (size_t)n, sequence, mnl_socket_get_portid(socket), callback, inv);
	} while (r > 0);
	return r < 0 ? -errno : 0;
}

/* On a socket of its own: what is left of an answer is no part of the next. */
static int dump(uint16_t type, mnl_cb_t callback, struct inventory *inv)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int r;

	if (!socket)
		return -errno;
	r = mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ? -errno : ask(socket, type, callback, inv);
	(void)mnl_socket_close(socket);
	return r;
}

/* An answer during which something changed is told by EINTR (NLM_F_DUMP_INTR): it is asked for again. */
static int dump_whole(uint16_t type, mnl_cb_t callback, struct inventory *inv, size_t *n, const char *gap)
{
	int r = -EINTR;

	for (int try = 0; try < DUMP_TRIES && r == -EINTR; try++) {
		*n = 0;
		r = dump(type, callback, inv);
	}
	if (r != -EINTR)
		return r;
	inv->gap[INVENTORY_NET] = gap;
	return 0;
}

static int read_rtnetlink(struct inventory *inv)
{
	int r = dump_whole(RTM_GETLINK, on_link, inv, &inv->n_links, CHANGED("interfaces"));

	if (r == 0)
		r = dump_whole(RTM_GETADDR, on_address, inv, &inv->n_addresses, CHANGED("addresses"));
	if (r == 0)
		r = dump_whole(RTM_GETROUTE, on_route, inv, &inv->n_routes, CHANGED("routes"));
	return r;
}

/* ---- a file, for --root ---- */

static void parse_link_line(struct inventory *inv, const char *line)
{
	struct inv_link link = {0}, *added;

	const char *hwaddr = strstr(line, " hwaddr "), *permanent = strstr(line, " permanent ");
	const char *kind = strstr(line, " kind "), *vlan = strstr(line, " id ");
	char text[HWADDR_TEXT_MAX];

	if (sscanf(line, "link %d %15s mtu %u", &link.index, link.name, &link.mtu) != 3)
		return;
	if (hwaddr && sscanf(hwaddr, " hwaddr %59s", text) == 1)
		(void)!hwaddr_parse(text, &link.hwaddr);
	if (permanent && sscanf(permanent, " permanent %59s", text) == 1)
		(void)!hwaddr_parse(text, &link.permanent);
	if (kind)
		(void)sscanf(kind, " kind %15s", link.kind);
	if (vlan)
		(void)sscanf(vlan, " id %u of %d", &link.vlan_id, &link.parent);
	link.stacked = is_stacked_kind(link.kind);
	link.up = strstr(line, " up") != NULL;
	link.carrier = strstr(line, " carrier") != NULL;
	added = add_link(inv);
	if (added)
		*added = link;
}

static void parse_address_line(struct inventory *inv, const char *line)
{
	struct inv_address address = {0}, *added;
	const char *peer = strstr(line, " peer ");
	char text[IP_TEXT_MAX];

	if (sscanf(line, "address %d %63[^/]/%u", &address.link, text, &address.prefix) != 3 ||
	    ip_parse(text, &address.ip) < 0)
		return;
	if (peer && sscanf(peer, " peer %63s", text) == 1)
		(void)!ip_parse(text, &address.peer);
	address.tentative = strstr(line, " tentative") != NULL;
	address.duplicate = strstr(line, " dadfailed") != NULL;
	address.dynamic = strstr(line, " dynamic") != NULL;
	added = add_address(inv);
	if (added)
		*added = address;
}

static void parse_route_line(struct inventory *inv, const char *line)
{
	struct inv_route route = {0}, *added;
	char destination[IP_TEXT_MAX], gateway[IP_TEXT_MAX];
	int fields = sscanf(line, "route %d %63[^/]/%u via %63s", &route.link, destination, &route.prefix, gateway);

	if (fields < 3 || ip_parse(destination, &route.destination) < 0 ||
	    (fields == 4 && ip_parse(gateway, &route.gateway) < 0))
		return;
	added = add_route(inv);
	if (added)
		*added = route;
}

/* "link 2 ens3 mtu 1500 [up] [carrier] [hwaddr 52:54:..] [permanent 52:54:..] [kind vlan] [id 5 of 1]",
 * "address 2 10.0.0.2/24 [peer 10.0.0.1] [tentative|dadfailed] [dynamic]",
 * "route 2 10.0.0.0/24 [via 10.0.0.1]" */
static int read_text(struct inventory *inv, FILE *file)
{
	char line[256];

	while (fgets(line, sizeof(line), file)) {
		parse_link_line(inv, line);
		parse_address_line(inv, line);
		parse_route_line(inv, line);
	}
	return 0;
}

int inventory_read_net(struct inventory *inv, const struct dirs *dirs)
{
	int fd = dirs->is_host ? -1 : openat(dirs->run, INVENTORY_NET_FILE, O_RDONLY | O_CLOEXEC);
	FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
	int r;

	if (!file)
		return read_rtnetlink(inv);
	r = read_text(inv, file);
	(void)fclose(file);
	return r;
}
