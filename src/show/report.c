/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "show/report.h"

#include <stdio.h>
#include <string.h>

#include "decide/explain.h"
#include "decide/label.h"
#include "decide/reason.h"
#include "act/fabrics.h"

/* ---- check ---- */

static void print_net(const struct plan_net *net)
{
	char address[IP_TEXT_MAX], hwaddr[HWADDR_TEXT_MAX];

	(void)printf("interface %s address %s/%u", net->iface.name, ip_format(&net->address, address), net->prefix);
	if (net->peer.family)
		(void)printf(" peer %s", ip_format(&net->peer, address));
	if (net->gateway.family)
		(void)printf(" gateway %s", ip_format(&net->gateway, address));
	if (net->mtu)
		(void)printf(" mtu %u", net->mtu);
	if (net->hwaddr.len)
		(void)printf(" hardware address %s", hwaddr_format(&net->hwaddr, hwaddr));
	(void)printf("\n");
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
		(void)printf("interface %s is %s\n", plan->aliases[i].name,
			     hwaddr_format(&plan->aliases[i].hwaddr, text));
	for (size_t i = 0; i < plan->n_vlans; i++)
		(void)printf("interface %s is VLAN %u on %s\n", plan->vlans[i].name, plan->vlans[i].id,
			     plan->vlans[i].parent.name);
	for (size_t i = 0; i < plan->n_nets; i++)
		print_net(&plan->nets[i]);
	for (size_t i = 0; i < plan->n_routes; i++)
		if (plan->routes[i].prefix)
			(void)printf("route %s via %s on %s\n", format_destination(&plan->routes[i], destination),
				     ip_format(&plan->routes[i].gateway, text), plan->routes[i].iface.name);
	for (size_t i = 0; i < plan->n_foreign; i++) {
		char parameter[512] = "";

		append(parameter, sizeof(parameter), "%s", plan_parameter_text(plan, &plan->foreign[i].source));
		secret_redact(parameter, sizeof(parameter), false);
		(void)printf("left to dracut's network modules: %s\n", parameter);
	}
	for (size_t i = 0; i < plan->n_rxes; i++)
		(void)printf("soft-RoCE device on %s\n", plan->rxes[i].iface.name);
}

static void print_path(const struct plan_path *path)
{
	char place[TID_PLACE_MAX], options[512] = "";

	ctrl_options_append(&path->options, options, sizeof(options));
	ctrl_options_name_secrets(&path->options, options, sizeof(options));
	if (path->discovery)
		(void)printf("discover %s", tid_format_place(&path->tid, place));
	else
		(void)printf("connect %s at %s", path->tid.subsysnqn, tid_format_place(&path->tid, place));
	if (path->discovery && !streq(path->tid.subsysnqn, DISCOVERY_NQN))
		(void)printf(" subsystem %s", path->tid.subsysnqn);
	for (char *comma = strchr(options, ','); comma; comma = strchr(comma, ','))
		*comma = ' ';
	(void)printf("%s", options);
	if (path->identity.nqn[0])
		(void)printf(" as host %s %s", path->identity.nqn, path->identity.id);
	(void)printf("\n");
}

void report_plan(const struct plan *plan)
{
	if (plan->disabled)
		(void)printf("disabled by rd.nonvmf\n");
	if (plan->identity.nqn[0] || plan->identity.id[0])
		(void)printf("host NQN %s, host ID %s\n", plan->identity.nqn[0] ? plan->identity.nqn : "not given",
			     plan->identity.id[0] ? plan->identity.id : "not given");
	print_links(plan);
	for (size_t i = 0; i < plan->n_paths; i++)
		print_path(&plan->paths[i]);
	if (plan->timeout_s)
		(void)printf("report failure after %ld s\n", plan->timeout_s);
	if (plan->removal_is_set && plan->delayed_removal_s)
		(void)printf("root's disk waits up to %ld s for a path after it has lost the last\n",
			     plan->delayed_removal_s);
	else if (plan->removal_is_set)
		(void)printf("root's disk keeps the kernel's setting\n");
	if (plan->no_keeper)
		(void)printf("no keeper is started\n");
	if (plan->reboot_on_root_loss)
		(void)printf("reboot when root is lost\n");
}

/* ---- dry run ---- */

static void print_net_step(const struct plan *plan, const struct inventory *inv, const struct step *step)
{
	const struct inv_link *found = inventory_link_by_index(inv, step->link);
	const char *link = found ? found->name : "?";
	char text[IP_TEXT_MAX], destination[IP_TEXT_MAX];

	if (step->kind == STEP_ADD_VLAN)
		(void)printf("add VLAN %u on %s as %s\n", plan->vlans[step->index].id, link,
			     plan->vlans[step->index].name);
	else if (step->kind == STEP_SET_HWADDR)
		(void)printf("set hardware address of %s to %s\n", link,
			     hwaddr_format(&plan->nets[step->index].hwaddr, text));
	else if (step->kind == STEP_SET_MTU)
		(void)printf("set mtu of %s to %u\n", link, plan->nets[step->index].mtu);
	else if (step->kind == STEP_LINK_UP)
		(void)printf("set %s up\n", link);
	else if (step->kind == STEP_ADD_ADDRESS)
		(void)printf("add address %s/%u to %s\n", ip_format(&plan->nets[step->index].address, text),
			     plan->nets[step->index].prefix, link);
	else if (step->kind == STEP_ADD_ROUTE)
		(void)printf("add route %s via %s on %s\n", format_destination(&plan->routes[step->index], destination),
			     ip_format(&plan->routes[step->index].gateway, text), link);
	else
		(void)printf("add soft-RoCE device on %s\n", link);
}

