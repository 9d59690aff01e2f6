/*
 * What drawings say. Takes a lowered pipeline; gives short texts in plain
 * words, unescaped. Knows no format: emitters escape and place them.
 */
#include "drawing.h"

#include <string.h>

#include "base/arena.h"
#include "lower/lower.h"
#include "model/model.h"

/* Inputs or outputs that a card names; "+2" stands for others. */
#define ARTIFACTS_SHOWN 2

const char *
drawing_cut(struct arena *arena, const char *text)
{
	return drawing_cut_to(arena, text, DRAWING_NAME_MAX);
}

const char *
drawing_cut_to(struct arena *arena, const char *text, size_t points_max)
{
	size_t points = 0;
	for (size_t i = 0; text[i] != '\0'; i++) {
		/* Bytes 10xxxxxx go on with a code point. */
		if (((unsigned char)text[i] & 0xc0) == 0x80)
			continue;
		if (++points > points_max)
			return arena_printf(
			    arena, "%s…", arena_strndup(arena, text, i));
	}
	return text;
}

static const char *
kind_word(enum sw_category category)
{
	switch (category) {
	case SW_CATEGORY_SOURCE:
		return "source";
	case SW_CATEGORY_BUILD:
		return "build";
	case SW_CATEGORY_TEST:
		return "test";
	case SW_CATEGORY_DEPLOY:
		return "deploy";
	case SW_CATEGORY_APPROVAL:
		return "approval";
	case SW_CATEGORY_INVOKE:
		return "invoke";
	case SW_CATEGORY_COMPUTE:
		return "compute";
	case SW_CATEGORY_RULE:
		return "rule";
	case SW_NCATEGORIES:
		break;
	}
	return "action";
}

/* Commands run builds, tests and computations, people approve: no news. */
static bool
is_usual(const char *provider)
{
	return provider == NULL || strcmp(provider, "Commands") == 0 ||
	       strcmp(provider, "Manual") == 0;
}

/* "build"; "deploy · Directory" where the provider says something. */
static const char *
kind_of(struct arena *arena, const struct lowered *lowered, uint32_t action)
{
	const struct action *of = lowered->actions[action];
	const struct sw_action *row = &lowered->machine.actions[action];
	const char *stage = lowered->stages[row->stage]->environment.text;
	const char *own = of->environment.text;
	const char *word = kind_word(row->category);

	if (!is_usual(of->provider.text))
		word = arena_printf(arena, "%s · %s", word,
		    drawing_cut(arena, of->provider.text));
	if (own != NULL && (stage == NULL || strcmp(own, stage) != 0))
		word = arena_printf(
		    arena, "%s · %s", word, drawing_cut(arena, own));
	if (row->retries > 0)
		word = arena_printf(
		    arena, "%s · up to %u×", word, row->retries + 1u);
	return word;
}

static const char *
joined(struct arena *arena, const char *before, const char *name)
{
	name = drawing_cut(arena, name);
	return before == NULL ? name
			      : arena_printf(arena, "%s, %s", before, name);
}

static const char *
and_more(struct arena *arena, const char *names, size_t n, size_t shown)
{
	return n <= shown ? names
			  : arena_printf(arena, "%s +%zu", names, n - shown);
}

static const char *
input_names(struct arena *arena, const struct action *action, size_t shown)
{
	const char *names = NULL;
	for (size_t i = 0; i < action->inputs.n && i < shown; i++)
		names = joined(arena, names, action->inputs.items[i].text);
	return and_more(arena, names, action->inputs.n, shown);
}

static const char *
output_names(struct arena *arena, const struct action *action, size_t shown)
{
	const char *names = NULL;
	for (size_t i = 0; i < action->outputs.n && i < shown; i++)
		names =
		    joined(arena, names, action->outputs.items[i].name.text);
	return and_more(arena, names, action->outputs.n, shown);
}

/* "code → package", or "" */
static const char *
artifacts_of(
    struct arena *arena, const struct lowered *lowered, uint32_t action)
{
	const struct action *of = lowered->actions[action];
	const char *in = input_names(arena, of, ARTIFACTS_SHOWN);
	const char *out = output_names(arena, of, ARTIFACTS_SHOWN);

	if (in == NULL && out == NULL)
		return "";
	if (out == NULL)
		return arena_printf(arena, "reads %s", in);
	if (in == NULL)
		return arena_printf(arena, "writes %s", out);
	return arena_printf(arena, "%s → %s", in, out);
}

