/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host/describe.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "plan/options.h"
#include "decide/label.h"
#include "host/describe_net.h"
#include "host/describe_paths.h"
#include "host/read_back.h"

/* longest text of a number in sysfs, with its end */
#define OPTION_TEXT_MAX 32

/* ---- associations ---- */

static void add_connect(struct words *words, const struct tid *tid)
{
	const struct plan_path path = {.tid = *tid};
	char word[1024] = "", address[TRADDR_MAX + 2], host[TRADDR_MAX + 2];

	append(word, sizeof(word), "rd.nvmf.connect=%s,%s,%s,%s", transport_name(tid->transport),
	       bracketed(tid->traddr, address), tid->subsysnqn, tid->trsvcid);
	if (tid->host_traddr[0] || tid->host_iface[0])
		append(word, sizeof(word), ",%s", tid->host_traddr[0] ? bracketed(tid->host_traddr, host) : "");
	if (tid->host_iface[0])
		append(word, sizeof(word), ",%s", tid->host_iface);
	if (add_word(words, word))
		(void)plan_add_path(&words->meant, &path);
}

static void add_option(struct words *words, enum ctrl_option option, const char *value)
{
	char word[96] = "", buf[OPTION_REASON_MAX];
	const char *reason = ctrl_options_set(&words->meant.options, option, value, buf);

	if (reason) {
		log_warning("sysfs shows %s for %s, which no parameter can have: %s", value,
			    ctrl_option_table[option].name, reason);
		return;
	}
	append(word, sizeof(word), "rd.nvmf.%s=%s", ctrl_option_table[option].name, value);
	(void)add_word(words, word);
}

/* Reads an attribute of a controller: its length, or -errno. One that cannot be read is reported, and is no default. */
static ssize_t read_attribute(struct words *words, int sys, const char *ctrl, const char *attribute, char *buf,
			      size_t size)
{
	char path[96];
	ssize_t len;

	(void)snprintf(path, sizeof(path), "class/nvme/%s/%s", ctrl, attribute);
	len = read_file(sys, path, buf, size);
	/* longer than the buffer: there is something, which is all that is asked of secrets */
	if (len >= 0 || len == -EFBIG || sysfs_is_absent(len))
		return len;
	log_error("%s: %s cannot be read from sysfs: %s", ctrl, attribute, strerror((int)-len));
	words->is_lacking = true;
	return len;
}

/* What sysfs shows of an option, as a parameter has it; empty: what needs no parameter. False: it shows nothing. */
static bool read_option(struct words *words, int sys, const char *ctrl, const struct ctrl_option_info *info,
			char value[static OPTION_TEXT_MAX])
{
	value[0] = '\0';
	if (!info->attribute || read_attribute(words, sys, ctrl, info->attribute, value, OPTION_TEXT_MAX) <= 0)
		return false;
	if (streq(value, info->usual) || streq(value, info->of_root))
		value[0] = '\0';
	else if (streq(value, "off"))
		(void)copy_string(value, OPTION_TEXT_MAX, "-1");
	return true;
}

/* Options that a parameter of this boot sets are copied from it: sysfs does not show all of them unchanged (queues and
 * their size, type of service, digests). The others are read from sysfs. */
static void add_options(struct words *words, int sys, const struct plan *plan, const struct inv_ctrl *ctrl)
{
	char value[OPTION_TEXT_MAX];

	for (enum ctrl_option i = 0; i < CTRL_OPTIONS; i++) {
		(void)snprintf(value, sizeof(value), "%ld", plan->options.value[i]);
		if (plan->options.set[i])
			add_option(words, i, value);
	}
	for (enum ctrl_option i = 0; i < CTRL_OPTIONS && ctrl; i++) {
		if (plan->options.set[i])
			continue;
		if (read_option(words, sys, ctrl->name, &ctrl_option_table[i], value) && *value)
			add_option(words, i, value);
	}
}

