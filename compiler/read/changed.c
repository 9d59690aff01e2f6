/*
 * Two trees, what libgit2 says is different in them, and of that what is a
 * model. Reading models is others' work: here a look at the root is enough.
 */
#include "changed.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/markup.h"
#include "base/source.h"
#include "document.h"
#include "libgit.h"
#include "revision.h"

enum root {
	ROOT_OTHER,
	ROOT_PIPELINE,
	ROOT_PART /* what a model may include */
};

struct finding {
	struct arena *arena;
	struct libgit git;
	struct changed *out;
	bool is_staged;   /* the head is the index */
	git_object *base; /* commits; head is NULL for the work tree */
	git_object *head;
	git_object *base_tree;
	git_object *head_tree;
	const char *base_id;
	const char *head_id;
	const char *top; /* of the work tree, as its files are named */
	size_t room;
	size_t nadded; /* models */
	size_t nremoved;
	const char **folders; /* that were looked through */
	size_t nfolders;
	uint64_t bytes;
	bool has_failed;
};

static bool
is_ours(const struct markup *tag)
{
	const char *p = markup_name_end(tag->begin + 1, tag->end);
	struct markup_attribute a;

	for (; markup_attribute_next(p, tag->end, &a); p = a.value_end + 1)
		if (strncmp(a.name, "xmlns", 5) == 0 &&
		    (size_t)(a.value_end - a.value) ==
			strlen(DOCUMENT_NAMESPACE) &&
		    memcmp(a.value, DOCUMENT_NAMESPACE,
			strlen(DOCUMENT_NAMESPACE)) == 0)
			return true;
	return false;
}

static enum root
root_of(const char *bytes, size_t size)
{
	const char *end = bytes + size;
	const char *p = markup_past_mark(bytes, end);
	const char *name, *colon;
	struct markup markup;

	while (p < end && markup_is_space(*p))
		p++;
	if (p == end || *p != '<')
		return ROOT_OTHER;
	do {
		markup = markup_next(p, end);
		p = markup.end;
	} while (
	    markup.kind == MARKUP_COMMENT || markup.kind == MARKUP_INSTRUCTION);
	if ((markup.kind != MARKUP_START && markup.kind != MARKUP_EMPTY) ||
	    !is_ours(&markup))
		return ROOT_OTHER;
	name = markup.begin + 1;
	end = markup_name_end(name, markup.end);
	colon = memchr(name, ':', (size_t)(end - name));
	if (colon != NULL)
		name = colon + 1;
	return end - name == strlen("pipeline") &&
		       memcmp(name, "pipeline", strlen("pipeline")) == 0
		   ? ROOT_PIPELINE
		   : ROOT_PART;
}

static enum root
refuse(struct finding *f)
{
	f->has_failed = true;
	return ROOT_OTHER;
}

/* Of a blob: its root, and whether it may include something. */
static enum root
look_at_blob(struct finding *f, const git_oid *id, bool *has_include)
{
	git_blob *blob = NULL;
	git_odb *odb = NULL;
	git_object_t type;
	size_t size = 0;
	enum root root;
	const char *bytes;

	if (f->git.git_repository_odb(&odb, f->git.repository) == 0)
		(void)f->git.git_odb_read_header(&size, &type, odb, id);
	f->git.git_odb_free(odb);
	if (size > SOURCE_SIZE_MAX)
		return ROOT_OTHER; /* no model has so much */
	f->bytes += size;
	if (f->bytes > CHANGED_BYTES_MAX) {
		(void)libgit_fail(&f->git,
		    arena_printf(f->arena,
			"the files that changed have more than %u bytes",
			CHANGED_BYTES_MAX),
		    "limit CHANGED_BYTES_MAX; review fewer commits at a time");
		return refuse(f);
	}
	if (f->git.git_blob_lookup(&blob, f->git.repository, id) != 0) {
		(void)libgit_fail(&f->git,
		    arena_printf(f->arena, "a file cannot be read: %s",
			libgit_reason(&f->git)),
		    "see whether the repository is whole: git fsck");
		return refuse(f);
	}
	bytes = f->git.git_blob_rawcontent(blob);
	root = size == 0 ? ROOT_OTHER
			 : root_of(bytes, size < CHANGED_ROOT_WITHIN
					      ? size
					      : CHANGED_ROOT_WITHIN);
	if (has_include != NULL && root == ROOT_PIPELINE) {
		const char *copy = arena_strndup(f->arena, bytes, size);
		*has_include = strstr(copy, "include") != NULL;
	}
	f->git.git_blob_free(blob);
	return root;
}

