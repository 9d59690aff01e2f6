/*
 * From bytes to a document. The only file that includes libxml2: its SAX2 parser proves a file
 * well-formed and resolves namespaces; where things stand is found in the
 * bytes themselves (markup.h), since libxml2 keeps no columns. No network,
 * no entity, no document type, no encoding but UTF-8.
 */
#include "document_build.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlmemory.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/markup.h"
#include "screen.h"

/* One run of the parser. */
struct parse {
	struct document *document;
	struct diagnostics *diagnostics;
	xmlParserCtxtPtr context;
	const char *end;     /* of the bytes */
	const char *done;    /* behind the last markup */
	const xmlChar *ours; /* the namespace's name, as libxml2 keeps it */
	unsigned depth;      /* open elements; open[0] is the document */
	uint32_t open[DOCUMENT_DEPTH_MAX + 2];
	uint32_t last[DOCUMENT_DEPTH_MAX + 2]; /* child of each; 0: none */
	bool has_failed;
};

static uint32_t
offset_of(const struct parse *parse, const char *p)
{
	return (uint32_t)(p - parse->document->bytes);
}

/* Appends a child to the innermost open element. */
static struct node *
add_node(struct parse *parse, enum node_kind kind, const char *begin,
    const char *end)
{
	struct document *document = parse->document;
	uint32_t number = document->n_nodes;
	struct node *node;

	node = document_new_node(document);
	node->kind = (uint8_t)kind;
	node->begin = offset_of(parse, begin);
	node->end = offset_of(parse, end);
	node->tag_end = node->end;
	if (parse->last[parse->depth] != 0)
		document->nodes[parse->last[parse->depth]].next = number;
	else
		document->nodes[parse->open[parse->depth]].first_child = number;
	parse->last[parse->depth] = number;
	return node;
}

/* The next markup, which the parser is at; text before it becomes a node. */
static struct markup
take_markup(struct parse *parse)
{
	struct markup markup = markup_next(parse->done, parse->end);
	const char *begin = parse->done, *end = markup.begin;

	while (begin < end && markup_is_space(*begin))
		begin++;
	while (end > begin && markup_is_space(end[-1]))
		end--;
	if (begin < end && parse->depth > 0)
		add_node(parse, NODE_TEXT, begin, end);
	parse->done = markup.end;
	return markup;
}

static void
add_attribute(struct parse *parse, const struct markup_attribute *found)
{
	struct document *document = parse->document;
	size_t length = (size_t)(found->name_end - found->name);
	struct attribute *attribute;

	if (length >= 5 && memcmp(found->name, "xmlns", 5) == 0 &&
	    (length == 5 || found->name[5] == ':'))
		return;
	attribute = document_new_attribute(document);
	attribute->begin = offset_of(parse, found->name);
	attribute->name_length =
	    (uint16_t)(length < UINT16_MAX ? length : UINT16_MAX);
	attribute->value = offset_of(parse, found->value);
	attribute->value_end = offset_of(parse, found->value_end);
	attribute->is_prefixed = memchr(found->name, ':', length) != NULL;
}

static enum node_namespace
classify(struct parse *parse, const xmlChar *uri)
{
	if (uri == NULL)
		return NAMESPACE_NONE;
	/* libxml2 keeps one copy of a name: mostly the pointer will do. */
	if (uri == parse->ours)
		return NAMESPACE_OURS;
	if (strcmp((const char *)uri, DOCUMENT_NAMESPACE) != 0)
		return NAMESPACE_FOREIGN;
	parse->ours = uri;
	return NAMESPACE_OURS;
}

