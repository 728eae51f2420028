/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A boot table of the firmware. The fuzzer does not have to guess its name, its length and its checksum. */
#include "plan/settle.h"
#include "sources/nbft.h"
#include "fuzz.h"

static void seal(uint8_t *bytes, size_t size)
{
	uint8_t sum = 0;

	if (size < 128)
		return;
	memcpy(bytes, "NBFT", 4);
	for (size_t i = 0; i < 4; i++)
		bytes[4 + i] = (uint8_t)(size >> 8 * i);
	bytes[9] = 0;
	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + bytes[i]);
	bytes[9] = (uint8_t)-sum;
}

static void check_table(const uint8_t *bytes, size_t size)
{
	const struct source source = {.name = "firmware (NBFT)", .is_explicit = true, .is_trusted = true};
	struct plan plan = {0};
	bool is_good = nbft_parse(&plan, &source, 0, bytes, size);

	/* a broken table is refused as a whole, and says why */
	if (!is_good && (plan.n_paths || plan.n_nets || plan.n_aliases || plan.n_identities || !plan_is_faulty(&plan) ||
			 !plan_is_unread(&plan)))
		abort();
	/* what nobody needs is not configured, and all goes over an interface of the table */
	if ((plan.n_nets || plan.n_vlans || plan.n_routes || plan.n_foreign) && !plan.n_paths)
		abort();
	for (size_t i = 0; i < plan.n_paths; i++)
		if (plan.paths[i].tid.transport != TRANSPORT_TCP ||
		    strncmp(plan.paths[i].tid.host_iface, "nbft", 4) != 0)
			abort();
	settle(&plan, NULL);
	check_plan(&plan);
	plan_free(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *sealed = (uint8_t *)as_text(data, size);

	check_table(data, size);
	seal(sealed, size);
	check_table(sealed, size);
	free(sealed);
	return 0;
}
