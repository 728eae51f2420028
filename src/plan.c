/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void plan_free(struct plan *plan)
{
	free(plan->nets);
	free(plan->rxes);
	free(plan->paths);
	free(plan->complaints);
	*plan = (struct plan){0};
}

void plan_complain(struct plan *plan, const struct source *source, const char *format, ...)
{
	struct complaint *grown =
		array_grow(plan->complaints, &plan->n_complaints, sizeof(*grown), PLAN_COMPLAINTS_MAX);
	va_list args;

	if (!grown)
		return;
	plan->complaints = grown;
	grown[plan->n_complaints - 1].source = *source;
	va_start(args, format);
	(void)vsnprintf(grown[plan->n_complaints - 1].text, sizeof(grown->text), format, args);
	va_end(args);
}

struct plan_net *plan_add_net(struct plan *plan, const struct source *source)
{
	struct plan_net *grown = array_grow(plan->nets, &plan->n_nets, sizeof(*grown), PLAN_NETS_MAX);

	if (!grown) {
		plan_complain(plan, source, "more than %d addresses: this one is left out", PLAN_NETS_MAX);
		return NULL;
	}
	plan->nets = grown;
	grown[plan->n_nets - 1].source = *source;
	return &grown[plan->n_nets - 1];
}

struct plan_rxe *plan_add_rxe(struct plan *plan, const struct source *source, const char *iface)
{
	struct plan_rxe *grown;

	for (size_t i = 0; i < plan->n_rxes; i++)
		if (streq(plan->rxes[i].iface, iface))
			return &plan->rxes[i];
	grown = array_grow(plan->rxes, &plan->n_rxes, sizeof(*grown), PLAN_RXES_MAX);
	if (!grown) {
		plan_complain(plan, source, "more than %d soft-RoCE devices: this one is left out", PLAN_RXES_MAX);
		return NULL;
	}
	plan->rxes = grown;
	grown[plan->n_rxes - 1].source = *source;
	(void)copy_string(grown[plan->n_rxes - 1].iface, IFACE_MAX, iface);
	return &grown[plan->n_rxes - 1];
}

int plan_add_path(struct plan *plan, const struct plan_path *path)
{
	struct plan_path *grown;

	for (size_t i = 0; i < plan->n_paths; i++) {
		if (!tid_equal(&plan->paths[i].tid, &path->tid))
			continue;
		plan->paths[i].gone = false;
		return (int)i;
	}
	grown = array_grow(plan->paths, &plan->n_paths, sizeof(*grown), PLAN_PATHS_MAX);
	if (!grown) {
		plan_complain(plan, &path->source, "more than %d paths: this one is left out", PLAN_PATHS_MAX);
		return -1;
	}
	plan->paths = grown;
	grown[plan->n_paths - 1] = *path;
	return (int)plan->n_paths - 1;
}

void plan_drop_paths_below(struct plan *plan, enum origin origin)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_paths; i++)
		if (plan->paths[i].source.kind != SOURCE_CMDLINE || plan->paths[i].source.origin >= origin)
			plan->paths[kept++] = plan->paths[i];
	plan->n_paths = kept;
}

void plan_drop_nets_below(struct plan *plan, enum origin origin, const char *iface)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->n_nets; i++)
		if (plan->nets[i].source.origin >= origin || (iface && !streq(plan->nets[i].iface, iface)))
			plan->nets[kept++] = plan->nets[i];
	plan->n_nets = kept;
}

void plan_settle(struct plan *plan)
{
	struct ctrl_options defaults = plan->options;

	if (!defaults.set[OPTION_CTRL_LOSS_TMO]) {
		defaults.set[OPTION_CTRL_LOSS_TMO] = true;
		defaults.value[OPTION_CTRL_LOSS_TMO] = -1;
	}
	for (size_t i = 0; i < plan->n_paths; i++)
		if (plan->paths[i].source.kind == SOURCE_CMDLINE)
			ctrl_options_default(&plan->paths[i].options, &defaults);
	identity_complete(&plan->identity);
}

const char *source_format(const struct source *source, char buf[static SOURCE_TEXT_MAX])
{
	buf[0] = '\0';
	append(buf, SOURCE_TEXT_MAX, "%s", source->name);
	if (source->line && source->column)
		append(buf, SOURCE_TEXT_MAX, ":%u:%u", source->line, source->column);
	else if (source->line)
		append(buf, SOURCE_TEXT_MAX, ":%u", source->line);
	else if (source->column)
		append(buf, SOURCE_TEXT_MAX, ", column %u", source->column);
	return buf;
}

const struct identity *plan_path_identity(const struct plan *plan, const struct plan_path *path)
{
	return path->identity.nqn[0] ? &path->identity : &plan->identity;
}