static void
/* NOLINTNEXTLINE(readability-function-size): the parameters are libxml2's */
on_start(void *data, const xmlChar *local, const xmlChar *prefix,
    const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
    int n_attributes, int n_defaulted, const xmlChar **attributes)
{
	struct parse *parse = data;
	struct document *document = parse->document;
	struct markup markup = take_markup(parse);
	struct markup_attribute attribute;
	const char *name_end, *colon;
	struct node *node;
	uint32_t number;

	(void)local, (void)n_namespaces, (void)namespaces;
	(void)n_attributes, (void)n_defaulted, (void)attributes;
	/* screen.c refused what is deeper, in the same markup. */
	assert(parse->depth < DOCUMENT_DEPTH_MAX);
	node = add_node(parse, NODE_ELEMENT, markup.begin, markup.end);
	number = document->n_nodes - 1;
	if (parse->depth == 0)
		document->root = number;
	name_end = markup_name_end(markup.begin + 1, markup.end);
	colon = prefix == NULL ? NULL
			       : memchr(markup.begin, ':',
				     (size_t)(name_end - markup.begin));
	node->name_offset =
	    (uint16_t)(colon == NULL ? 1 : colon + 1 - markup.begin);
	node->name_length =
	    (uint16_t)(name_end - markup.begin - node->name_offset);
	node->namespace_ = (uint8_t)classify(parse, uri);
	node->first_attribute = document->n_attributes;
	for (const char *p = name_end;
	     markup_attribute_next(p, markup.end, &attribute);
	     p = attribute.value_end + 1)
		add_attribute(parse, &attribute);
	node->n_attributes =
	    (uint16_t)(document->n_attributes - node->first_attribute);
	parse->depth++;
	parse->open[parse->depth] = number;
	parse->last[parse->depth] = 0;
}

static void
on_end(
    void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct parse *parse = data;
	struct node *node = &parse->document->nodes[parse->open[parse->depth]];

	(void)local, (void)prefix, (void)uri;
	assert(parse->depth > 0);
	/* An empty element has one markup, which on_start has taken. (A tag
	 * that ends in "/>" can be no other: a value ends with its quote.) */
	if (parse->document->bytes[node->tag_end - 2] != '/') {
		take_markup(parse);
		/* take_markup may have moved the nodes. */
		node = &parse->document->nodes[parse->open[parse->depth]];
		node->end = offset_of(parse, parse->done);
	}
	parse->depth--;
}

static void
on_comment(void *data, const xmlChar *text)
{
	struct parse *parse = data;
	struct markup markup = take_markup(parse);

	(void)text;
	add_node(parse, NODE_COMMENT, markup.begin, markup.end);
}

static void
on_instruction(void *data, const xmlChar *target, const xmlChar *text)
{
	struct parse *parse = data;
	struct markup markup = take_markup(parse);

	(void)target, (void)text;
	add_node(parse, NODE_INSTRUCTION, markup.begin, markup.end);
}

static void
stop(struct parse *parse)
{
	parse->has_failed = true;
	xmlStopParser(parse->context);
}

static void
on_doctype(void *data, const xmlChar *name, const xmlChar *public_id,
    const xmlChar *system_id)
{
	struct parse *parse = data;
	struct markup markup = markup_next(parse->done, parse->end);
	uint32_t at = offset_of(parse, markup.begin);
	struct diagnostic *d;

	(void)name, (void)public_id, (void)system_id;
	if (parse->has_failed)
		return;
	d = diagnostic_add(parse->diagnostics, CHECK_XML_DOCTYPE,
	    (struct span){ parse->document->file, at, at + 9 },
	    "a model has no document type declaration");
	diagnostic_help(d, "remove the <!DOCTYPE ...>; the schema is "
			   "schemas/pipeline.xsd");
	stop(parse);
}

static struct span
span_between(const struct parse *parse, const char *begin, const char *end)
{
	if (begin > parse->end)
		begin = parse->end;
	if (end > parse->end)
		end = parse->end;
	return (struct span){ parse->document->file, offset_of(parse, begin),
		offset_of(parse, end) };
}

static struct diagnostic *
complain(
    struct parse *parse, const char *begin, const char *end, const char *text)
{
	return diagnostic_add(parse->diagnostics, CHECK_XML_SYNTAX,
	    span_between(parse, begin, end), "%s", text);
}

/* <b> ... </c>: both ends are shown. */
static void
complain_mismatch(struct parse *parse, struct markup end_tag)
{
	const struct document *document = parse->document;
	const struct node *node = &document->nodes[parse->open[parse->depth]];
	const char *open = document->bytes + node->begin + 1;
	const char *open_end = markup_name_end(open, parse->end);
	const char *close = end_tag.begin + 2;
	const char *close_end = markup_name_end(close, parse->end);
	struct diagnostic *d = diagnostic_add(parse->diagnostics,
	    CHECK_XML_SYNTAX, span_between(parse, close, close_end),
	    "element '%.*s' is closed by '</%.*s>'", (int)(open_end - open),
	    open, (int)(close_end - close), close);

	diagnostic_also(d, span_between(parse, open, open_end), "opened here");
	diagnostic_help(d, "close '%.*s' first, or correct the name",
	    (int)(open_end - open), open);
}

