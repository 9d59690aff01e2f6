/*
 * Opens a repository that nobody vouches for: in place, or as a mirror that it
 * makes and throws away. The settings of sw__repository_begin keep a hostile
 * one harmless. No repository*.c knows what an action, a trigger or a
 * pipeline is.
 */
#include <stdlib.h>
#include <unistd.h>

#include "mirror.h"
#include "repository_open.h"

void
sw__repository_begin(void)
{
	git_libgit2_init();
	static const git_config_level_t levels[] = { GIT_CONFIG_LEVEL_SYSTEM,
		GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
		GIT_CONFIG_LEVEL_PROGRAMDATA };
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
	git_libgit2_opts(
	    GIT_OPT_SET_PACK_MAX_OBJECTS, (size_t)SW_GIT_PACK_OBJECTS_MAX);
#ifdef SW_GIT_HAS_OBJECT_SIZE
	git_libgit2_opts(
	    GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, (size_t)SW_GIT_OBJECT_MAX);
#endif
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	git_libgit2_opts(GIT_OPT_DISABLE_PACK_KEEP_FILE_CHECKS, 1);
}

static int
make_mirror(struct sw_repository *repository, struct sw_error *err)
{
	repository->was_there = false;
	const int failed = sw__mirror_clear(repository->dir, err);
	if (failed)
		return failed;
	git_repository_init_options options;
	git_repository_init_options_init(
	    &options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKDIR;
	if (git_repository_init_ext(
		&repository->git, repository->dir, &options) != 0)
		return sw__repository_object_error(
		    repository, "make a mirror of", err);
	return 0;
}

static int
open_mirror(struct sw_repository *repository, const char *state_dir,
    struct sw_error *err)
{
	int failed = sw__mirror_path(
	    repository->dir, state_dir, repository->url.text, err);
	if (failed)
		return failed;
	repository->lock = sw__mirror_lock(repository->dir, err);
	if (repository->lock < 0)
		return repository->lock;
	repository->was_there = true;
	if (sw__mirror_packs(repository->dir) <= SW_MIRROR_PACKS_MAX &&
	    git_repository_open_bare(&repository->git, repository->dir) == 0)
		return 0;
	return make_mirror(repository, err);
}

static int
open_in_place(struct sw_repository *repository, struct sw_error *err)
{
	const int code = git_repository_open_ext(&repository->git,
	    repository->url.text, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	return code == 0
		   ? 0
		   : sw__repository_reach_error(&repository->url, code, err);
}

int
sw__repository_open(struct sw_repository **out, const struct sw_git_url *url,
    const char *state_dir, struct sw_error *err)
{
	struct sw_repository *repository = calloc(1, sizeof *repository);
	if (!repository)
		return sw__error_errno(err, "cannot open a repository");
	sw__repository_begin();
	repository->url = *url;
	repository->lock = -1;
	repository->is_mirror = url->kind != SW_GIT_URL_PATH;
	const int failed = repository->is_mirror
			       ? open_mirror(repository, state_dir, err)
			       : open_in_place(repository, err);
	if (failed) {
		sw__repository_close(repository);
		return failed;
	}
	*out = repository;
	return 0;
}

void
sw__repository_close(struct sw_repository *repository)
{
	if (!repository)
		return;
	git_repository_free(repository->git);
	if (repository->lock >= 0)
		close(repository->lock);
	free(repository);
	git_libgit2_shutdown();
}

bool
sw__repository_renew(struct sw_repository *repository)
{
	struct sw_error ignored;
	if (!repository->is_mirror || !repository->was_there)
		return false;
	git_repository_free(repository->git);
	repository->git = NULL;
	repository->is_damaged = false;
	return make_mirror(repository, &ignored) == 0;
}