/* The parameters of this boot that decide what becomes of root. */
static void add_policy(struct words *words, const struct plan *plan)
{
	struct plan *meant = &words->meant;
	char word[64], sources[ROOT_SOURCES_TEXT_MAX];

	meant->timeout_s = plan->timeout_s;
	meant->removal_is_set = plan->removal_is_set;
	meant->delayed_removal_s = plan->delayed_removal_s;
	meant->no_keeper = plan->no_keeper;
	meant->reboot_on_root_loss = plan->reboot_on_root_loss;
	meant->root_sources = plan->root_sources;
	(void)snprintf(word, sizeof(word), "rd.nvmf.timeout=%ld", plan->timeout_s);
	if (plan->timeout_s)
		(void)add_word(words, word);
	(void)snprintf(word, sizeof(word), "rd.nvmf.delayed-removal=%ld", plan->delayed_removal_s);
	if (plan->removal_is_set)
		(void)add_word(words, word);
	if (plan->no_keeper)
		(void)add_word(words, "rd.nvmf.keeper=0");
	if (plan->reboot_on_root_loss)
		(void)add_word(words, "rd.nvmf.on-root-loss=reboot");
	(void)snprintf(word, sizeof(word), "rd.nvmf.root-sources=%s", root_sources_format(plan->root_sources, sources));
	if (plan->root_sources)
		(void)add_word(words, word);
}

static void add_identity(struct words *words, const struct identity *identity)
{
	char word[NQN_MAX + 32];

	if (identity->nqn[0] || identity->id[0])
		plan_add_identity(&words->meant, &(struct source){0}, identity);
	(void)snprintf(word, sizeof(word), "rd.nvmf.hostnqn=%s", identity->nqn);
	if (identity->nqn[0])
		(void)add_word(words, word);
	(void)snprintf(word, sizeof(word), "rd.nvmf.hostid=%s", identity->id);
	if (identity->id[0])
		(void)add_word(words, word);
}

/* The pair that this boot uses, if root has a controller with it. Without a controller: what this boot uses, but not a
 * name that is another one after each boot. NULL: none. */
static const struct identity *identity_of_root(const struct matches *matches)
{
	const struct plan *plan = matches->plan;
	const struct identity *found = NULL;

	for (const struct inv_ctrl *ctrl = NULL; (ctrl = describe_next_ctrl(matches->inv, ctrl));) {
		if (!found && (ctrl->identity.nqn[0] || ctrl->identity.id[0]))
			found = &ctrl->identity;
		if (ctrl->identity.nqn[0] && streq(ctrl->identity.nqn, plan->identity.nqn))
			return &ctrl->identity;
	}
	for (size_t i = 0; i < plan->n_identities && !found; i++)
		if (plan->identities[i].source.is_passing && streq(plan->identities[i].identity.id, plan->identity.id))
			return NULL;
	return found ? found : &plan->identity;
}

/* ---- what parameters say of all controllers alike ---- */

static void warn_of_other_name(const struct words *words, const char *who, const struct identity *identity)
{
	const struct identity *meant = &words->meant.identities[0].identity;

	if (!words->meant.n_identities || (!identity->nqn[0] && !identity->id[0]) ||
	    (streq(identity->nqn, meant->nqn) && streq(identity->id, meant->id)))
		return;
	log_warning("%s has the host NQN %s and the host ID %s: the parameters have one pair for all paths, so the "
		    "next boot "
		    "connects it with another one",
		    who, *identity->nqn ? identity->nqn : "(none)", *identity->id ? identity->id : "(none)");
}

static void warn_of_other_option(const char *who, enum ctrl_option option, const char *value)
{
	log_warning(
		"%s has %s for %s: the parameters have one value for all paths, so the next boot gives it another one",
		who, *value ? value : "the default", ctrl_option_table[option].name);
}

/* What a controller has and the one whose options are printed has not. */
static void warn_of_own(struct words *words, int sys, const struct inv_ctrl *ctrl, const struct inv_ctrl *printed)
{
	char value[OPTION_TEXT_MAX], usual[OPTION_TEXT_MAX];

	warn_of_other_name(words, ctrl->name, &ctrl->identity);
	for (enum ctrl_option i = 0; i < CTRL_OPTIONS && ctrl != printed; i++) {
		if (read_option(words, sys, ctrl->name, &ctrl_option_table[i], value) &&
		    read_option(words, sys, printed->name, &ctrl_option_table[i], usual) && !streq(value, usual))
			warn_of_other_option(ctrl->name, i, value);
	}
}

/* What the next boot gives to a path whose option no parameter sets. */
static long usual_value(enum ctrl_option option)
{
	const char *text = ctrl_option_table[option].of_root;
	long value = 0;

	if (text && parse_number(text, 0, LONG_MAX, &value) < 0)
		return -1; /* "off" */
	return value;
}