static const char *
duration(struct arena *arena, uint64_t ms)
{
	static const struct {
		uint64_t ms;
		const char *unit;
	} units[] = { { 86400000, "d" }, { 3600000, "h" }, { 60000, "min" },
		{ 1000, "s" } };

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (ms >= units[i].ms && ms % units[i].ms == 0)
			return arena_printf(arena, "%llu %s",
			    (unsigned long long)(ms / units[i].ms),
			    units[i].unit);
	return arena_printf(arena, "%llu ms", (unsigned long long)ms);
}

const char *
drawing_action_hint(
    struct arena *arena, const struct lowered *lowered, uint32_t action)
{
	const struct action *of = lowered->actions[action];
	const struct sw_action *row = &lowered->machine.actions[action];
	const struct lowered_work *work = &lowered->work[action];
	const char *in = input_names(arena, of, of->inputs.n);
	const char *out = output_names(arena, of, of->outputs.n);

	return arena_printf(arena, "%s: %s%s%s, at most %s%s%s%s%s%s%s",
	    row->name, kind_word(row->category),
	    of->provider.text != NULL ? " by " : "",
	    of->provider.text != NULL ? of->provider.text : "",
	    duration(arena, work->timeout_ms), in != NULL ? "; reads " : "",
	    in != NULL ? in : "", out != NULL ? "; writes " : "",
	    out != NULL ? out : "", of->text.text != NULL ? "; asks: " : "",
	    of->text.text != NULL ? of->text.text : "");
}

const char *
drawing_mode(struct arena *arena, const struct lowered *lowered)
{
	const struct sw_machine *machine = &lowered->machine;
	const char *each =
	    machine->running_max == 0
		? ""
		: arena_printf(arena, ", %u actions of each at a time",
		      machine->running_max);

	switch ((enum sw_mode)machine->mode) {
	case SW_MODE_QUEUED:
		return arena_printf(arena,
		    "QUEUED: one behind the other, at most %u executions%s",
		    machine->in_flight_max, each);
	case SW_MODE_PARALLEL:
		return arena_printf(arena,
		    "PARALLEL: side by side, at most %u executions%s",
		    machine->in_flight_max, each);
	case SW_MODE_SUPERSEDED:
	case SW_NMODES:
		break;
	}
	return "";
}

static bool
is_there(const struct condition *condition)
{
	return condition->at.file != 0;
}

/* Its rules: "OfficeHours", "OfficeHours, Health"; "condition" without. */
static const char *
rules_of(struct arena *arena, const struct condition *condition)
{
	const char *names = NULL;
	for (size_t i = 0; i < condition->rules.n && i < 2; i++) {
		const struct rule *rule = &condition->rules.items[i];
		const char *name = rule->name.text != NULL
				       ? rule->name.text
				       : rule->provider.text;
		if (name != NULL)
			names = joined(arena, names, name);
	}
	if (names == NULL)
		return "condition";
	return and_more(arena, names, condition->rules.n, 2);
}

static const char *
result_of(struct arena *arena, const struct condition *condition, bool is_entry)
{
	static const char *const otherwise[] = {
		[RESULT_NONE] = "",
		[RESULT_FAIL] = ", else fail",
		[RESULT_SKIP] = ", else skip the stage",
		[RESULT_ROLLBACK] = ", else roll back",
		[RESULT_RETRY] = ", else retry",
	};
	return arena_printf(arena, "%s%s", is_entry ? "to enter" : "to leave",
	    otherwise[condition->result]);
}

/* "retry failed actions, up to 3 times" */
static const char *
retry_result(struct arena *arena, const struct condition *condition)
{
	const char *mode = condition->retry_mode.text;
	const char *what = mode != NULL && strcmp(mode, "ALL_ACTIONS") == 0
			       ? "retry all actions"
			       : "retry failed actions";

	return condition->attempts.n <= 1
		   ? what
		   : arena_printf(arena, "%s, up to %llu times", what,
			 (unsigned long long)condition->attempts.n);
}

static const char *
failure_result(struct arena *arena, const struct condition *condition)
{
	switch (condition->result) {
	case RESULT_FAIL:
		return "fail";
	case RESULT_SKIP:
		return "skip";
	case RESULT_ROLLBACK:
		return "roll back";
	case RESULT_RETRY:
		return retry_result(arena, condition);
	case RESULT_NONE:
		break;
	}
	return "judge by rules";
}

