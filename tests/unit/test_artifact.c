/* Artifacts: round trips, selection by patterns, and what is refused. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/artifact.h"
#include "store/removal.h"

struct fixture {
	char root[64];
	char state[96];
	char tree[96];
	char placed[96];
	char hash[SW_HASH_HEX_MAX];
	struct sw_error err;
};

/* Runs a shell command in the tree. */
static void __attribute__((format(printf, 2, 3)))
sh(struct fixture *f, const char *format, ...)
{
	char command[2048];
	va_list args;
	const int n = snprintf(
	    command, sizeof command, "set -e; umask 022; cd %s; ", f->tree);
	va_start(args, format);
	vsnprintf(command + n, sizeof command - (size_t)n, format, args);
	va_end(args);
	assert_int_equal(system(command), 0);
}

static int
store(struct fixture *f, const char *const *patterns)
{
	return sw__artifact_store(
	    f->state, f->tree, patterns, f->hash, &f->err);
}

static int
place(struct fixture *f)
{
	assert_int_equal(sw__remove_tree(AT_FDCWD, f->placed), 0);
	return sw__artifact_place(f->state, f->hash, f->placed, &f->err);
}

static void
must(struct fixture *f, int rc)
{
	if (rc != 0)
		fail_msg("%s", f->err.text);
}

/* What was placed is what find and cat say it is. */
static void
assert_placed(struct fixture *f, const char *expected)
{
	char command[512];
	char got[4096];
	must(f, place(f));
	snprintf(command, sizeof command,
	    "cd %s && find . -mindepth 1 -printf '%%y%%m %%P %%l\\n' | "
	    "LC_ALL=C sort -k2",
	    f->placed);
	FILE *in = popen(command, "r");
	assert_non_null(in);
	got[fread(got, 1, sizeof got - 1, in)] = '\0';
	assert_int_equal(pclose(in), 0);
	assert_string_equal(got, expected);
}

static void
artifact_place__gives_back_the_tree(void **state)
{
	struct fixture *f = *state;
	sh(f, "mkdir -p a/b empty; echo x >a/b/c; echo >run; chmod 700 run; "
	      "ln -s a/b/c link; ln -s ../run a/up; ln -s nowhere dangling; "
	      "chmod 600 a/b/c");
	must(f, store(f, NULL));
	assert_placed(f, "d755 a \nd755 a/b \nf644 a/b/c \nl777 a/up ../run\n"
			 "l777 dangling nowhere\nl777 link a/b/c\nf755 run \n");
}

static void
artifact_place__keeps_hostile_names(void **state)
{
	struct fixture *f = *state;
	sh(f, "mkdir -- '-rf' ' '; echo >'-rf/a\nb'; echo >' /*'; "
	      "echo >'\377\001'; echo >'#{x.y}'");
	must(f, store(f, NULL));
	must(f, place(f));
	char command[512];
	snprintf(command, sizeof command, "rmdir %s/empty 2>&-; diff -r %s %s",
	    f->tree, f->tree, f->placed);
	assert_int_equal(system(command), 0);
}

static void
artifact_store__hashes_content_alone(void **state)
{
	struct fixture *f = *state;
	char first[SW_HASH_HEX_MAX];
	sh(f, "echo 1 >a; echo 2 >b");
	must(f, store(f, NULL));
	memcpy(first, f->hash, sizeof first);
	sh(f, "rm a b; echo 2 >b; echo 1 >a; touch -d 2001-01-01 a");
	must(f, store(f, NULL));
	assert_string_equal(f->hash, first);
	sh(f, "chmod +x a");
	must(f, store(f, NULL));
	assert_string_not_equal(f->hash, first);
	/* Two files, one manifest each; nothing twice, nothing left over. */
	char command[256];
	snprintf(command, sizeof command,
	    "test $(find %s/objects -type f | wc -l) = 4", f->state);
	assert_int_equal(system(command), 0);
}

static void
artifact_store__sorts_by_path(void **state)
{
	struct fixture *f = *state;
	sh(f, "for i in 5 3 9 1 7 2 8 0 6 4; do echo >$i; done");
	must(f, store(f, NULL));
	sh(f,
	    "tr '\\0' '\\n' <../state/objects/%.2s/%s | sed 1d | "
	    "cut -c 68- | LC_ALL=C sort -c",
	    f->hash, f->hash + 2);
}

