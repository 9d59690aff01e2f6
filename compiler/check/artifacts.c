/*
 * Artifacts: each has one writer, which ends before any of its readers
 * starts. User Guide, "Input and output artifacts".
 */
#include <string.h>

#include "base/correction.h"
#include "checking.h"

static const char *
artifact_candidate(const struct checking *c, uint32_t i)
{
	return c->flow->artifacts[i].name;
}

static const struct output *
first_output(const struct flow *flow, uint32_t artifact)
{
	return flow->writes[flow->artifacts[artifact].write].output;
}

static void
check_undefined(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nreads; i++) {
		const struct flow_read *read = &flow->reads[i];
		const char *meant;
		struct diagnostic *d;

		if (read->artifact != FLOW_NONE)
			continue;
		d = REPORT(c, id, scope_of_reader(flow, &read->reader),
		    read->name->at, "no action writes the artifact '%s'",
		    read->name->text);
		meant = checking_suggest(
		    c, read->name->text, artifact_candidate, flow->nartifacts);
		if (meant == NULL) {
			diagnostic_label(
			    d, "read by %s", reader_name(c, &read->reader));
			diagnostic_help(d,
			    "add <output>%s</output> to the action that makes "
			    "it",
			    read->name->text);
			continue;
		}
		correction_meant(d, read->name->at, meant);
		diagnostic_also(d,
		    first_output(flow, names_find(flow->artifact_names, meant))
			->name.at,
		    "declared here");
	}
}

/* "runOrder 2" in the same stage, else "stage Build". */
static const char *
point_of(struct checking *c, uint32_t action, const struct stage *seen_from)
{
	const struct flow_action *place = &c->flow->actions[action];

	if (place->stage != seen_from)
		return "in a later stage";
	return arena_printf(c->arena, "runOrder %llu",
	    (unsigned long long)place->action->run_order.n);
}

static void
report_order(struct checking *c, enum check_id id, const struct flow_read *read,
    const struct flow_write *write)
{
	const struct flow_reader *reader = &read->reader;
	const struct flow_action *writer = &c->flow->actions[write->action];
	const char *name = read->name->text;
	struct diagnostic *d;

	if (reader->action == write->action) {
		d = REPORT(c, id, scope_of_reader(c->flow, reader),
		    read->name->at, "'%s' reads its own output '%s'",
		    reader_name(c, reader), name);
		diagnostic_also(
		    d, write->output->name.at, "written when it has ended");
		diagnostic_help(d, "remove the <input>");
		return;
	}
	d = REPORT(c, id, scope_of_reader(c->flow, reader), read->name->at,
	    "artifact '%s' is read before it is written", name);
	if (reader->action == FLOW_NONE || writer->stage != reader->stage)
		diagnostic_label(d, "read by %s", reader_name(c, reader));
	else
		diagnostic_label(d, "read by %s, %s", reader_name(c, reader),
		    point_of(c, reader->action, reader->stage));
	diagnostic_also(d, write->output->name.at, "written by %s, %s",
	    action_name(c, write->action),
	    point_of(c, write->action, reader->stage));
	diagnostic_help(d, "let %s run after %s", reader_name(c, reader),
	    action_name(c, write->action));
}

static void
check_order(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nreads; i++) {
		const struct flow_read *read = &flow->reads[i];
		const struct flow_artifact *artifact;
		const struct flow_write *write;
		uint32_t rank;

		if (read->artifact == FLOW_NONE)
			continue;
		artifact = &flow->artifacts[read->artifact];
		write = &flow->writes[artifact->write];
		rank = flow->actions[write->action].rank;
		if (artifact->nwrites > 1 || rank < read->reader.rank)
			continue;
		/* The same slot is order-same-slot's. */
		if (rank == read->reader.rank &&
		    read->reader.action != FLOW_NONE &&
		    read->reader.action != write->action)
			continue;
		report_order(c, id, read, write);
	}
}

static void
check_duplicates(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nwrites; i++) {
		const struct flow_write *write = &flow->writes[i];
		uint32_t first = flow->artifacts[write->artifact].write;
		struct diagnostic *d;

		if (first == i)
			continue;
		d = REPORT(c, id, scope_of_action(flow, write->action),
		    write->output->name.at, "artifact '%s' has two writers",
		    write->output->name.text);
		diagnostic_label(
		    d, "written by %s", action_name(c, write->action));
		diagnostic_also(d, flow->writes[first].output->name.at,
		    "written by %s",
		    action_name(c, flow->writes[first].action));
		diagnostic_help(d, "give one of them another name");
	}
}

