/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/iface.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int hwaddr_parse(const char *text, struct hwaddr *ret)
{
	struct hwaddr hwaddr = {0};
	char separator = '\0';

	for (const char *p = text;; p += 3) {
		int high = hex_digit(p[0]), low = high < 0 ? -1 : hex_digit(p[1]);

		if (low < 0 || hwaddr.len == HWADDR_MAX)
			return -EINVAL;
		hwaddr.bytes[hwaddr.len++] = (uint8_t)(high << 4 | low);
		if (!p[2])
			break;
		if ((p[2] != ':' && p[2] != '-') || (separator && p[2] != separator))
			return -EINVAL;
		separator = p[2];
	}
	if (hwaddr.len != 6 && hwaddr.len != 8 && hwaddr.len != HWADDR_MAX)
		return -EINVAL;
	*ret = hwaddr;
	return 0;
}

bool hwaddr_matches(const struct hwaddr *want, const struct hwaddr *have)
{
	unsigned tail = want->len == 6 ? 6 : 8;

	if (!want->len || !have->len || (want->len == 6) != (have->len == 6) || have->len < tail)
		return false;
	return memcmp(want->bytes + want->len - tail, have->bytes + have->len - tail, tail) == 0;
}

const char *hwaddr_format(const struct hwaddr *hwaddr, char buf[static HWADDR_TEXT_MAX])
{
	buf[0] = '\0';
	for (unsigned i = 0; i < hwaddr->len; i++)
		append(buf, HWADDR_TEXT_MAX, "%s%02x", i ? ":" : "", hwaddr->bytes[i]);
	return buf;
}

const char *iface_check_name(const char *name)
{
	if (!*name)
		return "the interface name is empty";
	if (strlen(name) >= IFACE_MAX)
		return "an interface name has at most 15 bytes";
	if (streq(name, ".") || streq(name, ".."))
		return "not an interface name";
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-@", *p))
			return "an interface name has letters, digits and . _ - @ only: network managers take other "
			       "characters for patterns";
	return NULL;
}

const char *iface_parse(const char *text, struct iface *ret)
{
	struct iface iface = {0};
	const char *reason = NULL;

	if (hwaddr_parse(text, &iface.hwaddr) == 0)
		(void)hwaddr_format(&iface.hwaddr, iface.name);
	else
		reason = iface_check_name(text);
	if (reason)
		return reason;
	if (!iface.hwaddr.len)
		(void)copy_string(iface.name, sizeof(iface.name), text);
	*ret = iface;
	return NULL;
}

bool iface_equal(const struct iface *a, const struct iface *b)
{
	if (a->hwaddr.len || b->hwaddr.len)
		return hwaddr_matches(&a->hwaddr, &b->hwaddr);
	return streq(a->name, b->name);
}
