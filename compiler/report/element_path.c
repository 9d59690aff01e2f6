/* Walks through the tags of a file and keeps the names of those open. */
#include "element_path.h"

#include <string.h>

#include "base/arena.h"
#include "base/markup.h"

/* Elements inside one another; deeper ones have no name of their own. A model
 * has fewer (DOCUMENT_DEPTH_MAX). */
#define DEPTH_MAX 128

struct element_walk {
	struct arena *arena;
	const struct sources *sources;
	uint32_t file; /* 0: none yet */
	const char *begin, *end;
	struct markup next; /* the first that was not passed */
	const char *from;   /* places before this are behind */
	const char *labels[DEPTH_MAX];
	size_t depth;
};

struct element_walk *
element_walk_new(struct arena *arena, const struct sources *sources)
{
	struct element_walk *walk = arena_alloc(arena, sizeof *walk);

	walk->arena = arena;
	walk->sources = sources;
	return walk;
}

static void
open_file(struct element_walk *walk, uint32_t file)
{
	walk->file = file;
	walk->begin = source_bytes(walk->sources, file);
	walk->end = walk->begin + source_size(walk->sources, file);
	walk->next = markup_next(walk->begin, walk->end);
	walk->from = walk->begin;
	walk->depth = 0;
}

static bool
is_named(const struct markup_attribute *a, const char *name)
{
	return (size_t)(a->name_end - a->name) == strlen(name) &&
	       memcmp(a->name, name, strlen(name)) == 0;
}

/* "stage[Build]" of a start tag; "onFailure" of one without a name. */
static const char *
label_of(struct arena *arena, const struct markup *tag)
{
	const char *name = tag->begin + 1;
	const char *name_end = markup_name_end(name, tag->end);
	struct markup_attribute a;

	for (const char *p = name_end; markup_attribute_next(p, tag->end, &a);
	     p = a.value_end + 1)
		if (is_named(&a, "name") || is_named(&a, "id"))
			return arena_printf(arena, "%.*s[%s]",
			    (int)(name_end - name), name,
			    markup_decode(arena, a.value, a.value_end, true));
	return arena_strndup(arena, name, (size_t)(name_end - name));
}

static void
pass(struct element_walk *walk)
{
	const struct markup *tag = &walk->next;

	walk->from = tag->end;
	if (tag->kind == MARKUP_START) {
		walk->from = tag->begin;
		if (walk->depth < DEPTH_MAX)
			walk->labels[walk->depth] = label_of(walk->arena, tag);
		walk->depth++;
	} else if (tag->kind == MARKUP_END && walk->depth > 0) {
		walk->depth--;
	}
	walk->next = markup_next(tag->end, walk->end);
}

static const char *
join(const struct element_walk *walk, const char *leaf)
{
	const size_t depth = walk->depth < DEPTH_MAX ? walk->depth : DEPTH_MAX;
	const char *path = "";

	for (size_t i = 0; i < depth; i++)
		path = arena_printf(walk->arena, "%s%s%s", path,
		    i > 0 ? "/" : "", walk->labels[i]);
	if (leaf != NULL)
		path = arena_printf(
		    walk->arena, "%s%s%s", path, depth > 0 ? "/" : "", leaf);
	return path;
}

const char *
element_walk_path(struct element_walk *walk, struct span at)
{
	const char *place;

	if (!span_is_set(at) || at.begin == UINT32_MAX)
		return "";
	if (walk->file != at.file || walk->begin + at.begin < walk->from)
		open_file(walk, at.file);
	place = walk->begin + at.begin;
	while (walk->next.kind != MARKUP_NONE && walk->next.begin <= place) {
		/* Inside a tag that ends an element one is still in it. */
		if (walk->next.kind != MARKUP_START && place < walk->next.end)
			break;
		pass(walk);
	}
	return join(
	    walk, walk->next.kind == MARKUP_EMPTY && walk->next.begin <= place
		      ? label_of(walk->arena, &walk->next)
		      : NULL);
}

const char *
element_key(struct element_walk *walk, const char *rule, struct span at,
    const char *subject)
{
	return arena_printf(walk->arena, "%s|%s|%s", rule,
	    element_walk_path(walk, at), subject != NULL ? subject : "");
}

/* Bytes of the first label of a path; a name may have a slash in it. */
static size_t
first_label(const char *path)
{
	const char *p = path;
	bool is_name = false;

	for (; *p != '\0' && (is_name || *p != '/'); p++)
		is_name = (is_name || *p == '[') &&
			  !(*p == ']' && (p[1] == '/' || p[1] == '\0'));
	return (size_t)(p - path);
}

struct span
element_find(struct arena *arena, const struct sources *sources, uint32_t file,
    const char *path)
{
	struct element_walk *walk = element_walk_new(arena, sources);
	struct span found = { 0, 0, 0 };
	size_t matched = 0;

	for (open_file(walk, file);
	     walk->next.kind != MARKUP_NONE && *path != '\0'; pass(walk)) {
		const struct markup *tag = &walk->next;
		const size_t length = first_label(path);
		const char *label;

		/* What it is in has ended: the rest of the path is not there. */
		if (tag->kind == MARKUP_END && walk->depth == matched)
			break;
		if ((tag->kind != MARKUP_START && tag->kind != MARKUP_EMPTY) ||
		    walk->depth != matched)
			continue;
		label = label_of(arena, tag);
		if (strlen(label) != length || memcmp(label, path, length) != 0)
			continue;
		found =
		    (struct span){ file, (uint32_t)(tag->begin - walk->begin),
			    (uint32_t)(tag->end - walk->begin) };
		path += length + (path[length] == '/');
		matched++;
	}
	return found;
}
