/*
 * A machine to names and back. Input: a pipeline, or a document of the
 * journal; output: the other one. A document that was not written by this file
 * is reported, not asserted.
 */
#include "era.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/tables.h"
#include "notation/reference.h"
#include "provider/work.h"

struct sw_era {
	struct sw_pipeline pipeline;
	struct sw_machine machine;
	struct sw_stage *stages;
	struct sw_action *actions;
	struct sw_work *work;
	struct sw_artifact
	    *outputs;     /* each action's, ended by a nameless one */
	json_t *document; /* names point into it */
};

/* A member of a document, left out when it says nothing. */
static void
put_number(json_t *object, const char *key, uint64_t n)
{
	if (n != 0)
		json_object_set_new(object, key, json_integer((json_int_t)n));
}

static void
put_text(json_t *object, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_object_set_new(object, key, json_string(text));
}

static void
read_text(const char *text,
    void (*take)(const char *namespace_, size_t length, void *payload),
    void *payload)
{
	struct sw_reference r;
	while (text != NULL && sw_reference_next(text, &r) == NULL &&
	       r.begin != NULL) {
		take(r.namespace_, r.namespace_length, payload);
		text = r.end;
	}
}

void
sw__era_each_read(const struct sw_work *work,
    void (*take)(const char *namespace_, size_t length, void *payload),
    void *payload)
{
	read_text(work->text, take, payload);
	for (const struct sw_parameter *p = work->env;
	     p != NULL && p->name != NULL; p++)
		read_text(p->value, take, payload);
	for (const struct sw_parameter *p = work->parameters;
	     p != NULL && p->name != NULL; p++)
		read_text(p->value, take, payload);
}

static json_t *
write_action(const struct sw_action *row, const struct sw_work *work)
{
	json_t *out =
	    json_pack("{s:s, s:i, s:I}", "name", row->name, "category",
		(int)row->category, "runOrder", (json_int_t)row->run_order);
	put_number(out, "retries", row->retries);
	put_number(out, "onUnknown", row->on_unknown);
	put_text(out, "provider", sw__work_provider(work));
	put_text(out, "namespace", work->namespace_);
	put_text(out, "environment", work->environment);
	put_number(out, "backoff", work->backoff_ms);
	put_text(out, "inputs", work->inputs);
	json_t *outputs = json_array();
	for (const struct sw_artifact *a = work->outputs;
	     a != NULL && a->name != NULL; a++)
		json_array_append_new(outputs, json_string(a->name));
	if (json_array_size(outputs) > 0)
		json_object_set(out, "outputs", outputs);
	json_decref(outputs);
	return out;
}

static json_t *
write_stage(const struct sw_pipeline *pipeline, const struct sw_stage *stage)
{
	json_t *actions = json_array();
	for (uint32_t a = stage->first_action; a <= stage->last_action; a++)
		json_array_append_new(
		    actions, write_action(&pipeline->machine->actions[a],
				 &pipeline->work[a]));
	json_t *out =
	    json_pack("{s:s, s:o}", "name", stage->name, "actions", actions);
	put_number(out, "closed", stage->closed);
	put_number(out, "beforeEntry", stage->before_entry);
	put_number(out, "onSuccess", stage->on_success);
	put_number(out, "onFailure", stage->on_failure);
	put_number(out, "attempts", stage->attempts);
	return out;
}

json_t *
sw__era_write(const struct sw_pipeline *pipeline)
{
	const struct sw_machine *machine = pipeline->machine;
	char fingerprint[17];
	snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64,
	    machine->fingerprint);
	json_t *stages = json_array();
	for (uint32_t i = 0; i < machine->nstages; i++)
		json_array_append_new(
		    stages, write_stage(pipeline, &machine->stages[i]));
	json_t *out = json_pack("{s:s, s:s, s:i, s:o}", "name", machine->name,
	    "fingerprint", fingerprint, "mode", (int)machine->mode, "stages",
	    stages);
	put_number(out, "inFlight", machine->in_flight_max);
	put_number(out, "running", machine->running_max);
	put_number(out, "targets", machine->target_words);
	return out;
}

/* A number of at most `max`; `*bad` if it is more, or none. */
static uint32_t
take_number(const json_t *object, const char *key, uint32_t max, bool *bad)
{
	const json_t *value = json_object_get(object, key);
	const json_int_t n = json_integer_value(value);
	if (value != NULL && (!json_is_integer(value) || n < 0 || n > max))
		*bad = true;
	return *bad ? 0 : (uint32_t)n;
}

