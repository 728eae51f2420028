/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/splash.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* abstract; plymouth's src/ply-boot-protocol.h */
static const char path[] = "\0/org/freedesktop/plymouthd";
/* the length of a message is one byte, and includes the NUL at its end */
#define MESSAGE_MAX 255

void splash_message(const char *format, ...)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t len = offsetof(struct sockaddr_un, sun_path) + sizeof(path) - 1;
	CLEANUP_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	char raw[MESSAGE_MAX], text[MESSAGE_MAX], packet[MESSAGE_MAX + 3];
	va_list args;
	int n;

	memcpy(address.sun_path, path, sizeof(path) - 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, len) < 0)
		return;
	va_start(args, format);
	(void)vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	copy_printable(text, sizeof(text), raw);
	/* 'M': show a message; 2: with an argument */
	n = snprintf(packet, sizeof(packet), "M\002%c%s", (int)strlen(text) + 1, text);
	(void)send(fd, packet, (size_t)n + 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}