static const char *
failure_of(struct arena *arena, const struct condition *condition)
{
	if (condition->rules.n == 0)
		return arena_printf(
		    arena, "on failure: %s", failure_result(arena, condition));
	return arena_printf(arena, "on failure, by %s: %s",
	    rules_of(arena, condition), failure_result(arena, condition));
}

/* A mark of a drawing that may have none. */
static struct marked
marked_at(
    const struct drawing *drawing, const struct marked *marks, uint32_t index)
{
	return drawing->marks == NULL ? (struct marked){ MARK_NONE, NULL }
				      : marks[index];
}

#define MARKED(drawing, of, index)                                             \
	marked_at((drawing),                                                   \
	    (drawing)->marks == NULL ? NULL : (drawing)->marks->of, (index))

static const char *
signed_name(struct arena *arena, struct marked marked, const char *name)
{
	return arena_printf(arena, "%s%s", look_of_mark(marked.mark)->sign,
	    drawing_cut(arena, name));
}

struct card
drawing_action(
    struct arena *arena, const struct drawing *drawing, uint32_t action)
{
	const struct lowered *lowered = drawing->lowered;
	const struct marked marked = MARKED(drawing, actions, action);

	return (struct card){
		.name = signed_name(
		    arena, marked, lowered->machine.actions[action].name),
		.small = marked.words != NULL ? marked.words
					      : kind_of(arena, lowered, action),
		.smaller = drawing->artifacts
			       ? artifacts_of(arena, lowered, action)
			       : "",
		.mark = marked.mark,
	};
}

struct card
drawing_condition(struct arena *arena, const struct drawing *drawing,
    uint32_t stage, bool is_entry)
{
	const struct stage *of = drawing->lowered->stages[stage];
	const struct condition *condition =
	    is_entry ? &of->before_entry : &of->on_success;
	const struct marked marked = is_entry
					 ? MARKED(drawing, entries, stage)
					 : MARKED(drawing, successes, stage);

	if (!is_there(condition))
		return (struct card){ .name = NULL };
	return (struct card){
		.name = signed_name(arena, marked, rules_of(arena, condition)),
		.small = marked.words != NULL
			     ? marked.words
			     : result_of(arena, condition, is_entry),
		.smaller = "",
		.mark = marked.mark,
	};
}

const char *
drawing_stage(
    struct arena *arena, const struct drawing *drawing, uint32_t stage)
{
	return signed_name(arena, MARKED(drawing, stages, stage),
	    drawing->lowered->machine.stages[stage].name);
}

enum mark
drawing_stage_mark(const struct drawing *drawing, uint32_t stage)
{
	return MARKED(drawing, stages, stage).mark;
}

enum mark
drawing_action_mark(const struct drawing *drawing, uint32_t action)
{
	return MARKED(drawing, actions, action).mark;
}

const char *
drawing_foot(struct arena *arena, const struct drawing *drawing, uint32_t stage)
{
	const struct condition *condition =
	    &drawing->lowered->stages[stage]->on_failure;
	const struct marked marked = MARKED(drawing, failures, stage);
	const char *said = MARKED(drawing, stages, stage).words;
	const char *foot = said == NULL ? "" : said;

	if (!is_there(condition))
		return foot;
	return arena_printf(arena, "%s%s%s%s", foot, *foot != '\0' ? "; " : "",
	    look_of_mark(marked.mark)->sign,
	    marked.words != NULL ? marked.words : failure_of(arena, condition));
}

struct drawn
drawing_actions(const struct lowered *lowered, uint32_t stage)
{
	const struct sw_stage *row = &lowered->machine.stages[stage];
	struct drawn drawn = { row->first_action, row->last_action };

	while (lowered->rules[drawn.first] != NULL)
		drawn.first++;
	while (lowered->rules[drawn.last] != NULL)
		drawn.last--;
	return drawn;
}

uint32_t
drawing_group_end(const struct lowered *lowered, uint32_t action)
{
	const struct sw_action *actions = lowered->machine.actions;
	uint32_t end = action + 1;

	while (end < lowered->machine.nactions &&
	       actions[end].stage == actions[action].stage &&
	       actions[end].run_order == actions[action].run_order)
		end++;
	return end;
}
