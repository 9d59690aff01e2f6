/*
 * What an execution has, and what the actions ahead of it read. Input: a book
 * and the new pipeline's tables; output: the first name that nobody will have
 * written. An approximation from above: an action ahead that is skipped is
 * taken to write what it would.
 */
#include "needs.h"

#include <stdio.h>
#include <string.h>

#include "journal/era.h"
#include "machine/words.h"
#include "provider/work.h"

struct needs {
	const struct sw_pipeline *pipeline; /* the new one */
	json_t *artifacts;                  /* names, as keys */
	json_t *namespaces;
	uint32_t row;
	char *lacks;
	bool is_lacking;
};

static void
add(json_t *names, const char *name)
{
	if (name != NULL)
		json_object_set_new(names, name, json_true());
}

static void
add_outputs(struct needs *n, const struct sw_work *work)
{
	for (const struct sw_artifact *a = work->outputs;
	     a != NULL && a->name != NULL; a++)
		add(n->artifacts, a->name);
	add(n->namespaces, work->namespace_);
}

static void
lack(struct needs *n, const char *what, const char *name, size_t length)
{
	char action[SW_WORDS_MAX];
	if (n->is_lacking)
		return;
	n->is_lacking = true;
	snprintf(n->lacks, SW_NEED_MAX,
	    "'%.150s' reads %s '%.*s', which it does not have",
	    sw_words_action(n->pipeline->machine, n->row, action), what,
	    length > 150 ? 150 : (int)length, name);
}

static void
read_inputs(struct needs *n, const char *names)
{
	size_t length = 0;
	for (const char *name = names;
	     (name = sw__work_name(name, &length)) != NULL; name += length)
		if (json_object_getn(n->artifacts, name, length) == NULL)
			lack(n, "artifact", name, length);
}

static void
read_namespace(const char *name, size_t length, void *payload)
{
	struct needs *n = payload;
	/* These are there from the start. */
	if ((length == 9 && memcmp(name, "variables", 9) == 0) ||
	    (length == 12 && memcmp(name, "codepipeline", 12) == 0))
		return;
	if (json_object_getn(n->namespaces, name, length) == NULL)
		lack(n, "variables of", name, length);
}

/* Has this row of the new machine begun in the state at hand? */
static bool
has_begun(
    const struct sw_carry *carry, const struct sw_scene *scene, uint32_t row)
{
	const uint32_t old = carry->old_actions[row];
	return old != SW_NOWHERE && sw_state_action(carry->from, scene->state,
					old) != SW_STATUS_NONE;
}

static void
add_all(json_t *names, const struct sw_members *members)
{
	for (uint32_t i = 0; i < members->n; i++)
		add(names, members->items[i].name);
}

bool
sw__needs(const struct sw_book *book, const struct sw_carry *carry,
    uint32_t execution, uint32_t from, bool anew, char *lacks)
{
	const struct sw_execution *x = sw__book_execution(book, execution);
	const struct sw_scene *scene = sw__book_scene(book, execution);
	const struct sw_stage *stage = &carry->to->stages[from];
	struct needs n = { book->own, json_object(), json_object(), 0, NULL,
		false };
	n.lacks = lacks;
	add_all(n.artifacts, &x->artifacts);
	add_all(n.namespaces, &x->namespaces);
	for (n.row = stage->first_action; n.row < carry->to->nactions;
	     n.row++) {
		const struct sw_work *work = &book->own->work[n.row];
		const bool is_here = n.row <= stage->last_action && !anew;
		if (is_here && has_begun(carry, scene, n.row)) {
			/* It was started as the old one, and ends so. */
			add_outputs(&n,
			    &book->pipeline->work[carry->old_actions[n.row]]);
			continue;
		}
		read_inputs(&n, work->inputs);
		sw__era_each_read(work, read_namespace, &n);
		add_outputs(&n, work);
	}
	json_decref(n.artifacts);
	json_decref(n.namespaces);
	return n.is_lacking;
}
