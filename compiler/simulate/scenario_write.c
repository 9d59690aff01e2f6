/*
 * Lines of events to elements of a scenario, and nothing more: which word of a
 * line becomes which attribute is a table of verbs.
 */
#include "scenario_write.h"

#include <string.h>

#include "base/text.h"
#include "read/document.h"

/* Bytes of one word of an event: a stage's and an action's name and a dot. */
#define WORD_SIZE 512

/* What stands behind a verb, as attributes in this order; NULL: no more. */
static const struct {
	const char *verb;
	const char *objects[2];
} forms[] = {
	{ "start", { NULL, NULL } },
	{ "succeed", { "action", NULL } },
	{ "fail", { "action", NULL } },
	{ "unknown", { "action", NULL } },
	{ "approve", { "action", NULL } },
	{ "reject", { "action", NULL } },
	{ "pass", { "rule", NULL } },
	{ "open", { "stage", NULL } },
	{ "close", { "stage", NULL } },
	{ "stop", { "execution", NULL } },
	{ "abandon", { "execution", NULL } },
	{ "retry", { "stage", "actions" } },
	{ "override", { "stage", "condition" } },
	{ "rollback", { "stage", "execution" } },
};

/* The next word of a line, "" at its end. */
static const char *
next_word(const char **line, char word[WORD_SIZE])
{
	*line += strspn(*line, " \t");
	const size_t length = strcspn(*line, " \t");
	const size_t kept = length < WORD_SIZE ? length : WORD_SIZE - 1;
	memcpy(word, *line, kept);
	word[kept] = '\0';
	*line += length;
	return word;
}

static void
put_attribute(struct text *text, const char *name, const char *value)
{
	TEXT(text, " $name$=\"$value$\"", XML("name", name),
	    XML("value", value));
}

void
scenarios_begin(struct text *text)
{
	text_put(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		       "<scenarios xmlns=\"" DOCUMENT_NAMESPACE "\">\n");
}

void
scenarios_end(struct text *text)
{
	text_put(text, "</scenarios>\n");
}

/* Two hyphens would end the comment early: blanks go between them. */
void
scenario_comment(struct text *text, const char *comment)
{
	char one[2] = "";

	text_put(text, "    <!-- ");
	for (const char *p = comment; *p != '\0'; p++) {
		one[0] = *p;
		if (*p == '-' && p[1] == '-')
			text_put(text, "- ");
		else
			text_put(text, one);
	}
	text_put(text, " -->\n");
}

void
scenario_begin(struct text *text, const char *name, const char *comment)
{
	TEXT(text, "  <scenario name=\"$name$\">\n", XML("name", name));
	if (comment != NULL)
		scenario_comment(text, comment);
}

void
scenario_end(struct text *text)
{
	text_put(text, "  </scenario>\n");
}

bool
scenario_event(
    struct text *text, const char *event, bool is_of_rule, const char *refused)
{
	char execution[WORD_SIZE];
	char word[WORD_SIZE];
	size_t i = 0;

	next_word(&event, execution);
	if (execution[0] == '#') {
		next_word(&event, word);
	} else {
		memcpy(word, execution, sizeof word);
		execution[0] = '\0';
	}
	while (i < sizeof forms / sizeof *forms &&
	       strcmp(forms[i].verb, word) != 0)
		i++;
	if (i == sizeof forms / sizeof *forms)
		return false;
	TEXT(text, "    <$verb$", XML("verb", word));
	for (size_t j = 0; j < 2 && forms[i].objects[j] != NULL; j++)
		if (*next_word(&event, word) != '\0')
			put_attribute(text,
			    is_of_rule ? "rule" : forms[i].objects[j], word);
	if (execution[0] != '\0')
		put_attribute(text, "execution", execution);
	if (refused != NULL)
		put_attribute(text, "refused", refused);
	text_put(text, "/>\n");
	return true;
}

void
scenario_expect(struct text *text, const char *subject, const char *which,
    const char *attribute, const char *value)
{
	text_put(text, "    <expect");
	put_attribute(text, subject, which);
	put_attribute(text, attribute, value);
	text_put(text, "/>\n");
}
