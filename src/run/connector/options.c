/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run/connector/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "plan/secret.h"

static const char *const status_texts[] = {
	[STATUS_ALL_LIVE] = "all wanted paths are live; check: all of it is usable",
	[STATUS_SYSTEM] = "system error, or a source could not be read whole",
	[STATUS_USAGE] = "usage, or nothing of what is asked for is usable; check: something is not usable",
	[STATUS_DEGRADED] = "degraded: every subsystem still has a path, but a path, or a disk of root or of a named "
			    "subsystem, is missing",
	[STATUS_LOST] = "some subsystem has no path",
};

static const struct {
	const char *name;
	const char *operand; /* as the help shows it, or NULL: takes none */
	const char *help;
} commands[N_COMMANDS] = {
	[CONNECT] = {"connect", NULL,
		     "configure interfaces and connect the paths that are missing, once or with --wait"},
	[STATUS] = {"status", NULL, "print one row for each path: its state, why it is not live, what to do"},
	[CHECK] = {"check", "[FILE]",
		   "validate a discovery.conf (with --cmdline: parameters) and print what is understood"},
	[CMDLINE] = {"cmdline", NULL, "print the parameters that would boot this host as it runs now"},
	[MODULES] = {"modules", NULL, "load the kernel modules that are wanted and missing"},
	[WANT] = {"want", NULL, "for early boot: report bad parameters, and note whether the others ask for a path"},
	[CLAIM] = {"claim", NULL,
		   "for early boot: keep other network stacks off our interfaces, print their parameters"},
};

enum option_id {
	OPT_WAIT,
	OPT_DRY_RUN,
	OPT_ON_THIS_HOST,
	OPT_JSON,
	OPT_MODULES,
	OPT_NBFT,
	OPT_CMDLINE,
	OPT_ROOT,
	OPT_VERBOSE,
	OPT_QUIET,
	OPT_HELP,
	OPT_VERSION,
	N_OPTIONS
};

#define BY(command) (1U << (command))
#define BY_ALL (BY(N_COMMANDS) - 1)

/* In the order of the help. */
static const struct option_row {
	char letter; /* or 0 */
	const char *name;
	const char *value; /* what the help calls its value, or NULL: it has none */
	bool value_is_optional;
	unsigned int by; /* the commands that take it */
	const char *help;
} table[N_OPTIONS] = {
	[OPT_WAIT] = {0, "wait", "SECONDS", true, BY(CONNECT), "go on until all paths are live, or for SECONDS"},
	[OPT_DRY_RUN] = {'n', "dry-run", NULL, false, BY(CONNECT), "print the steps that would be done"},
	[OPT_ON_THIS_HOST] = {0, "on-this-host", NULL, false, BY(CONNECT),
			      "with --root, do the steps to the running host"},
	[OPT_JSON] = {0, "json", NULL, false, BY(STATUS), "print JSON"},
	[OPT_MODULES] = {0, "modules", NULL, false, BY(CMDLINE), "print the kernel modules that the paths need"},
	[OPT_NBFT] = {0, "nbft", "FILE", false, BY(CHECK),
		      "read a boot table of the firmware (NBFT), or a folder of them"},
	[OPT_CMDLINE] = {0, "cmdline", "FILE", false, BY(CONNECT) | BY(STATUS) | BY(CHECK) | BY(CMDLINE),
			 "take the parameters from FILE (-: standard input)"},
	[OPT_ROOT] = {0, "root", "DIR", false, BY_ALL, "take dev, sys, proc, run and etc from DIR"},
	[OPT_VERBOSE] = {'v', "verbose", NULL, false, BY_ALL, "print more messages"},
	[OPT_QUIET] = {'q', "quiet", NULL, false, BY_ALL, "print errors only"},
	[OPT_HELP] = {'h', "help", NULL, false, BY_ALL, "print help, behind a command that of the command"},
	[OPT_VERSION] = {0, "version", NULL, false, BY_ALL, "print the version"},
};

static bool takes(enum command_id command, enum option_id id)
{
	return table[id].by & BY(command);
}

/* The commands that take an option: "connect, status". */
static void append_takers(char *text, size_t size, enum option_id id)
{
	const char *before = "";

	for (int i = 0; i < N_COMMANDS; i++)
		if (takes((enum command_id)i, id)) {
			append(text, size, "%s%s", before, commands[i].name);
			before = ", ";
		}
}

