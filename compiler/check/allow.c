/*
 * <allow>: what it names must be a check, one that may be silenced; it has to
 * say why, and its day must not be over. What it then silences is decided in
 * check.c.
 */
#include <string.h>

#include "base/correction.h"
#include "check.h"
#include "checking.h"

static void
check_name(struct checking *c, enum check_id id, const struct allow *allow)
{
	const char *names[NCHECKS];
	const char *meant;
	struct diagnostic *d;
	int found;

	if (allow->rule.text == NULL)
		return;
	/* Of a policy: compiler/policy/ knows which there are. */
	if (strncmp(allow->rule.text, ALLOW_POLICY, strlen(ALLOW_POLICY)) == 0)
		return;
	found = check_find(allow->rule.text);
	if (found >= 0 && check_is_allowable((enum check_id)found))
		return;
	if (found >= 0) {
		d = REPORT(c, id, SCOPE_PIPELINE, allow->rule.at,
		    "'%s' cannot be allowed", allow->rule.text);
		diagnostic_label(d, "what it finds cannot be run");
		diagnostic_help(d, "correct what it finds");
		return;
	}
	for (int i = 0; i < NCHECKS; i++)
		names[i] = check_info((enum check_id)i)->name;
	meant = did_you_mean(allow->rule.text, names, NCHECKS);
	d = REPORT(c, id, SCOPE_PIPELINE, allow->rule.at,
	    "no check has the name '%s'", allow->rule.text);
	if (meant != NULL)
		correction_meant(d, allow->rule.at, meant);
	diagnostic_help(d, "stagewright explain lists all checks");
}

static void
check_end(struct checking *c, enum check_id id, const struct allow *allow)
{
	struct diagnostic *d;

	if (allow->rule.text == NULL || !check_has_ended(c, allow))
		return;
	d = REPORT(c, id, SCOPE_PIPELINE, allow->until.at,
	    "'%s' was allowed until %s", allow->rule.text, allow->until.text);
	diagnostic_label(d, "this day is over");
	/* It allows nothing any more: what it was for is told as it was. */
	correction_remove_element(d, FIX_SAFE, allow->rule.at);
	diagnostic_help(d, "remove the <allow> and correct what it was for, or "
			   "give it a later date");
}

static void
check_reason(struct checking *c, enum check_id id, const struct allow *allow)
{
	const char *reason = allow->reason.text;
	struct diagnostic *d;

	if (reason != NULL && reason[strspn(reason, " \t\r\n")] != '\0')
		return;
	d = REPORT(c, id, SCOPE_PIPELINE, place_or(allow->reason, allow->at),
	    "this <allow> gives no reason");
	diagnostic_help(d, "say in reason=\"...\" why it may stay, for whoever "
			   "reads it next year");
}

static void
for_all(struct checking *c, enum check_id id, const struct allows *allows,
    void (*check)(struct checking *, enum check_id, const struct allow *))
{
	for (size_t i = 0; i < allows->n; i++)
		check(c, id, &allows->items[i]);
}

static void
check_allows(struct checking *c, enum check_id id)
{
	const struct stages *stages = &c->model->stages;
	void (*check)(struct checking *, enum check_id, const struct allow *) =
	    id == CHECK_SUP_EXPIRED     ? check_end
	    : id == CHECK_SUP_NO_REASON ? check_reason
					: check_name;

	for_all(c, id, &c->model->allows, check);
	for (size_t i = 0; i < stages->n; i++)
		for_all(c, id, &stages->items[i].allows, check);
	for (uint32_t i = 0; i < c->flow->nactions; i++)
		for_all(c, id, &c->flow->actions[i].action->allows, check);
}

static const struct check table[] = {
	{ CHECK_STRUCT_VALUE, check_allows, NEEDS_PARTS },
	{ CHECK_SUP_EXPIRED, check_allows, NEEDS_PARTS },
	{ CHECK_SUP_NO_REASON, check_allows, NEEDS_PARTS },
};

const struct checks allow_checks = CHECKS(table);
