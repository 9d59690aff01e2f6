/*
 * Secrets that stand in the model: what looks like a token, a key or a password
 * in any of its texts. The forms are those that their makers document.
 */
#include <ctype.h>
#include <string.h>

#include "checking.h"

/* What tokens begin with, and how many characters of their kind follow. */
static const struct {
	const char *prefix;
	size_t least;
	const char *what;
} tokens[] = {
	{ "AKIA", 16, "a key of AWS" },
	{ "ASIA", 16, "a key of AWS" },
	{ "ghp_", 36, "a token of GitHub" },
	{ "gho_", 36, "a token of GitHub" },
	{ "ghu_", 36, "a token of GitHub" },
	{ "ghs_", 36, "a token of GitHub" },
	{ "ghr_", 36, "a token of GitHub" },
	{ "github_pat_", 22, "a token of GitHub" },
	{ "glpat-", 20, "a token of GitLab" },
	{ "xoxb-", 20, "a token of Slack" },
	{ "xoxp-", 20, "a token of Slack" },
	{ "xapp-", 20, "a token of Slack" },
	{ "sk_live_", 24, "a key of Stripe" },
	{ "rk_live_", 24, "a key of Stripe" },
	{ "AIza", 35, "a key of Google" },
	{ "npm_", 36, "a token of npm" },
	{ "pypi-", 50, "a token of PyPI" },
	{ "dckr_pat_", 20, "a token of Docker" },
	{ "hf_", 34, "a token of Hugging Face" },
};

static bool
is_token_character(char character)
{
	return isalnum((unsigned char)character) || character == '_' ||
	       character == '-';
}

/* A token that begins here: its length, or 0. */
static size_t
token_length(const char *at, const char **what)
{
	for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
		const size_t prefix = strlen(tokens[i].prefix);
		size_t n = prefix;

		if (strncmp(at, tokens[i].prefix, prefix) != 0)
			continue;
		while (is_token_character(at[n]))
			n++;
		*what = tokens[i].what;
		if (n - prefix >= tokens[i].least)
			return n;
	}
	return 0;
}

/* "-----BEGIN RSA PRIVATE KEY-----": its length, or 0. */
static size_t
key_length(const char *at, const char **what)
{
	static const char end[] = "PRIVATE KEY-----";
	const size_t line = strcspn(at, "\n");
	const char *found;

	if (strncmp(at, "-----BEGIN ", 11) != 0)
		return 0;
	found = strstr(at, end);
	*what = "a private key";
	return found == NULL || (size_t)(found - at) > line
		   ? 0
		   : (size_t)(found - at) + sizeof end - 1;
}

/* "://user:password@", but not of a variable: the password's length, or 0. */
static size_t
password_length(const char *at, size_t *begin, const char **what)
{
	size_t user;
	size_t n;

	if (strncmp(at, "://", 3) != 0)
		return 0;
	user = strcspn(at + 3, ":/@ \t\n\"'");
	if (at[3 + user] != ':')
		return 0;
	*begin = 3 + user + 1;
	n = strcspn(at + *begin, "/@ \t\n\"'$#{");
	*what = "a password";
	return at[*begin + n] == '@' ? n : 0;
}

static void
look_in(struct checking *c, enum check_id id, struct scope scope,
    const struct value *value)
{
	for (size_t i = 0; value->text != NULL && value->text[i] != '\0'; i++) {
		const char *at = value->text + i;
		const char *what = NULL;
		size_t begin = 0;
		size_t n = password_length(at, &begin, &what);
		struct diagnostic *d;

		if (n == 0 && (i == 0 || !is_token_character(at[-1])))
			n = token_length(at, &what);
		if (n == 0)
			n = key_length(at, &what);
		if (n == 0)
			continue;
		d = REPORT(c, id, scope,
		    value_part(diagnostics_sources(c->diagnostics), value,
			i + begin, n),
		    "%s is in the model", what);
		diagnostic_label(d, "whoever can read the model has it");
		diagnostic_help(d,
		    "make it invalid, then write <secret name=\"TOKEN\"/> and "
		    "<env name=\"TOKEN\" secret=\"TOKEN\"/>");
		return;
	}
}

static void
look_in_parameters(struct checking *c, enum check_id id, struct scope scope,
    const struct parameters *parameters)
{
	for (size_t i = 0; i < parameters->n; i++)
		look_in(c, id, scope, &parameters->items[i].value);
}

static void
look_in_commands(struct checking *c, enum check_id id, struct scope scope,
    const struct values *run)
{
	for (size_t i = 0; i < run->n; i++)
		look_in(c, id, scope, &run->items[i]);
}

static void
look_in_rules(struct checking *c, enum check_id id, const struct stage *stage,
    const struct rules *rules)
{
	const struct scope scope = { stage, NULL };

	for (size_t i = 0; i < rules->n; i++) {
		look_in_commands(c, id, scope, &rules->items[i].run);
		look_in_parameters(c, id, scope, &rules->items[i].env);
		look_in_parameters(c, id, scope, &rules->items[i].parameters);
	}
}

static void
check_literals(struct checking *c, enum check_id id)
{
	for (size_t i = 0; i < c->model->variables.n; i++)
		look_in(c, id, SCOPE_PIPELINE,
		    &c->model->variables.items[i].default_);
	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;
		const struct scope scope = scope_of_action(c->flow, i);

		look_in_commands(c, id, scope, &action->run);
		look_in_parameters(c, id, scope, &action->env);
		look_in_parameters(c, id, scope, &action->parameters);
		look_in(c, id, scope, &action->text);
	}
	for (size_t i = 0; i < c->model->stages.n; i++) {
		const struct stage *stage = &c->model->stages.items[i];

		look_in_rules(c, id, stage, &stage->before_entry.rules);
		look_in_rules(c, id, stage, &stage->on_success.rules);
		look_in_rules(c, id, stage, &stage->on_failure.rules);
	}
}

static const struct check table[] = {
	{ CHECK_SEC_LITERAL, check_literals, NEEDS_PARTS },
};

const struct checks literal_checks = CHECKS(table);