static void
artifact_store__takes_what_patterns_match(void **state)
{
	struct fixture *f = *state;
	const char *const some[] = { "dist/**", "*.txt", NULL };
	const char *const folder[] = { "dist/sub/", NULL };
	sh(f, "mkdir -p dist/sub; echo >dist/a; echo >dist/sub/b; "
	      "echo >c.txt; echo >d.c");
	must(f, store(f, some));
	assert_placed(f,
	    "f644 c.txt \nd755 dist \nf644 dist/a \nd755 dist/sub \n"
	    "f644 dist/sub/b \n");
	must(f, store(f, folder));
	assert_placed(f, "d755 dist \nd755 dist/sub \nf644 dist/sub/b \n");
}

static void
artifact_store__refuses_a_pattern_without_match(void **state)
{
	struct fixture *f = *state;
	const char *const patterns[] = { "a", "dist/**", NULL };
	sh(f, "echo >a; mkdir dist");
	strcpy(f->hash, "untouched");
	assert_int_equal(store(f, patterns), SW_ERROR_REFUSED);
	assert_string_equal(f->err.text, "no file matches 'dist/**'");
	assert_string_equal(f->hash, "untouched");
}

static void
artifact_store__refuses_links_that_lead_out(void **state)
{
	static const char *const targets[] = { "/etc/passwd", "..", "../x",
		"d/../../x", "./../x", "d/.." };
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		sh(f, "rm -rf *; mkdir d; ln -s '%s' link", targets[i]);
		assert_int_equal(store(f, NULL), SW_ERROR_SYSTEM);
		assert_non_null(strstr(f->err.text, "lead out"));
	}
	/* A name may be a link to elsewhere: nothing goes up behind one. */
	sh(f, "rm -rf *; mkdir d; ln -s e/../x d/link");
	assert_int_equal(store(f, NULL), SW_ERROR_SYSTEM);
	sh(f, "rm -rf *; mkdir -p d/e; ln -s ../../x d/e/link; "
	      "ln -s .//d/./e other");
	must(f, store(f, NULL));
}

static void
artifact_store__refuses_what_is_no_file(void **state)
{
	struct fixture *f = *state;
	const char *const patterns[] = { "a", NULL };
	sh(f, "mkfifo pipe; echo >a");
	assert_int_equal(store(f, NULL), SW_ERROR_SYSTEM);
	assert_non_null(
	    strstr(f->err.text, "'pipe' is a device, socket or pipe"));
	must(f, store(f, patterns));
}

static void
artifact_place__refuses_to_overwrite(void **state)
{
	struct fixture *f = *state;
	sh(f, "echo >a");
	must(f, store(f, NULL));
	must(f, place(f));
	assert_int_equal(
	    sw__artifact_place(f->state, f->hash, f->placed, &f->err),
	    SW_ERROR_SYSTEM);
	assert_non_null(strstr(f->err.text, "cannot place 'a': File exists"));
}

static void
artifact_place__follows_no_link(void **state)
{
	struct fixture *f = *state;
	sh(f, "mkdir d; echo >d/a");
	must(f, store(f, NULL));
	sh(f, "mkdir ../placed; ln -s %s ../placed/d", f->root);
	assert_int_equal(
	    sw__artifact_place(f->state, f->hash, f->placed, &f->err),
	    SW_ERROR_SYSTEM);
	sh(f, "test ! -e ../a");
}

static void
artifact_place__finds_damage(void **state)
{
	struct fixture *f = *state;
	sh(f, "echo content >a");
	must(f, store(f, NULL));
	/* Each object in turn: the file and the manifest. */
	for (int i = 1; i <= 2; i++) {
		sh(f,
		    "o=$(find ../state/objects -type f | sort | sed -n %dp); "
		    "cp -p $o ../kept; chmod u+w $o; printf x >>$o; "
		    "echo $o >../name",
		    i);
		assert_int_equal(place(f), SW_ERROR_CORRUPT);
		assert_non_null(strstr(f->err.text, "is damaged"));
		sh(f, "cp -pf ../kept $(cat ../name)");
	}
	must(f, place(f));
	memset(f->hash, '0', 64);
	assert_int_equal(place(f), SW_ERROR_CORRUPT);
	assert_non_null(strstr(f->err.text, "is missing"));
	strcpy(f->hash, "../../etc/passwd");
	assert_int_equal(place(f), SW_ERROR_CORRUPT);
}

