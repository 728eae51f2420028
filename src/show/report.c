/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "show/report.h"

#include <stdio.h>
#include <string.h>

#include "decide/explain.h"
#include "decide/label.h"
#include "decide/reason.h"
#include "act/fabrics.h"

/* longest row: the options of a connect */
#define ROW_MAX 4096

/* ---- rows: the one place where text goes to standard output ---- */

static void print(const char *format, va_list args)
{
	char text[ROW_MAX], printable[ROW_MAX];

	(void)vsnprintf(text, sizeof(text), format, args);
	copy_printable(printable, sizeof(printable), text);
	(void)printf("%s", printable);
}

static void PRINTF_FORMAT(1, 2) part(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(format, args);
	va_end(args);
}

static void end_row(void)
{
	(void)printf("\n");
}

static void PRINTF_FORMAT(1, 2) row(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(format, args);
	va_end(args);
	end_row();
}

/* ---- check ---- */

static void print_net(const struct plan_net *net)
{
	char address[IP_TEXT_MAX], hwaddr[HWADDR_TEXT_MAX];

	part("interface %s address %s/%u", net->iface.name, ip_format(&net->address, address), net->prefix);
	if (net->peer.family)
		part(" peer %s", ip_format(&net->peer, address));
	if (net->gateway.family)
		part(" gateway %s", ip_format(&net->gateway, address));
	if (net->metric && net->gateway.family)
		part(" metric %u", net->metric);
	if (net->mtu)
		part(" mtu %u", net->mtu);
	if (net->hwaddr.len)
		part(" hardware address %s", hwaddr_format(&net->hwaddr, hwaddr));
	end_row();
}

/* "default", "10.1.0.0/16" */
static const char *format_destination(const struct plan_route *route, char buf[static IP_TEXT_MAX])
{
	if (route->prefix == 0)
		return "default";
	(void)ip_format(&route->destination, buf);
	append(buf, IP_TEXT_MAX, "/%u", route->prefix);
	return buf;
}

static void print_links(const struct plan *plan)
{
	char text[IP_TEXT_MAX], destination[IP_TEXT_MAX];

	for (size_t i = 0; i < plan->n_aliases; i++)
		row("interface %s is %s", plan->aliases[i].name, hwaddr_format(&plan->aliases[i].hwaddr, text));
	for (size_t i = 0; i < plan->n_vlans; i++)
		row("interface %s is VLAN %u on %s", plan->vlans[i].name, plan->vlans[i].id,
		    plan->vlans[i].parent.name);
	for (size_t i = 0; i < plan->n_nets; i++)
		print_net(&plan->nets[i]);
	for (size_t i = 0; i < plan->n_routes; i++)
		if (plan->routes[i].prefix)
			row("route %s%s%s on %s", format_destination(&plan->routes[i], destination),
			    plan->routes[i].gateway.family ? " via " : "", ip_format(&plan->routes[i].gateway, text),
			    plan->routes[i].iface.name);
	for (size_t i = 0; i < plan->n_foreign; i++) {
		char parameter[512] = "";

		append(parameter, sizeof(parameter), "%s", plan_parameter_text(plan, &plan->foreign[i].source));
		secret_redact(parameter, sizeof(parameter), false);
		row("left to dracut's network modules: %s", parameter);
	}
	for (size_t i = 0; i < plan->n_rxes; i++)
		row("soft-RoCE device on %s", plan->rxes[i].iface.name);
}

static void print_path(const struct plan_path *path)
{
	char place[TID_PLACE_MAX], options[512] = "";

	ctrl_options_append(&path->options, options, sizeof(options));
	ctrl_options_name_secrets(&path->options, options, sizeof(options));
	if (path->discovery)
		part("discover %s", tid_format_place(&path->tid, place));
	else
		part("connect %s at %s", path->tid.subsysnqn, tid_format_place(&path->tid, place));
	if (path->discovery && !streq(path->tid.subsysnqn, DISCOVERY_NQN))
		part(" subsystem %s", path->tid.subsysnqn);
	for (char *comma = strchr(options, ','); comma; comma = strchr(comma, ','))
		*comma = ' ';
	part("%s", options);
	if (path->is_optional)
		part(", which the firmware could not do: nobody waits for it");
	if (path->identity.nqn[0])
		part(" as host %s %s", path->identity.nqn, path->identity.id);
	end_row();
}