static void
check_unread(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nartifacts; i++) {
		const struct flow_artifact *artifact = &flow->artifacts[i];
		const struct flow_write *write = &flow->writes[artifact->write];
		struct diagnostic *d;

		if (artifact->nreads > 0)
			continue;
		/* A source has to write something. */
		if (flow->actions[write->action].action->category ==
		    SW_CATEGORY_SOURCE)
			continue;
		d = REPORT(c, id, scope_of_action(flow, write->action),
		    write->output->name.at, "nobody reads the artifact '%s'",
		    artifact->name);
		diagnostic_label(
		    d, "written by %s", action_name(c, write->action));
		/* What is collected for it may be missing, which fails. */
		correction_remove_element(d, FIX_UNSAFE, write->output->at);
		diagnostic_help(d, "remove the <output>, or let an action have "
				   "it as <input>");
	}
}

static bool
is_input(const struct values *inputs, const char *name, size_t length)
{
	for (size_t i = 0; i < inputs->n; i++)
		if (inputs->items[i].text != NULL &&
		    strlen(inputs->items[i].text) == length &&
		    memcmp(inputs->items[i].text, name, length) == 0)
			return true;
	return false;
}

static void
report_reference(struct checking *c, enum check_id id, uint32_t index,
    struct span at, const char *name)
{
	struct diagnostic *d = REPORT(c, id, scope_of_action(c->flow, index),
	    at, "artifact '%s' is no input of '%s'", name,
	    action_name(c, index));
	uint32_t artifact = names_find(c->flow->artifact_names, name);

	diagnostic_label(d, "named here");
	if (artifact != NAMES_NONE)
		diagnostic_also(d, first_output(c->flow, artifact)->name.at,
		    "declared here");
	diagnostic_help(d, "add <input>%s</input> to the action", name);
}

/* "package::app/template.json", where `package` is an artifact. */
static void
check_parameter_references(struct checking *c, enum check_id id, uint32_t index)
{
	const struct action *action = c->flow->actions[index].action;

	for (size_t i = 0; i < action->parameters.n; i++) {
		const struct value *value = &action->parameters.items[i].value;
		const char *mark =
		    value->text != NULL ? strstr(value->text, "::") : NULL;
		size_t length;

		if (mark == NULL)
			continue;
		length = (size_t)(mark - value->text);
		if (names_find_span(c->flow->artifact_names, value->text,
			length) != NAMES_NONE &&
		    !is_input(&action->inputs, value->text, length))
			report_reference(c, id, index, value->at,
			    arena_strndup(c->arena, value->text, length));
	}
}

static void
check_config_references(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;

		if (action->primary.text != NULL &&
		    !is_input(&action->inputs, action->primary.text,
			strlen(action->primary.text)))
			report_reference(
			    c, id, i, action->primary.at, action->primary.text);
		check_parameter_references(c, id, i);
	}
}

static void
check_primary(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;
		struct diagnostic *d;

		if (action->inputs.n < 2 || action->primary.text != NULL)
			continue;
		d = REPORT(c, id, scope_of_action(c->flow, i), action->at,
		    "'%s' has %zu inputs and no primary one", action_name(c, i),
		    action->inputs.n);
		for (size_t j = 0; j < 2; j++)
			diagnostic_also(
			    d, action->inputs.items[j].at, "an input");
		diagnostic_help(d,
		    "add primaryInput=\"%s\": its files are put at the root "
		    "of the workspace, the others' below folders of their name",
		    action->inputs.items[0].text != NULL
			? action->inputs.items[0].text
			: "NAME");
	}
}

/* A store without a region is that of the pipeline's own, whichever it is. */
static void
check_store_regions(struct checking *c, enum check_id id)
{
	const struct stores *stores = &c->model->stores;
	struct names *regions = names_new(c->arena, stores->n);

	for (size_t i = 0; i < stores->n; i++) {
		if (stores->items[i].region.text == NULL)
			return;
		names_add(regions, stores->items[i].region.text, (uint32_t)i);
	}
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct value *region =
		    &c->flow->actions[i].action->region;
		struct diagnostic *d;

		if (region->text == NULL ||
		    names_find(regions, region->text) != NAMES_NONE)
			continue;
		d = REPORT(c, id, scope_of_action(c->flow, i), region->at,
		    "no artifact store is in region '%s'", region->text);
		diagnostic_label(d, "where %s runs", action_name(c, i));
		diagnostic_help(d,
		    "add <artifactStore region=\"%s\" location=\"...\"/> to "
		    "the pipeline",
		    region->text);
	}
}

static const struct check table[] = {
	{ CHECK_ART_UNDEFINED, check_undefined, NEEDS_WHOLE },
	{ CHECK_ART_ORDER, check_order, NEEDS_PARTS },
	{ CHECK_ART_DUPLICATE, check_duplicates, NEEDS_PARTS },
	{ CHECK_ART_UNREAD, check_unread, NEEDS_WHOLE },
	{ CHECK_ART_CONFIG_REF, check_config_references, NEEDS_WHOLE },
	{ CHECK_ART_PRIMARY, check_primary, NEEDS_PARTS },
	{ CHECK_ART_STORE_REGION, check_store_regions, NEEDS_WHOLE },
};

const struct checks artifact_checks = CHECKS(table);
