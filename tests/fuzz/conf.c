/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /etc/nvme/discovery.conf. */
#include "sources/discovery_conf.h"
#include "plan/settle.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan plan = {0};
	char *text = as_text(data, size);

	discovery_conf_parse(&plan, &(struct source){.name = "discovery.conf", .is_trusted = true}, text);
	settle(&plan, NULL);
	check_plan(&plan);
	plan_free(&plan);
	free(text);
	return 0;
}
