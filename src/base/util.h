/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attributes, cleanup helpers and the few things of string and file handling that libc lacks. */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PRINTF_FORMAT(f, a) __attribute__((format(printf, f, a)))
#define MUST_CHECK __attribute__((warn_unused_result))
#define UNUSED __attribute__((unused))
/* a number that a macro stands for, as text */
#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(number) #number
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define CLEANUP(f) __attribute__((cleanup(f)))
#define CLEANUP_FREE CLEANUP(util_freep)
#define CLEANUP_WIPE CLEANUP(util_wipep) /* of a string that may hold a key */
#define CLEANUP_CLOSE CLEANUP(util_closep)

void util_freep(void *p);
void util_wipep(char **text);
void util_closep(int *fd);

/* For struct directory *. */
#define CLEANUP_DIRECTORY CLEANUP(util_close_directoryp)
struct directory;
void util_close_directoryp(struct directory **dir);

bool path_exists(int dirfd, const char *path);

/* Why this path could not be opened just now, by errno: -errno; -ENOENT says that there is no such file, and -ENOLINK
 * that a symbolic link, the file itself or a folder above it, leads nowhere: that is an error, and not absence. */
int open_error(int dirfd, const char *path);

/* A folder as it is now; NULL and errno (as of open_error()) if it cannot be read. The caller closes it. */
struct directory *open_directory(int dirfd, const char *path);

/* The name of its next entry, in the order of names with numbers in them (nvme2 before nvme10); NULL at the end and of
 * no folder. Names that begin with a dot are left out. Lives as long as dir. The only way to list a folder: the order
 * of readdir(3) is the file system's, and must not show in what we print, embed or decide. */
const char *next_entry(struct directory *dir);

bool streq(const char *a, const char *b);

/* Copies the string into dst, always terminated. -ENAMETOOLONG if it does not fit; dst is then empty. */
int copy_string(char *dst, size_t size, const char *src);

/* Copies what somebody else has written (a target, by way of sysfs) for people's eyes: blanks, commas, quotes,
 * backslashes and all that is no printable ASCII become \xNN. Cut to what fits. */
void copy_escaped(char *dst, size_t size, const char *src);

/* Copies a text of any origin for a terminal, a log or JSON: it is valid UTF-8 without control characters then, and
 * what is not becomes \xNN. Cut to what fits, between two characters. */
void copy_printable(char *dst, size_t size, const char *src);

/* snprintf() at the end of what buf holds already. What does not fit is cut. */
void append(char *buf, size_t size, const char *format, ...) PRINTF_FORMAT(3, 4);

/* A decimal number from min to max and nothing else. -EINVAL: no number; -ERANGE: outside. */
MUST_CHECK int parse_number(const char *text, long min, long max, long *ret);

/* Reads a small file below dirfd: terminated, without newlines at its end. Returns its length, or -errno;
 * -EFBIG if it has size bytes or more. */
ssize_t read_file(int dirfd, const char *path, char *buf, size_t size);

/* Reads a whole text file of at most max bytes; the caller frees *ret. Returns its length, or -errno: -ENOENT if there
 * is none, -ENOLINK if a symbolic link leads nowhere, -EFBIG if it is longer, -EILSEQ if a NUL byte is in it (what a
 * crash leaves of a file that was just written). */
ssize_t read_whole_file(int dirfd, const char *path, size_t max, char **ret);

/* Writes to a file that is there, as sysfs wants it: in one write. 0 or -errno. */
int write_file(int dirfd, const char *path, const char *text);

/* Replaces a file below dirfd by text in one step: readers see the old or the new one. It has this mode, whatever the
 * umask is. 0 or -errno. */
MUST_CHECK int replace_file(int dirfd, const char *path, const char *text, mode_t mode);

/* Makes one more place of size bytes at the end of *array, zeroed; NULL when there are max already or memory
 * is short. The array is the caller's, freed with free(), and has never grown otherwise; count may have become less. */
void *array_grow(void *array, size_t *count, size_t size, size_t max);

/* Milliseconds since boot; the same clock before and after switch-root. */
uint64_t now_ms(void);