/* The file ends inside an element: the innermost one is shown. */
static void
complain_open(struct parse *parse)
{
	const struct document *document = parse->document;
	const struct node *node = &document->nodes[parse->open[parse->depth]];
	const char *open = document->bytes + node->begin + 1;
	const char *open_end = markup_name_end(open, parse->end);
	struct diagnostic *d = diagnostic_add(parse->diagnostics,
	    CHECK_XML_SYNTAX, span_between(parse, open, open_end),
	    "element '%.*s' is not closed before the file ends",
	    (int)(open_end - open), open);

	diagnostic_help(d, "add </%.*s>", (int)(open_end - open), open);
}

/* The second attribute of the same name in a tag. */
static void
complain_twice(struct parse *parse, struct markup tag)
{
	struct markup_attribute first, second;
	const char *name_end = markup_name_end(tag.begin + 1, tag.end);

	for (const char *p = name_end;
	     markup_attribute_next(p, tag.end, &first);
	     p = first.value_end + 1) {
		size_t length = (size_t)(first.name_end - first.name);
		const char *q = first.value_end + 1;

		for (; markup_attribute_next(q, tag.end, &second);
		     q = second.value_end + 1) {
			struct diagnostic *d;

			if ((size_t)(second.name_end - second.name) != length ||
			    memcmp(first.name, second.name, length) != 0)
				continue;
			d = diagnostic_add(parse->diagnostics, CHECK_XML_SYNTAX,
			    span_between(parse, second.name, second.name_end),
			    "attribute '%.*s' is given twice", (int)length,
			    first.name);
			diagnostic_also(d,
			    span_between(parse, first.name, first.name_end),
			    "first given here");
			return;
		}
	}
	complain(parse, tag.begin, tag.end, "an attribute is given twice");
}

/* Where an error is shown. */
enum where {
	AT_CURSOR,    /* where the parser stood */
	AT_MARKUP,    /* the beginning of the markup that it was in */
	AT_CDATA,     /* the same, for a CDATA section */
	AT_REFERENCE, /* from the & before the cursor */
	AT_PREFIX,    /* a name of the tag that has the prefix */
};

struct wording {
	int code; /* of libxml2 */
	enum where where;
	const char *text;
	const char *help; /* NULL: none */
};

#define ENTITY_HELP "only &lt; &gt; &amp; &quot; &apos; and &#...; are"

static const struct wording wordings[] = {
	{ XML_ERR_LT_IN_ATTRIBUTE, AT_CURSOR, "'<' inside a value",
	    "write &lt;" },
	{ XML_ERR_ATTRIBUTE_NOT_STARTED, AT_CURSOR,
	    "a value in quotes is missing", "write name=\"value\"" },
	{ XML_ERR_ATTRIBUTE_NOT_FINISHED, AT_MARKUP,
	    "a tag in which a value lacks its closing quote", NULL },
	{ XML_ERR_ATTRIBUTE_WITHOUT_VALUE, AT_CURSOR,
	    "an attribute without a value", "write name=\"value\"" },
	{ XML_ERR_NAME_REQUIRED, AT_CURSOR, "a name is missing",
	    "write &lt; for '<' that begins no tag" },
	{ XML_ERR_ENTITYREF_SEMICOL_MISSING, AT_REFERENCE,
	    "a reference that does not end with ';'", "write &amp; for '&'" },
	{ XML_ERR_UNDECLARED_ENTITY, AT_REFERENCE,
	    "an entity that is not defined", ENTITY_HELP },
	{ XML_WAR_UNDECLARED_ENTITY, AT_REFERENCE,
	    "an entity that is not defined", ENTITY_HELP },
	{ XML_ERR_INVALID_CHAR, AT_CURSOR,
	    "a character that XML does not allow", NULL },
	{ XML_ERR_INVALID_CHARREF, AT_REFERENCE,
	    "a reference to a character that XML does not allow", NULL },
	{ XML_ERR_INVALID_DEC_CHARREF, AT_REFERENCE,
	    "a malformed character reference", "write &#38; or &#x26;" },
	{ XML_ERR_INVALID_HEX_CHARREF, AT_REFERENCE,
	    "a malformed character reference", "write &#38; or &#x26;" },
	{ XML_ERR_DOCUMENT_EMPTY, AT_CURSOR, "no element in the file",
	    "begin with <pipeline xmlns=\"" DOCUMENT_NAMESPACE "\">" },
	{ XML_ERR_DOCUMENT_END, AT_CURSOR,
	    "text behind the end of the document", NULL },
	{ XML_ERR_SPACE_REQUIRED, AT_CURSOR, "a blank is missing", NULL },
	{ XML_ERR_GT_REQUIRED, AT_CURSOR, "'>' is missing", NULL },
	{ XML_ERR_LTSLASH_REQUIRED, AT_CURSOR, "'</' is missing", NULL },
	{ XML_ERR_HYPHEN_IN_COMMENT, AT_CURSOR, "'--' inside a comment", NULL },
	{ XML_ERR_COMMENT_NOT_FINISHED, AT_MARKUP,
	    "a comment that does not end", "add -->" },
	{ XML_ERR_CDATA_NOT_FINISHED, AT_CDATA,
	    "a CDATA section that does not end", "add ]]>" },
	{ XML_ERR_MISPLACED_CDATA_END, AT_CURSOR, "']]>' in text",
	    "write ]]&gt;" },
	{ XML_ERR_PI_NOT_FINISHED, AT_MARKUP,
	    "a processing instruction that does not end", "add ?>" },
	{ XML_ERR_RESERVED_XML_NAME, AT_MARKUP,
	    "an XML declaration that is not at the beginning of the file",
	    "remove what stands before it" },
	{ XML_ERR_NAME_TOO_LONG, AT_MARKUP, "a name that is too long", NULL },
	{ XML_NS_ERR_UNDEFINED_NAMESPACE, AT_PREFIX,
	    "a prefix that is not declared",
	    "declare it: xmlns:PREFIX=\"...\"" },
};

