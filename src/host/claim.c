/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/claim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/layout.h"

#define NETWORKD "systemd/network"
#define NETWORK_MANAGER "NetworkManager/conf.d"

/* the interfaces of the plan and the parents of its VLANs, each once */
#define CLAIMS_MAX (PLAN_NETS_MAX + 2 * PLAN_VLANS_MAX + PLAN_RXES_MAX)

struct claims {
	struct iface ifaces[CLAIMS_MAX];
	size_t n;
};

/* Network stacks read these files, and not all of them are root. */
static void publish(int dirfd, const char *folder, const char *path, const char *text, struct messages *failures)
{
	char file[SOURCE_NAME_MAX] = "";
	int r = replace_file(dirfd, path, text, LAYOUT_MODE_PUBLIC);

	append(file, sizeof(file), "%s%s", folder, path);
	if (r < 0)
		layout_failed(failures, file, -r);
}

static void add(struct claims *claims, const struct iface *iface)
{
	for (size_t i = 0; i < claims->n; i++)
		if (iface_equal(&claims->ifaces[i], iface))
			return;
	claims->ifaces[claims->n++] = *iface;
}

static void collect(const struct plan *plan, struct claims *claims)
{
	for (size_t i = 0; i < plan->n_nets; i++)
		add(claims, &plan->nets[i].iface);
	for (size_t i = 0; i < plan->n_vlans; i++) {
		struct iface iface = plan_iface(plan, plan->vlans[i].name);

		add(claims, &iface);
		add(claims, &plan->vlans[i].parent);
	}
}

/* ---- systemd-networkd: the first file that matches an interface counts ---- */

/* The hardware address of an InfiniBand interface changes with each boot, so no match can name it. */
static bool can_be_matched(const struct iface *iface)
{
	return !iface->hwaddr.len || iface->hwaddr.len == 6;
}

static void write_networkd(const struct dirs *dirs, const struct iface *iface, size_t number, struct messages *failures)
{
	char path[96] = "", text[256] = "", hwaddr[HWADDR_TEXT_MAX];

	append(path, sizeof(path), NETWORKD "/00-nvmf-boot-%zu.network", number);
	append(text, sizeof(text),
	       "# nvmf-boot configures this interface: the root file system may hang on it\n[Match]\n");
	if (iface->hwaddr.len)
		append(text, sizeof(text), "PermanentMACAddress=%s\nType=!vlan bond bridge\n",
		       hwaddr_format(&iface->hwaddr, hwaddr));
	else
		append(text, sizeof(text), "Name=%s\n", iface->name);
	append(text, sizeof(text), "[Link]\nUnmanaged=yes\n");
	publish(dirs->run, "/run/", path, text, failures);
}

/* ---- NetworkManager ---- */

static void write_network_manager(const struct dirs *dirs, const struct claims *claims, struct messages *failures)
{
	size_t size = 256 + claims->n * (HWADDR_TEXT_MAX + 32);
	CLEANUP_FREE char *text = calloc(1, size);
	char hwaddr[HWADDR_TEXT_MAX];

	if (!text)
		return;
	append(text, size,
	       "# nvmf-boot configures these interfaces: the root file system may hang on them\n"
	       "[device-nvmf-boot]\nmanaged=0\nmatch-device=");
	for (size_t i = 0; i < claims->n; i++) {
		if (!can_be_matched(&claims->ifaces[i]))
			continue;
		append(text, size, "%s%s%s", text[strlen(text) - 1] == '=' ? "" : ",",
		       claims->ifaces[i].hwaddr.len ? "mac:" : "interface-name:=",
		       claims->ifaces[i].hwaddr.len ? hwaddr_format(&claims->ifaces[i].hwaddr, hwaddr)
						    : claims->ifaces[i].name);
	}
	append(text, size, "\n");
	publish(dirs->run, "/run/", NETWORK_MANAGER "/50-nvmf-boot.conf", text, failures);
}

/* ---- ifupdown: networking.service for all interfaces, and an instance of ifup@.service for a new one ---- */

#define NETWORKING "systemd/system/networking.service.d"
#define EXCLUDED LAYOUT_FOLDER "/ifupdown"

