/*
 * From an action of the model to a job that can be done. Input: the book and
 * the action; output: a specification without references. Starts nothing.
 */
#include "prepare.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/words.h"
#include "provider/work.h"
#include "variable.h"

struct scope {
	const struct sw_book *book;
	const struct sw_execution *execution;
	uint32_t action;
	struct sw_error *err;
};

static struct scope
scope_of(const struct sw_book *book, const struct sw_task *task,
    struct sw_error *err)
{
	const struct sw_execution *execution =
	    sw__book_execution(book, task->execution);
	assert(execution != NULL);
	return (struct scope){ book, execution, task->action, err };
}

static bool
is_word(const char *name, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(name, word, length) == 0;
}

/* Names are not terminated and look-ups want them so. */
static const char *
value_in(const struct sw_json_value *values, const char *name, size_t length)
{
	char key[256];
	if (length >= sizeof key)
		return NULL;
	memcpy(key, name, length);
	key[length] = '\0';
	return sw__json_text_in(values, key);
}

static const char *
look_up(const char *namespace_, size_t namespace_length, const char *name,
    size_t name_length, void *payload)
{
	const struct scope *scope = payload;
	const struct sw_execution *execution = scope->execution;
	if (is_word(namespace_, namespace_length, "codepipeline"))
		return is_word(name, name_length, "PipelineExecutionId")
			   ? execution->id
			   : NULL;
	if (is_word(namespace_, namespace_length, "variables"))
		return value_in(sw__body_in(execution->start, "variables"),
		    name, name_length);
	char key[256];
	if (namespace_length >= sizeof key)
		return NULL;
	memcpy(key, namespace_, namespace_length);
	key[namespace_length] = '\0';
	return value_in(
	    sw__body_value(sw__members_get(&execution->namespaces, key)), name,
	    name_length);
}

/* Where a text stands; its action's own place if that is not known. */
static const struct sw_place *
find_place(const struct scope *scope, const char *what, uint32_t index)
{
	const struct sw_view *view = scope->book->pipeline->view;
	const struct sw_place *place = view == NULL ? NULL : view->places;
	const struct sw_place *nearest = NULL;
	for (; place != NULL && place->line != 0; place++) {
		if (place->action != scope->action)
			continue;
		if (strcmp(place->what, what) == 0 && place->index == index)
			return place;
		if (place->what[0] == '\0')
			nearest = place;
	}
	return nearest;
}

static int
refuse(const struct scope *scope, const char *what, uint32_t index,
    const char *text)
{
	const struct sw_place *place = find_place(scope, what, index);
	char reason[SW_ERROR_TEXT_MAX];
	snprintf(reason, sizeof reason, "%s", text);
	if (place == NULL)
		return sw__error(scope->err, SW_ERROR_REFUSED, "%s%s%s", what,
		    what[0] == '\0' ? "" : ": ", reason);
	return sw__error(scope->err, SW_ERROR_REFUSED,
	    "%s:%" PRIu32 ":%" PRIu32 ": %s",
	    place->file != NULL ? place->file
				: scope->book->pipeline->view->model,
	    place->line, place->column, reason);
}

static int
resolve(struct scope *scope, const char *text, const char *what, uint32_t index,
    char **out)
{
	if (sw__variable_resolve(out, text, look_up, scope, scope->err) == 0)
		return 0;
	return refuse(scope, what, index, scope->err->text);
}

/* The preparation frees it. NULL: out of memory. */
static void *
own(struct sw_preparation *p, void *memory)
{
	void **grown = memory == NULL
			   ? NULL
			   : realloc(p->owned, (p->nowned + 1) * sizeof *grown);
	if (grown == NULL) {
		free(memory);
		return NULL;
	}
	p->owned = grown;
	p->owned[p->nowned++] = memory;
	return memory;
}

static int
out_of_memory(struct scope *scope)
{
	return sw__error(scope->err, SW_ERROR_SYSTEM, "out of memory");
}

static int
prepare_run(
    struct sw_preparation *p, struct scope *scope, const struct sw_work *work)
{
	uint32_t n = 0;
	for (const char *line = sw__work_command(work->run); line != NULL;
	     line = sw__work_command(line + strlen(line) + 1))
		n++;
	char **run = own(p, calloc(n + 1, sizeof *run));
	if (run == NULL)
		return out_of_memory(scope);
	const char *line = work->run;
	for (uint32_t i = 0; i < n; i++) {
		if (resolve(scope, line, "run", i, &run[i]) != 0)
			return scope->err->code;
		if (own(p, run[i]) == NULL)
			return out_of_memory(scope);
		line += strlen(line) + 1;
	}
	p->spec.job.run = (const char *const *)run;
	return 0;
}

/* Names and values, of the environment or for the provider. */
static int
prepare_parameters(struct sw_preparation *p, struct scope *scope,
    const struct sw_parameter *from, const char *what,
    const struct sw_parameter **out)
{
	uint32_t n = 0;
	while (from != NULL && from[n].name != NULL)
		n++;
	struct sw_parameter *to = own(p, calloc(n + 1, sizeof *to));
	if (to == NULL)
		return out_of_memory(scope);
	for (uint32_t i = 0; i < n; i++) {
		char place[SW_WORDS_MAX];
		char *value = NULL;
		snprintf(place, sizeof place, "%s %s", what, from[i].name);
		if (resolve(scope, from[i].value, place, 0, &value) != 0)
			return scope->err->code;
		if (own(p, value) == NULL)
			return out_of_memory(scope);
		to[i] = (struct sw_parameter){ from[i].name, value };
	}
	*out = to;
	return 0;
}

