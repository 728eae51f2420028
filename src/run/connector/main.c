/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nvmf-boot: connects a host to its NVMe over Fabrics subsystems and keeps it connected. In the initramfs the unit
 * nvmf-boot-initrd.service runs `connect --wait` beside dracut's initqueue: on entry udev runs, /run/nvmf-boot/words
 * holds the command line, and `want` has found a path in it; on exit the associations are in the kernel. In the real
 * root nvme_fabrics_persistent.service runs `connect --wait=50` each minute over the same words and discovery.conf.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
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

/* The exit statuses of nvmf-boot(8). */
enum exit_status {
	STATUS_ALL_LIVE = 0,
	STATUS_SYSTEM = 1,
	STATUS_USAGE = 2,
	STATUS_DEGRADED = 3,
	STATUS_LOST = 4,
};

static const char *const status_texts[] = {
	[STATUS_ALL_LIVE] = "all wanted paths are live; check: all of it is usable",
	[STATUS_SYSTEM] = "system error, or a source could not be read whole",
	[STATUS_USAGE] = "usage, or nothing of what is asked for is usable; check: something is not usable",
	[STATUS_DEGRADED] = "degraded: every subsystem still has a path, but a path, or a disk of root or of a named "
			    "subsystem, is missing",
	[STATUS_LOST] = "some subsystem has no path",
};

struct options {
	const char *root;
	const char *cmdline;
	bool cmdline_given;
	bool json;
	bool verbose;
	bool modules;	   /* of cmdline */
	bool on_this_host; /* of connect: with --root the steps are done all the same */
	struct converge_options converge;
	const char *file; /* of check */
	const char *nbft; /* likewise: a file or a folder */
};

static int usage_error(const char *what, const char *word)
{
	log_error("%s%s", what, word);
	(void)fprintf(stderr, "Try 'nvmf-boot --help'.\n");
	return STATUS_USAGE;
}

/* ---- commands ---- */

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
		return usage_error(why, "");
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
	const char *file = options->nbft ? options->nbft : options->cmdline_given ? options->cmdline : options->file;
	struct plan plan = {0};
	int r, status;

	if (options->nbft)
		r = sources_load_nbft(&plan, file);
	else if (options->cmdline_given)
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

static int run_modules(const struct dirs *dirs, const struct options *options UNUSED)
{
	int r = converge_load_modules(dirs);

	if (r < 0)
		log_error("modules: %s", strerror(-r));
	return r < 0 ? STATUS_SYSTEM : STATUS_ALL_LIVE;
}

/* The one decision whether this boot wants something of us: the hooks and units of the initramfs look at its file. */
static int run_want(const struct dirs *dirs, const struct options *options UNUSED)
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

static int run_claim(const struct dirs *dirs, const struct options *options UNUSED)
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

static const struct {
	const char *name;
	int (*run)(const struct dirs *dirs, const struct options *options);
	const char *help;
} commands[] = {
	{"connect", run_connect, "configure interfaces and connect the paths that are missing, once or with --wait"},
	{"status", run_status, "print one row for each path: its state, why it is not live, what to do"},
	{"check", run_check, "validate a discovery.conf (with --cmdline: parameters) and print what is understood"},
	{"cmdline", run_cmdline, "print the parameters that would boot this host as it runs now"},
	{"modules", run_modules, "load the kernel modules that are wanted and missing"},
	{"want", run_want, "for early boot: report bad parameters, and note whether the others ask for a path"},
	{"claim", run_claim, "for early boot: keep other network stacks off our interfaces, print their parameters"},
};

/* ---- options ---- */

enum option_id {
	OPT_WAIT = 'W',
	OPT_DRY_RUN = 'n',
	OPT_ROOT = 'R',
	OPT_CMDLINE = 'c',
	OPT_JSON = 'j',
	OPT_MODULES = 'M',
	OPT_NBFT = 'N',
	OPT_ON_THIS_HOST = 'H',
	OPT_VERSION = 'V'
};

static const struct option long_options[] = {
	{"wait", optional_argument, NULL, OPT_WAIT},
	{"dry-run", no_argument, NULL, OPT_DRY_RUN},
	{"root", required_argument, NULL, OPT_ROOT},
	{"on-this-host", no_argument, NULL, OPT_ON_THIS_HOST},
	{"cmdline", required_argument, NULL, OPT_CMDLINE},
	{"json", no_argument, NULL, OPT_JSON},
	{"modules", no_argument, NULL, OPT_MODULES},
	{"nbft", required_argument, NULL, OPT_NBFT},
	{"verbose", no_argument, NULL, 'v'},
	{"quiet", no_argument, NULL, 'q'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, OPT_VERSION},
	{0},
};

