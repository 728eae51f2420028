/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What sysfs and rtnetlink show, a target's own words among it: the files of inventory.files, a NUL behind each. */
#include "host/describe.h"
#include "kernel/inventory_read.h"
#include "plan/settle.h"
#include "run/desired.h"
#include "sources/cmdline.h"
#include "sources/words.h"
#include "fuzz.h"

static const char *const files[] = {
#include "inventory.files"
};

static const struct source image = {.name = "image", .precedence = 1, .is_explicit = true, .is_trusted = true};

/* Which disk root is on, and no file can say. */
static int make_host(struct dirs *dirs)
{
	int root = make_root(dirs);

	put_file(root, "sys/dev/block/.keep", "");
	put_file(root, "sys/class/block/.keep", "");
	put_file(root, "sys/block/nvme0n1/.keep", "");
	if (symlinkat("../../block/nvme0n1", root, "sys/dev/block/259:1") < 0 ||
	    symlinkat("../../block/nvme0n1", root, "sys/class/block/nvme0n1") < 0)
		abort();
	return root;
}

static void put_changed(int root, size_t i, const char *text)
{
	static char *there[ARRAY_SIZE(files)];

	if (there[i] && streq(there[i], text))
		return;
	put_file(root, files[i], text);
	free(there[i]);
	there[i] = as_text((const uint8_t *)text, strlen(text));
}

/* What is believed of a controller would pass as user input. */
static void check_ctrls(const struct inventory *inv)
{
	for (size_t i = 0; i < inv->n_ctrls; i++) {
		const struct inv_ctrl *ctrl = &inv->ctrls[i];
		struct identity identity;
		struct tid tid = {0};

		if (tid_set(&tid, TID_TRANSPORT, transport_name(ctrl->tid.transport)) ||
		    (ctrl->tid.traddr[0] && tid_set(&tid, TID_TRADDR, ctrl->tid.traddr)) ||
		    (ctrl->tid.trsvcid[0] && tid_set(&tid, TID_TRSVCID, ctrl->tid.trsvcid)) ||
		    (ctrl->tid.host_traddr[0] && tid_set(&tid, TID_HOST_TRADDR, ctrl->tid.host_traddr)) ||
		    (ctrl->tid.host_iface[0] && tid_set(&tid, TID_HOST_IFACE, ctrl->tid.host_iface)) ||
		    (ctrl->identity.nqn[0] && identity_set_nqn(&identity, ctrl->identity.nqn)) ||
		    (ctrl->identity.id[0] && identity_set_id(&identity, ctrl->identity.id)))
			abort();
		if (!ctrl->refused && ctrl->tid.subsysnqn[0] &&
		    (tid_set(&tid, TID_SUBSYSNQN, ctrl->tid.subsysnqn) || tid_check(&ctrl->tid)))
			abort();
		check_printable(ctrl->tid.subsysnqn);
	}
}

static bool is_roots(const struct inventory *inv, const struct plan *plan, const struct tid *tid)
{
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (inv->ctrls[i].carries_root && !inv->ctrls[i].refused && tid_equal(&inv->ctrls[i].tid, tid))
			return true;
	for (size_t i = 0; i < plan->n_paths; i++)
		if (inventory_carries_root(inv, plan->paths[i].tid.subsysnqn) && tid_equal(&plan->paths[i].tid, tid))
			return true;
	return false;
}

static void check_key(const struct line_word *word, void *data)
{
	const char *key = word->key;

	(void)data;
	if (strncmp(key, "rd.nvmf.", 8) != 0 && !streq(key, "ip") && !streq(key, "vlan") && !streq(key, "rd.route"))
		abort();
}

static bool is_expected(const struct inv_ctrl *ctrl)
{
	return ctrl->carries_root && !ctrl->refused && !ctrl->discovery && ctrl->state != CTRL_DELETING &&
	       ctrl->state != CTRL_DEAD;
}

/* The paths of a line are root's as they are now, all of them, and no others. */
static void check_paths(const struct plan *again, const struct inventory *inv, const struct plan *plan)
{
	for (size_t i = 0; i < again->n_paths; i++)
		if (again->paths[i].discovery || !is_roots(inv, plan, &again->paths[i].tid))
			abort();
	for (size_t i = 0; i < inv->n_ctrls; i++) {
		bool found = !is_expected(&inv->ctrls[i]);

		for (size_t j = 0; j < again->n_paths && !found; j++)
			found = tid_equal(&again->paths[j].tid, &inv->ctrls[i].tid);
		if (!found)
			abort();
	}
}

/* What `cmdline` prints boots this host, and has no other parameter. */
static void check_cmdline(const struct dirs *dirs, const struct inventory *inv, const struct plan *plan)
{
	struct matches matches = {0};
	struct output output;
	struct plan again = {0};

	if (match(&matches, plan, inv) < 0)
		abort();
	log_set_level((enum log_level)0);
	output_begin(&output);
	(void)!describe_root(dirs, &matches);
	output_end(&output);
	log_set_level(LOG_LEVEL_INFO);
	match_free(&matches);
	if (words_each(output.text, strlen(output.text), check_key, NULL) < 0)
		abort();
	cmdline_parse(&again, &image, output.text, strlen(output.text));
	if (plan_is_faulty(&again))
		abort();
	if (*output.text)
		check_paths(&again, inv, plan);
	free(output.text);
	settle(&again, NULL);
	check_plan(&again);
	plan_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dirs dirs = {.sys = -1};
	static int root;
	char *text = as_text(data, size), *file = text;
	struct inventory inv = {0};
	struct history history = {0};
	struct plan plan = {0};

	if (dirs.sys < 0)
		root = make_host(&dirs);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		put_changed(root, i, file);
		file += strlen(file) + (file + strlen(file) < text + size);
	}
	if (inventory_read(&inv, &dirs) < 0 || desired_load(&plan, &dirs, &inv, NULL) < 0)
		abort();
	check_ctrls(&inv);
	check_plan(&plan);
	check_outputs(&plan, &inv, &history, NULL);
	check_cmdline(&dirs, &inv, &plan);
	history_free(&history);
	inventory_free(&inv);
	plan_free(&plan);
	free(text);
	return 0;
}
