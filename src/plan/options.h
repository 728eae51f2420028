/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Controller options: the names, units and ranges that `nvme connect` and the kernel's fabrics driver share. */
#pragma once

#include "base/util.h"

enum ctrl_option {
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
	CTRL_OPTIONS,
};

struct ctrl_option_info {
	const char *name;	 /* as a word behind rd.nvmf. and an option of discovery.conf */
	char letter;		 /* its short form there; 0: none */
	bool is_flag;		 /* takes no value */
	const char *kernel_name; /* drivers/nvme/host/fabrics.c, opt_tokens */
	long min, max;		 /* in the unit of the help text */
};

extern const struct ctrl_option_info ctrl_option_table[CTRL_OPTIONS];

/* DH-HMAC-CHAP (TP 8006): the host's key, and the one that the controller has to prove. */
enum ctrl_secret { SECRET_HOST, SECRET_CTRL, CTRL_SECRETS };

/* bytes with the end: "DHHC-1:03:", base64 of 64 bytes of key and 4 of check sum, ":" */
#define SECRET_MAX 128

struct ctrl_options {
	bool set[CTRL_OPTIONS]; /* what is not set is left to the kernel */
	long value[CTRL_OPTIONS];
	char secret[CTRL_SECRETS][SECRET_MAX]; /* or empty */
};

/* NULL, or the reason why the value is refused. value is NULL for a flag. */
MUST_CHECK const char *ctrl_options_set(struct ctrl_options *options, enum ctrl_option option, const char *value);

/* NULL, or the reason, which does not repeat the value. */
MUST_CHECK const char *ctrl_options_set_secret(struct ctrl_options *options, enum ctrl_secret secret,
					       const char *value);

/* Takes from defaults what options leaves open. */
void ctrl_options_default(struct ctrl_options *options, const struct ctrl_options *defaults);

/* Appends ",name=value" for each that is set, as the kernel's option string wants it; secrets are not among them. */
void ctrl_options_append(const struct ctrl_options *options, char *buf, size_t size);

/* Likewise the secrets; redact: only that there are any. */
void ctrl_options_append_secrets(const struct ctrl_options *options, bool redact, char *buf, size_t size);
