/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/describe.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/describe_net.h"
#include "host/describe_paths.h"

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

static void add_path_modules(struct words *words, const struct dirs *dirs, const struct inventory *inv,
			     const struct tid *tid, const char *src_addr)
{
	struct reach_way way = describe_way(inv, tid, src_addr);

	(void)add_word(words, tid->transport == TRANSPORT_RDMA ? "nvme_rdma" : "nvme_tcp");
	if (way.link && streq(way.link->kind, "vlan"))
		(void)add_word(words, "8021q");
	if (way.link)
		add_interface_modules(words, dirs->sys, way.link->name, 0);
}

int describe_modules(const struct dirs *dirs, const struct matches *matches)
{
	const struct inventory *inv = matches->inv;
	int r = describe_check(matches);
	static struct words words;
	bool rdma;

	words.text[0] = '\0';
	for (const struct inv_ctrl *ctrl = NULL; (ctrl = describe_next_ctrl(inv, ctrl));)
		add_path_modules(&words, dirs, inv, &ctrl->tid, ctrl->src_addr);
	for (size_t i = 0; i < matches->n; i++)
		if (describe_is_away(matches, i))
			add_path_modules(&words, dirs, inv, &matches->plan->paths[i].tid, "");
	rdma = has_word(&words, "nvme_rdma");
	if (rdma)
		(void)add_word(&words, "rdma_ucm");
	for (size_t i = 0; i < ARRAY_SIZE(rdma_halves); i++)
		if (rdma && !has_word(&words, "rdma_rxe") && has_word(&words, rdma_halves[i].half))
			(void)add_word(&words, rdma_halves[i].rdma);
	if (*words.text)
		(void)printf("%s\n", words.text);
	return r;
}