/* Appends what stands between @ and .service, as systemd-escape(1) writes it. */
static void append_instance(char *path, size_t size, const char *name)
{
	for (; *name; name++)
		if ((*name >= '0' && *name <= '9') || (*name >= 'a' && *name <= 'z') ||
		    (*name >= 'A' && *name <= 'Z') || strchr(":_.", *name))
			append(path, size, "%c", *name);
		else
			append(path, size, "\\x%02x", (unsigned char)*name);
}

static void mask_ifup(const struct dirs *dirs, const char *name, struct messages *failures)
{
	char path[128] = "systemd/system/ifup@", file[SOURCE_NAME_MAX] = "/run/";

	append_instance(path, sizeof(path), name);
	append(path, sizeof(path), ".service");
	append(file, sizeof(file), "%s", path);
	if (symlinkat("/dev/null", dirs->run, path) < 0 && errno != EEXIST)
		layout_failed(failures, file, errno);
}

static void write_ifupdown(const struct dirs *dirs, const struct claims *claims, const struct inventory *inv,
			   struct messages *failures)
{
	char text[64 + CLAIMS_MAX * IFACE_MAX] = "EXCLUDE_INTERFACES=\"";
	const char *separator = "";

	for (size_t i = 0; i < claims->n; i++) {
		const struct inv_link *link = inventory_link(inv, &claims->ifaces[i]);
		const char *name = link ? link->name : claims->ifaces[i].name;

		/* one that was found by its hardware address has the kernel's name, whatever that is */
		if ((!link && claims->ifaces[i].hwaddr.len) || iface_check_name(name))
			continue;
		append(text, sizeof(text), "%s%s", separator, name);
		separator = " ";
		mask_ifup(dirs, name, failures);
	}
	append(text, sizeof(text), "\"\n");
	publish(dirs->run, "/run/", EXCLUDED, text, failures);
	publish(dirs->run, "/run/", NETWORKING "/50-nvmf-boot.conf",
		"# nvmf-boot configures these interfaces: the root file system may hang on them\n"
		"[Service]\nEnvironmentFile=-/run/" EXCLUDED "\n",
		failures);
}

/* ---- network-legacy: its ifup skips an interface with such a file ---- */

static void write_legacy(const struct dirs *dirs, const struct iface *iface, struct messages *failures)
{
	char path[96] = "", hwaddr[HWADDR_TEXT_MAX];

	append(path, sizeof(path), "net.%s.did-setup",
	       iface->hwaddr.len ? hwaddr_format(&iface->hwaddr, hwaddr) : iface->name);
	publish(dirs->tmp, "/tmp/", path, "", failures);
}

static void make_folders(int dirfd, const char *path)
{
	char part[96] = "";

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		(void)snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		(void)mkdirat(dirfd, part, 0755);
	}
	(void)mkdirat(dirfd, path, 0755);
}

void claim_interfaces(const struct dirs *dirs, const struct plan *plan, const struct inventory *inv,
		      struct messages *failures)
{
	bool in_initramfs = path_exists(dirs->etc, "initrd-release");
	static struct claims claims;

	claims.n = 0;
	collect(plan, &claims);
	if (claims.n == 0)
		return;
	make_folders(dirs->run, NETWORKD);
	make_folders(dirs->run, NETWORK_MANAGER);
	make_folders(dirs->run, NETWORKING);
	for (size_t i = 0; i < claims.n; i++) {
		if (can_be_matched(&claims.ifaces[i]))
			write_networkd(dirs, &claims.ifaces[i], i, failures);
		if (in_initramfs)
			write_legacy(dirs, &claims.ifaces[i], failures);
	}
	write_network_manager(dirs, &claims, failures);
	write_ifupdown(dirs, &claims, inv, failures);
}

/* ---- the parameters that are left ---- */

/* A quote that is not closed ends with its line. All parameters are printed on one line, so it is closed here. */
static const char *missing_quote(const char *text)
{
	bool is_open = false;

	for (; *text; text++)
		is_open ^= *text == '"';
	return is_open ? "\"" : "";
}

void claim_print_rest(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_parameters; i++) {
		const struct plan_parameter *parameter = &plan->parameters[i];

		if (!parameter->is_taken || plan->disabled)
			(void)printf("%s%s%s", parameter->text, missing_quote(parameter->text),
				     *parameter->blanks ? parameter->blanks : " ");
	}
	(void)printf("%s\n", plan->n_foreign ? "rd.neednet=1" : "");
}