static const char *
take_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* Rules stand before and behind actions, in groups that ascend. */
static bool
is_in_order(const struct sw_era *era, uint32_t first, uint32_t row)
{
	const struct sw_action *a = &era->actions[row];
	const bool is_rule =
	    a->run_order == SW_BEFORE_ENTRY || a->run_order >= SW_ON_SUCCESS;
	return is_rule == (a->category == SW_CATEGORY_RULE) &&
	       (row == first || a[-1].run_order <= a->run_order);
}

static void
read_outputs(struct sw_era *era, const json_t *names, uint32_t row,
    struct sw_artifact **free_)
{
	size_t i;
	json_t *name;
	if (json_array_size(names) == 0)
		return;
	era->work[row].outputs = *free_;
	json_array_foreach(names, i, name)
		if (json_is_string(name))
			(*free_)++->name = json_string_value(name);
	(*free_)++;
}

static bool
read_action(struct sw_era *era, const json_t *document, uint32_t stage,
    uint32_t row, struct sw_artifact **free_)
{
	bool bad = false;
	const char *provider = take_text(document, "provider");
	struct sw_action *a = &era->actions[row];
	*a = (struct sw_action){
		.name = take_text(document, "name"),
		.stage = stage,
		.run_order =
		    take_number(document, "runOrder", UINT32_MAX, &bad),
		.category = (uint8_t)take_number(
		    document, "category", SW_NCATEGORIES - 1, &bad),
		.retries = (uint8_t)take_number(
		    document, "retries", SW_RETRIES_MAX, &bad),
		.on_unknown = (uint8_t)take_number(
		    document, "onUnknown", SW_NON_UNKNOWNS - 1, &bad),
	};
	era->work[row] = (struct sw_work){
		.namespace_ = take_text(document, "namespace"),
		.environment = take_text(document, "environment"),
		.backoff_ms =
		    take_number(document, "backoff", UINT32_MAX, &bad),
		.inputs = take_text(document, "inputs"),
		.plugin =
		    provider == NULL || provider[0] == '\0' ? "?" : provider,
	};
	read_outputs(era, json_object_get(document, "outputs"), row, free_);
	return !bad && a->name != NULL;
}

/* Results that the condition can have; and a row that is a rule is of one. */
static bool
has_conditions(const struct sw_era *era, const struct sw_stage *s)
{
	if ((s->before_entry != SW_RESULT_NONE &&
		s->before_entry != SW_RESULT_FAIL &&
		s->before_entry != SW_RESULT_SKIP) ||
	    (s->on_success != SW_RESULT_NONE &&
		s->on_success != SW_RESULT_FAIL &&
		s->on_success != SW_RESULT_ROLLBACK) ||
	    s->on_failure == SW_RESULT_FAIL || s->on_failure == SW_RESULT_SKIP)
		return false;
	for (uint32_t a = s->first_action; a <= s->last_action; a++) {
		const uint32_t order = era->actions[a].run_order;
		if ((order == SW_BEFORE_ENTRY &&
			s->before_entry == SW_RESULT_NONE) ||
		    (order == SW_ON_SUCCESS &&
			s->on_success == SW_RESULT_NONE) ||
		    (order == SW_ON_FAILURE && s->on_failure == SW_RESULT_NONE))
			return false;
	}
	return true;
}

static bool
read_stage(struct sw_era *era, const json_t *document, uint32_t stage,
    uint32_t *row, struct sw_artifact **free_)
{
	bool bad = false;
	bool acts = false;
	size_t i;
	json_t *action;
	struct sw_stage *s = &era->stages[stage];
	const uint32_t first = *row;
	*s = (struct sw_stage){
		.name = take_text(document, "name"),
		.first_action = first,
		.closed = (uint8_t)take_number(document, "closed", 1, &bad),
		.before_entry = (uint8_t)take_number(
		    document, "beforeEntry", SW_NRESULTS - 1, &bad),
		.on_success = (uint8_t)take_number(
		    document, "onSuccess", SW_NRESULTS - 1, &bad),
		.on_failure = (uint8_t)take_number(
		    document, "onFailure", SW_NRESULTS - 1, &bad),
		.attempts = (uint8_t)take_number(
		    document, "attempts", SW_ATTEMPTS_MAX, &bad),
	};
	json_array_foreach(json_object_get(document, "actions"), i, action) {
		if (!read_action(era, action, stage, *row, free_) ||
		    !is_in_order(era, first, *row))
			return false;
		acts |= era->actions[*row].category != SW_CATEGORY_RULE;
		++*row;
	}
	s->last_action = *row - 1;
	return !bad && s->name != NULL && acts && has_conditions(era, s);
}

