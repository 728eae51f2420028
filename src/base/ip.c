/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/ip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

int ip_parse(const char *text, struct ip *ret)
{
	char copy[IP_TEXT_MAX + 2];
	size_t len = strlen(text);
	struct ip ip = {0};
	char *percent;

	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, len);
	copy[len] = '\0';

	percent = strchr(copy, '%');
	if (percent) {
		*percent = '\0';
		if (!percent[1] || strpbrk(percent + 1, "/ \t") ||
		    copy_string(ip.scope, sizeof(ip.scope), percent + 1) < 0)
			return -EINVAL;
	}
	if (inet_pton(AF_INET, copy, ip.bytes) == 1)
		ip.family = AF_INET;
	else if (inet_pton(AF_INET6, copy, ip.bytes) == 1)
		ip.family = AF_INET6;
	else
		return -EINVAL;
	/* only a link-local IPv6 address has a scope */
	if (percent && !ip_is_link_local(&ip))
		return -EINVAL;
	*ret = ip;
	return 0;
}

void ip_from_bytes(int family, const void *bytes, struct ip *ret)
{
	*ret = (struct ip){.family = family};
	memcpy(ret->bytes, bytes, family == AF_INET ? 4 : 16);
}

struct ip ip_unmapped(const struct ip *ip)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
	struct ip v4 = {.family = AF_INET};

	if (ip->family != AF_INET6 || memcmp(ip->bytes, prefix, sizeof(prefix)) != 0)
		return *ip;
	memcpy(v4.bytes, ip->bytes + 12, 4);
	return v4;
}

int ip_compare(const struct ip *a, const struct ip *b)
{
	struct ip x = ip_unmapped(a), y = ip_unmapped(b);
	int order = x.family - y.family;

	if (!order)
		order = memcmp(x.bytes, y.bytes, sizeof(x.bytes));
	return order ? order : strcmp(x.scope, y.scope);
}

bool ip_equal(const struct ip *a, const struct ip *b)
{
	return ip_compare(a, b) == 0;
}

bool ip_same_network(const struct ip *a, const struct ip *b, unsigned prefix)
{
	unsigned bits = prefix < ip_bits(a) ? prefix : ip_bits(a), whole = bits / 8, rest = bits % 8;

	if (a->family != b->family || memcmp(a->bytes, b->bytes, whole) != 0)
		return false;
	return rest == 0 || (a->bytes[whole] >> (8 - rest)) == (b->bytes[whole] >> (8 - rest));
}

bool ip_is_any(const struct ip *ip)
{
	static const uint8_t zero[16];

	return memcmp(ip->bytes, zero, sizeof(zero)) == 0;
}

bool ip_is_link_local(const struct ip *ip)
{
	return ip->family == AF_INET6 && ip->bytes[0] == 0xfe && (ip->bytes[1] & 0xc0) == 0x80;
}

unsigned ip_bits(const struct ip *ip)
{
	return ip->family == AF_INET ? 32 : 128;
}

int ip_parse_prefix(const char *text, int family, unsigned *ret)
{
	struct in_addr mask;
	uint32_t bits;
	long number;

	if (parse_number(text, 0, family == AF_INET ? 32 : 128, &number) == 0) {
		*ret = (unsigned)number;
		return 0;
	}
	if (family != AF_INET || inet_pton(AF_INET, text, &mask) != 1)
		return -EINVAL;
	bits = ntohl(mask.s_addr);
	/* ones, then zeros: the inverse plus one is a power of two */
	if (~bits & (~bits + 1))
		return -EINVAL;
	*ret = (unsigned)__builtin_popcount(bits);
	return 0;
}

const char *ip_format(const struct ip *ip, char buf[static IP_TEXT_MAX])
{
	buf[0] = '\0';
	if (ip->family)
		(void)inet_ntop(ip->family, ip->bytes, buf, INET6_ADDRSTRLEN);
	if (ip->scope[0])
		append(buf, IP_TEXT_MAX, "%%%s", ip->scope);
	return buf;
}

socklen_t ip_sockaddr(const struct ip *ip, uint16_t port, struct sockaddr_storage *ret)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;

	memset(ret, 0, sizeof(*ret));
	if (ip->family == AF_INET) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, ip->bytes, 4);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	memcpy(&v6->sin6_addr, ip->bytes, 16);
	v6->sin6_scope_id = ip->scope[0] ? if_nametoindex(ip->scope) : 0;
	return sizeof(*v6);
}
