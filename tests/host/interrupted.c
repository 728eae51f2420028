/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * interrupted TIMES ROOT: an inventory for which the kernel's answer on addresses is interrupted so many times; prints
 * the steps that come of it, what is reported, and the verdict. Links, addresses and routes are the running host's.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>

#include "decide/diff.h"
#include "kernel/inventory_read.h"
#include "run/desired.h"
#include "show/report.h"
#include "state/reported.h"
#include "state/state.h"

static long interruptions;

/* libmnl's, with the flag NLM_F_DUMP_INTR where it shall be. */
int mnl_cb_run(const void *buf, size_t n, unsigned int seq, unsigned int portid, mnl_cb_t callback, void *data)
{
	const struct nlmsghdr *message = buf;
	int r = mnl_cb_run2(buf, n, seq, portid, callback, data, NULL, 0);

	if (message->nlmsg_type != RTM_NEWADDR || interruptions == 0)
		return r;
	interruptions--;
	errno = EINTR;
	return -1;
}

int main(int argc UNUSED, char **argv)
{
	struct inventory inv = {0};
	struct matches matches = {0};
	struct history history = {0};
	struct plan plan = {0};
	struct step *steps = NULL;
	struct dirs dirs;
	ssize_t n;

	if (parse_number(argv[1], 0, 1000, &interruptions) < 0 || dirs_open(&dirs, argv[2]) < 0 ||
	    inventory_read(&inv, &dirs) < 0 || desired_load(&plan, &dirs, &inv, NULL) < 0 ||
	    history_fit(&history, &plan) < 0 || match(&matches, &plan, &inv) < 0)
		return EXIT_FAILURE;
	n = diff(&matches, &history, now_ms(), &steps);
	if (n > 0)
		report_steps(&matches, steps, (size_t)n);
	(void)fflush(stdout);
	reported_print(&plan.messages, NULL);
	(void)printf("verdict %d\n", (int)diff_verdict(&matches, NULL, now_ms()));
	free(steps);
	match_free(&matches);
	plan_free(&plan);
	history_free(&history);
	inventory_free(&inv);
	dirs_close(&dirs);
	return EXIT_SUCCESS;
}
