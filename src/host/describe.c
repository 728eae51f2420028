/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/describe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "plan/options.h"
#include "host/describe_net.h"
#include "host/read_back.h"

/* ---- associations ---- */

static void add_connect(struct words *words, const struct tid *tid)
{
	const struct plan_path path = {.tid = *tid};
	char word[1024] = "", address[TRADDR_MAX + 2], host[TRADDR_MAX + 2];

	append(word, sizeof(word), "rd.nvmf.connect=%s,%s,%s,%s", transport_name(tid->transport),
	       bracketed(tid->traddr, address), tid->subsysnqn, tid->trsvcid);
	if (tid->host_traddr[0] || tid->host_iface[0])
		append(word, sizeof(word), ",%s", tid->host_traddr[0] ? bracketed(tid->host_traddr, host) : "");
	if (tid->host_iface[0])
		append(word, sizeof(word), ",%s", tid->host_iface);
	if (add_word(words, word))
		(void)plan_add_path(&words->meant, &path);
}

static void add_option(struct words *words, enum ctrl_option option, const char *value)
{
	char word[96] = "", buf[OPTION_REASON_MAX];
	const char *reason = ctrl_options_set(&words->meant.options, option, value, buf);

	if (reason) {
		log_warning("sysfs shows %s for %s, which no parameter can have: %s", value,
			    ctrl_option_table[option].name, reason);
		return;
	}
	append(word, sizeof(word), "rd.nvmf.%s=%s", ctrl_option_table[option].name, value);
	(void)add_word(words, word);
}

/* Options that a parameter of this boot sets are copied from it: sysfs does not show all of them unchanged (queues and
 * their size, type of service, digests). The others are read from sysfs. */
static void add_options(struct words *words, int sys, const struct plan *plan, const char *ctrl)
{
	char path[96], value[32];

	for (enum ctrl_option i = 0; i < CTRL_OPTIONS; i++) {
		(void)snprintf(value, sizeof(value), "%ld", plan->options.value[i]);
		if (plan->options.set[i])
			add_option(words, i, value);
	}
	for (enum ctrl_option i = 0; i < CTRL_OPTIONS; i++) {
		const struct ctrl_option_info *info = &ctrl_option_table[i];

		if (!info->attribute || plan->options.set[i])
			continue;
		(void)snprintf(path, sizeof(path), "class/nvme/%s/%s", ctrl, info->attribute);
		if (read_file(sys, path, value, sizeof(value)) > 0 && !streq(value, info->usual) &&
		    !streq(value, info->of_root))
			add_option(words, i, streq(value, "off") ? "-1" : value);
	}
}

/* The parameters of this boot that decide what becomes of root. */
static void add_policy(struct words *words, const struct plan *plan)
{
	struct plan *meant = &words->meant;
	char word[64];

	meant->timeout_s = plan->timeout_s;
	meant->removal_is_set = plan->removal_is_set;
	meant->delayed_removal_s = plan->delayed_removal_s;
	meant->no_keeper = plan->no_keeper;
	meant->reboot_on_root_loss = plan->reboot_on_root_loss;
	(void)snprintf(word, sizeof(word), "rd.nvmf.timeout=%ld", plan->timeout_s);
	if (plan->timeout_s)
		(void)add_word(words, word);
	(void)snprintf(word, sizeof(word), "rd.nvmf.delayed-removal=%ld", plan->delayed_removal_s);
	if (plan->removal_is_set)
		(void)add_word(words, word);
	if (plan->no_keeper)
		(void)add_word(words, "rd.nvmf.keeper=0");
	if (plan->reboot_on_root_loss)
		(void)add_word(words, "rd.nvmf.on-root-loss=reboot");
}

static void add_identity(struct words *words, const struct identity *identity)
{
	char word[NQN_MAX + 32];

	if (identity->nqn[0] || identity->id[0])
		plan_add_identity(&words->meant, &(struct source){0}, identity);
	(void)snprintf(word, sizeof(word), "rd.nvmf.hostnqn=%s", identity->nqn);
	if (identity->nqn[0])
		(void)add_word(words, word);
	(void)snprintf(word, sizeof(word), "rd.nvmf.hostid=%s", identity->id);
	if (identity->id[0])
		(void)add_word(words, word);
}

