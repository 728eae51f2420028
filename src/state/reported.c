/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "state/layout.h"

#define COMPLAINT_LINE_MAX 768
#define COMPLAINTS_FILE_MAX ((size_t)PLAN_COMPLAINTS_MAX * COMPLAINT_LINE_MAX)

static const char *complaint_line(const struct complaint *complaint, char buf[static COMPLAINT_LINE_MAX])
{
	char where[SOURCE_TEXT_MAX];

	buf[0] = '\0';
	append(buf, COMPLAINT_LINE_MAX, "%s: %s\n", source_format(&complaint->source, where), complaint->text);
	return buf;
}

void messages_report(const struct dirs *dirs, const struct plan *plan, size_t first, bool once)
{
	CLEANUP_FREE char *said = NULL;
	char line[COMPLAINT_LINE_MAX];

	if (once)
		(void)read_whole_file(dirs->run, LAYOUT_COMPLAINTS, COMPLAINTS_FILE_MAX, &said);
	for (size_t i = first; i < plan->n_complaints; i++) {
		(void)complaint_line(&plan->complaints[i], line);
		if (!said || !strstr(said, line))
			log_message(plan->complaints[i].note ? LOG_LEVEL_NOTICE : LOG_LEVEL_WARNING, "%.*s",
				    (int)strcspn(line, "\n"), line);
	}
}

void messages_save(const struct dirs *dirs, const struct plan *plan)
{
	size_t size = plan->n_complaints * COMPLAINT_LINE_MAX + 1, used = 0;
	CLEANUP_FREE char *text = calloc(1, size);
	char line[COMPLAINT_LINE_MAX];

	if (!text)
		return;
	for (size_t i = 0; i < plan->n_complaints; i++) {
		append(text + used, size - used, "%s", complaint_line(&plan->complaints[i], line));
		used += strlen(text + used);
	}
	(void)replace_file(dirs->run, LAYOUT_COMPLAINTS, text);
}
