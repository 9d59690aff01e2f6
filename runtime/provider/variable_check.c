/*
 * VariableCheck: a rule that compares a variable with a text. Parameters:
 * variable (its value, once references are resolved), value, operator:
 *
 *   EQ, NE     the same bytes, or not
 *   CONTAINS   value is a part of the variable
 *   MATCHES    value is an extended regular expression of POSIX, which all of
 *              the variable has to match: notation/pattern.h
 *
 * The rule that fails says what it has compared.
 */
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notation/pattern.h"
#include "provider.h"

/* Bytes of a value that are said; it may be 100,000 long. */
#define SAID_MAX 160
/* Bytes of a variable that is matched: what a matcher keeps grows with it, and
 * a branch, a version or the message of a commit is shorter. */
#define MATCHED_MAX 16384

struct comparison {
	const struct sw_job *job;
	const char *variable;
	const char *value;
};

struct relation {
	const char *name;
	/* 1: yes, 0: no, -1: the reason has been said. */
	int (*holds)(const struct comparison *c);
	const char *otherwise; /* what is said when it does not hold */
};

/* How much of a text is said: no half of a character. */
static int
said(const char *text)
{
	size_t n = strlen(text);
	if (n <= SAID_MAX)
		return (int)n;
	for (n = SAID_MAX; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
		n--;
	return (int)n;
}

static const char *
more(const char *text)
{
	return strlen(text) > SAID_MAX ? "..." : "";
}

static int
is_equal(const struct comparison *c)
{
	return strcmp(c->variable, c->value) == 0;
}

static int
is_other(const struct comparison *c)
{
	return strcmp(c->variable, c->value) != 0;
}

static int
is_part(const struct comparison *c)
{
	return strstr(c->variable, c->value) != NULL;
}

static int
bad_pattern(const struct comparison *c, const char *problem)
{
	sw__job_fail(c->job, 1, "malformed expression '%.*s%s': %s",
	    said(c->value), c->value, more(c->value), problem);
	return -1;
}

static int
is_match(const struct comparison *c)
{
	size_t offset;
	regex_t regex;
	char text[SW_PATTERN_MAX + sizeof "^()$"];
	const char *problem = sw_pattern_check(c->value, &offset);
	if (problem) {
		snprintf(text, sizeof text, "at character %zu: %s", offset + 1,
		    problem);
		return bad_pattern(c, text);
	}
	const size_t length = strlen(c->variable);
	if (length > MATCHED_MAX) {
		sw__job_fail(c->job, 1,
		    "the variable has %zu bytes; MATCHES takes %d at most",
		    length, MATCHED_MAX);
		return -1;
	}
	/* Anchored, and asked for yes or no alone, it is looked at once. */
	snprintf(text, sizeof text, "^(%s)$", c->value);
	int rc = regcomp(&regex, text, REG_EXTENDED | REG_NOSUB);
	if (rc != 0) {
		regerror(rc, &regex, text, sizeof text);
		return bad_pattern(c, text);
	}
	rc = regexec(&regex, c->variable, 0, NULL, 0);
	regfree(&regex);
	if (rc != 0 && rc != REG_NOMATCH) {
		sw__job_fail(c->job, 1, "out of memory while matching");
		return -1;
	}
	return rc == 0;
}

static const struct relation relations[] = {
	{ "EQ", is_equal, "is not equal to" },
	{ "NE", is_other, "is equal to" },
	{ "CONTAINS", is_part, "does not contain" },
	{ "MATCHES", is_match, "does not match" },
};

/* The variable as the model writes it: "#{Source.BranchName} is ", or "" for a
 * text without a reference, which says itself. */
static const char *
call_variable(const struct sw_job *job, char *out, size_t size)
{
	const struct sw_parameter *p =
	    job->pipeline->work[job->action].parameters;
	while (p && p->name && strcmp(p->name, "variable") != 0)
		p++;
	out[0] = '\0';
	if (p && p->name && strstr(p->value, "#{"))
		snprintf(out, size, "%.*s%s is ", said(p->value), p->value,
		    more(p->value));
	return out;
}

static int
judge(const struct comparison *c, const struct relation *relation)
{
	char name[SAID_MAX + 16];
	const int holds = relation->holds(c);
	if (holds < 0)
		return 1;
	call_variable(c->job, name, sizeof name);
	if (holds == 0)
		return sw__job_fail(c->job, 1, "%s'%.*s%s'%s %s '%.*s%s'", name,
		    said(c->variable), c->variable, more(c->variable),
		    *name ? ", which" : "", relation->otherwise, said(c->value),
		    c->value, more(c->value));
	printf("%s'%.*s%s': %s '%.*s%s'\n", name, said(c->variable),
	    c->variable, more(c->variable), relation->name, said(c->value),
	    c->value, more(c->value));
	return 0;
}

static int
perform(const struct sw_job *job)
{
	const struct comparison c = { job, sw__job_parameter(job, "variable"),
		sw__job_parameter(job, "value") };
	const char *name = sw__job_parameter(job, "operator");
	if (!c.variable || !c.value || !name)
		return sw__job_fail(job, 1, "parameter '%s' is missing",
		    !c.variable ? "variable"
		    : !c.value  ? "value"
				: "operator");
	for (size_t i = 0; i < sizeof relations / sizeof *relations; i++)
		if (strcmp(relations[i].name, name) == 0)
			return judge(&c, &relations[i]);
	return sw__job_fail(job, 1,
	    "parameter 'operator' is '%.40s'; it must be EQ, NE, CONTAINS or "
	    "MATCHES",
	    name);
}

const struct sw_provider sw_provider_variable_check = {
	.name = "VariableCheck",
	.perform = perform,
};
