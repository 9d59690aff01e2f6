/* The rules that findings are of, with the pages of `explain`. */
#include "report.h"

#include <string.h>

#include "base/arena.h"
#include "base/embedded.h"
#include "base/names.h"

#define PAGES "compiler/check/pages/"

const struct embedded_file *
report_page(const char *id)
{
	const size_t length = strlen(id);

	for (const struct embedded_file *file = embedded_files;
	     file->path != NULL; file++) {
		const char *page = file->path;

		if (strncmp(page, PAGES, strlen(PAGES)) != 0)
			continue;
		page += strlen(PAGES);
		if (strncmp(page, id, length) == 0 &&
		    strcmp(page + length, ".md") == 0)
			return file;
	}
	return NULL;
}

const struct report_rule *
report_rule_of(struct report *report, enum check_id id)
{
	struct report_rule *rule = report->checks[id];

	if (rule == NULL) {
		const struct check_info *info = check_info(id);
		const struct embedded_file *page = report_page(info->name);

		rule = arena_alloc(report->arena, sizeof *rule);
		rule->id = info->name;
		rule->title = info->title;
		rule->level = info->severity;
		if (page != NULL)
			rule->page = arena_strndup(
			    report->arena, page->text, page->size);
		report->checks[id] = rule;
	}
	return rule;
}

const struct report_rule **
report_rules(const struct report *report, size_t *n)
{
	struct names *seen = names_new(report->arena, report->n + 1);
	const struct report_rule **rules = arena_array(
	    report->arena, report->n + 1, sizeof(struct report_rule *));

	*n = 0;
	for (size_t i = 0; i < report->n; i++) {
		const struct report_rule *rule = report->findings[i].rule;

		if (names_find(seen, rule->id) != NAMES_NONE)
			continue;
		names_add(seen, rule->id, (uint32_t)*n);
		rules[(*n)++] = rule;
	}
	return rules;
}