static void print_path_step(const struct matches *matches, const struct step *step)
{
	const struct plan_path *path = &matches->plan->paths[step->index];
	char text[FABRICS_OPTIONS_MAX];

	if (step->kind == STEP_READ_LOG) {
		(void)printf("read log page of %s\n", path_label(path, text));
		return;
	}
	fabrics_options(matches->plan, path, &matches->of[step->index].reach.tid, true, text);
	(void)printf("connect %s\n", text);
}

void report_steps(const struct matches *matches, const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (steps[i].kind == STEP_LOAD_MODULE)
			(void)printf("load module %s\n", known_modules[steps[i].index]);
		else if (steps[i].kind == STEP_DELETE)
			(void)printf("end %s: no source names this discovery controller any more\n",
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

static void print_row(const struct report *report, size_t i)
{
	const struct plan_path *path = &report->matches->plan->paths[i];
	const struct match *match = &report->matches->of[i];
	const struct attempt *attempt = &report->history->attempts[i];
	const uint64_t now = report->now;
	const enum path_state state = path_state(match, attempt, now);
	char place[TID_PLACE_MAX], source[SOURCE_TEXT_MAX], age[32] = "-";
	struct sentence why;

	if (attempt->since)
		(void)format_age(now - attempt->since, age, sizeof(age));
	(void)printf("  %-11s %-8s %-28s %-8s %s\n", path_state_name(state), match->ctrl ? match->ctrl->name : "-",
		     tid_format_place(&path->tid, place), age, source_format(&path->source, source));
	(void)reason_of_path(report->matches, report->history, i, now, &why);
	if (*why.text)
		(void)printf("              %s\n", why.text);
	if (*why.hint)
		(void)printf("                %s\n", why.hint);
	if (state == PATH_FAILED)
		(void)printf("              tried %u time%s, next try in %s\n", attempt->failures,
			     attempt->failures == 1 ? "" : "s",
			     format_age(attempt->next - now + 999, age, sizeof(age)));
}

static bool same_group(const struct plan_path *a, const struct plan_path *b)
{
	return !b->gone && a->discovery == b->discovery && (a->discovery || streq(a->tid.subsysnqn, b->tid.subsysnqn));
}

/* Of a host whose root is on a fabric. */
static void print_keeper(const struct report *report)
{
	struct sentence sentence;

	if (report->keeper > 0)
		(void)printf("keeper: PID %d\n", (int)report->keeper);
	else if (report->keeper < 0)
		(void)printf("%s\n", reason_say(REASON_KEEPER_UNKNOWN,
						&(struct slots){.error = strerror(-report->keeper)}, &sentence));
	else
		(void)printf("%s\n", reason_say(REASON_NO_KEEPER, &(struct slots){0}, &sentence));
}

void report_status(const struct report *report)
{
	const struct plan *plan = report->matches->plan;
	const struct inventory *inv = report->matches->inv;
	enum verdict verdict = diff_verdict(report->matches);
	char place[TID_PLACE_MAX];

	if (plan->n_paths > 0)
		(void)printf("  %-11s %-8s %-28s %-8s %s\n", "STATE", "DEVICE", "PATH", "SINCE", "SOURCE");
	for (size_t i = 0; i < plan->n_paths; i++) {
		const struct plan_path *path = &plan->paths[i];

		if (!plan_leads(plan, i))
			continue;
		if (path->discovery)
			(void)printf("discovery controllers\n");
		else
			(void)printf("%s%s\n", path->tid.subsysnqn,
				     inventory_carries_root(inv, path->tid.subsysnqn) ? " (root)" : "");
		for (size_t j = i; j < plan->n_paths; j++)
			if (same_group(path, &plan->paths[j]))
				print_row(report, j);
	}
	for (size_t i = 0; i < inv->n_ctrls; i++)
		if (!match_is_planned(report->matches, &inv->ctrls[i]))
			(void)printf("not persistent: %s, %s at %s: no source names it\n", inv->ctrls[i].name,
				     inv->ctrls[i].tid.subsysnqn, tid_format_place(&inv->ctrls[i].tid, place));
	if (inv->n_heads > 0)
		print_keeper(report);
	(void)printf("%s\n",
		     plan->n_paths || verdict != VERDICT_ALL_LIVE ? verdict_text(verdict) : "no source names a path");
}
