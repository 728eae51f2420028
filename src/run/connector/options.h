/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a person types behind `nvmf-boot`: one table says which command takes which option. And how it exits. */
#pragma once

#include "run/connector/converge.h"

/* The exit statuses of nvmf-boot(8). */
enum exit_status {
	STATUS_ALL_LIVE = 0,
	STATUS_SYSTEM = 1,
	STATUS_USAGE = 2,
	STATUS_DEGRADED = 3,
	STATUS_LOST = 4,
};

/* In the order of the help. N_COMMANDS stands for none, or for all. */
enum command_id { CONNECT, STATUS, CHECK, CMDLINE, MODULES, WANT, CLAIM, N_COMMANDS };

struct options {
	enum command_id command;
	const char *root;    /* "": the running system */
	const char *cmdline; /* a file, "-", or NULL */
	const char *file;    /* of check, or NULL */
	const char *nbft;    /* likewise: a file or a folder */
	bool json;
	bool verbose;
	bool modules;	   /* of cmdline */
	bool on_this_host; /* of connect: with --root the steps are done all the same */
	bool help;
	bool version;
	struct converge_options converge;
};

/* Reads the arguments into *options, which points into them. 0, or STATUS_USAGE after it has printed what is wrong:
 * what nobody knows, what this command does not take, a value that is missing or cannot be. */
MUST_CHECK int options_parse(struct options *options, int argc, char **argv);

/* command: whose help, or N_COMMANDS for that of the program, from which completions/fill.awk makes the completions. */
void options_print_help(enum command_id command);

/* Prints a message and where there is help. command: as above. Returns STATUS_USAGE. */
int usage_error(enum command_id command, const char *format, ...) PRINTF_FORMAT(2, 3);