/* Bytes that one reference may have, to look back for its &. */
#define REFERENCE_MAX 100

static const char *
find_reference(const struct parse *parse, const char *at)
{
	const char *first =
	    at - parse->done > REFERENCE_MAX ? at - REFERENCE_MAX : parse->done;

	for (const char *p = at; p > first; p--)
		if (p[-1] == '&')
			return p - 1;
	return at;
}

static const char *
find_prefix(const struct markup *markup, const char *prefix)
{
	size_t length = prefix != NULL ? strlen(prefix) : 0;

	for (const char *p = markup->begin + 1;
	     length > 0 && p + length < markup->end; p++)
		if (memcmp(p, prefix, length) == 0 && p[length] == ':' &&
		    (p[-1] == '<' || markup_is_space(p[-1])))
			return p;
	return markup->begin;
}

static struct span
find_place(const struct parse *parse, const struct wording *wording,
    const char *at, const char *prefix)
{
	struct markup markup = markup_next(parse->done, parse->end);
	const char *p;

	switch (wording->where) {
	case AT_CURSOR:
		break;
	case AT_MARKUP:
		return span_between(parse, markup.begin,
		    markup_name_end(markup.begin + 1, parse->end));
	case AT_CDATA:
		p = strstr(parse->done, "<![CDATA[");
		if (p != NULL)
			return span_between(parse, p, p + 9);
		break;
	case AT_REFERENCE:
		p = find_reference(parse, at);
		return span_between(parse, p, at > p ? at : p + 1);
	case AT_PREFIX:
		p = find_prefix(&markup, prefix);
		return span_between(parse, p, markup_name_end(p, parse->end));
	}
	return span_between(parse, at, at + 1);
}

/* What libxml2 says, when this file has no words of its own for it. */
static void
complain_foreign(struct parse *parse, const char *at, const char *message)
{
	char text[200];
	size_t length = strcspn(message, "\n");

	if (length >= sizeof text)
		length = sizeof text - 1;
	memcpy(text, message, length);
	text[length] = '\0';
	if (text[0] >= 'A' && text[0] <= 'Z')
		text[0] = (char)(text[0] - 'A' + 'a');
	complain(parse, at, at + 1, text);
}

