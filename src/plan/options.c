/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/options.h"

#include <limits.h>
#include <string.h>

const struct ctrl_option_info ctrl_option_table[CTRL_OPTIONS] = {
	[OPTION_NR_IO_QUEUES] = {"nr-io-queues", 'i', false, "nr_io_queues", 1, 65535},
	[OPTION_NR_WRITE_QUEUES] = {"nr-write-queues", 'W', false, "nr_write_queues", 1, 65535},
	[OPTION_NR_POLL_QUEUES] = {"nr-poll-queues", 'P', false, "nr_poll_queues", 1, 65535},
	[OPTION_QUEUE_SIZE] = {"queue-size", 'Q', false, "queue_size", 16, 1024},		   /* entries */
	[OPTION_KEEP_ALIVE_TMO] = {"keep-alive-tmo", 'k', false, "keep_alive_tmo", 0, INT_MAX},	   /* s, 0 = none */
	[OPTION_RECONNECT_DELAY] = {"reconnect-delay", 'c', false, "reconnect_delay", 1, INT_MAX}, /* s */
	[OPTION_CTRL_LOSS_TMO] = {"ctrl-loss-tmo", 'l', false, "ctrl_loss_tmo", -1, INT_MAX},	   /* s, -1 = never */
	[OPTION_FAST_IO_FAIL_TMO] = {"fast-io-fail-tmo", 'F', false, "fast_io_fail_tmo", -1, INT_MAX}, /* s, -1 = off */
	[OPTION_TOS] = {"tos", 'T', false, "tos", 0, 255},
	[OPTION_HDR_DIGEST] = {"hdr-digest", 'g', true, "hdr_digest", 0, 0},
	[OPTION_DATA_DIGEST] = {"data-digest", 'G', true, "data_digest", 0, 0},
	[OPTION_DISABLE_SQFLOW] = {"disable-sqflow", 0, true, "disable_sqflow", 0, 0},
};

const char *ctrl_options_set(struct ctrl_options *options, enum ctrl_option option, const char *value)
{
	const struct ctrl_option_info *info = &ctrl_option_table[option];
	static char reason[80];

	if (!info->is_flag && (!value || parse_number(value, info->min, info->max, &options->value[option]) < 0)) {
		reason[0] = '\0';
		append(reason, sizeof(reason), "not a number from %ld to %ld", info->min, info->max);
		return reason;
	}
	options->set[option] = true;
	return NULL;
}

void ctrl_options_default(struct ctrl_options *options, const struct ctrl_options *defaults)
{
	for (int i = 0; i < CTRL_OPTIONS; i++) {
		if (options->set[i] || !defaults->set[i])
			continue;
		options->set[i] = true;
		options->value[i] = defaults->value[i];
	}
}

void ctrl_options_append(const struct ctrl_options *options, char *buf, size_t size)
{
	for (int i = 0; i < CTRL_OPTIONS; i++) {
		if (!options->set[i])
			continue;
		append(buf, size, ",%s", ctrl_option_table[i].kernel_name);
		if (!ctrl_option_table[i].is_flag)
			append(buf, size, "=%ld", options->value[i]);
	}
}

/* ---- secrets ---- */

const char *ctrl_options_set_secret(struct ctrl_options *options, enum ctrl_secret secret, const char *value)
{
	static const char prefix[] = "DHHC-1:", base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
							   "0123456789+/=:";

	if (!value || strncmp(value, prefix, sizeof(prefix) - 1) != 0)
		return "a secret begins with DHHC-1:";
	if (value[strspn(value + sizeof(prefix) - 1, base64) + sizeof(prefix) - 1])
		return "a secret is base64 behind DHHC-1:<nn>:";
	if (copy_string(options->secret[secret], SECRET_MAX, value) < 0)
		return "too long for a secret";
	return NULL;
}

void ctrl_options_append_secrets(const struct ctrl_options *options, bool redact, char *buf, size_t size)
{
	static const char *const names[CTRL_SECRETS] = {
		[SECRET_HOST] = "dhchap_secret", [SECRET_CTRL] = "dhchap_ctrl_secret"};

	for (int i = 0; i < CTRL_SECRETS; i++)
		if (options->secret[i][0])
			append(buf, size, ",%s=%s", names[i], redact ? "(secret)" : options->secret[i]);
}
