/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_parameters; i++)
		free(plan->parameters[i].text);
	free(plan->parameters);
	free(plan->nets);
	free(plan->vlans);
	free(plan->routes);
	free(plan->aliases);
	free(plan->foreign);
	free(plan->rxes);
	free(plan->paths);
	free(plan->exclusions);
	messages_free(&plan->messages);
	*plan = (struct plan){0};
}

/* ---- complaints ---- */

void plan_complain(struct plan *plan, const struct source *source, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	messages_add_list(&plan->messages, source, LOG_LEVEL_WARNING, format, args);
	va_end(args);
}

void plan_note(struct plan *plan, const struct source *source, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	messages_add_list(&plan->messages, source, LOG_LEVEL_NOTICE, format, args);
	va_end(args);
}

/* ---- additions ---- */

/* One more element at the end of a list of the plan, NULL with a complaint at its limit. */
#define GROW(plan, list, max, source, what) \
	grow((plan), &(plan)->list, &(plan)->n_##list, sizeof(*(plan)->list), (max), (source), (what))

/* list: address of a pointer to elements of any type */
static void *grow(struct plan *plan, void *list, size_t *n, size_t size, size_t max, const struct source *source,
		  const char *what)
{
	char *old, *grown;

	memcpy(&old, list, sizeof(old));
	grown = array_grow(old, n, size, max);

	if (!grown) {
		plan_complain(plan, source, "more than %zu %s: this one is ignored", max, what);
		return NULL;
	}
	memcpy(list, &grown, sizeof(grown));
	return grown + (*n - 1) * size;
}

bool plan_add_net(struct plan *plan, const struct plan_net *net)
{
	struct plan_net *added = GROW(plan, nets, PLAN_NETS_MAX, &net->source, "addresses");

	if (added)
		*added = *net;
	return added != NULL;
}

bool plan_add_vlan(struct plan *plan, const struct plan_vlan *vlan)
{
	struct plan_vlan *added = NULL;

	for (size_t i = 0; i < plan->n_vlans && !added; i++)
		if (streq(plan->vlans[i].name, vlan->name) ||
		    (plan->vlans[i].id == vlan->id && iface_equal(&plan->vlans[i].parent, &vlan->parent)))
			added = &plan->vlans[i];
	if (!added)
		added = GROW(plan, vlans, PLAN_VLANS_MAX, &vlan->source, "VLANs");
	if (added)
		*added = *vlan;
	return added != NULL;
}

bool plan_add_route(struct plan *plan, const struct plan_route *route)
{
	struct plan_route *added = GROW(plan, routes, PLAN_ROUTES_MAX, &route->source, "routes");

	if (added)
		*added = *route;
	return added != NULL;
}

bool plan_add_alias(struct plan *plan, const struct plan_alias *alias)
{
	struct plan_alias *added = NULL;

	for (size_t i = 0; i < plan->n_aliases && !added; i++)
		if (streq(plan->aliases[i].name, alias->name))
			added = &plan->aliases[i];
	if (!added)
		added = GROW(plan, aliases, PLAN_ALIASES_MAX, &alias->source, "aliases");
	if (added)
		*added = *alias;
	return added != NULL;
}

bool plan_add_foreign(struct plan *plan, const struct plan_foreign *foreign)
{
	struct plan_foreign *added =
		GROW(plan, foreign, PLAN_FOREIGN_MAX, &foreign->source, "parameters for dracut's network modules");

	if (added)
		*added = *foreign;
	return added != NULL;
}

bool plan_add_rxe(struct plan *plan, const struct plan_rxe *rxe)
{
	struct plan_rxe *added;

	for (size_t i = 0; i < plan->n_rxes; i++)
		if (iface_equal(&plan->rxes[i].iface, &rxe->iface))
			return true;
	added = GROW(plan, rxes, PLAN_RXES_MAX, &rxe->source, "soft-RoCE devices");
	if (added)
		*added = *rxe;
	return added != NULL;
}

bool plan_add_exclusion(struct plan *plan, const struct plan_exclusion *exclusion)
{
	struct plan_exclusion *added = GROW(plan, exclusions, PLAN_EXCLUSIONS_MAX, &exclusion->source, "exclusions");

	if (added)
		*added = *exclusion;
	return added != NULL;
}

/* NULL: there are too many. */
static struct plan_identity *identity_of(struct plan *plan, const struct source *source)
{
	struct plan_identity *added = NULL;

	for (size_t i = 0; i < plan->n_identities && !added; i++)
		if (streq(plan->identities[i].source.name, source->name))
			added = &plan->identities[i];
	if (!added && plan->n_identities < PLAN_IDENTITIES_MAX)
		added = &plan->identities[plan->n_identities++];
	if (added)
		added->source = *source;
	return added;
}

void plan_add_identity(struct plan *plan, const struct source *source, const struct identity *identity)
{
	struct plan_identity *added = identity_of(plan, source);

	if (!added)
		return;
	if (identity->nqn[0])
		(void)copy_string(added->identity.nqn, NQN_MAX, identity->nqn);
	if (identity->id[0])
		(void)copy_string(added->identity.id, HOSTID_MAX, identity->id);
}

void plan_lose_identity(struct plan *plan, const char *file, const char *why)
{
	struct plan_identity *added;
	struct source source = {0};

	(void)copy_string(source.name, sizeof(source.name), file);
	added = identity_of(plan, &source);
	if (added)
		added->lost = why;
}

size_t plan_add_parameter(struct plan *plan, const char *text, size_t len, size_t blanks)
{
	char *copy = calloc(1, len + blanks + 2);
	struct plan_parameter *grown =
		copy ? array_grow(plan->parameters, &plan->n_parameters, sizeof(*grown), PLAN_PARAMETERS_MAX) : NULL;

	if (!grown) {
		free(copy);
		return 0;
	}
	plan->parameters = grown;
	memcpy(copy, text, len);
	memcpy(copy + len + 1, text + len, blanks);
	grown[plan->n_parameters - 1] = (struct plan_parameter){.text = copy, .blanks = copy + len + 1};
	return plan->n_parameters;
}

void plan_take_parameter(struct plan *plan, const struct source *source, bool is_taken)
{
	if (source->parameter)
		plan->parameters[source->parameter - 1].is_taken = is_taken;
}

const char *plan_parameter_text(const struct plan *plan, const struct source *source)
{
	return source->parameter ? plan->parameters[source->parameter - 1].text : "";
}

int plan_find_path(const struct plan *plan, const struct tid *tid, bool discovery)
{
	for (int i = plan->chains[tid_hash(tid) % PLAN_CHAINS]; i; i = plan->paths[i - 1].chain)
		if (plan->paths[i - 1].discovery == discovery && tid_equal(&plan->paths[i - 1].tid, tid))
			return i - 1;
	return -1;
}

/* index: of a path that is in no chain yet */
static void chain(struct plan *plan, size_t index)
{
	int *first = &plan->chains[tid_hash(&plan->paths[index].tid) % PLAN_CHAINS];

	plan->paths[index].chain = *first;
	*first = (int)index + 1;
}

static int add_path(struct plan *plan, const struct plan_path *path, int parent)
{
	int there = plan_find_path(plan, &path->tid, path->discovery);
	struct plan_path *added;

	if (there >= 0) {
		added = &plan->paths[there];
		/* who names it now; what a path hangs on stands before it */
		if (added->gone && parent < there)
			added->parent = parent;
		added->gone = added->excluded = false;
		return there;
	}
	added = GROW(plan, paths, PLAN_PATHS_MAX, &path->source, "paths");
	if (!added)
		return -1;
	*added = *path;
	added->parent = parent;
	chain(plan, plan->n_paths - 1);
	return (int)plan->n_paths - 1;
}

int plan_add_path(struct plan *plan, const struct plan_path *path)
{
	return add_path(plan, path, -1);
}

int plan_add_child(struct plan *plan, const struct plan_path *path, int parent)
{
	return add_path(plan, path, parent);
}

/* A parent stands before its children. */
void plan_drop_orphans(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_paths; i++)
		if (plan->paths[i].parent >= 0 && plan->paths[plan->paths[i].parent].gone)
			plan->paths[i].gone = true;
}

