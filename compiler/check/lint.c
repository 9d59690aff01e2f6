/*
 * <lint>: which level a check has, and that what is said of levels can be
 * heeded: the check exists, and what it finds may be made little of.
 */
#include "lint.h"
#include "base/correction.h"

#include <string.h>

#include "check.h"
#include "checking.h"

static const struct {
	enum check_id id;
	enum lint_level level;
	enum preset_kind preset;
} rows[] = {
#define LEVEL(preset, id, level) { CHECK_##id, LINT_##level, PRESET_##preset },
#include "presets.def"
#undef LEVEL
};

enum lint_level
lint_preset_level(enum preset_kind preset, enum check_id id)
{
	const enum lint_level usual =
	    (enum lint_level)(LINT_NOTE + (int)check_info(id)->severity);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].preset == preset && rows[i].id == id)
			return rows[i].level;
	if (preset == PRESET_STRICT && usual < LINT_ERROR)
		return usual + 1;
	return usual;
}

static bool
is_about(const struct lint_rule *rule, const char *environment)
{
	for (size_t i = 0; i < rule->environments.n; i++)
		if (environment != NULL &&
		    strcmp(rule->environments.items[i].text, environment) == 0)
			return true;
	return rule->environments.n == 0;
}

/* Has it a level, and one that this check may have? */
static bool
is_heeded(const struct lint_rule *rule, enum check_id id)
{
	return rule->id.text != NULL && rule->level_given.text != NULL &&
	       strcmp(rule->id.text, check_info(id)->name) == 0 &&
	       (rule->level == LINT_ERROR || check_is_allowable(id)) &&
	       id != CHECK_POL_VIOLATED;
}

enum lint_level
lint_level(const struct lints *lints, enum check_id id, const char *environment)
{
	enum lint_level level = lint_preset_level(PRESET_DEFAULT, id);

	for (size_t i = 0; i < lints->n; i++) {
		const struct lint *lint = &lints->items[i];

		if (span_is_set(lint->preset.at))
			level = lint_preset_level(lint->preset.kind, id);
		for (size_t k = 0; k < lint->rules.n; k++)
			if (is_heeded(&lint->rules.items[k], id) &&
			    is_about(&lint->rules.items[k], environment))
				level = lint->rules.items[k].level;
	}
	return level;
}

static void
report_unknown(
    struct checking *c, enum check_id id, const struct lint_rule *rule)
{
	const char *names[NCHECKS];
	const char *meant;
	struct diagnostic *d = REPORT(c, id, SCOPE_PIPELINE, rule->id.at,
	    "no check has the name '%s'", rule->id.text);

	for (int i = 0; i < NCHECKS; i++)
		names[i] = check_info((enum check_id)i)->name;
	meant = did_you_mean(rule->id.text, names, NCHECKS);
	if (meant != NULL)
		correction_meant(d, rule->id.at, meant);
	diagnostic_help(d, "stagewright explain lists all checks");
}

static void
report_policy(
    struct checking *c, enum check_id id, const struct lint_rule *rule)
{
	struct diagnostic *d = REPORT(c, id, SCOPE_PIPELINE, rule->id.at,
	    "'%s' has no level of its own", rule->id.text);

	diagnostic_label(d, "each policy says how much it weighs");
	diagnostic_help(d, "remove it, and say enforce=\"...\" in the policy");
}

static void
report_firm(struct checking *c, enum check_id id, const struct lint_rule *rule)
{
	struct diagnostic *d = REPORT(c, id, SCOPE_PIPELINE,
	    rule->level_given.at, "'%s' stays an error", rule->id.text);

	diagnostic_label(d, "what it finds keeps a pipeline from meaning "
			    "anything");
	diagnostic_help(d, "remove the rule, and correct what it was for");
}

static void
check_rule(struct checking *c, enum check_id id, const struct lint_rule *rule)
{
	int found;

	if (rule->id.text == NULL || *rule->id.text == '\0')
		return;
	found = check_find(rule->id.text);
	if (found == CHECK_POL_VIOLATED ||
	    strncmp(rule->id.text, ALLOW_POLICY, strlen(ALLOW_POLICY)) == 0)
		report_policy(c, id, rule);
	else if (found < 0)
		report_unknown(c, id, rule);
	else if (rule->level_given.text != NULL && rule->level < LINT_ERROR &&
		 !check_is_allowable((enum check_id)found))
		report_firm(c, id, rule);
	else if (rule->level_given.text != NULL && rule->level == LINT_OFF &&
		 lint_level(&c->model->lints, (enum check_id)found,
		     rule->environments.n > 0 ? rule->environments.items[0].text
					      : NULL) == LINT_OFF)
		diagnostics_note_off(c->diagnostics, (enum check_id)found);
}

static void
check_lints(struct checking *c, enum check_id id)
{
	const struct lints *lints = &c->model->lints;

	for (size_t i = 0; i < lints->n; i++)
		for (size_t k = 0; k < lints->items[i].rules.n; k++)
			check_rule(c, id, &lints->items[i].rules.items[k]);
}

static const struct check table[] = {
	{ CHECK_STRUCT_VALUE, check_lints, NEEDS_PARTS },
};

const struct checks lint_checks = CHECKS(table);
