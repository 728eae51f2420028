/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decide/label.h"

static const char *const state_names[] = {
	[PATH_LIVE] = "live",	[PATH_CONNECTING] = "connecting", [PATH_WAITING] = "waiting",
	[PATH_READY] = "ready", [PATH_TRYING] = "trying",	  [PATH_FAILED] = "failed",
};

const char *path_state_name(enum path_state state)
{
	return state_names[state];
}

const char *path_label(const struct plan_path *path, char buf[static PATH_LABEL_MAX])
{
	char place[TID_PLACE_MAX];

	buf[0] = '\0';
	append(buf, PATH_LABEL_MAX, "%s at %s", path->discovery ? "discovery controller" : path->tid.subsysnqn,
	       tid_format_place(&path->tid, place));
	return buf;
}

static const char *const verdict_texts[] = {
	[VERDICT_ALL_LIVE] = "all wanted paths are live",
	[VERDICT_UNREAD] = "a source could not be read whole",
	[VERDICT_UNUSABLE] = "something is asked for, and nothing of it is usable",
	[VERDICT_DEGRADED] = "degraded: every subsystem has a path, but a path or a disk is missing",
	[VERDICT_LOST] = "some subsystem has no path",
};

const char *verdict_text(enum verdict verdict)
{
	return verdict_texts[verdict];
}