/* ---- what stronger sources replace ---- */

static bool is_below(const struct source *source, unsigned precedence)
{
	return source->precedence > 0 && source->precedence < precedence;
}

void plan_drop_paths_below(struct plan *plan, unsigned precedence)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_paths; i++)
		if (!is_below(&plan->paths[i].source, precedence))
			plan->paths[kept++] = plan->paths[i];
	plan->n_paths = kept;
	memset(plan->chains, 0, sizeof(plan->chains));
	for (size_t i = 0; i < plan->n_paths; i++)
		chain(plan, i);
}

void plan_drop_nets_below(struct plan *plan, unsigned precedence, const struct iface *iface)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_nets; i++)
		if (!is_below(&plan->nets[i].source, precedence) ||
		    (iface && !iface_equal(&plan->nets[i].iface, iface)))
			plan->nets[kept++] = plan->nets[i];
	plan->n_nets = kept;
	kept = 0;
	for (size_t i = 0; i < plan->n_foreign; i++)
		if (!is_below(&plan->foreign[i].source, precedence) ||
		    (iface && !iface_equal(&plan->foreign[i].iface, iface)))
			plan->foreign[kept++] = plan->foreign[i];
	plan->n_foreign = kept;
}

void plan_drop_routes_below(struct plan *plan, unsigned precedence, const struct plan_route *like)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_routes; i++)
		if (!is_below(&plan->routes[i].source, precedence) ||
		    (like && (!ip_equal(&plan->routes[i].destination, &like->destination) ||
			      plan->routes[i].prefix != like->prefix)))
			plan->routes[kept++] = plan->routes[i];
	plan->n_routes = kept;
}

/* ---- what is in it ---- */

struct iface plan_iface(const struct plan *plan, const char *name)
{
	struct iface iface = {0};

	(void)copy_string(iface.name, sizeof(iface.name), name);
	for (size_t i = 0; i < plan->n_aliases; i++)
		if (streq(plan->aliases[i].name, name))
			iface.hwaddr = plan->aliases[i].hwaddr;
	return iface;
}

bool plan_is_faulty(const struct plan *plan)
{
	return messages_are_as_bad_as(&plan->messages, LOG_LEVEL_WARNING);
}

bool plan_is_unread(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_paths; i++)
		if (plan->paths[i].log_cut && !plan->paths[i].gone)
			return true;
	return plan->unread;
}

bool plan_has_explicit_wish(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_paths; i++)
		if (!plan->paths[i].gone && plan->paths[i].source.is_explicit)
			return true;
	return false;
}

bool plan_has_wish(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_paths; i++)
		if (!plan->paths[i].gone)
			return true;
	return false;
}

bool plan_is_unusable(const struct plan *plan)
{
	if (plan->disabled || plan_has_wish(plan) || plan->n_nets > 0)
		return false;
	for (size_t i = 0; i < plan->messages.n_rooms; i++)
		if (plan->messages.rooms[i].is_in_vain)
			return true;
	return false;
}

const struct identity *plan_path_identity(const struct plan *plan, const struct plan_path *path)
{
	return path->identity.nqn[0] ? &path->identity : &plan->identity;
}