static const struct {
	enum option_id id;
	const char *usage, *help;
} option_help[] = {
	{OPT_WAIT, "    --wait[=SECONDS]", "connect: go on until all paths are live, or for SECONDS"},
	{OPT_DRY_RUN, "-n, --dry-run", "connect: print the steps that would be done"},
	{OPT_ROOT, "    --root=DIR", "take dev, sys, proc, run and etc from DIR"},
	{OPT_ON_THIS_HOST, "    --on-this-host", "connect: with --root, do the steps to the running host"},
	{OPT_CMDLINE, "    --cmdline=FILE", "take the parameters from FILE (-: standard input)"},
	{OPT_JSON, "    --json", "status: print JSON"},
	{OPT_MODULES, "    --modules", "cmdline: print the kernel modules that the paths need"},
	{OPT_NBFT, "    --nbft=FILE", "check: read a boot table of the firmware (NBFT), or a folder of them"},
	{'v', "-v, --verbose", "print more messages"},
	{'q', "-q, --quiet", "print errors only"},
	{'h', "-h, --help", "print this text"},
	{OPT_VERSION, "    --version", "print the version"},
};

static void print_help(void)
{
	(void)printf("Usage: nvmf-boot COMMAND [OPTIONS]\n\n"
		     "Connects a host to its NVMe over Fabrics subsystems and keeps it connected.\n\nCommands:\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		(void)printf("  %-20s %s\n", commands[i].name, commands[i].help);
	(void)printf("\nOptions:\n");
	for (size_t i = 0; i < ARRAY_SIZE(option_help); i++)
		(void)printf("  %-20s %s\n", option_help[i].usage, option_help[i].help);
	(void)printf("\nExit status:\n");
	for (size_t i = 0; i < ARRAY_SIZE(status_texts); i++)
		(void)printf("  %-20zu %s\n", i, status_texts[i]);
	(void)printf("\nSee nvmf-boot(8), nvmf-boot.cmdline(7).\n");
}

static bool parse_wait(struct options *options, const char *value)
{
	options->converge.wait_s = WAIT_FOR_EVER;
	if (!value || parse_number(value, 1, 1000000, &options->converge.wait_s) == 0)
		return true;
	log_error("--wait=%s: not a number of seconds from 1 to 1000000", value);
	return false;
}

/* -1: go on; else the exit status */
static int take_option(struct options *options, int opt)
{
	switch (opt) {
	case OPT_WAIT:
		return parse_wait(options, optarg) ? -1 : STATUS_USAGE;
	case OPT_DRY_RUN:
		options->converge.dry_run = true;
		return -1;
	case OPT_ROOT:
		options->root = optarg;
		return -1;
	case OPT_ON_THIS_HOST:
		options->on_this_host = true;
		return -1;
	case OPT_CMDLINE:
		options->cmdline = options->converge.cmdline = optarg;
		options->cmdline_given = true;
		return -1;
	case OPT_JSON:
		options->json = true;
		return -1;
	case OPT_MODULES:
		options->modules = true;
		return -1;
	case OPT_NBFT:
		options->nbft = optarg;
		return -1;
	case 'v':
		options->verbose = true;
		log_set_level(LOG_LEVEL_DEBUG);
		return -1;
	case 'q':
		log_set_level(LOG_LEVEL_ERROR);
		return -1;
	case 'h':
		print_help();
		return STATUS_ALL_LIVE;
	case OPT_VERSION:
		(void)printf("nvmf-boot %s\n", VERSION);
		return STATUS_ALL_LIVE;
	default:
		(void)fprintf(stderr, "Try 'nvmf-boot --help'.\n");
		return STATUS_USAGE;
	}
}

static int run_command(const char *name, const struct options *options)
{
	struct dirs dirs;
	int r, status = STATUS_SYSTEM;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!streq(name, commands[i].name))
			continue;
		r = dirs_open(&dirs, options->root);
		if (r < 0)
			log_error("%s/%s: %s", options->root, dirs.failed, source_error(-r));
		else
			status = commands[i].run(&dirs, options);
		dirs_close(&dirs);
		return status;
	}
	return usage_error("no such command: ", name);
}

/* What was printed counts only if it has got where it should: the cmdline hook keeps what claim prints. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	log_error("cannot write to standard output: %s", strerror(errno));
	return STATUS_SYSTEM;
}

int main(int argc, char **argv)
{
	struct options options = {.root = ""};
	const char *command;
	int opt, status;

	secret_forbid_dumps();
	while ((opt = getopt_long(argc, argv, "nvqh", long_options, NULL)) != -1) {
		status = take_option(&options, opt);
		if (status >= 0)
			return finish(status);
	}
	if (optind == argc)
		return usage_error("no command given", "");
	command = argv[optind++];
	if (optind < argc && streq(command, "check"))
		options.file = argv[optind++];
	if (optind < argc)
		return usage_error("unexpected argument: ", argv[optind]);
	return finish(run_command(command, &options));
}