/* No parameter carries a secret, because everybody could read it in /proc/cmdline. */
static void warn_of_secrets(int sys, const char *ctrl)
{
	char path[96], text[8];
	ssize_t len;

	(void)snprintf(path, sizeof(path), "class/nvme/%s/dhchap_secret", ctrl);
	len = read_file(sys, path, text, sizeof(text));
	/* only whether there is one: the value is never read whole */
	if (len == -EFBIG || (len > 0 && !streq(text, "none")))
		log_warning("%s uses DH-HMAC-CHAP, and no parameter can carry its secret: an image cannot connect it",
			    ctrl);
	(void)snprintf(path, sizeof(path), "class/nvme/%s/tls_key", ctrl);
	len = read_file(sys, path, text, sizeof(text));
	if (len == -EFBIG || len > 0)
		log_warning("%s uses TLS, and no parameter can ask for it: an image cannot connect it", ctrl);
}

static void add_ctrl(struct words *words, const struct dirs *dirs, const struct inventory *inv,
		     const struct inv_ctrl *ctrl)
{
	struct reach_way way = describe_way(inv, &ctrl->tid, ctrl->src_addr);

	add_connect(words, &ctrl->tid);
	warn_of_secrets(dirs->sys, ctrl->name);
	if (way.link)
		describe_interface(words, dirs, inv, &way, ctrl->tid.traddr);
	else
		log_warning("%s: no interface of this host leads to %s", ctrl->name, ctrl->tid.traddr);
}

/* The controller that carries root and has the next higher number; NULL: there is none. before NULL: the first one. */
static const struct inv_ctrl *next_ctrl(const struct inventory *inv, const struct inv_ctrl *before)
{
	const struct inv_ctrl *next = NULL;

	for (size_t i = 0; i < inv->n_ctrls; i++) {
		const struct inv_ctrl *ctrl = &inv->ctrls[i];

		if (!ctrl->carries_root || ctrl->refused || ctrl->discovery || ctrl->state == CTRL_DELETING ||
		    ctrl->state == CTRL_DEAD)
			continue;
		if ((!before || strverscmp(ctrl->name, before->name) > 0) &&
		    (!next || strverscmp(ctrl->name, next->name) < 0))
			next = ctrl;
	}
	return next;
}

/* A path of root that a parameter of this boot asks for and that has no controller at the moment, for example because
 * its target is down: an image that is made now must not forget it. */
static void add_missing(struct words *words, const struct dirs *dirs, const struct matches *matches, size_t index)
{
	const struct inventory *inv = matches->inv;
	const struct plan_path *path = &matches->plan->paths[index];
	struct reach_way way;

	if (!path->source.is_explicit || path->discovery || path->gone ||
	    !inventory_carries_root(inv, path->tid.subsysnqn) || matches->of[index].ctrl)
		return;
	way = describe_way(inv, &path->tid, "");
	if (!way.link) {
		log_warning("%s at %s has no controller and no interface at the moment: its parameters are not printed",
			    path->tid.subsysnqn, path->tid.traddr);
		return;
	}
	add_connect(words, &path->tid);
	describe_interface(words, dirs, inv, &way, path->tid.traddr);
}

/* What a target reports of itself must not become a parameter of the next boot. */
static void warn_of_refused(const struct inventory *inv)
{
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (inv->ctrls[i].carries_root && inv->ctrls[i].refused)
			log_warning("%s carries root, but its parameters are not printed: %s (its target shows %s)",
				    inv->ctrls[i].name, inv->ctrls[i].refused, inv->ctrls[i].tid.subsysnqn);
}

int describe_root(const struct dirs *dirs, const struct matches *matches)
{
	const struct inventory *inv = matches->inv;
	const struct inv_ctrl *ctrl = next_ctrl(inv, NULL);
	static struct words words;
	int r;

	warn_of_refused(inv);
	if (!ctrl)
		return 0;
	words.text[0] = '\0';
	add_identity(&words, &ctrl->identity);
	add_options(&words, dirs->sys, matches->plan, ctrl->name);
	add_policy(&words, matches->plan);
	for (; ctrl; ctrl = next_ctrl(inv, ctrl))
		add_ctrl(&words, dirs, inv, ctrl);
	for (size_t i = 0; i < matches->n; i++)
		add_missing(&words, dirs, matches, i);
	r = read_back(words.text, &words.meant);
	if (r == 0)
		(void)printf("%s\n", words.text);
	plan_free(&words.meant);
	return r;
}