/* Of a file in the work tree; one that cannot be read is none of ours. */
static enum root
look_at_file(struct finding *f, const char *path)
{
	static const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	char *bytes = check_memory(malloc(CHANGED_ROOT_WITHIN));
	int fd = open(arena_printf(f->arena, "%s%s", f->top, path), flags);
	struct stat status;
	ssize_t n = -1;
	enum root root;

	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		n = read(fd, bytes, CHANGED_ROOT_WITHIN);
	if (fd >= 0)
		close(fd);
	root = n > 0 ? root_of(bytes, (size_t)n) : ROOT_OTHER;
	free(bytes);
	return root;
}

static bool
is_blob(uint16_t mode)
{
	return mode == GIT_FILEMODE_BLOB ||
	       mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

static void
add(struct finding *f, const char *old, const char *new_)
{
	struct changed *out = f->out;
	struct changed_file *file;

	if (out->n == f->room) {
		struct changed_file *more;

		f->room = f->room * 2 + 16;
		more = arena_array(f->arena, f->room, sizeof *more);
		if (out->n > 0)
			memcpy(more, out->files, out->n * sizeof *more);
		out->files = more;
	}
	file = &out->files[out->n++];
	file->path = arena_strdup(f->arena, new_ != NULL ? new_ : old);
	file->old = old == NULL ? NULL
				: arena_printf(f->arena,
				      REVISION_PREFIX "%s:%s", f->base_id, old);
	file->new_ = NULL;
	if (new_ != NULL && f->is_staged)
		file->new_ =
		    arena_printf(f->arena, REVISION_PREFIX ":%s", new_);
	else if (new_ != NULL && f->head == NULL)
		file->new_ = arena_printf(f->arena, "%s%s", f->top, new_);
	else if (new_ != NULL)
		file->new_ = arena_printf(
		    f->arena, REVISION_PREFIX "%s:%s", f->head_id, new_);
	f->nadded += old == NULL;
	f->nremoved += new_ == NULL;
}

static int
by_path(const void *a, const void *b)
{
	const struct changed_file *x = a;
	const struct changed_file *y = b;

	return strcmp(x->path, y->path);
}

/* A tree of the base and its path. */
struct folder {
	const git_tree *tree;
	const char *path;
	const git_diff *diff;
};

static bool
is_different(struct finding *f, const git_diff *diff, const char *path)
{
	const size_t n = f->git.git_diff_num_deltas(diff);

	for (size_t i = 0; i < n; i++) {
		const git_diff_delta *d = f->git.git_diff_get_delta(diff, i);

		if (strcmp(d->old_file.path, path) == 0 ||
		    strcmp(d->new_file.path, path) == 0)
			return true;
	}
	return false;
}

static void
look_through(struct finding *f, const struct folder *folder)
{
	const size_t n = f->git.git_tree_entrycount(folder->tree);

	for (size_t i = 0; i < n && !f->has_failed; i++) {
		const git_tree_entry *entry =
		    f->git.git_tree_entry_byindex(folder->tree, i);
		const char *path = arena_printf(f->arena, "%s%s", folder->path,
		    f->git.git_tree_entry_name(entry));
		bool has_include = false;

		if (is_blob((uint16_t)f->git.git_tree_entry_filemode(entry)) &&
		    look_at_blob(f, f->git.git_tree_entry_id(entry),
			&has_include) == ROOT_PIPELINE &&
		    has_include && !is_different(f, folder->diff, path))
			add(f, path, path);
	}
}

/* The models of a folder that may include what changed below it. */
static void
look_into(struct finding *f, const git_diff *diff, const char *path)
{
	const size_t length = strlen(path);
	struct folder folder = { (const git_tree *)f->base_tree, path, diff };
	git_tree_entry *entry = NULL;
	git_object *tree = NULL;
	const char **more;

	if (f->base_tree == NULL)
		return;
	for (size_t i = 0; i < f->nfolders; i++)
		if (strcmp(f->folders[i], path) == 0)
			return;
	more = arena_array(f->arena, f->nfolders + 1, sizeof(const char *));
	if (f->nfolders > 0)
		memcpy(more, f->folders, f->nfolders * sizeof(const char *));
	more[f->nfolders++] = path;
	f->folders = more;
	if (length == 0) {
		look_through(f, &folder);
		return;
	}
	if (f->git.git_tree_entry_bypath(&entry, folder.tree,
		arena_strndup(f->arena, path, length - 1)) != 0)
		return; /* new: no model of the base is in it */
	if (f->git.git_object_lookup(&tree, f->git.repository,
		f->git.git_tree_entry_id(entry), GIT_OBJECT_TREE) == 0) {
		folder.tree = (const git_tree *)tree;
		look_through(f, &folder);
		f->git.git_object_free(tree);
	}
	f->git.git_tree_entry_free(entry);
}

static void
look_above(struct finding *f, const git_diff *diff, const char *path)
{
	for (size_t n = strlen(path);; n--)
		if (n == 0 || path[n - 1] == '/') {
			look_into(f, diff, arena_strndup(f->arena, path, n));
			if (n == 0)
				return;
		}
}

static void
take(struct finding *f, const git_diff *diff, const git_diff_delta *delta)
{
	const git_diff_file *old = &delta->old_file, *new_ = &delta->new_file;
	const bool is_new = delta->status == GIT_DELTA_ADDED ||
			    delta->status == GIT_DELTA_UNTRACKED;
	enum root was = ROOT_OTHER, is = ROOT_OTHER;

	if (delta->status == GIT_DELTA_UNMODIFIED)
		return;
	if (!is_new && is_blob(old->mode))
		was = look_at_blob(f, &old->id, NULL);
	if (delta->status != GIT_DELTA_DELETED && f->head == NULL &&
	    !f->is_staged)
		is = look_at_file(f, new_->path);
	else if (delta->status != GIT_DELTA_DELETED && is_blob(new_->mode))
		is = look_at_blob(f, &new_->id, NULL);
	if (was == ROOT_PIPELINE && is == ROOT_OTHER &&
	    delta->status != GIT_DELTA_DELETED)
		is = ROOT_PIPELINE; /* broken: its reader says where */
	if (was == ROOT_PIPELINE || is == ROOT_PIPELINE)
		add(f, was == ROOT_PIPELINE ? old->path : NULL,
		    is == ROOT_PIPELINE ? new_->path : NULL);
	if (was == ROOT_PART)
		look_above(f, diff, old->path);
	if (is == ROOT_PART)
		look_above(f, diff, new_->path);
}

static bool
collect(struct finding *f, const git_diff *diff)
{
	const size_t n = f->git.git_diff_num_deltas(diff);

	if (n > CHANGED_FILES_MAX)
		return libgit_fail(&f->git,
		    arena_printf(f->arena, "more than %d files changed",
			CHANGED_FILES_MAX),
		    "limit CHANGED_FILES_MAX; review fewer commits at a time");
	f->out->n = 0;
	f->nfolders = 0;
	f->nadded = f->nremoved = 0;
	f->bytes = 0;
	for (size_t i = 0; i < n && !f->has_failed; i++)
		take(f, diff, f->git.git_diff_get_delta(diff, i));
	return !f->has_failed;
}

static bool
compare_trees(struct finding *f)
{
	git_diff_options options;
	git_diff_find_options similar;
	git_diff *diff = NULL;
	bool is_done;
	int result;

	f->git.git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_INCLUDE_UNTRACKED |
			GIT_DIFF_RECURSE_UNTRACKED_DIRS |
			GIT_DIFF_IGNORE_SUBMODULES;
	if (f->is_staged)
		result = f->git.git_diff_tree_to_index(&diff, f->git.repository,
		    (git_tree *)f->base_tree, NULL, &options);
	else if (f->head == NULL)
		result = f->git.git_diff_tree_to_workdir_with_index(&diff,
		    f->git.repository, (git_tree *)f->base_tree, &options);
	else
		result = f->git.git_diff_tree_to_tree(&diff, f->git.repository,
		    (git_tree *)f->base_tree, (git_tree *)f->head_tree,
		    &options);
	if (result != 0)
		return libgit_fail(&f->git,
		    arena_printf(f->arena, "the trees cannot be compared: %s",
			libgit_reason(&f->git)),
		    "see whether the repository is whole: git fsck");
	is_done = collect(f, diff);
	/* Renames are looked for when there is a model to find again. */
	if (is_done && f->nadded > 0 && f->nremoved > 0) {
		f->git.git_diff_find_options_init(
		    &similar, GIT_DIFF_FIND_OPTIONS_VERSION);
		similar.flags =
		    GIT_DIFF_FIND_RENAMES | GIT_DIFF_FIND_FOR_UNTRACKED;
		if (f->git.git_diff_find_similar(diff, &similar) == 0)
			is_done = collect(f, diff);
	}
	f->git.git_diff_free(diff);
	return is_done;
}

static const char *
short_id(struct finding *f, const git_object *object)
{
	git_buf id = { 0 };
	const char *kept = "?";

	if (f->git.git_object_short_id(&id, object) == 0)
		kept = arena_strdup(f->arena, id.ptr);
	f->git.git_buf_dispose(&id);
	return kept;
}

/* Replaces a commit by its merge base with another. */
static bool
find_merge_base(struct finding *f, git_object **commit, const git_object *with)
{
	git_oid id;
	git_object *base = NULL;

	if (f->git.git_merge_base(&id, f->git.repository,
		f->git.git_object_id(*commit),
		f->git.git_object_id(with)) != 0 ||
	    f->git.git_object_lookup(
		&base, f->git.repository, &id, GIT_OBJECT_COMMIT) != 0)
		return libgit_fail(&f->git,
		    "the two revisions have no commit in common",
		    "name a base: stagewright review BASE");
	f->git.git_object_free(*commit);
	*commit = base;
	return true;
}

/* Where HEAD left what it goes back to. */
static bool
find_default(struct finding *f)
{
	static const char *const names[] = { "@{upstream}", "origin/main",
		"origin/master", "main", "master" };
	git_object *head = NULL;
	const char *name = NULL;
	bool is_found;

	if (!libgit_find(&f->git, "HEAD", GIT_OBJECT_COMMIT, &head))
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names && !f->base; i++)
		if (libgit_find(&f->git, names[i], GIT_OBJECT_COMMIT, &f->base))
			name = names[i];
	is_found =
	    f->base != NULL
		? find_merge_base(f, &f->base, head)
		: libgit_fail(&f->git,
		      "there is no upstream, no origin/main and no main to "
		      "compare with",
		      "name a base: stagewright review BASE");
	f->git.git_object_free(head);
	if (is_found) {
		f->base_id = short_id(f, f->base);
		f->out->base = arena_printf(
		    f->arena, "%s (merge base with %s)", f->base_id, name);
	}
	return is_found;
}

