/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Controller options: the one table of the names, units and ranges that `nvme connect` and the kernel's fabrics driver
 * share. A row says where the option can be named: as a parameter of the kernel command line, in a line of
 * discovery.conf, or both; and whether sysfs shows it, so that `nvmf-boot cmdline` can describe it.
 */
#pragma once

#include "base/util.h"
#include "plan/secret.h"

enum ctrl_option {
	/* numbers and flags */
	OPTION_NR_IO_QUEUES,
	OPTION_NR_WRITE_QUEUES,
	OPTION_NR_POLL_QUEUES,
	OPTION_QUEUE_SIZE,
	OPTION_KEEP_ALIVE_TMO,
	OPTION_RECONNECT_DELAY,
	OPTION_CTRL_LOSS_TMO,
	OPTION_FAST_IO_FAIL_TMO,
	OPTION_TOS,
	OPTION_HDR_DIGEST,
	OPTION_DATA_DIGEST,
	OPTION_DISABLE_SQFLOW,
	/* secrets */
	OPTION_DHCHAP_SECRET,
	OPTION_DHCHAP_CTRL_SECRET,
	CTRL_OPTIONS,
};

enum option_type { OPTION_IS_NUMBER, OPTION_IS_FLAG, OPTION_IS_SECRET };

/* A set of places where an option can be named. */
enum option_place {
	OPTION_PARAMETER = 1, /* rd.nvmf.<name>= */
	OPTION_CONF = 2,      /* --<name>= in a line of discovery.conf */
};

struct ctrl_option_info {
	const char *name;
	char letter;		/* its short form in discovery.conf; 0: none */
	const char *other_name; /* another spelling in discovery.conf; NULL: none */
	enum option_type type;
	unsigned places;	 /* of enum option_place */
	const char *kernel_name; /* drivers/nvme/host/fabrics.c, opt_tokens */
	long min, max;		 /* of a number */
	const char *help;	 /* what it is, with its unit, as nvmf-boot.cmdline(7) says it */
	const char *attribute;	 /* of a controller in sysfs that shows it; NULL: none, and then no 'usual' either */
	/* What the attribute shows of a controller that needs no parameter ("off": never, none): one that another
	 * program has connected, which is the kernel's default, and one of root's that we have. */
	const char *usual, *of_root;
};

extern const struct ctrl_option_info ctrl_option_table[CTRL_OPTIONS];

/* An option that can be named at a place, or CTRL_OPTIONS. */
enum ctrl_option ctrl_option_find(const char *name, enum option_place place);

/* The host's key, and the one that the controller has to prove. */
#define CTRL_SECRETS (OPTION_DHCHAP_CTRL_SECRET - OPTION_DHCHAP_SECRET + 1)
_Static_assert(OPTION_DHCHAP_CTRL_SECRET + 1 == CTRL_OPTIONS, "secrets stand behind all other options");

struct ctrl_options {
	bool set[CTRL_OPTIONS]; /* what is not set is left to the kernel */
	long value[CTRL_OPTIONS];
	struct secret secret[CTRL_SECRETS]; /* from OPTION_DHCHAP_SECRET on */
};

#define OPTION_REASON_MAX 160

/* NULL, or the reason why the value is refused, in buf or static; the value is not repeated. Flags take 0, 1, yes, no,
 * on, off, and no value (NULL), which switches them on. */
MUST_CHECK const char *ctrl_options_set(struct ctrl_options *options, enum ctrl_option option, const char *value,
					char buf[static OPTION_REASON_MAX]);

/* NULL for a value that a flag takes, in *ret what it says; or the reason. */
MUST_CHECK const char *flag_parse(const char *value, bool *ret);

/* Takes from defaults what options leaves open; secrets are no defaults. */
void ctrl_options_default(struct ctrl_options *options, const struct ctrl_options *defaults);

/* Appends ",name=value" for each that is set, as the kernel's option string wants it; secrets are not among them. */
void ctrl_options_append(const struct ctrl_options *options, char *buf, size_t size);

/* Likewise the secrets: for the kernel, and for people, who see that there are any. */
void ctrl_options_append_secrets(const struct ctrl_options *options, char *buf, size_t size);
void ctrl_options_name_secrets(const struct ctrl_options *options, char *buf, size_t size);