/* ---- kernel modules ---- */

/* Adapters whose RDMA half is a module of its own. While it is not loaded, no device of the host names it. */
static const struct {
	const char *half, *rdma;
} rdma_halves[] = {
	{"mlx5_core", "mlx5_ib"}, {"mlx4_core", "mlx4_en"}, {"mlx4_core", "mlx4_ib"}, {"ice", "irdma"},
	{"i40e", "irdma"},	  {"bnxt_en", "bnxt_re"},   {"qede", "qedr"},	      {"hns3", "hns_roce_hw_v2"},
	{"cxgb4", "iw_cxgb4"},	  {"mana", "mana_ib"},	    {"ionic", "ionic_rdma"},  {"be2net", "ocrdma"},
};

/* how many interfaces below interfaces, and devices above devices, are looked at */
#define DEPTH_MAX 16

/* Adds the drivers of a device and of all devices above it, up to the root of the tree. */
static void add_drivers(struct words *words, int sys, const char *folder)
{
	char device[512], path[560], target[256];

	(void)snprintf(device, sizeof(device), "%s/device", folder);
	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		ssize_t len;

		(void)snprintf(path, sizeof(path), "%s/uevent", device);
		if (!path_exists(sys, path))
			return;
		(void)snprintf(path, sizeof(path), "%s/driver/module", device);
		len = readlinkat(sys, path, target, sizeof(target) - 1);
		if (len > 0) {
			target[len] = '\0';
			(void)add_word(words, strrchr(target, '/') ? strrchr(target, '/') + 1 : target);
		}
		append(device, sizeof(device), "/..");
	}
}

/* Adds the driver of an interface, and those of the interfaces below a VLAN, bond, team or bridge. */
static void add_interface_modules(struct words *words, int sys, const char *name, int depth)
{
	CLEANUP_DIRECTORY struct directory *dir = NULL;
	const char *entry;
	char folder[320], type[16];

	(void)snprintf(folder, sizeof(folder), "class/net/%s", name);
	add_drivers(words, sys, folder);
	dir = open_directory(sys, folder);
	while (depth < DEPTH_MAX && (entry = next_entry(dir)))
		if (strncmp(entry, "lower_", 6) == 0)
			add_interface_modules(words, sys, entry + 6, depth + 1);
	append(folder, sizeof(folder), "/type");
	if (read_file(sys, folder, type, sizeof(type)) > 0 && streq(type, "32")) /* ARPHRD_INFINIBAND */
		(void)add_word(words, "ib_ipoib");
	if (has_soft_roce(sys, name))
		(void)add_word(words, "rdma_rxe");
}

size_t describe_modules(const struct dirs *dirs, const struct inventory *inv)
{
	static struct words words;
	bool rdma = false;
	size_t n = 0;

	words.text[0] = '\0';
	for (const struct inv_ctrl *ctrl = next_ctrl(inv, NULL); ctrl; ctrl = next_ctrl(inv, ctrl), n++) {
		struct reach_way way = describe_way(inv, &ctrl->tid, ctrl->src_addr);

		rdma |= ctrl->tid.transport == TRANSPORT_RDMA;
		(void)add_word(&words, ctrl->tid.transport == TRANSPORT_RDMA ? "nvme_rdma" : "nvme_tcp");
		if (way.link && streq(way.link->kind, "vlan"))
			(void)add_word(&words, "8021q");
		if (way.link)
			add_interface_modules(&words, dirs->sys, way.link->name, 0);
	}
	if (rdma)
		(void)add_word(&words, "rdma_ucm");
	for (size_t i = 0; i < ARRAY_SIZE(rdma_halves); i++)
		if (rdma && !has_word(&words, "rdma_rxe") && has_word(&words, rdma_halves[i].half))
			(void)add_word(&words, rdma_halves[i].rdma);
	if (n)
		(void)printf("%s\n", words.text);
	return n;
}