void report_plan(const struct plan *plan)
{
	char sources[ROOT_SOURCES_TEXT_MAX];

	if (plan->disabled)
		row("disabled by rd.nonvmf");
	if (plan->identity.nqn[0] || plan->identity.id[0])
		row("host NQN %s, host ID %s", plan->identity.nqn[0] ? plan->identity.nqn : "not given",
		    plan->identity.id[0] ? plan->identity.id : "not given");
	print_links(plan);
	for (size_t i = 0; i < plan->n_paths; i++)
		print_path(&plan->paths[i]);
	if (plan->timeout_s)
		row("report failure after %ld s", plan->timeout_s);
	if (plan->removal_is_set && plan->delayed_removal_s)
		row("root's disk waits up to %ld s for a path after it has lost the last", plan->delayed_removal_s);
	else if (plan->removal_is_set)
		row("root's disk keeps the kernel's setting");
	if (plan->no_keeper)
		row("no keeper is started");
	if (plan->reboot_on_root_loss)
		row("reboot when root is lost");
	if (plan->root_sources)
		row("paths of root come from %s alone, if one of these names any",
		    root_sources_format(plan->root_sources, sources));
}

/* ---- dry run ---- */

static void print_net_step(const struct plan *plan, const struct inventory *inv, const struct step *step)
{
	const struct inv_link *found = inventory_link_by_index(inv, step->link);
	const char *link = found ? found->name : "?";
	char text[IP_TEXT_MAX], destination[IP_TEXT_MAX];

	if (step->kind == STEP_ADD_VLAN)
		row("add VLAN %u on %s as %s", plan->vlans[step->index].id, link, plan->vlans[step->index].name);
	else if (step->kind == STEP_SET_HWADDR)
		row("set hardware address of %s to %s", link, hwaddr_format(&plan->nets[step->index].hwaddr, text));
	else if (step->kind == STEP_SET_MTU)
		row("set mtu of %s to %u", link, plan->nets[step->index].mtu);
	else if (step->kind == STEP_LINK_UP)
		row("set %s up", link);
	else if (step->kind == STEP_ADD_ADDRESS)
		row("add address %s/%u to %s", ip_format(&plan->nets[step->index].address, text),
		    plan->nets[step->index].prefix, link);
	else if (step->kind == STEP_ADD_ROUTE)
		row("add route %s%s%s on %s", format_destination(&plan->routes[step->index], destination),
		    plan->routes[step->index].gateway.family ? " via " : "",
		    ip_format(&plan->routes[step->index].gateway, text), link);
	else
		row("add soft-RoCE device on %s", link);
}

static void print_path_step(const struct matches *matches, const struct step *step)
{
	const struct plan_path *path = &matches->plan->paths[step->index];
	char text[FABRICS_OPTIONS_MAX];

	if (step->kind == STEP_READ_LOG) {
		row("read log page of %s", path_label(path, text));
		return;
	}
	fabrics_options(matches->plan, path, &matches->of[step->index].reach.tid, true, text);
	row("connect %s", text);
}

void report_steps(const struct matches *matches, const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (steps[i].kind == STEP_LOAD_MODULE)
			row("load module %s", known_modules[steps[i].index]);
		else if (steps[i].kind == STEP_DELETE)
			row("end %s: no source names this discovery controller any more",
			    matches->inv->ctrls[steps[i].index].name);
		else if (steps[i].kind >= STEP_PROBE)
			print_path_step(matches, &steps[i]);
		else
			print_net_step(matches->plan, matches->inv, &steps[i]);
	}
}

/* ---- status ---- */

/* "42 s", "17 min", "3 h", "5 d" */
static const char *format_age(uint64_t ms, char *buf, size_t size)
{
	static const struct {
		uint64_t below, unit;
		const char *name;
	} scales[] = {{120, 1, "s"}, {7200, 60, "min"}, {172800, 3600, "h"}, {UINT64_MAX, 86400, "d"}};
	uint64_t s = ms / 1000;
	size_t i = 0;

	while (s >= scales[i].below)
		i++;
	(void)snprintf(buf, size, "%llu %s", (unsigned long long)(s / scales[i].unit), scales[i].name);
	return buf;
}

static void print_sentence(const struct sentence *sentence)
{
	if (*sentence->text)
		row("              %s", sentence->text);
	if (*sentence->hint)
		row("                %s", sentence->hint);
}

/* "42 s"; "< 42 s" if it may be less by more than two seconds and a twentieth. */
static const char *format_since(const struct report *report, size_t path, char *buf, size_t size)
{
	uint64_t at_least, at_most;
	char age[32];

	if (!age_of_state(report->matches, report->history, path, report->now, &at_least, &at_most))
		return "-";
	(void)format_age(at_most, age, sizeof(age));
	(void)snprintf(buf, size, "%s%s", at_most - at_least > 2000 + at_most / 20 ? "< " : "", age);
	return buf;
}