/* Both ends of what was asked for. */
static bool
find_ends(struct finding *f, const char *range)
{
	const char *dots = range != NULL ? strstr(range, "..") : NULL;
	const bool is_from_merge_base = dots != NULL && dots[2] == '.';
	const char *head = dots != NULL ? dots + 2 + is_from_merge_base : NULL;
	const char *base = range;

	if (dots != NULL)
		base = arena_strndup(f->arena, range, (size_t)(dots - range));
	if (f->git.git_repository_workdir(f->git.repository) == NULL &&
	    head == NULL)
		head = "HEAD";
	if (head != NULL && !libgit_find(&f->git, *head != '\0' ? head : "HEAD",
				GIT_OBJECT_COMMIT, &f->head))
		return false;
	if (base == NULL)
		return find_default(f);
	if (!libgit_find(&f->git, *base != '\0' ? base : "HEAD",
		GIT_OBJECT_COMMIT, &f->base))
		return false;
	if (is_from_merge_base && !find_merge_base(f, &f->base, f->head))
		return false;
	f->base_id = short_id(f, f->base);
	f->out->base = is_from_merge_base
			   ? arena_printf(f->arena, "%s (merge base with %s)",
				 f->base_id, *base != '\0' ? base : "HEAD")
			   : f->base_id;
	return true;
}

