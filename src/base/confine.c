/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/confine.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* what the kernel's folders and /run are written with */
#define ALLOWED                                                                                      \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR)
/* of the first version of Landlock: all that changes a folder or the content of a file */
#define HANDLED                                                                                                \
	(ALLOWED | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* glibc has no wrappers; -errno */
static int call(long result)
{
	return result < 0 ? -errno : (int)result;
}

static int allow_below(int rules, int folder)
{
	struct landlock_path_beneath_attr below = {.allowed_access = ALLOWED, .parent_fd = folder};

	/* below --root one may be missing */
	return folder < 0 ? 0 : call(syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0));
}

int confine(const struct dirs *dirs)
{
	const struct landlock_ruleset_attr handled = {.handled_access_fs = HANDLED};
	const int folders[] = {dirs->dev, dirs->sys, dirs->proc, dirs->run};
	CLEANUP_CLOSE int rules = call(syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0));
	int r = rules < 0 ? rules : 0;

	for (size_t i = 0; i < ARRAY_SIZE(folders) && r == 0; i++)
		r = allow_below(rules, folders[i]);
	if (r == 0)
		r = call(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	return r < 0 ? r : call(syscall(SYS_landlock_restrict_self, rules, 0));
}