static void
complain_about(struct parse *parse, const xmlError *error, const char *at)
{
	struct markup markup = markup_next(parse->done, parse->end);
	struct diagnostic *d;

	switch (error->code) {
	case XML_ERR_TAG_NAME_MISMATCH:
		if (parse->depth > 0 && markup.kind == MARKUP_END) {
			complain_mismatch(parse, markup);
			return;
		}
		break;
	case XML_ERR_TAG_NOT_FINISHED:
		if (parse->depth > 0) {
			complain_open(parse);
			return;
		}
		break;
	case XML_ERR_ATTRIBUTE_REDEFINED:
		complain_twice(parse, markup);
		return;
	case XML_ERR_INVALID_CHAR:
		/* Said of the reference to one, too. */
		if (find_reference(parse, at) != at &&
		    (unsigned char)*at >= 0x20)
			at = find_reference(parse, at);
		break;
	case XML_ERR_NAME_REQUIRED:
		if (at > parse->done && at[-1] == '&') {
			d = complain(
			    parse, at - 1, at, "'&' that begins no reference");
			diagnostic_help(d, "write &amp;");
			return;
		}
		break;
	}
	for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++) {
		struct span place;

		if (wordings[i].code != error->code)
			continue;
		place = find_place(parse, &wordings[i], at, error->str1);
		d = diagnostic_add(parse->diagnostics, CHECK_XML_SYNTAX, place,
		    "%s", wordings[i].text);
		if (wordings[i].help != NULL)
			diagnostic_help(d, "%s", wordings[i].help);
		return;
	}
	complain_foreign(parse, at, error->message ? error->message : "?");
}

/*
 * Not all of libxml2 tells that there is no memory: a name that cannot be
 * copied becomes one that is wrong, which would be a finding.
 */
static void *
allocate(size_t size)
{
	return check_memory(malloc(size > 0 ? size : 1));
}

static void *
reallocate(void *memory, size_t size)
{
	return check_memory(realloc(memory, size > 0 ? size : 1));
}

static char *
duplicate(const char *text)
{
	return check_memory(strdup(text));
}

/* The first error stops the parser: what it says after it are echoes. */
static void
on_error(void *data, xmlErrorPtr error)
{
	struct parse *parse = data;
	const char *at;

	if (parse->has_failed || error->level < XML_ERR_ERROR)
		return;
	at = (const char *)parse->context->input->cur;
	if (at < parse->document->bytes || at > parse->end)
		at = parse->done;
	complain_about(parse, error, at);
	stop(parse);
}

static const xmlSAXHandler handler = {
	.initialized = XML_SAX2_MAGIC,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.comment = on_comment,
	.processingInstruction = on_instruction,
	.internalSubset = on_doctype,
	.serror = on_error,
};

/* Behind the byte order mark and the XML declaration, of which no callback
 * tells. */
static const char *
behind_declaration(const char *p, const char *end)
{
	p = markup_past_mark(p, end);
	if (end - p >= 6 && memcmp(p, "<?xml", 5) == 0 && markup_is_space(p[5]))
		return markup_next(p, end).end;
	return p;
}

/* The bytes are parsed where they are: no copy, and the parser's place in
 * them is a place in the source. */
static bool
run_parser(struct parse *parse)
{
	xmlParserCtxtPtr context = check_memory(xmlNewParserCtxt());
	xmlParserInputPtr input;
	bool is_good;

	parse->context = context;
	*context->sax = handler;
	context->userData = parse;
	xmlCtxtUseOptions(context, XML_PARSE_NONET | XML_PARSE_NOERROR |
				       XML_PARSE_NOWARNING |
				       XML_PARSE_IGNORE_ENC);
	input = xmlNewStringInputStream(
	    context, (const xmlChar *)parse->document->bytes);
	if (input == NULL || inputPush(context, input) < 0)
		out_of_memory();
	/* After xmlStopParser the result says nothing: the flag does. */
	is_good = xmlParseDocument(context) == 0 && context->wellFormed &&
		  context->nsWellFormed;
	if (!is_good && !parse->has_failed)
		complain(parse, parse->done, parse->done,
		    "not a well-formed document");
	is_good = is_good && !parse->has_failed && parse->document->root != 0;
	xmlFreeDoc(context->myDoc);
	context->myDoc = NULL;
	xmlFreeParserCtxt(context);
	return is_good;
}

struct document *
document_parse(const struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics)
{
	struct document *document;
	struct parse parse = { 0 };

	if (!screen_file(sources, file, diagnostics))
		return NULL;
	(void)xmlMemSetup(free, allocate, reallocate, duplicate);
	document = document_new(source_bytes(sources, file), file);
	parse.document = document;
	parse.diagnostics = diagnostics;
	parse.end = document->bytes + source_size(sources, file);
	parse.done = behind_declaration(document->bytes, parse.end);
	if (run_parser(&parse))
		return document;
	document_free(document);
	return NULL;
}