/* Files of the work tree are named as from here, when this is its top. */
static void
name_head(struct finding *f)
{
	const char *top = f->git.git_repository_workdir(f->git.repository);
	char here[PATH_MAX];
	size_t length;

	if (f->head != NULL) {
		f->head_id = short_id(f, f->head);
		f->out->head = f->head_id;
		return;
	}
	if (f->is_staged) {
		f->out->head = "index";
		return;
	}
	f->out->head = "work tree";
	f->top = arena_strdup(f->arena, top);
	length = getcwd(here, sizeof here) != NULL ? strlen(here) : 0;
	if (length > 0 && strncmp(here, top, length) == 0 &&
	    strcmp(top + length, "/") == 0)
		f->top = "";
	f->out->top = f->top;
}

static bool
peel(struct finding *f, git_object *commit, git_object **tree)
{
	return f->git.git_object_peel(tree, commit, GIT_OBJECT_TREE) == 0 ||
	       libgit_fail(&f->git,
		   arena_printf(f->arena, "a tree cannot be read: %s",
		       libgit_reason(&f->git)),
		   "see whether the repository is whole: git fsck");
}

/* What the index is compared with; a first commit has nothing before it. */
static bool
find_staged_base(struct finding *f, const char *base)
{
	if (base == NULL &&
	    f->git.git_repository_head_unborn(f->git.repository) == 1) {
		f->base_id = f->out->base = "nothing";
		return true;
	}
	if (!libgit_find(&f->git, base != NULL ? base : "HEAD",
		GIT_OBJECT_COMMIT, &f->base))
		return false;
	f->base_id = f->out->base = short_id(f, f->base);
	return true;
}

