/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "act/library/module.h"

#include <errno.h>
#include <libkmod.h>

int module_load(const char *name)
{
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);
	struct kmod_list *list = NULL, *item;
	int r;

	if (!ctx)
		return -ENOMEM;
	r = kmod_module_new_from_lookup(ctx, name, &list);
	if (r == 0 && !list)
		r = -ENOENT;
	kmod_list_foreach (item, list) {
		struct kmod_module *module = kmod_module_get_module(item);

		r = kmod_module_probe_insert_module(module, KMOD_PROBE_APPLY_BLACKLIST, NULL, NULL, NULL, NULL);
		(void)kmod_module_unref(module);
	}
	(void)kmod_module_unref_list(list);
	(void)kmod_unref(ctx);
	return r > 0 ? -EPERM : r; /* above 0: blacklisted */
}
