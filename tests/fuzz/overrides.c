/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Units that somebody has made by hand: a unit, a NUL, and the one of ours. */
#include "host/overrides.h"
#include "fuzz.h"

#define UNIT "systemd/system/nvme_fabrics_persistent.service"

/* A key in a unit, with its mark or without, is not shown. */
static void check_key(const struct dirs *dirs, int root, const char *text)
{
	struct plan plan = {0};
	bool is_bare;
	char *secret = with_secret(text, &is_bare);

	put_file(root, "etc/" UNIT, secret);
	overrides_check(&plan, dirs);
	check_hidden(&plan.messages);
	plan_free(&plan);
	free(secret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dirs dirs = {.etc = -1};
	static int root;
	char *text = as_text(data, size), *ours = text + strlen(text) + 1;
	struct plan plan = {0};

	if (dirs.etc < 0)
		root = make_root(&dirs);
	put_file(root, "etc/" UNIT, text);
	put_file(root, "usr/lib/" UNIT, ours < text + size ? ours : "");
	overrides_check(&plan, &dirs);
	if (*text && !plan.messages.n_rooms)
		abort(); /* it is used instead of ours, and nobody hears of it */
	check_plan(&plan);
	plan_free(&plan);
	check_key(&dirs, root, text);
	free(text);
	return 0;
}
