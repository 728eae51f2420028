/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/options.h"

#include <limits.h>
#include <string.h>

#define EVERYWHERE (OPTION_PARAMETER | OPTION_CONF)

#define NUMBER(from, to) .type = OPTION_IS_NUMBER, .places = EVERYWHERE, .min = (from), .max = (to)
#define FLAG .type = OPTION_IS_FLAG, .places = EVERYWHERE
/* a parameter would show it to everybody in /proc/cmdline */
#define SECRET .type = OPTION_IS_SECRET, .places = OPTION_CONF

/* clang-format off */
const struct ctrl_option_info ctrl_option_table[CTRL_OPTIONS] = {
	[OPTION_NR_IO_QUEUES] = {"nr-io-queues", 'i', NUMBER(1, 65535), .kernel_name = "nr_io_queues",
		.help = "I/O queues"},
	[OPTION_NR_WRITE_QUEUES] = {"nr-write-queues", 'W', NUMBER(1, 65535), .kernel_name = "nr_write_queues",
		.help = "additional queues for writes alone"},
	[OPTION_NR_POLL_QUEUES] = {"nr-poll-queues", 'P', NUMBER(1, 65535), .kernel_name = "nr_poll_queues",
		.help = "additional queues that are polled"},
	[OPTION_QUEUE_SIZE] = {"queue-size", 'Q', NUMBER(16, 1024), .kernel_name = "queue_size",
		.help = "entries of an I/O queue"},
	[OPTION_KEEP_ALIVE_TMO] = {"keep-alive-tmo", 'k', NUMBER(0, INT_MAX), .kernel_name = "keep_alive_tmo",
		.help = "keep alive, in seconds; 0: none", .attribute = "kato", .usual = "5", .of_root = "5"},
	[OPTION_RECONNECT_DELAY] = {"reconnect-delay", 'c', NUMBER(1, INT_MAX), .kernel_name = "reconnect_delay",
		.help = "seconds between two attempts of the kernel to reconnect",
		.attribute = "reconnect_delay", .usual = "10", .of_root = "2"},
	[OPTION_CTRL_LOSS_TMO] = {"ctrl-loss-tmo", 'l', NUMBER(-1, INT_MAX), .kernel_name = "ctrl_loss_tmo",
		.help = "seconds until the kernel gives up a lost controller; -1: never",
		.attribute = "ctrl_loss_tmo", .usual = "600", .of_root = "off"},
	[OPTION_FAST_IO_FAIL_TMO] = {"fast-io-fail-tmo", 'F', NUMBER(-1, INT_MAX), .kernel_name = "fast_io_fail_tmo",
		.other_name = "fast_io_fail_tmo", .help = "seconds until I/O to a lost controller fails; -1: off",
		.attribute = "fast_io_fail_tmo", .usual = "off", .of_root = "off"},
	[OPTION_TOS] = {"tos", 'T', NUMBER(0, 255), .kernel_name = "tos", .help = "type of service of the packets"},
	[OPTION_HDR_DIGEST] = {"hdr-digest", 'g', FLAG, .kernel_name = "hdr_digest",
		.help = "a digest of each header, for TCP"},
	[OPTION_DATA_DIGEST] = {"data-digest", 'G', FLAG, .kernel_name = "data_digest",
		.help = "a digest of the data, for TCP"},
	[OPTION_DISABLE_SQFLOW] = {"disable-sqflow", 0, FLAG, .kernel_name = "disable_sqflow",
		.help = "no flow control of submission queues"},
	[OPTION_DHCHAP_SECRET] = {"dhchap-secret", 'S', SECRET, .kernel_name = "dhchap_secret",
		.help = "the DH-HMAC-CHAP key of this host"},
	[OPTION_DHCHAP_CTRL_SECRET] = {"dhchap-ctrl-secret", 'C', SECRET, .kernel_name = "dhchap_ctrl_secret",
		.help = "the DH-HMAC-CHAP key that the controller has to prove"},
};
/* clang-format on */

enum ctrl_option ctrl_option_find(const char *name, enum option_place place)
{
	enum ctrl_option option = 0;

	while (option < CTRL_OPTIONS &&
	       (!(ctrl_option_table[option].places & place) || !streq(ctrl_option_table[option].name, name)))
		option++;
	return option;
}

const char *flag_parse(const char *value, bool *ret)
{
	static const char *const texts[][2] = {{"0", "1"}, {"no", "yes"}, {"off", "on"}};

	*ret = true;
	if (!value)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		*ret = streq(value, texts[i][true]);
		if (*ret || streq(value, texts[i][false]))
			return NULL;
	}
	return "expected 0, 1, yes, no, on or off";
}

const char *ctrl_options_set(struct ctrl_options *options, enum ctrl_option option, const char *value,
			     char buf[static OPTION_REASON_MAX])
{
	const struct ctrl_option_info *info = &ctrl_option_table[option];
	const char *reason = NULL;
	bool on;

	buf[0] = '\0';
	if (info->type == OPTION_IS_SECRET)
		return secret_set(&options->secret[option - OPTION_DHCHAP_SECRET], value);
	if (info->type == OPTION_IS_FLAG) {
		reason = flag_parse(value, &on);
		if (!reason)
			options->value[option] = on;
	} else if (!value || parse_number(value, info->min, info->max, &options->value[option]) < 0) {
		append(buf, OPTION_REASON_MAX, "not a number from %ld to %ld (%s)", info->min, info->max, info->help);
		reason = buf;
	}
	options->set[option] |= !reason;
	return reason;
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
		bool is_flag = ctrl_option_table[i].type == OPTION_IS_FLAG;

		/* the kernel has no way to switch a flag off but to leave it out */
		if (!options->set[i] || (is_flag && !options->value[i]))
			continue;
		append(buf, size, ",%s", ctrl_option_table[i].kernel_name);
		if (!is_flag)
			append(buf, size, "=%ld", options->value[i]);
	}
}

void ctrl_options_append_secrets(const struct ctrl_options *options, char *buf, size_t size)
{
	for (size_t i = 0; i < CTRL_SECRETS; i++) {
		if (!secret_is_set(&options->secret[i]))
			continue;
		append(buf, size, ",%s=", ctrl_option_table[OPTION_DHCHAP_SECRET + i].kernel_name);
		secret_append_for_kernel(&options->secret[i], buf, size);
	}
}

void ctrl_options_name_secrets(const struct ctrl_options *options, char *buf, size_t size)
{
	for (size_t i = 0; i < CTRL_SECRETS; i++)
		if (secret_is_set(&options->secret[i]))
			append(buf, size, ",%s=(secret)", ctrl_option_table[OPTION_DHCHAP_SECRET + i].kernel_name);
}
