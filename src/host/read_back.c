/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/read_back.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "sources/cmdline.h"

static bool same_nets(const struct plan *a, const struct plan *b)
{
	bool same = a->n_nets == b->n_nets;

	for (size_t i = 0; same && i < a->n_nets; i++) {
		const struct plan_net *x = &a->nets[i], *y = &b->nets[i];

		same = iface_equal(&x->iface, &y->iface) && ip_equal(&x->address, &y->address) &&
		       ip_equal(&x->peer, &y->peer) && ip_equal(&x->gateway, &y->gateway) && x->prefix == y->prefix &&
		       x->mtu == y->mtu && x->hwaddr.len == y->hwaddr.len &&
		       memcmp(x->hwaddr.bytes, y->hwaddr.bytes, x->hwaddr.len) == 0;
	}
	return same;
}

static bool same_routes(const struct plan *a, const struct plan *b)
{
	bool same = a->n_routes == b->n_routes;

	for (size_t i = 0; same && i < a->n_routes; i++) {
		const struct plan_route *x = &a->routes[i], *y = &b->routes[i];

		same = iface_equal(&x->iface, &y->iface) && ip_equal(&x->destination, &y->destination) &&
		       ip_equal(&x->gateway, &y->gateway) && x->prefix == y->prefix;
	}
	return same;
}

static bool same_links(const struct plan *a, const struct plan *b)
{
	bool same = a->n_vlans == b->n_vlans && a->n_rxes == b->n_rxes;

	for (size_t i = 0; same && i < a->n_vlans; i++)
		same = streq(a->vlans[i].name, b->vlans[i].name) && a->vlans[i].id == b->vlans[i].id &&
		       iface_equal(&a->vlans[i].parent, &b->vlans[i].parent);
	for (size_t i = 0; same && i < a->n_rxes; i++)
		same = iface_equal(&a->rxes[i].iface, &b->rxes[i].iface);
	return same;
}

static bool same_paths(const struct plan *a, const struct plan *b)
{
	bool same = a->n_paths == b->n_paths;

	for (size_t i = 0; same && i < a->n_paths; i++)
		same = a->paths[i].discovery == b->paths[i].discovery && tid_equal(&a->paths[i].tid, &b->paths[i].tid);
	return same;
}

static bool same_identity(const struct plan *a, const struct plan *b)
{
	bool same = a->n_identities == b->n_identities;

	for (size_t i = 0; same && i < a->n_identities; i++)
		same = streq(a->identities[i].identity.nqn, b->identities[i].identity.nqn) &&
		       streq(a->identities[i].identity.id, b->identities[i].identity.id);
	return same;
}

static bool same_options(const struct plan *a, const struct plan *b)
{
	bool same = true;

	for (enum ctrl_option i = 0; same && i < CTRL_OPTIONS; i++)
		same = a->options.set[i] == b->options.set[i] && a->options.value[i] == b->options.value[i];
	return same;
}

static bool same_policy(const struct plan *a, const struct plan *b)
{
	return a->timeout_s == b->timeout_s && a->removal_is_set == b->removal_is_set &&
	       a->delayed_removal_s == b->delayed_removal_s && a->no_keeper == b->no_keeper &&
	       a->reboot_on_root_loss == b->reboot_on_root_loss && a->root_sources == b->root_sources &&
	       a->disabled == b->disabled;
}

/* The first complaint, or the part that differs. */
static const char *difference(const struct plan *read, const struct plan *meant)
{
	if (plan_is_faulty(read))
		return read->messages.rooms[0].n ? read->messages.rooms[0].list[0].text : "not all of it can be used";
	if (!same_paths(read, meant))
		return "it has other paths";
	if (!same_nets(read, meant))
		return "it has other addresses";
	if (!same_routes(read, meant))
		return "it has other routes";
	if (!same_links(read, meant))
		return "it has other VLANs or soft-RoCE devices";
	if (!same_identity(read, meant))
		return "it has another host NQN or host ID";
	if (!same_options(read, meant))
		return "it has other options";
	if (!same_policy(read, meant))
		return "it has another policy for root";
	return read->n_foreign || read->n_aliases ? "it has parameters for other programs" : NULL;
}

int read_back(const char *text, const struct plan *meant)
{
	/* a line of one origin, as an image has it */
	static const struct source source = {.precedence = 1, .is_explicit = true, .is_trusted = true};
	struct plan read = {0};
	const char *reason;

	cmdline_parse(&read, &source, text, strlen(text));
	reason = difference(&read, meant);
	if (reason)
		log_error("cmdline: nothing is printed, because the parameters would not boot this host as it runs: %s",
			  reason);
	plan_free(&read);
	return reason ? -EBADMSG : 0;
}
