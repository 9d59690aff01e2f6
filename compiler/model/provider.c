/*
 * The table of the built-in providers, and nothing else.
 */
#include "provider.h"

#include <string.h>

#define BIT(category) (1u << SW_CATEGORY_##category)

static const struct provider_parameter git_parameters[] = {
	{ "url", 0, "where the repository of 'Git' is" },
	{ "branch", 1, NULL },
	{ "tag", 1, NULL },
	{ "commit", 1, NULL },
	{ "interval", 0, NULL },
	{ NULL, 0, NULL },
};

static const struct provider_parameter directory_parameters[] = {
	{ "path", 0, "where 'Directory' puts releases" },
	{ "keep", 0, NULL },
	{ NULL, 0, NULL },
};

static const struct provider_parameter manual_parameters[] = {
	{ "by", 0, NULL },
	{ "count", 0, NULL },
	{ "not", 0, NULL },
	{ "link", 0, NULL },
	{ "notify", 0, NULL },
	{ "silence", 0, NULL },
	{ NULL, 0, NULL },
};

static const struct provider_parameter variable_parameters[] = {
	{ "variable", 0, "what 'VariableCheck' looks at" },
	{ "operator", 0, "EQ, NE, CONTAINS or MATCHES" },
	{ "value", 0, "what 'VariableCheck' compares with" },
	{ NULL, 0, NULL },
};

static const struct provider_parameter window_parameters[] = {
	{ "cron", 0, "when the window is open, as in \"* 9-16 * * MON-FRI\"" },
	{ "timeZone", 0, NULL },
	{ NULL, 0, NULL },
};

static const struct provider_parameter no_parameters[] = {
	{ NULL, 0, NULL },
};

static const char *const git_keys[] = { "AuthorDate", "AuthorDisplayName",
	"AuthorEmail", "BranchName", "CommitId", "CommitMessage",
	"RepositoryName", "TagName", NULL };
static const char *const directory_keys[] = { "Path", "Release", NULL };
static const char *const no_keys[] = { NULL };

static const struct provider_facts facts[] = {
	{ .name = "Git",
	    .runtime = "git",
	    .categories = BIT(SOURCE),
	    .outputs_min = 1,
	    .outputs_max = 1,
	    .parameters = git_parameters,
	    .keys = git_keys },
	{ .name = "Directory",
	    .runtime = "directory",
	    .categories = BIT(DEPLOY),
	    .inputs_min = 1,
	    .inputs_max = ANY_NUMBER,
	    .parameters = directory_parameters,
	    .keys = directory_keys },
	{ .name = "Commands",
	    .runtime = "commands",
	    .categories =
		BIT(BUILD) | BIT(TEST) | BIT(DEPLOY) | BIT(COMPUTE) | BIT(RULE),
	    .inputs_max = ANY_NUMBER,
	    .outputs_max = ANY_NUMBER,
	    .runs = true,
	    .parameters = no_parameters,
	    .keys = no_keys },
	{ .name = "Manual",
	    .runtime = "manual",
	    .categories = BIT(APPROVAL),
	    .parameters = manual_parameters,
	    .keys = no_keys },
	{ .name = "VariableCheck",
	    .runtime = "variable_check",
	    .categories = BIT(RULE),
	    .parameters = variable_parameters,
	    .keys = no_keys },
	{ .name = "DeploymentWindow",
	    .runtime = "deployment_window",
	    .categories = BIT(RULE),
	    .parameters = window_parameters,
	    .keys = no_keys },
};

#define NFACTS (sizeof(facts) / sizeof(*facts))

const struct provider_facts *
provider_facts(const char *name)
{
	for (size_t i = 0; i < NFACTS; i++)
		if (strcmp(facts[i].name, name) == 0)
			return &facts[i];
	return NULL;
}

const struct provider_facts *
provider_facts_at(size_t i)
{
	return i < NFACTS ? &facts[i] : NULL;
}

const struct provider_parameter *
provider_parameter(const struct provider_facts *provider, const char *name)
{
	for (const struct provider_parameter *p = provider->parameters;
	     p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

const char *
provider_default(enum sw_category category)
{
	static const char *const providers[] = {
		[SW_CATEGORY_SOURCE] = "Git",
		[SW_CATEGORY_BUILD] = "Commands",
		[SW_CATEGORY_TEST] = "Commands",
		[SW_CATEGORY_DEPLOY] = "Commands",
		[SW_CATEGORY_APPROVAL] = "Manual",
		[SW_CATEGORY_INVOKE] = NULL,
		[SW_CATEGORY_COMPUTE] = "Commands",
		[SW_CATEGORY_RULE] = "Commands",
	};

	_Static_assert(sizeof providers / sizeof *providers == SW_NCATEGORIES,
	    "one for each category");

	return providers[category];
}

bool
provider_key_is_foreign(const char *key)
{
	static const char *const keys[] = { "AuthorDisplayName", "AuthorEmail",
		"AuthorId", "BranchName", "CommitMessage",
		"DestinationBranchName", "PullRequestTitle", "SourceBranchName",
		"TagName" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}