static void print_row(const struct report *report, size_t i)
{
	const struct plan_path *path = &report->matches->plan->paths[i];
	const struct match *match = &report->matches->of[i];
	const struct attempt *attempt = &report->history->attempts[i];
	const uint64_t now = report->now;
	const enum path_state state = path_state(match, attempt, now);
	char place[TID_PLACE_MAX], source[SOURCE_TEXT_MAX], age[40];
	struct sentence why;

	row("  %-11s %-8s %-28s %-8s %s", path_state_name(state), match->ctrl ? match->ctrl->name : "-",
	    tid_format_place(&path->tid, place), format_since(report, i, age, sizeof(age)),
	    source_format(&path->source, source));
	(void)reason_of_path(report->matches, report->history, i, now, &why);
	print_sentence(&why);
	if (report->is_verbose && match->ctrl && match->ctrl->reconnects >= 0)
		row("              the kernel has connected it again %ld time%s", match->ctrl->reconnects,
		    match->ctrl->reconnects == 1 ? "" : "s");
	if (state == PATH_FAILED)
		row("              tried %u time%s, next try in %s", attempt->failures,
		    attempt->failures == 1 ? "" : "s", format_age(attempt->next - now + 999, age, sizeof(age)));
}

/* "2 paths"; "1 path optimized, 1 path inaccessible" if the target says more of them. */
static void print_disk(const struct disk *disk, bool is_verbose)
{
	bool is_first = true;

	part("  %-11s %-8s ", "disk", disk->is_there ? disk->name : "-");
	for (int i = 0; i < ANA_STATES; i++) {
		if (!disk->paths[i])
			continue;
		part("%s%u path%s%s%s", is_first ? "" : ", ", disk->paths[i], disk->paths[i] == 1 ? "" : "s",
		     i == ANA_NONE ? "" : " ", i == ANA_NONE ? "" : ana_state_name((enum ana_state)i));
		is_first = false;
	}
	end_row();
	if (is_verbose && disk->waited >= 0)
		row("              for want of a path %ld commands have waited", disk->waited);
	if (is_verbose && disk->failed >= 0)
		row("              for want of a path %ld commands have failed", disk->failed);
}

static void print_named(const char *what, const struct sentence *sentence)
{
	if (*sentence->text)
		row("  %-11s %s", what, sentence->text);
	if (*sentence->hint)
		row("                %s", sentence->hint);
}

/* The disks of the subsystem to which this path is the first, and what is wrong with them or with its redundancy. */
static void print_disks(const struct report *report, size_t lead)
{
	const struct subsystems *all = report->subsystems;
	struct sentence sentence;

	for (size_t i = 0; i < all->n; i++) {
		const struct subsystem *subsystem = &all->list[i];

		if (subsystem->lead != lead)
			continue;
		for (size_t j = 0; j < subsystem->n_disks; j++)
			print_disk(&all->disks[subsystem->first_disk + j], report->is_verbose);
		(void)subsystem_say_disks(report->matches, subsystem, &sentence);
		print_named("no disk", &sentence);
		(void)subsystem_say_risk(report->matches, subsystem, &sentence);
		print_named("at risk", &sentence);
	}
}

/* Of a host whose root is on a fabric. */
static void print_keeper(const struct report *report)
{
	struct sentence sentence;

	if (report->keeper > 0)
		row("keeper: PID %d", (int)report->keeper);
	else if (report->keeper < 0)
		row("%s",
		    reason_say(REASON_KEEPER_UNKNOWN, &(struct slots){.error = strerror(-report->keeper)}, &sentence));
	else
		row("%s", reason_say(REASON_NO_KEEPER, &(struct slots){0}, &sentence));
}

void report_status(const struct report *report)
{
	const struct plan *plan = report->matches->plan;
	const struct inventory *inv = report->matches->inv;
	enum verdict verdict = diff_verdict(report->matches, report->history, report->now);
	char place[TID_PLACE_MAX];

	if (plan->n_paths > 0)
		row("  %-11s %-8s %-28s %-8s %s", "STATE", "DEVICE", "PATH", "SINCE", "SOURCE");
	for (size_t i = 0; i < plan->n_paths; i++) {
		const struct plan_path *path = &plan->paths[i];

		if (!match_leads(report->matches, i))
			continue;
		if (path->discovery)
			row("discovery controllers");
		else
			row("%s%s", path->tid.subsysnqn, report->matches->of[i].carries_root ? " (root)" : "");
		for (size_t j = i; j != MATCH_END; j = report->matches->of[j].next)
			print_row(report, j);
		if (!path->discovery)
			print_disks(report, i);
	}
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (!match_is_planned(report->matches, &inv->ctrls[i]))
			row("not persistent: %s, %s at %s: no source names it", inv->ctrls[i].name,
			    inv->ctrls[i].tid.subsysnqn, tid_format_place(&inv->ctrls[i].tid, place));
	if (inv->n_heads > 0)
		print_keeper(report);
	row("%s", plan->n_paths || verdict != VERDICT_ALL_LIVE ? verdict_text(verdict) : "no source names a path");
}
