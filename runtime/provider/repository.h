/*
 * A git repository to read: opened in place if it is a path of this machine,
 * otherwise a bare mirror of it in the state directory. Called in a process
 * that is killed at its deadline, since the network has none here. Objects
 * are only read: no checkout, no hook, no filter, no submodule, and no
 * configuration but the repository's own.
 */
#ifndef PROVIDER_REPOSITORY_H
#define PROVIDER_REPOSITORY_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "git_url.h"
#include "ref_name.h"

#define SW_COMMIT_HEX_MAX 41

/* Branches and tags of one repository. */
#define SW_GIT_REFS_MAX 200000
/* Objects in one pack, and bytes of one object. */
#define SW_GIT_PACK_OBJECTS_MAX 20000000
#define SW_GIT_OBJECT_MAX (1u << 30)
/* Bytes that one fetch receives. */
#define SW_GIT_FETCH_MAX (UINT64_C(32) << 30)
/* Files of one tree, the bytes of all, folders inside each other. */
#define SW_GIT_FILES_MAX 2000000
#define SW_GIT_EXPORT_MAX (UINT64_C(64) << 30)
#define SW_GIT_DEPTH_MAX 128

struct sw_repository;

/* What a commit says about itself; caller frees with _release. */
struct sw_commit {
	char id[SW_COMMIT_HEX_MAX];
	char *message; /* UTF-8, without the newline at its end */
	char *author;
	char *email;
	char date[32]; /* when it was written, in UTC: 2026-11-23T15:39:04Z */
};

struct sw_export {
	uint64_t files;
	uint64_t bytes;
	uint64_t submodules; /* left out */
};

typedef void (*sw_repository_ref_fn)(
    void *payload, const char *ref, const char *commit);
typedef void (*sw_repository_path_fn)(void *payload, const char *path);

/*
 * Opens it; a mirror is made if there is none, and locked until the close:
 * others wait. A mirror is empty before the first fetch.
 */
int sw__repository_open(struct sw_repository **out,
    const struct sw_git_url *url, const char *state_dir, struct sw_error *err);
void sw__repository_close(struct sw_repository *repository); /* or NULL */

/* Makes the mirror's branches and tags those of the remote. */
int sw__repository_fetch(
    struct sw_repository *repository, struct sw_error *err);
/*
 * Throws the mirror away, so that the next fetch brings all of it again.
 * False if that was done before, or it is nobody's to throw away.
 */
bool sw__repository_renew(struct sw_repository *repository);

/* The commit that a full ref name is at: true, and its id. */
bool sw__repository_ref(struct sw_repository *repository, const char *ref,
    char id[SW_COMMIT_HEX_MAX]);
/* Was there a ref whose object cannot be read? */
bool sw__repository_is_damaged(const struct sw_repository *repository);
/* The commit with this id, or with the only id that starts so (hex, >= 4). */
bool sw__repository_commit(struct sw_repository *repository, const char *hex,
    char id[SW_COMMIT_HEX_MAX]);
/* The branch that is checked out after a clone: its full ref name. */
bool sw__repository_head(
    struct sw_repository *repository, char ref[SW_REF_MAX]);
bool sw__repository_contains(
    struct sw_repository *repository, const char *tip, const char *commit);
/* Calls `tell` for each branch and tag with the commit that it is at. */
int sw__repository_refs(struct sw_repository *repository,
    sw_repository_ref_fn tell, void *payload, struct sw_error *err);
int sw__repository_describe(struct sw_repository *repository, const char *id,
    struct sw_commit *out, struct sw_error *err);
void sw__commit_release(struct sw_commit *commit);

/* Writes the files of a commit into an open, empty directory. */
int sw__repository_export(struct sw_repository *repository, const char *id,
    int dir, struct sw_export *out, struct sw_error *err);
/* Tells the files that differ; `from` gone: every file of `to`. */
int sw__repository_changed(struct sw_repository *repository, const char *from,
    const char *to, sw_repository_path_fn tell, void *payload,
    struct sw_error *err);

/* Asks where it is for its branches and tags; nothing is stored. */
int sw__remote_refs(const struct sw_git_url *url, sw_repository_ref_fn tell,
    char head[SW_REF_MAX], void *payload, struct sw_error *err);

#endif
