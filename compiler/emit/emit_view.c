/*
 * What shifts when a model is edited, as C: where its actions, its rules and the
 * texts with references stand, and the drawing. A file of its own, so that the
 * machine's stays as it was; nobody needs to review this one.
 */
#include "emit.h"

#include <string.h>

#include "base/source.h"
#include "base/text.h"
#include "lower/lower.h"
#include "model/model.h"

/* A place in the model; `kind` and `name` are sw_place.what. */
struct place {
	const char *kind; /* "", "run", "env ", "parameter ", "text" */
	const char *name; /* behind the kind, or "" */
	size_t index;
	struct span at;
};

/* From the folder of the model, where all that is included is. */
static const char *
included_name(const struct lowered *lowered, const struct sources *sources,
    struct span at)
{
	const char *name = source_name(sources, at.file);
	const char *model = source_name(sources, lowered->model->at.file);
	const char *slash = strrchr(model, '/');

	return slash == NULL ? name : name + (slash + 1 - model);
}

static void
emit_place(struct text *text, const struct lowered *lowered,
    const struct sources *sources, uint32_t action, struct place place)
{
	const struct location location =
	    source_locate(sources, place.at.file, place.at.begin);
	TEXT(text,
	    "\t{ .action = $action$, .what = \"$kind$$name$\", .index = "
	    "$index$, "
	    ".line = $line$, .column = $column$",
	    IDENT("action", lowered->action_idents[action]),
	    CPART("kind", place.kind), CPART("name", place.name),
	    NUM("index", place.index), NUM("line", location.line),
	    NUM("column", location.column));
	if (place.at.file != lowered->model->at.file)
		TEXT(text, ", .file = $file$",
		    CSTR("file", included_name(lowered, sources, place.at)));
	text_put(text, " },\n");
}

static bool
has_reference(const char *value)
{
	return value != NULL && strstr(value, "#{") != NULL;
}

/* The texts of an action, or of a rule, that may refer to variables. */
struct texts {
	struct span at; /* of the whole */
	const struct values *run;
	const struct parameters *env;
	const struct parameters *parameters;
	const struct value *asked; /* of an approval; NULL: a rule's */
};

static struct texts
texts_of(const struct lowered *lowered, uint32_t action)
{
	const struct action *a = lowered->actions[action];
	const struct rule *r = lowered->rules[action];
	if (r != NULL)
		return (struct texts){ r->at, &r->run, &r->env, &r->parameters,
			NULL };
	return (
	    struct texts){ a->at, &a->run, &a->env, &a->parameters, &a->text };
}

/* Each value of a list of parameters that refers to a variable. */
static void
emit_parameter_places(struct text *text, const struct lowered *lowered,
    const struct sources *sources, uint32_t action, const char *kind)
{
	const struct texts texts = texts_of(lowered, action);
	const struct parameters *list =
	    strcmp(kind, "env ") == 0 ? texts.env : texts.parameters;
	for (size_t i = 0; i < list->n; i++) {
		const struct parameter *parameter = &list->items[i];
		if (!has_reference(parameter->value.text))
			continue;
		const struct place place = { kind, parameter->name.text, 0,
			parameter->value.at };
		emit_place(text, lowered, sources, action, place);
	}
}

static void
emit_action_places(struct text *text, const struct lowered *lowered,
    const struct sources *sources, uint32_t action)
{
	const struct texts texts = texts_of(lowered, action);
	const struct place itself = { "", "", 0, texts.at };
	emit_place(text, lowered, sources, action, itself);
	for (size_t i = 0; i < texts.run->n; i++) {
		const struct value *command = &texts.run->items[i];
		const struct place run = { "run", "", i, command->at };
		if (has_reference(command->text))
			emit_place(text, lowered, sources, action, run);
	}
	emit_parameter_places(text, lowered, sources, action, "env ");
	emit_parameter_places(text, lowered, sources, action, "parameter ");
	if (texts.asked == NULL || !has_reference(texts.asked->text))
		return;
	const struct place asked = { "text", "", 0, texts.asked->at };
	emit_place(text, lowered, sources, action, asked);
}

/*
 * The drawing, a line of it a line of C. It is longer than the literals that
 * C11 promises, which __extension__ tells a pedantic compiler.
 */
static void
emit_svg(struct text *text, const char *svg)
{
	char line[1024];
	text_put(text, "\t.svg = __extension__");
	while (*svg != '\0') {
		size_t length = strcspn(svg, "\n");
		length += svg[length] == '\n';
		if (length > sizeof line - 1)
			length = sizeof line - 1;
		memcpy(line, svg, length);
		line[length] = '\0';
		TEXT(text, "\n\t    $line$", CSTR("line", line));
		svg += length;
	}
	text_put(text, ",\n");
}

void
emit_view(struct text *text, const struct lowered *lowered,
    const struct sources *sources, const char *svg)
{
	emit_banner(text, lowered, sources, "its drawing and its lines");
	TEXT(text,
	    "#include \"$p$.h\"\n"
	    "\n"
	    "#include <stagewright/pipeline.h>\n"
	    "\n"
	    "static const struct sw_place $p$_places[] = {\n",
	    IDENT("p", lowered->prefix));
	for (uint32_t i = 0; i < lowered->machine.nactions; i++)
		emit_action_places(text, lowered, sources, i);
	TEXT(text,
	    "\t{ .line = 0 },\n"
	    "};\n"
	    "\n"
	    "const struct sw_view $p$_view = {\n"
	    "\t.model = $file$,\n"
	    "\t.places = $p$_places,\n",
	    IDENT("p", lowered->prefix),
	    CSTR("file", emit_model_file(lowered, sources)));
	if (svg != NULL)
		emit_svg(text, svg);
	text_put(text, "};\n");
}
