/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/connector/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "plan/settle.h"
#include "sources/sources.h"
#include "kernel/inventory_disks.h"
#include "kernel/inventory_net.h"
#include "kernel/inventory_read.h"
#include "decide/trust.h"
#include "state/layout.h"
#include "state/presence.h"
#include "state/reported.h"
#include "state/state.h"
#include "host/claim.h"
#include "host/describe.h"
#include "host/overrides.h"
#include "show/report.h"
#include "run/connector/converge.h"
#include "run/desired.h"

/* Why the steps of another root are not done, since they would change the running host. NULL: they are. */
static const char *why_no_steps(const struct dirs *dirs, const struct options *options)
{
	if (dirs->is_host || options->converge.dry_run)
		return NULL;
	if (!options->on_this_host)
		return "connect --root would change the running host: add --dry-run to print its steps, or "
		       "--on-this-host";
	if (path_exists(dirs->run, INVENTORY_NET_FILE))
		return "connect --root: the interfaces of run/rtnetlink are not those of the running host: add "
		       "--dry-run";
	return NULL;
}

static int run_connect(const struct dirs *dirs, const struct options *options)
{
	const char *why = why_no_steps(dirs, options);
	enum verdict verdict;
	int r;

	if (why)
		return usage_error(options->command, "%s", why);
	r = converge(dirs, &options->converge, &verdict);
	if (r < 0)
		return STATUS_SYSTEM;
	/* steps that are only printed make nothing live */
	if (options->converge.dry_run && (verdict == VERDICT_DEGRADED || verdict == VERDICT_LOST))
		return STATUS_ALL_LIVE;
	return (int)verdict;
}

/* What the last run was told by log pages, and what has failed in it. */
static void read_messages(const struct dirs *dirs, struct plan *plan, struct messages *failures)
{
	CLEANUP_FREE char *text = NULL;
	int r = reported_read(dirs, &text);

	if (r < 0 && r != -ENOENT && r != -EBADF)
		source_unread(plan, "/run/" LAYOUT_MESSAGES, -r);
	reported_restore(text, plan, failures);
}

static int run_status(const struct dirs *dirs, const struct options *options)
{
	struct messages failures = {0};
	struct inventory inv = {0};
	struct matches matches = {0};
	struct history history = {0};
	struct plan plan = {0};
	struct subsystems subsystems = {0};
	int status = STATUS_SYSTEM, r;
	uint64_t now;

	r = inventory_read(&inv, dirs);
	inventory_read_counters(&inv, dirs);
	if (r == 0)
		r = desired_load(&plan, dirs, &inv, options->cmdline);
	if (r == 0) {
		overrides_check(&plan, dirs);
		state_load(dirs, &plan, &history);
		trust_apply(&plan, &inv);
		read_messages(dirs, &plan, &failures);
		r = match(&matches, &plan, &inv);
	}
	now = now_ms(); /* not before what is read says when something was */
	if (r == 0)
		r = subsystems_find(&matches, &history, now, &subsystems);
	if (r == 0) {
		if (!options->json) {
			reported_print(&plan.messages, NULL);
			reported_print(&failures, NULL);
		}
		(options->json ? report_status_json : report_status)(&(struct report){
			&matches, &history, &failures, now, presence_keeper(dirs), &subsystems, options->verbose});
		status = (int)diff_verdict(&matches, &history, now);
	} else {
		log_error("status: %s", strerror(-r));
	}
	subsystems_free(&subsystems);
	match_free(&matches);
	messages_free(&failures);
	plan_free(&plan);
	history_free(&history);
	inventory_free(&inv);
	return status;
}

static int run_check(const struct dirs *dirs, const struct options *options)
{
	const char *file = options->nbft ? options->nbft : options->cmdline ? options->cmdline : options->file;
	struct plan plan = {0};
	int r, status;

	if (options->nbft)
		r = sources_load_nbft(&plan, file);
	else if (options->cmdline)
		r = sources_load_cmdline(&plan, file);
	else if (file)
		r = sources_load_conf(&plan, AT_FDCWD, file, file);
	else
		r = sources_load_conf(&plan, dirs->etc, "nvme/discovery.conf", file = "/etc/nvme/discovery.conf");
	if (r < 0) {
		log_error("check: %s: %s", file, source_error(-r));
		return STATUS_SYSTEM;
	}
	settle(&plan, NULL);
	reported_print(&plan.messages, NULL);
	report_plan(&plan);
	status = plan_is_unread(&plan) ? STATUS_SYSTEM : plan_is_faulty(&plan) ? STATUS_USAGE : STATUS_ALL_LIVE;
	plan_free(&plan);
	return status;
}

