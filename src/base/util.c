/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void util_freep(void *p)
{
	free(*(void **)p);
}

void util_wipep(char **text)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
}

void util_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

bool path_exists(int dirfd, const char *path)
{
	return faccessat(dirfd, path, F_OK, 0) == 0;
}

/* Whether a symbolic link, the last name of the path or one before it, leads nowhere. */
static bool leads_nowhere(int dirfd, const char *path)
{
	char part[PATH_MAX];

	for (const char *end = path; *end;) {
		end += strspn(end, "/");
		end += strcspn(end, "/");
		(void)snprintf(part, sizeof(part), "%.*s", (int)(end - path), path);
		if (faccessat(dirfd, part, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
			return false;
		if (faccessat(dirfd, part, F_OK, 0) < 0)
			return true;
	}
	return false;
}

int open_error(int dirfd, const char *path)
{
	int error = errno;

	return error == ENOENT && leads_nowhere(dirfd, path) ? -ENOLINK : -error;
}

struct directory {
	struct dirent **entries;
	int n, next;
};

static int is_listed(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

struct directory *open_directory(int dirfd, const char *path)
{
	struct directory *dir = calloc(1, sizeof(*dir));
	int error;

	if (!dir)
		return NULL;
	dir->n = scandirat(dirfd, path, &dir->entries, is_listed, versionsort);
	if (dir->n >= 0)
		return dir;
	error = -open_error(dirfd, path);
	free(dir);
	errno = error;
	return NULL;
}

const char *next_entry(struct directory *dir)
{
	return dir && dir->next < dir->n ? dir->entries[dir->next++]->d_name : NULL;
}

void util_close_directoryp(struct directory **dir)
{
	if (!*dir)
		return;
	for (int i = 0; i < (*dir)->n; i++)
		free((*dir)->entries[i]);
	free((*dir)->entries);
	free(*dir);
}

bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

int copy_string(char *dst, size_t size, const char *src)
{
	size_t len = strlen(src);

	dst[0] = '\0';
	if (len >= size)
		return -ENAMETOOLONG;
	memcpy(dst, src, len + 1);
	return 0;
}

void copy_escaped(char *dst, size_t size, const char *src)
{
	dst[0] = '\0';
	for (; *src; src++) {
		bool plain = *src > ' ' && *src < 0x7f && !strchr(",\"'\\", *src);

		append(dst, size, plain ? "%c" : "\\x%02x", (unsigned char)*src);
	}
}

/* Bytes of the character that the text begins with; 0: a control character, or no UTF-8 (the well-formed sequences are
 * the Unicode Standard's table 3-7). */
static size_t printable_length(const char *text)
{
	static const struct {
		uint8_t first, last, low, high; /* of the first byte, of the second */
		size_t len;
	} forms[] = {
		{0x20, 0x7e, 0x00, 0xff, 1}, {0xc2, 0xc2, 0xa0, 0xbf, 2}, /* up to U+009F they are control characters */
		{0xc3, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};
	const uint8_t *byte = (const uint8_t *)text;
	size_t form = 0, len = 2;

	while (form < ARRAY_SIZE(forms) && (byte[0] < forms[form].first || byte[0] > forms[form].last))
		form++;
	if (form == ARRAY_SIZE(forms) || byte[1] < forms[form].low || byte[1] > forms[form].high)
		return 0;
	while (len < forms[form].len && (byte[len] & 0xc0) == 0x80)
		len++;
	return len < forms[form].len ? 0 : forms[form].len;
}

void copy_printable(char *dst, size_t size, const char *src)
{
	size_t used = 0;

	while (*src) {
		size_t len = printable_length(src), room = len ? len : strlen("\\x00");

		if (used + room >= size)
			break;
		if (len)
			memcpy(dst + used, src, len);
		else
			(void)snprintf(dst + used, size - used, "\\x%02x", (unsigned char)*src);
		used += room;
		src += len ? len : 1;
	}
	dst[used] = '\0';
}

void append(char *buf, size_t size, const char *format, ...)
{
	size_t used = strlen(buf);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(buf + used, size - used, format, args);
	va_end(args);
}

int parse_number(const char *text, long min, long max, long *ret)
{
	char *end;
	long value;

	if (text[0] != '-' && (text[0] < '0' || text[0] > '9'))
		return -EINVAL;
	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end)
		return -EINVAL;
	if (errno || value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, buf + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

ssize_t read_file(int dirfd, const char *path, char *buf, size_t size)
{
	CLEANUP_CLOSE int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	buf[0] = '\0';
	if (fd < 0)
		return -errno;
	len = read_all(fd, buf, size);
	if (len == (ssize_t)size)
		len = -EFBIG;
	if (len < 0) {
		buf[0] = '\0';
		return len;
	}
	while (len > 0 && buf[len - 1] == '\n')
		len--;
	buf[len] = '\0';
	return len;
}

ssize_t read_whole_file(int dirfd, const char *path, size_t max, char **ret)
{
	CLEANUP_CLOSE int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	CLEANUP_FREE char *buf = NULL;
	ssize_t len;

	if (fd < 0)
		return open_error(dirfd, path);
	buf = malloc(max + 1);
	if (!buf)
		return -ENOMEM;
	len = read_all(fd, buf, max + 1);
	if (len > (ssize_t)max)
		return -EFBIG;
	if (len < 0)
		return len;
	buf[len] = '\0';
	if (strlen(buf) < (size_t)len)
		return -EILSEQ;
	*ret = buf;
	buf = NULL;
	return len;
}

int write_file(int dirfd, const char *path, const char *text)
{
	CLEANUP_CLOSE int fd = openat(dirfd, path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	return fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

int replace_file(int dirfd, const char *path, const char *text, mode_t mode)
{
	char temporary[256];
	size_t len = strlen(text);
	ssize_t written;
	int fd, r = 0;

	(void)snprintf(temporary, sizeof(temporary), "%s.%d", path, (int)getpid());
	fd = openat(dirfd, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	written = write(fd, text, len);
	if (written != (ssize_t)len)
		r = written < 0 ? -errno : -ENOSPC;
	else if (fchmod(fd, mode) < 0)
		r = -errno;
	close(fd);
	if (r == 0 && renameat(dirfd, temporary, dirfd, path) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(dirfd, temporary, 0);
	return r;
}

void *array_grow(void *array, size_t *count, size_t size, size_t max)
{
	size_t room = *count ? 2 * *count : 1;
	void *grown = array;

	if (*count >= max)
		return NULL;
	/* room is doubled at each power of two, so that all of it is not copied for each element */
	if ((*count & (*count - 1)) == 0)
		grown = reallocarray(array, room < max ? room : max, size);
	if (!grown)
		return NULL;
	memset((char *)grown + *count * size, 0, size);
	(*count)++;
	return grown;
}

uint64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}