/* ---- help ---- */

static void print_row(const char *left, const char *right)
{
	(void)printf("  %-20s %s\n", left, right);
}

/* is_of_program: the text says whose option it is */
static void print_option(enum option_id id, bool is_of_program)
{
	const struct option_row *row = &table[id];
	char left[64] = "", right[256] = "";

	append(left, sizeof(left), row->letter ? "-%c, " : "    ", row->letter);
	append(left, sizeof(left), "--%s", row->name);
	if (row->value)
		append(left, sizeof(left), row->value_is_optional ? "[=%s]" : "=%s", row->value);
	if (is_of_program && row->by != BY_ALL) {
		append_takers(right, sizeof(right), id);
		append(right, sizeof(right), ": ");
	}
	append(right, sizeof(right), "%s", row->help);
	print_row(left, right);
}

static void print_commands(void)
{
	char left[32];

	(void)printf("\nCommands:\n");
	for (size_t i = 0; i < N_COMMANDS; i++) {
		*left = '\0';
		append(left, sizeof(left), commands[i].operand ? "%s %s" : "%s", commands[i].name, commands[i].operand);
		print_row(left, commands[i].help);
	}
}

static void print_statuses(void)
{
	(void)printf("\nExit status:\n");
	for (size_t i = 0; i < ARRAY_SIZE(status_texts); i++)
		(void)printf("  %-20zu %s\n", i, status_texts[i]);
}

void options_print_help(enum command_id command)
{
	bool is_of_program = command == N_COMMANDS;

	if (is_of_program) {
		(void)printf("Usage: nvmf-boot COMMAND [OPTIONS]\n\n"
			     "Connects a host to its NVMe over Fabrics subsystems and keeps it connected.\n");
		print_commands();
	} else {
		const char *operand = commands[command].operand;

		(void)printf("Usage: nvmf-boot %s%s%s [OPTIONS]\n\n%s\n", commands[command].name, operand ? " " : "",
			     operand ? operand : "", commands[command].help);
	}
	(void)printf("\nOptions:\n");
	for (int i = 0; i < N_OPTIONS; i++)
		if (is_of_program || takes(command, (enum option_id)i))
			print_option((enum option_id)i, is_of_program);
	if (is_of_program)
		print_statuses();
	(void)printf("\nSee nvmf-boot(8), nvmf-boot.cmdline(7).\n");
}