static void
artifact_store__has_a_limit_of_patterns(void **state)
{
	struct fixture *f = *state;
	const char *patterns[SW_ARTIFACT_PATTERNS_MAX + 2] = { NULL };
	sh(f, "echo >a");
	for (int n = 1; n <= SW_ARTIFACT_PATTERNS_MAX; n++) {
		patterns[n - 1] = "a";
		if (n >= SW_ARTIFACT_PATTERNS_MAX - 1)
			must(f, store(f, patterns));
	}
	patterns[SW_ARTIFACT_PATTERNS_MAX] = "a";
	assert_int_equal(store(f, patterns), SW_ERROR_LIMIT);
	assert_non_null(strstr(f->err.text, "more than 64 patterns"));
}

static void
artifact_store__has_a_limit_of_depth(void **state)
{
	struct fixture *f = *state;
	sh(f,
	    "p=.; i=1; while [ $i -lt %d ]; do p=$p/d; i=$((i + 1)); done; "
	    "mkdir -p $p; echo >$p/a",
	    SW_ARTIFACT_DEPTH_MAX);
	must(f, store(f, NULL));
	sh(f, "mkdir new; mv d new/; mv new d");
	must(f, store(f, NULL));
	sh(f, "mkdir new; mv d new/; mv new d");
	assert_int_equal(store(f, NULL), SW_ERROR_LIMIT);
	assert_non_null(strstr(f->err.text, "nested deeper than 128"));
}

/* 19 folders of 200 bytes with their slashes, then what is left. */
static void
artifact_store__has_a_limit_of_a_path(void **state)
{
	struct fixture *f = *state;
	static const char make[] =
	    "rm -rf *; d=$(printf %%0199d 0); i=0; "
	    "while [ $i -lt 20 ]; do mkdir $d; cd $d; i=$((i + 1)); done; "
	    "echo >$(printf %%0%dd 0)";
	for (int n = SW_ARTIFACT_PATH_MAX - 1; n <= SW_ARTIFACT_PATH_MAX; n++) {
		sh(f, make, n - 20 * 200);
		must(f, store(f, NULL));
	}
	sh(f, make, SW_ARTIFACT_PATH_MAX + 1 - 20 * 200);
	assert_int_equal(store(f, NULL), SW_ERROR_LIMIT);
	assert_non_null(strstr(f->err.text, "exceeds 4096 bytes"));
}

static void
removal__has_a_limit_of_depth(void **state)
{
	struct fixture *f = *state;
	static const char make[] =
	    "mkdir top; cd top; i=0; while [ $i -lt %d ]; do mkdir d; cd d; "
	    "i=$((i + 1)); done";
	char top[128];
	snprintf(top, sizeof top, "%s/top", f->tree);
	for (int n = SW_REMOVAL_DEPTH_MAX - 2; n < SW_REMOVAL_DEPTH_MAX; n++) {
		sh(f, make, n);
		assert_int_equal(sw__remove_tree(AT_FDCWD, top), 0);
	}
	sh(f, make, SW_REMOVAL_DEPTH_MAX + 1);
	assert_int_equal(sw__remove_tree(AT_FDCWD, top), -1);
	sh(f, "rm -rf top");
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	strcpy(f->root, "/tmp/artifact-XXXXXX");
	assert_non_null(mkdtemp(f->root));
	snprintf(f->state, sizeof f->state, "%s/state", f->root);
	snprintf(f->tree, sizeof f->tree, "%s/tree", f->root);
	snprintf(f->placed, sizeof f->placed, "%s/placed", f->root);
	umask(022);
	assert_int_equal(mkdir(f->state, 0700), 0);
	assert_int_equal(mkdir(f->tree, 0700), 0);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	const int rc = sw__remove_tree(AT_FDCWD, f->root);
	free(f);
	return rc;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(artifact_place__gives_back_the_tree),
		TEST(artifact_place__keeps_hostile_names),
		TEST(artifact_store__hashes_content_alone),
		TEST(artifact_store__sorts_by_path),
		TEST(artifact_store__takes_what_patterns_match),
		TEST(artifact_store__refuses_a_pattern_without_match),
		TEST(artifact_store__refuses_links_that_lead_out),
		TEST(artifact_store__refuses_what_is_no_file),
		TEST(artifact_place__refuses_to_overwrite),
		TEST(artifact_place__follows_no_link),
		TEST(artifact_place__finds_damage),
		TEST(artifact_store__has_a_limit_of_patterns),
		TEST(artifact_store__has_a_limit_of_depth),
		TEST(artifact_store__has_a_limit_of_a_path),
		TEST(removal__has_a_limit_of_depth),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