static int
prepare_inputs(
    struct sw_preparation *p, struct scope *scope, const struct sw_work *work)
{
	uint32_t n = 0;
	size_t length;
	for (const char *name = sw__work_name(work->inputs, &length);
	     name != NULL; name = sw__work_name(name + length, &length))
		n++;
	struct sw_output_artifact *inputs =
	    own(p, calloc(n + 1, sizeof *inputs));
	if (inputs == NULL)
		return out_of_memory(scope);
	const char *next = work->inputs;
	for (uint32_t i = 0; i < n; i++) {
		next = sw__work_name(next, &length);
		char *name = own(p, strndup(next, length));
		if (name == NULL)
			return out_of_memory(scope);
		next += length;
		const char *hash =
		    sw__members_text(&scope->execution->artifacts, name);
		char text[SW_WORDS_MAX];
		snprintf(text, sizeof text,
		    "nobody has made the artifact '%s' in this execution",
		    name);
		if (hash == NULL)
			return refuse(scope, "", 0, text);
		/* The book may move before the supervisor has read it. */
		char *copy = own(p, strdup(hash));
		if (copy == NULL)
			return out_of_memory(scope);
		inputs[i] = (struct sw_output_artifact){ name, copy };
	}
	p->spec.inputs = inputs;
	return 0;
}

/* The source is given what was pushed, if that is what started us. */
static int
prepare_revision(
    struct sw_preparation *p, struct scope *scope, const char *name)
{
	struct sw_job *job = &p->spec.job;
	const struct sw_body *start = scope->execution->start;
	const struct sw_json_value *trigger = sw__body_in(start, "trigger");
	const char *by = sw__json_text_in(trigger, "by");
	const char *ref = sw__json_text_in(trigger, "detail");
	const char *revision =
	    sw__json_text_in(sw__body_in(start, "revisions"), name);
	if (revision == NULL)
		return 0;
	job->revision = own(p, strdup(revision));
	if (job->revision == NULL)
		return out_of_memory(scope);
	if (by == NULL || ref == NULL || strcmp(by, name) != 0)
		return 0;
	job->ref = own(p, strdup(ref));
	return job->ref == NULL ? out_of_memory(scope) : 0;
}

static int
prepare_names(
    struct sw_preparation *p, struct scope *scope, const struct sw_try *again)
{
	const struct sw_machine *machine = scope->book->pipeline->machine;
	struct sw_job *job = &p->spec.job;
	char name[SW_WORDS_MAX];
	char key[SW_WORDS_MAX + SW_UUID_MAX];
	char id[SW_ATTEMPT_ID_MAX];
	job->execution = scope->execution->number;
	job->attempt = again != NULL ? again->number
				     : sw__book_next_number(scope->book,
					   scope->action, job->execution);
	sw_words_action(machine, scope->action, name);
	snprintf(key, sizeof key, "%s.%s", scope->execution->id, name);
	sw__book_try_id(scope->book, scope->action, job->execution, id);
	job->execution_id = own(p, strdup(scope->execution->id));
	job->attempt_id = own(p, strdup(again != NULL ? again->id : id));
	job->idempotency_key = own(p, strdup(key));
	if (job->execution_id == NULL || job->attempt_id == NULL ||
	    job->idempotency_key == NULL)
		return out_of_memory(scope);
	return prepare_revision(p, scope, name);
}

uint64_t
sw__prepare_deadline(const struct sw_work *work)
{
	return work->timeout_ms != 0 ? work->timeout_ms : SW_TIMEOUT_MS;
}

int
sw__prepare(struct sw_preparation *out, const struct sw_book *book,
    const struct sw_task *task, const struct sw_try *again,
    struct sw_error *err)
{
	const struct sw_work *work = &book->pipeline->work[task->action];
	struct scope scope = scope_of(book, task, err);
	*out = (struct sw_preparation){ 0 };
	out->spec.job.pipeline = book->pipeline;
	out->spec.job.action = task->action;
	out->spec.deadline_ms = sw__prepare_deadline(work);
	if (work->provider == NULL || work->provider->perform == NULL)
		refuse(&scope, "", 0, "its provider does nothing");
	else if (prepare_names(out, &scope, again) == 0 &&
		 prepare_run(out, &scope, work) == 0 &&
		 prepare_parameters(
		     out, &scope, work->env, "env", &out->spec.job.env) == 0 &&
		 prepare_parameters(out, &scope, work->parameters, "parameter",
		     &out->spec.job.parameters) == 0 &&
		 prepare_inputs(out, &scope, work) == 0)
		return 0;
	sw__preparation_release(out);
	return err->code;
}

void
sw__preparation_release(struct sw_preparation *preparation)
{
	for (uint32_t i = 0; i < preparation->nowned; i++)
		free(preparation->owned[i]);
	free(preparation->owned);
	*preparation = (struct sw_preparation){ 0 };
}

int
sw__prepare_question(char **out, const struct sw_book *book,
    const struct sw_task *task, struct sw_error *err)
{
	struct scope scope = scope_of(book, task, err);
	const char *text = book->pipeline->work[task->action].text;
	return resolve(&scope, text == NULL ? "" : text, "text", 0, out);
}
