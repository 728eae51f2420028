/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "act/net.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <rdma/rdma_netlink.h>
#include <string.h>

/* Sends one request and waits for its acknowledgement. */
static int request(int protocol, struct nlmsghdr *message)
{
	struct mnl_socket *socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	char buf[8192];
	int r = -EIO;
	ssize_t n;

	if (!socket)
		return -errno;
	message->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	message->nlmsg_seq = 1;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, message, message->nlmsg_len) < 0 ||
	    (n = mnl_socket_recvfrom(socket, buf, sizeof(buf))) < 0 ||
	    mnl_cb_run(buf, (size_t)n, 1, mnl_socket_get_portid(socket), NULL, NULL) < 0)
		r = -errno;
	else
		r = 0;
	(void)mnl_socket_close(socket);
	return r;
}

static struct nlmsghdr *new_message(char *buf, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buf);

	message->nlmsg_type = type;
	message->nlmsg_flags = flags;
	return message;
}

static void put_ip(struct nlmsghdr *message, uint16_t type, const struct ip *ip)
{
	mnl_attr_put(message, type, ip_bits(ip) / 8, ip->bytes);
}

int net_set_mtu(int link, unsigned mtu)
{
	char buf[256];
	struct nlmsghdr *message = new_message(buf, RTM_NEWLINK, 0);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->ifi_index = link;
	mnl_attr_put_u32(message, IFLA_MTU, mtu);
	return request(NETLINK_ROUTE, message);
}

int net_set_hwaddr(int link, const struct hwaddr *hwaddr)
{
	char buf[256];
	struct nlmsghdr *message = new_message(buf, RTM_NEWLINK, 0);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->ifi_index = link;
	mnl_attr_put(message, IFLA_ADDRESS, hwaddr->len, hwaddr->bytes);
	return request(NETLINK_ROUTE, message);
}

int net_link_up(int link)
{
	char buf[256];
	struct nlmsghdr *message = new_message(buf, RTM_NEWLINK, 0);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->ifi_index = link;
	info->ifi_flags = IFF_UP;
	info->ifi_change = IFF_UP;
	return request(NETLINK_ROUTE, message);
}

int net_add_address(int link, const struct plan_net *net)
{
	char buf[256];
	struct nlmsghdr *message = new_message(buf, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	struct ifaddrmsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	int r;

	info->ifa_family = (uint8_t)net->address.family;
	info->ifa_prefixlen = (uint8_t)net->prefix;
	info->ifa_index = (uint32_t)link;
	put_ip(message, IFA_LOCAL, &net->address);
	put_ip(message, IFA_ADDRESS, net->peer.family ? &net->peer : &net->address);
	if (net->address.family == AF_INET && !net->peer.family && net->prefix < 31) {
		struct ip broadcast = net->address;

		for (unsigned bit = net->prefix; bit < 32; bit++)
			broadcast.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
		put_ip(message, IFA_BROADCAST, &broadcast);
	}
	r = request(NETLINK_ROUTE, message);
	return r == -EEXIST ? 0 : r;
}

int net_add_vlan(int parent, const struct plan_vlan *vlan)
{
	char buf[512];
	struct nlmsghdr *message = new_message(buf, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	struct nlattr *linkinfo, *data;

	info->ifi_flags = IFF_UP;
	info->ifi_change = IFF_UP;
	mnl_attr_put_strz(message, IFLA_IFNAME, vlan->name);
	mnl_attr_put_u32(message, IFLA_LINK, (uint32_t)parent);
	linkinfo = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "vlan");
	data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	mnl_attr_put_u16(message, IFLA_VLAN_ID, (uint16_t)vlan->id);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, linkinfo);
	return request(NETLINK_ROUTE, message);
}

int net_add_route(int link, const struct plan_route *route)
{
	char buf[256];
	/* of IPv4 there may be another route like it, through another gateway; for IPv6 that would be one route with
	 * two */
	uint16_t flags = route->destination.family == AF_INET ? NLM_F_APPEND : NLM_F_EXCL;
	struct nlmsghdr *message = new_message(buf, RTM_NEWROUTE, NLM_F_CREATE | flags);
	struct rtmsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->rtm_family = (uint8_t)route->destination.family;
	info->rtm_dst_len = (uint8_t)route->prefix;
	info->rtm_table = RT_TABLE_MAIN;
	info->rtm_protocol = RTPROT_BOOT;
	info->rtm_scope = route->gateway.family ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	info->rtm_type = RTN_UNICAST;
	info->rtm_flags = route->on_link && route->gateway.family ? RTNH_F_ONLINK : 0;
	if (route->prefix)
		put_ip(message, RTA_DST, &route->destination);
	if (route->gateway.family)
		put_ip(message, RTA_GATEWAY, &route->gateway);
	mnl_attr_put_u32(message, RTA_OIF, (uint32_t)link);
	mnl_attr_put_u32(message, RTA_PRIORITY, route->metric);
	return request(NETLINK_ROUTE, message);
}

int net_add_rxe(const char *iface)
{
	char buf[512], name[IFACE_MAX + 4] = "rxe_";
	struct nlmsghdr *message = new_message(buf, RDMA_NL_GET_TYPE(RDMA_NL_NLDEV, RDMA_NLDEV_CMD_NEWLINK), 0);

	append(name, sizeof(name), "%s", iface);
	mnl_attr_put_strz(message, RDMA_NLDEV_ATTR_DEV_NAME, name);
	mnl_attr_put_strz(message, RDMA_NLDEV_ATTR_LINK_TYPE, "rxe");
	mnl_attr_put_strz(message, RDMA_NLDEV_ATTR_NDEV_NAME, iface);
	return request(NETLINK_RDMA, message);
}