/* How many rows there are, and outputs with their ends. */
static void
count(const json_t *stages, size_t *nrows, size_t *noutputs)
{
	size_t i, k;
	json_t *stage, *action;
	*nrows = *noutputs = 0;
	json_array_foreach(stages, i, stage) {
		json_t *actions = json_object_get(stage, "actions");
		*nrows += json_array_size(actions);
		json_array_foreach(actions, k, action)
			*noutputs += json_array_size(
					 json_object_get(action, "outputs")) +
				     1;
	}
}

static bool
read_head(struct sw_era *era, size_t nrows)
{
	bool bad = false;
	const json_t *document = era->document;
	const char *fingerprint = take_text(document, "fingerprint");
	struct sw_machine *m = &era->machine;
	*m = (struct sw_machine){
		.name = take_text(document, "name"),
		.nstages = (uint32_t)json_array_size(
		    json_object_get(document, "stages")),
		.nactions = (uint32_t)nrows,
		.in_flight_max =
		    take_number(document, "inFlight", SW_IN_FLIGHT_MAX, &bad),
		.running_max =
		    take_number(document, "running", UINT32_MAX, &bad),
		.target_words =
		    take_number(document, "targets", SW_TARGET_WORDS, &bad),
		.mode =
		    (uint8_t)take_number(document, "mode", SW_NMODES - 1, &bad),
		.stages = era->stages,
		.actions = era->actions,
	};
	if (bad || m->name == NULL || fingerprint == NULL ||
	    strspn(fingerprint, "0123456789abcdef") != 16 ||
	    (m->target_words & (m->target_words - 1)) != 0)
		return false;
	m->fingerprint = strtoull(fingerprint, NULL, 16);
	if (m->mode == SW_MODE_QUEUED)
		m->queue_max = SW_QUEUE_MAX(m->nstages, m->in_flight_max);
	era->pipeline = (struct sw_pipeline){
		.name = m->name,
		.machine = m,
		.work = era->work,
	};
	return m->queue_max <= SW_QUEUE_PLACES_MAX;
}

static bool
read_all(struct sw_era *era, size_t nrows)
{
	size_t i;
	json_t *stage;
	uint32_t row = 0;
	struct sw_artifact *free_ = era->outputs;
	if (!read_head(era, nrows))
		return false;
	json_array_foreach(json_object_get(era->document, "stages"), i, stage)
		if (!read_stage(era, stage, (uint32_t)i, &row, &free_))
			return false;
	era->machine.group_max =
	    sw_tables_bound(era->actions, era->machine.nactions);
	era->machine.state_size = (uint32_t)sw_state_size(&era->machine);
	return true;
}

int
sw__era_read(struct sw_era **out, const json_t *document, struct sw_error *err)
{
	size_t nrows, noutputs;
	const json_t *stages = json_object_get(document, "stages");
	const size_t nstages = json_array_size(stages);
	count(stages, &nrows, &noutputs);
	if (nstages == 0 || nrows < nstages || nrows > SW_ERA_ROWS_MAX)
		return sw__error(err, SW_ERROR_CORRUPT,
		    "the journal describes a machine without stages");
	struct sw_era *era = calloc(1, sizeof *era);
	if (era == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	era->document = json_deep_copy(document);
	era->stages = calloc(nstages, sizeof *era->stages);
	era->actions = calloc(nrows, sizeof *era->actions);
	era->work = calloc(nrows, sizeof *era->work);
	era->outputs = calloc(noutputs + 1, sizeof *era->outputs);
	int status = 0;
	if (era->document == NULL || era->stages == NULL ||
	    era->actions == NULL || era->work == NULL || era->outputs == NULL)
		status = sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	else if (!read_all(era, nrows))
		status = sw__error(err, SW_ERROR_CORRUPT,
		    "the journal describes a machine that cannot be one");
	if (status != 0)
		sw__era_free(era);
	else
		*out = era;
	return status;
}

void
sw__era_free(struct sw_era *era)
{
	if (era == NULL)
		return;
	json_decref(era->document);
	free(era->stages);
	free(era->actions);
	free(era->work);
	free(era->outputs);
	free(era);
}

const struct sw_pipeline *
sw__era_pipeline(const struct sw_era *era)
{
	return &era->pipeline;
}
