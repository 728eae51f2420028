/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /etc/nvme/exclusions.conf. */
#include "sources/exclusions.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan plan = {0};
	char *text = as_text(data, size);

	exclusions_parse(&plan, "exclusions.conf", text);
	exclusions_apply(&plan);
	check_plan(&plan);
	plan_free(&plan);
	free(text);
	return 0;
}
