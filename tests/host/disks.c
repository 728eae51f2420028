/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* disks ROOT MS: has the disks below ROOT written out, waits MS at most, and prints how long it has waited in seconds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "act/disks.h"

int main(int argc, char **argv)
{
	struct dirs dirs;
	uint64_t start = now_ms();

	if (argc != 3 || dirs_open(&dirs, argv[1]) < 0)
		return 2;
	disks_write_out(&dirs, atoi(argv[2]));
	(void)printf("%llu\n", (unsigned long long)(now_ms() - start) / 1000);
	dirs_close(&dirs);
	return 0;
}
