/*
 * Removal of what is pruned. Input: a state directory, numbers of executions
 * and artifacts that are needed; output: less on the disk. What was made and
 * is not recorded as yet is found by what is there: the results of attempts.
 */
#define _GNU_SOURCE
#include "sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "attempt/standing.h"
#include "store/marks.h"
#include "store/removal.h"

struct sweep {
	const char *state_dir;
	const struct sw_ranges *pruned;
	struct sw_objects objects;
	struct sw_marks marks;
	bool waits; /* an attempt runs: nothing in the store goes */
	struct sw_error *err;
};

static DIR *
open_attempts(const struct sweep *s)
{
	char path[PATH_MAX];
	errno = ENAMETOOLONG;
	return snprintf(path, sizeof path, "%s/attempts", s->state_dir) >=
		       (int)sizeof path
		   ? NULL
		   : opendir(path);
}

/* "2.4.1" is an attempt of #2. */
static bool
is_pruned(const struct sweep *s, const char *id)
{
	char *end;
	if (id[0] < '1' || id[0] > '9')
		return false;
	const unsigned long number = strtoul(id, &end, 10);
	return *end == '.' && number <= UINT32_MAX &&
	       sw__ranges_have(s->pruned, (uint32_t)number);
}

/* How it stands; over: what it made is needed. */
static int
look(struct sweep *s, const char *id, bool marks)
{
	char path[PATH_MAX];
	struct sw_result_store store;
	int status = 0;
	if (snprintf(path, sizeof path, "%s/attempts/%s", s->state_dir, id) >=
	    (int)sizeof path)
		return sw__error(s->err, SW_ERROR_LIMIT, "the path is long");
	switch (sw__standing_look(path, &store)) {
	case SW_STANDING_OVER:
		for (const struct sw_output_artifact *a =
			 store.result.artifacts;
		     marks && status == 0 && a != NULL && a->name != NULL; a++)
			status = sw__marks_add_artifact(
			    &s->marks, &s->objects, a->hash, s->err);
		sw__result_release(&store);
		return status;
	case SW_STANDING_RUNNING:
	case SW_STANDING_UNSEEN:
		s->waits = true;
		return 1;
	default:
		return 0;
	}
}

/* One that was abandoned may still run: it goes the next time. */
static int
sweep_attempts(struct sweep *s, bool marks)
{
	DIR *list = open_attempts(s);
	int status = 0;
	if (list == NULL)
		return errno == ENOENT ? 0
				       : sw__error_errno(s->err,
					     "'%s/attempts'", s->state_dir);
	for (const struct dirent *e;
	     status >= 0 && (errno = 0, e = readdir(list)) != NULL;) {
		const bool goes = is_pruned(s, e->d_name);
		if (e->d_name[0] == '.' || (!goes && !marks))
			continue;
		status = look(s, e->d_name, marks && !goes);
		if (status == 0 && goes &&
		    sw__remove_tree(dirfd(list), e->d_name) != 0)
			status = sw__error_errno(s->err,
			    "cannot remove '%s/attempts/%s'", s->state_dir,
			    e->d_name);
	}
	if (status >= 0 && errno != 0)
		status = sw__error_errno(s->err, "'%s/attempts'", s->state_dir);
	closedir(list);
	return status < 0 ? status : 0;
}

static int
sweep_all(struct sweep *s, const char *const *artifacts, size_t n)
{
	int status = sw__objects_open(&s->objects, s->state_dir, s->err);
	for (size_t i = 0; i < n && status == 0; i++)
		status = sw__marks_add_artifact(
		    &s->marks, &s->objects, artifacts[i], s->err);
	if (status == 0)
		status = sweep_attempts(s, true);
	if (status == 0 && !s->waits)
		status = sw__objects_sweep(&s->objects, &s->marks, s->err);
	sw__marks_free(&s->marks);
	sw__objects_close(&s->objects);
	return status;
}

int
sw__sweep(const char *state_dir, const struct sw_ranges *pruned,
    const char *const *artifacts, size_t n, struct sw_error *err)
{
	struct sweep s = {
		.state_dir = state_dir,
		.pruned = pruned,
		.objects = { .dir = -1 },
		.err = err,
	};
	return artifacts == NULL ? sweep_attempts(&s, false)
				 : sweep_all(&s, artifacts, n);
}
