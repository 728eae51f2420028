/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/explain.h"

const char *reason_of_path(const struct matches *matches, const struct history *history, size_t path, uint64_t now,
			   struct sentence *ret)
{
	const struct match *match = &matches->of[path];
	const struct attempt *attempt = &history->attempts[path];
	const enum path_state state = path_state(match, attempt, now);
	const struct slots slots = {
		.interface = match->reach.iface,
		.interfaces = *match->reach.others ? match->reach.others : "none",
		.parameter = match->reach.parameter,
		.state = match->ctrl ? ctrl_state_name(match->ctrl->state) : "",
	};

	*ret = (struct sentence){0};
	if (state == PATH_LIVE)
		return ret->line;
	if (state == PATH_CONNECTING)
		return reason_say(REASON_KERNEL_STATE, &slots, ret);
	if (state != PATH_TRYING && match->reach.obstacle != REASON_NONE)
		return reason_say(match->reach.obstacle, &slots, ret);
	if (attempt->error)
		return reason_of_error(attempt->error, matches->plan->paths[path].tid.transport, attempt->in_probe,
				       ret);
	if (state == PATH_TRYING)
		return reason_say(REASON_FIRST_TRY, &slots, ret);
	return ret->line;
}