static bool
find(
    struct arena *arena, const char *range, bool is_staged, struct changed *out)
{
	struct finding f = {
		.arena = arena, .out = out, .is_staged = is_staged
	};
	bool is_found;

	*out = (struct changed){ 0 };
	is_found =
	    libgit_open(&f.git, arena) &&
	    (is_staged ? find_staged_base(&f, range) : find_ends(&f, range));
	if (is_found) {
		name_head(&f);
		is_found = (f.base == NULL || peel(&f, f.base, &f.base_tree)) &&
			   (f.head == NULL || peel(&f, f.head, &f.head_tree)) &&
			   compare_trees(&f);
	}
	if (is_found && out->n > 1)
		qsort(out->files, out->n, sizeof *out->files, by_path);
	if (f.git.is_started) {
		f.git.git_object_free(f.base_tree);
		f.git.git_object_free(f.head_tree);
		f.git.git_object_free(f.base);
		f.git.git_object_free(f.head);
	}
	libgit_close(&f.git);
	out->problem = f.git.problem;
	out->help = f.git.help;
	return is_found;
}

bool
changed_find(struct arena *arena, const char *range, struct changed *out)
{
	return find(arena, range, false, out);
}

bool
changed_find_staged(struct arena *arena, const char *base, struct changed *out)
{
	return find(arena, base, true, out);
}
