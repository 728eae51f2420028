/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/explain.h"

const char *reason_of_path(const struct plan_path *path, const struct path_view *view, const struct attempt *attempt,
			   struct sentence *ret)
{
	const struct slots slots = {
		.interface = view->reach.iface,
		.interfaces = *view->reach.others ? view->reach.others : "none",
		.parameter = view->reach.parameter,
		.state = view->ctrl ? ctrl_state_name(view->ctrl->state) : "",
	};

	*ret = (struct sentence){0};
	if (view->state == PATH_LIVE)
		return ret->line;
	if (view->state == PATH_CONNECTING)
		return reason_say(REASON_KERNEL_STATE, &slots, ret);
	if (view->state != PATH_TRYING && view->reach.obstacle != REASON_NONE)
		return reason_say(view->reach.obstacle, &slots, ret);
	if (attempt->error)
		return reason_of_error(attempt->error, path->tid.transport, attempt->in_probe, ret);
	if (view->state == PATH_TRYING)
		return reason_say(REASON_FIRST_TRY, &slots, ret);
	return ret->line;
}
