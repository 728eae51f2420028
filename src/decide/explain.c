/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/explain.h"

#include <string.h>

bool age_of_state(const struct matches *matches, const struct history *history, size_t path, uint64_t now,
		  uint64_t *at_least, uint64_t *at_most)
{
	const struct match *match = &matches->of[path];
	const struct attempt *attempt = &history->attempts[path];
	bool goes_on = attempt_goes_on(attempt, match, path_state(match, attempt, now));

	*at_least = goes_on ? now - attempt->since : 0;
	*at_most = now - (goes_on ? attempt->after : history->looked);
	return goes_on ? attempt->since > 0 : attempt->state >= 0 && history->looked > 0;
}

/* Of a live discovery controller. */
static const char *reason_of_page(const struct matches *matches, const struct attempt *attempt, size_t path,
				  struct sentence *ret)
{
	const struct plan_path *dc = &matches->plan->paths[path];
	const struct slots slots = {
		.error = strerror(attempt->log_error),
		.host = plan_path_identity(matches->plan, dc)->nqn,
	};

	if (attempt->log_error)
		return reason_say(REASON_LOG_UNREAD, &slots, ret);
	return dc->log_empty ? reason_say(REASON_LOG_EMPTY, &slots, ret) : ret->line;
}

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
		.device = match->ctrl ? match->ctrl->name : "",
		.error = match->ctrl && match->ctrl->refused ? match->ctrl->refused : "",
		.state = match->ctrl ? ctrl_state_name(match->ctrl->state) : "",
	};

	*ret = (struct sentence){0};
	if (state == PATH_LIVE)
		return matches->plan->paths[path].discovery ? reason_of_page(matches, attempt, path, ret) : ret->line;
	if (state == PATH_CONNECTING)
		return reason_say(match->ctrl->refused ? REASON_NOT_BELIEVED : REASON_KERNEL_STATE, &slots, ret);
	if (state != PATH_TRYING && match->reach.obstacle != REASON_NONE)
		return reason_say(match->reach.obstacle, &slots, ret);
	if (attempt->error)
		return reason_of_error(attempt->error, matches->plan->paths[path].tid.transport, attempt->in_probe,
				       ret);
	if (state == PATH_TRYING)
		return reason_say(REASON_FIRST_TRY, &slots, ret);
	return ret->line;
}