int usage_error(enum command_id command, const char *format, ...)
{
	const char *name = command == N_COMMANDS ? "" : commands[command].name;
	char text[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	secret_redact(text, sizeof(text), secret_may_be_in(text));
	log_error("%s", text);
	(void)fprintf(stderr, "Try 'nvmf-boot %s%s--help'.\n", name, *name ? " " : "");
	return STATUS_USAGE;
}

/* ---- what is typed ---- */

/* What getopt_long(3) wants: it returns an option's place in the table, behind all characters. */
#define BEHIND_LETTERS 256

static void fill_getopt(struct option *longs, char *letters)
{
	/* the colon: a missing value is told from an unknown option */
	*letters++ = ':';
	for (int i = 0; i < N_OPTIONS; i++) {
		longs[i] = (struct option){table[i].name,
					   !table[i].value		? no_argument
					   : table[i].value_is_optional ? optional_argument
									: required_argument,
					   NULL, BEHIND_LETTERS + i};
		if (table[i].letter)
			*letters++ = table[i].letter;
	}
	longs[N_OPTIONS] = (struct option){0};
	*letters = '\0';
}

/* found: of getopt_long(3). N_OPTIONS: none of ours. */
static enum option_id option_of(int found)
{
	if (found >= BEHIND_LETTERS)
		return (enum option_id)(found - BEHIND_LETTERS);
	for (int i = 0; i < N_OPTIONS; i++)
		if (found && table[i].letter == found)
			return (enum option_id)i;
	return N_OPTIONS;
}

/* getopt_long(3) itself would print what was typed as it is, be it an escape sequence or a key */
static int refuse(const char *typed)
{
	enum option_id id = option_of(optopt);

	if (id != N_OPTIONS)
		return usage_error(N_COMMANDS, "option --%s takes no value: leave out the value", table[id].name);
	if (optopt)
		return usage_error(N_COMMANDS, "there is no option -%c", optopt);
	return usage_error(N_COMMANDS, "there is no option %.*s", (int)strcspn(typed, "="), typed);
}

static int take_wait(struct options *options, const char *value)
{
	options->converge.wait_s = WAIT_FOR_EVER;
	if (!value || parse_number(value, 1, 1000000, &options->converge.wait_s) == 0)
		return 0;
	return usage_error(CONNECT, "--wait: '%s' is not a number of seconds from 1 to 1000000", value);
}

static int take(struct options *options, enum option_id id, const char *value)
{
	switch (id) {
	case OPT_WAIT:
		return take_wait(options, value);
	case OPT_DRY_RUN:
		options->converge.dry_run = true;
		return 0;
	case OPT_ON_THIS_HOST:
		options->on_this_host = true;
		return 0;
	case OPT_JSON:
		options->json = true;
		return 0;
	case OPT_MODULES:
		options->modules = true;
		return 0;
	case OPT_NBFT:
		options->nbft = value;
		return 0;
	case OPT_CMDLINE:
		options->cmdline = options->converge.cmdline = value;
		return 0;
	case OPT_ROOT:
		options->root = value;
		return 0;
	case OPT_VERBOSE:
		options->verbose = true;
		log_set_level(LOG_LEVEL_DEBUG);
		return 0;
	case OPT_QUIET:
		log_set_level(LOG_LEVEL_ERROR);
		return 0;
	case OPT_HELP:
		options->help = true;
		return 0;
	case OPT_VERSION:
		options->version = true;
		return 0;
	case N_OPTIONS:
		break;
	}
	return 0;
}

/* An option that nothing reads would be taken for one that does something. given: a bit for each option. */
static int check_takers(enum command_id command, unsigned int given)
{
	char takers[128] = "";

	for (int i = 0; i < N_OPTIONS; i++) {
		if (!(given & 1U << i) || takes(command, (enum option_id)i))
			continue;
		append_takers(takers, sizeof(takers), (enum option_id)i);
		return usage_error(command, "%s does not take --%s, which is an option of %s: leave it out",
				   commands[command].name, table[i].name, takers);
	}
	return 0;
}

static enum command_id find_command(const char *name)
{
	int i = 0;

	while (i < N_COMMANDS && !streq(commands[i].name, name))
		i++;
	return (enum command_id)i;
}

/* check reads one thing. */
static int check_inputs(const struct options *options)
{
	int n = !!options->file + !!options->cmdline + !!options->nbft;

	if (options->command != CHECK || n < 2)
		return 0;
	return usage_error(CHECK, "check reads one input: leave out all but one of FILE, --cmdline and --nbft");
}

/* rest: what is no option */
static int take_rest(struct options *options, char **rest, unsigned int given)
{
	enum command_id command;
	int status;

	if (!*rest)
		return options->help || options->version ? 0 : usage_error(N_COMMANDS, "no command is given");
	command = options->command = find_command(*rest);
	if (command == N_COMMANDS)
		return usage_error(N_COMMANDS, "there is no command '%s'", *rest);
	if (options->help)
		return 0;
	if (*++rest && commands[command].operand)
		options->file = *rest++;
	if (*rest)
		return usage_error(command, "%s does not take '%s': leave it out", commands[command].name, *rest);
	status = check_takers(command, given);
	return status ? status : check_inputs(options);
}

int options_parse(struct options *options, int argc, char **argv)
{
	struct option longs[N_OPTIONS + 1];
	char letters[N_OPTIONS + 2];
	unsigned int given = 0;
	enum option_id id;
	int found, status;

	*options = (struct options){.command = N_COMMANDS, .root = ""};
	fill_getopt(longs, letters);
	opterr = 0;
	while ((found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (found == '?')
			return refuse(argv[optind - 1]);
		id = option_of(found == ':' ? optopt : found);
		if (found == ':' || (table[id].value && !table[id].value_is_optional && !*optarg))
			return usage_error(N_COMMANDS, "option --%s needs a value: --%s=%s", table[id].name,
					   table[id].name, table[id].value);
		status = take(options, id, optarg);
		if (status)
			return status;
		given |= 1U << id;
	}
	return take_rest(options, argv + optind, given);
}