static int run_cmdline(const struct dirs *dirs, const struct options *options)
{
	struct matches matches = {0};
	struct inventory inv = {0};
	struct history history = {0};
	struct plan plan = {0};
	int r = inventory_read(&inv, dirs);
	bool is_whole;

	if (r == 0)
		r = desired_load(&plan, dirs, &inv, options->cmdline);
	if (r == 0) {
		/* a log page may have named a path of root that is away now */
		state_load(dirs, &plan, &history);
		trust_apply(&plan, &inv);
		r = match(&matches, &plan, &inv);
	}
	if (r < 0)
		log_error("cmdline: %s", strerror(-r));
	/* what cannot be read may say something of root's paths, too */
	is_whole = r == 0 && !plan_is_unread(&plan) && inventory_is_whole(&inv);
	if (r == 0 && !is_whole)
		reported_print(&plan.messages, NULL);
	if (r == 0 && options->modules)
		r = describe_modules(dirs, &matches);
	else if (r == 0)
		r = describe_root(dirs, &matches);
	match_free(&matches);
	history_free(&history);
	plan_free(&plan);
	inventory_free(&inv);
	return r < 0 || !is_whole ? STATUS_SYSTEM : STATUS_ALL_LIVE;
}

static int run_modules(const struct dirs *dirs)
{
	int r = converge_load_modules(dirs);

	if (r < 0)
		log_error("modules: %s", strerror(-r));
	return r < 0 ? STATUS_SYSTEM : STATUS_ALL_LIVE;
}

/* The one decision whether this boot wants something of us: the hooks and units of the initramfs look at its file. */
static int run_want(const struct dirs *dirs)
{
	CLEANUP_FREE char *reported = NULL;
	struct messages failures = {0};
	struct inventory inv = {0};
	struct plan plan = {0};
	char timeout[32] = "";
	int r = desired_load(&plan, dirs, &inv, NULL), status = STATUS_ALL_LIVE;

	(void)!reported_read(dirs, &reported);
	append(timeout, sizeof(timeout), "%ld\n", plan.timeout_s);
	if (r == 0 && plan_has_explicit_wish(&plan))
		(void)layout_write(dirs, LAYOUT_WANTED, timeout, &failures);
	else if (r == 0 && !plan_is_unread(&plan))
		layout_remove(dirs, LAYOUT_WANTED, &failures); /* of an earlier command line */
	/* not again by connect */
	reported_save(dirs, &plan, "want", &failures, reported);
	reported_print(&plan.messages, reported);
	reported_print(&failures, NULL);
	if (r < 0)
		log_error("want: %s", strerror(-r));
	if (r < 0 || plan_is_unread(&plan) || failures.n_rooms > 0)
		status = STATUS_SYSTEM;
	else if (plan_is_unusable(&plan))
		status = STATUS_USAGE;
	messages_free(&failures);
	plan_free(&plan);
	return status;
}

static int run_claim(const struct dirs *dirs)
{
	struct messages failures = {0};
	struct inventory inv = {0};
	struct plan plan = {0};
	int status = STATUS_SYSTEM, r;
	bool is_whole;

	/* if the inventory cannot be read, interfaces are matched by name only */
	r = inventory_read(&inv, dirs);
	is_whole = r == 0;
	if (r < 0)
		log_warning("claim: cannot list the interfaces of this host: %s", strerror(-r));
	r = desired_load(&plan, dirs, &inv, NULL);
	is_whole &= r == 0 && !plan_is_unread(&plan) && inventory_is_whole(&inv);
	if (r == 0 && plan.n_parameters > 0) {
		claim_interfaces(dirs, &plan, &inv, &failures);
		claim_print_rest(&plan);
		if (!is_whole)
			reported_print(&plan.messages, NULL);
		reported_print(&failures, NULL);
		status = !is_whole || failures.n_rooms > 0 ? STATUS_SYSTEM : STATUS_ALL_LIVE;
	} else {
		/* the hook puts what is printed in the place of all parameters */
		log_error("claim: %s", r < 0 ? strerror(-r) : "this boot's parameters could not be read");
	}
	messages_free(&failures);
	inventory_free(&inv);
	plan_free(&plan);
	return status;
}

int command_run(const struct dirs *dirs, const struct options *options)
{
	switch (options->command) {
	case CONNECT:
		return run_connect(dirs, options);
	case STATUS:
		return run_status(dirs, options);
	case CHECK:
		return run_check(dirs, options);
	case CMDLINE:
		return run_cmdline(dirs, options);
	case MODULES:
		return run_modules(dirs);
	case WANT:
		return run_want(dirs);
	case CLAIM:
		return run_claim(dirs);
	case N_COMMANDS:
		break;
	}
	return STATUS_USAGE;
}
