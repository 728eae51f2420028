/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nvmf-boot: connects a host to its NVMe over Fabrics subsystems and keeps it connected. In the initramfs the unit
 * nvmf-boot-initrd.service runs `connect --wait` beside dracut's initqueue: on entry udev runs, /run/nvmf-boot/words
 * holds the command line, and `want` has found a path in it; on exit the associations are in the kernel. In the real
 * root nvme_fabrics_persistent.service runs `connect --wait=50` each minute over the same words and discovery.conf.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "plan/secret.h"
#include "sources/source.h"
#include "run/connector/commands.h"
#include "run/connector/options.h"

static int run(const struct options *options)
{
	struct dirs dirs;
	int r, status = STATUS_SYSTEM;

	r = dirs_open(&dirs, options->root);
	if (r < 0)
		log_error("%s/%s: %s", options->root, dirs.failed, source_error(-r));
	else
		status = command_run(&dirs, options);
	dirs_close(&dirs);
	return status;
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
	struct options options;

	secret_forbid_dumps();
	if (options_parse(&options, argc, argv) != 0)
		return STATUS_USAGE;
	if (options.help)
		options_print_help(options.command);
	else if (options.version)
		(void)printf("nvmf-boot %s\n", VERSION);
	else
		return finish(run(&options));
	return finish(STATUS_ALL_LIVE);
}