/* Likewise of a path that is away: the plan has what its line of discovery.conf says. */
static void warn_of_planned(const struct words *words, const struct plan_path *path)
{
	const struct ctrl_options *meant = &words->meant.options, *own = &path->options;
	char label[PATH_LABEL_MAX], value[OPTION_TEXT_MAX];

	(void)path_label(path, label);
	warn_of_other_name(words, label, &path->identity);
	for (enum ctrl_option i = 0; i < OPTION_DHCHAP_SECRET; i++) {
		(void)snprintf(value, sizeof(value), "%ld", own->value[i]);
		if (own->set[i] && own->value[i] != (meant->set[i] ? meant->value[i] : usual_value(i)))
			warn_of_other_option(label, i, value);
	}
	if (secret_is_set(&own->secret[0]))
		log_warning("%s uses DH-HMAC-CHAP, and no parameter can carry its secret: an image cannot connect it",
			    label);
}

/* ---- paths ---- */

/* No parameter carries a secret, because everybody could read it in /proc/cmdline. */
static void warn_of_secrets(struct words *words, int sys, const char *ctrl)
{
	char text[8];
	/* only whether there is one: the value is never read whole */
	ssize_t len = read_attribute(words, sys, ctrl, "dhchap_secret", text, sizeof(text));

	if (len == -EFBIG || (len > 0 && !streq(text, "none")))
		log_warning("%s uses DH-HMAC-CHAP, and no parameter can carry its secret: an image cannot connect it",
			    ctrl);
	len = read_attribute(words, sys, ctrl, "tls_key", text, sizeof(text));
	if (len == -EFBIG || len > 0)
		log_warning("%s uses TLS, and no parameter can ask for it: an image cannot connect it", ctrl);
}

static void add_ctrl(struct words *words, const struct dirs *dirs, const struct inventory *inv,
		     const struct inv_ctrl *ctrl)
{
	struct reach_way way = describe_way(inv, &ctrl->tid, ctrl->src_addr);

	add_connect(words, &ctrl->tid);
	warn_of_secrets(words, dirs->sys, ctrl->name);
	if (way.link)
		describe_interface(words, dirs, inv, &way, ctrl->tid.traddr);
	else
		log_warning("%s: no interface of this host leads to %s", ctrl->name, ctrl->tid.traddr);
}

static void add_away(struct words *words, const struct dirs *dirs, const struct matches *matches, size_t index)
{
	const struct plan_path *path = &matches->plan->paths[index];
	struct reach_way way = describe_way(matches->inv, &path->tid, "");

	if (!way.link) {
		log_warning("%s at %s has no controller and no interface at the moment: its parameters are not printed",
			    path->tid.subsysnqn, path->tid.traddr);
		return;
	}
	add_connect(words, &path->tid);
	warn_of_planned(words, path);
	describe_interface(words, dirs, matches->inv, &way, path->tid.traddr);
}

static void add_paths(struct words *words, const struct dirs *dirs, const struct matches *matches)
{
	const struct inv_ctrl *first = describe_next_ctrl(matches->inv, NULL);

	for (const struct inv_ctrl *ctrl = first; ctrl; ctrl = describe_next_ctrl(matches->inv, ctrl)) {
		add_ctrl(words, dirs, matches->inv, ctrl);
		warn_of_own(words, dirs->sys, ctrl, first);
	}
	for (size_t i = 0; i < matches->n; i++)
		if (describe_is_away(matches, i))
			add_away(words, dirs, matches, i);
}

int describe_root(const struct dirs *dirs, const struct matches *matches)
{
	const struct identity *identity = identity_of_root(matches);
	int r = describe_check(matches), unlike = 0;
	static struct words words;

	if (matches->inv->n_heads == 0)
		return r;
	words.text[0] = '\0';
	words.is_lacking = false;
	if (identity)
		add_identity(&words, identity);
	add_options(&words, dirs->sys, matches->plan, describe_next_ctrl(matches->inv, NULL));
	add_policy(&words, matches->plan);
	add_paths(&words, dirs, matches);
	if (words.meant.n_paths > 0)
		unlike = read_back(words.text, &words.meant);
	if (words.meant.n_paths > 0 && unlike == 0)
		(void)printf("%s\n", words.text);
	plan_free(&words.meant);
	if (unlike < 0)
		return unlike;
	return r == 0 && words.is_lacking ? -ENODATA : r;
}
