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

static const struct provider_parameter no_parameters[] = {
	{ NULL, 0, NULL },
};

static const char *const git_keys[] = { "AuthorDate", "AuthorDisplayName",
	"AuthorEmail", "BranchName", "CommitId", "CommitMessage",
	"RepositoryName", "TagName", NULL };
static const char *const directory_keys[] = { "Path", "Release", NULL };
static const char *const no_keys[] = { NULL };

static const struct provider_facts facts[] = {
	{ "Git", "git", BIT(SOURCE), 0, 0, 1, 1, false, git_parameters,
	    git_keys },
	{ "Directory", "directory", BIT(DEPLOY), 1, ANY_NUMBER, 0, 0, false,
	    directory_parameters, directory_keys },
	{ "Commands", "commands",
	    BIT(BUILD) | BIT(TEST) | BIT(DEPLOY) | BIT(COMPUTE), 0, ANY_NUMBER,
	    0, ANY_NUMBER, true, no_parameters, no_keys },
	{ "Manual", "manual", BIT(APPROVAL), 0, 0, 0, 0, false,
	    manual_parameters, no_keys },
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
