/* What providers do: commands, exports, releases into a directory, plug-ins. */
#include <dirent.h>
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

#include "attempts.h"
#include "store/artifact.h"

#define LINES(...)                                                             \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

static void
commands_run__stops_at_the_line_that_fails(void **state)
{
	struct attempts *t = *state;
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("echo one", "false", "echo two"),
			});
	assert_int_equal(t->end.code, 1);
	assert_string_equal(attempts_log(t), "one\n");
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("x=1", "echo \"$x\"", "echo $unset"),
			});
	assert_false(t->end.succeeded);
	assert_non_null(strstr(attempts_log(t), "1\nCompile: 3: unset: "));
}

static void
commands_run__names_what_is_missing(void **state)
{
	struct attempts *t = *state;
	attempts_script(t, "mke all");
	assert_int_equal(t->end.code, 127);
	assert_string_equal(t->end.reason, "command not found: 'mke'");
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("mke all"),
			    .exec = true,
			});
	assert_int_equal(t->end.code, 127);
	assert_string_equal(t->end.reason, "command not found: 'mke'");
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("/etc/passwd"),
			    .exec = true,
			});
	assert_int_equal(t->end.code, 126);
	assert_string_equal(
	    t->end.reason, "cannot execute '/etc/passwd': Permission denied");
	/* 127 alone does not make it so. */
	attempts_script(t, "echo fine; exit 127");
	assert_string_equal(t->end.reason, "exited with status 127");
}

static void
commands_run__takes_scripts_of_any_size(void **state)
{
	struct attempts *t = *state;
	char *line = malloc(300001);
	assert_non_null(line);
	memset(line, 'x', 300000);
	line[0] = '#';
	line[300000] = '\0';
	attempts_run(
	    t, &(struct attempts_action){ .run = LINES(line, "echo done") });
	free(line);
	assert_true(t->end.succeeded);
	assert_string_equal(attempts_log(t), "done\n");
}

static void
commands_run__executes_words_directly(void **state)
{
	struct attempts *t = *state;
	attempts_run(
	    t, &(struct attempts_action){
		   .run = LINES("printf %s| one  'two $HOME' \"th\\\"r\\\\ee\"",
		       " printf %s| fo\\ ur '' a'b'\"c\" $HOME;ls *"),
		   .exec = true,
	       });
	assert_true(t->end.succeeded);
	assert_string_equal(
	    attempts_log(t), "one|two $HOME|th\"r\\ee|fo ur||abc|$HOME;ls|*|");
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("false", "echo never"),
			    .exec = true,
			});
	assert_int_equal(t->end.code, 1);
	assert_string_equal(attempts_log(t), "");
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("echo 'open"),
			    .exec = true,
			});
	assert_string_equal(t->end.reason,
	    "cannot execute line 'echo 'open': a quote is not closed");
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("sh -c 'kill -9 $$'", "echo never"),
			    .exec = true,
			});
	assert_int_equal(t->end.outcome, SW_OUTCOME_SIGNALED);
	assert_int_equal(t->end.code, SIGKILL);
}

static void
commands_export__keeps_every_byte(void **state)
{
	struct attempts *t = *state;
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("A='it'\"'\"'s \"$x\"'", "B='two",
				"lines", "'", "C=", "export D=d"),
			    .exports = "A B C D",
			});
	assert_true(t->end.succeeded);
	assert_string_equal(
	    t->end.variables, "A=it's \"$x\"|B=two\nlines\n|C=|D=d|");
}

static void
commands_export__fails_without_the_variable(void **state)
{
	struct attempts *t = *state;
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("A=1"),
			    .exports = "A VERSION",
			});
	assert_false(t->end.succeeded);
	assert_int_equal(t->end.code, 0);
	assert_string_equal(
	    t->end.reason, "exported variable 'VERSION' was not set");
	assert_string_equal(t->end.variables, "");
	/* The script's status is not hidden by what comes behind it. */
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("A=1", "false && true"),
			    .exports = "A",
			});
	assert_int_equal(t->end.code, 1);
}

static void
export_limits__are_said(void **state)
{
	struct attempts *t = *state;
	attempts_script(t,
	    "i=0; while [ $i -lt 256 ]; do printf 'V%s=x\\0' $i; i=$((i+1)); "
	    "done >$STAGEWRIGHT_VARIABLES");
	assert_true(t->end.succeeded);
	attempts_script(t,
	    "i=0; while [ $i -lt 257 ]; do printf 'V%s=x\\0' $i; i=$((i+1)); "
	    "done >$STAGEWRIGHT_VARIABLES");
	assert_string_equal(
	    t->end.reason, "the action exported more than 256 variables");
	attempts_script(t, "head -c 122881 /dev/zero >$STAGEWRIGHT_VARIABLES");
	assert_string_equal(
	    t->end.reason, "the exported variables exceed 122880 bytes");
	attempts_script(t, "printf 'A=\\377\\0' >$STAGEWRIGHT_VARIABLES");
	assert_string_equal(
	    t->end.reason, "the value of exported variable 'A' is not UTF-8");
	attempts_script(t, "printf 'no equals\\0' >$STAGEWRIGHT_VARIABLES");
	assert_non_null(strstr(t->end.reason, "is not NAME=VALUE"));
	attempts_script(t, "printf 'A=1\\0A=2' >$STAGEWRIGHT_VARIABLES");
	assert_string_equal(t->end.variables, "A=2|");
}

/* Runs a script whose workspace becomes artifact `name`; returns its hash. */
static const char *
make_artifact(struct attempts *t, const char *script)
{
	const struct sw_artifact outputs[] = { { "code", NULL }, { 0 } };
	attempts_run(t, &(struct attempts_action){
			    .run = LINES(script),
			    .outputs = outputs,
			});
	assert_string_equal(t->end.reason, "exited with status 0");
	static char hash[SW_HASH_HEX_MAX];
	assert_int_equal(sscanf(t->end.artifacts, "code=%64s", hash), 1);
	return hash;
}

static void
attempt_artifacts__go_from_one_to_the_next(void **state)
{
	struct attempts *t = *state;
	const char *const files[] = { "dist/**", NULL };
	const struct sw_artifact outputs[] = { { "package", files },
		{ "all", NULL }, { 0 } };
	attempts_run(
	    t, &(struct attempts_action){
		   .run = LINES("mkdir dist", "echo hi >dist/a", "echo no >b",
		       "printf '#!/bin/sh\\necho I run\\n' >dist/run",
		       "chmod +x dist/run"),
		   .outputs = outputs,
	       });
	char package[SW_HASH_HEX_MAX];
	char all[SW_HASH_HEX_MAX];
	assert_int_equal(
	    sscanf(t->end.artifacts, "package=%64s all=%64s", package, all), 2);
	const struct sw_output_artifact inputs[] = { { "package", package },
		{ "second", all }, { NULL, NULL } };
	attempts_run(
	    t, &(struct attempts_action){
		   .run = LINES("find . | sort", "dist/run", "cat second/b"),
		   .inputs = inputs,
	       });
	assert_string_equal(attempts_log(t),
	    ".\n./dist\n./dist/a\n./dist/run\n./second\n./second/b\n"
	    "./second/dist\n./second/dist/a\n./second/dist/run\nI run\nno\n");
}

static void
attempt_artifacts__fail_the_action_when_missing(void **state)
{
	struct attempts *t = *state;
	const char *const files[] = { "dist/**", NULL };
	const struct sw_artifact outputs[] = { { "package", files }, { 0 } };
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("mkdir dist", "echo >a"),
			    .outputs = outputs,
			});
	assert_int_equal(t->end.outcome, SW_OUTCOME_EXITED);
	assert_int_equal(t->end.code, 0);
	assert_false(t->end.succeeded);
	assert_string_equal(
	    t->end.reason, "no file matches 'dist/**' of output 'package'");
	const struct sw_output_artifact inputs[] = { { "gone",
							 "00000000000000000000"
							 "00000000000000000000"
							 "00000000000000000000"
							 "0000" },
		{ NULL, NULL } };
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("echo never"),
			    .inputs = inputs,
			});
	assert_false(t->end.succeeded);
	assert_non_null(
	    strstr(t->end.reason, "is missing from the artifact store"));
	assert_null(strstr(attempts_log(t), "never"));
}

static void
release(
    struct attempts *t, const char *hash, const char *path, const char *keep)
{
	const struct sw_output_artifact inputs[] = { { "code", hash },
		{ NULL, NULL } };
	const struct sw_parameter parameters[] = { { "path", path },
		{ keep ? "keep" : NULL, keep }, { NULL, NULL } };
	attempts_run(t, &(struct attempts_action){
			    .provider = &sw_provider_directory,
			    .inputs = hash ? inputs : NULL,
			    .parameters = parameters,
			});
}

static size_t
count_releases(struct attempts *t, const char *path)
{
	char folder[256];
	size_t n = 0;
	snprintf(folder, sizeof folder, "%s/%s/releases", t->root, path);
	DIR *dir = opendir(folder);
	assert_non_null(dir);
	for (const struct dirent *e = readdir(dir); e; e = readdir(dir))
		n +=
		    strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(dir);
	return n;
}

static void
directory_perform__switches_to_the_new_release(void **state)
{
	struct attempts *t = *state;
	release(t, make_artifact(t, "echo 1 >v; mkdir bin; echo >bin/x"),
	    "srv/app", NULL);
	assert_true(t->end.succeeded);
	assert_non_null(strstr(t->end.variables, "Release=execution-7-"));
	assert_non_null(strstr(t->end.variables, "|Path=/"));
	assert_string_equal(attempts_read(t, "srv/app/current/v"), "1\n");
	assert_true(attempts_has(t, "srv/app/current/bin/x"));
	char path[256];
	struct stat st;
	snprintf(path, sizeof path, "%s/srv/app/current/.", t->root);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755);
	release(t, make_artifact(t, "echo 2 >v"), "srv/app", NULL);
	assert_string_equal(attempts_read(t, "srv/app/current/v"), "2\n");
	assert_int_equal(count_releases(t, "srv/app"), 2);
	/* The same again finds it made. */
	release(t, make_artifact(t, "echo 2 >v"), "srv/app", NULL);
	assert_true(t->end.succeeded);
	assert_int_equal(count_releases(t, "srv/app"), 2);
}

static void
directory_perform__keeps_the_newest_and_the_current(void **state)
{
	struct attempts *t = *state;
	for (int i = 0; i < 5; i++) {
		char script[32];
		snprintf(script, sizeof script, "echo %d >v", i);
		release(t, make_artifact(t, script), "srv", "2");
		assert_true(t->end.succeeded);
	}
	assert_int_equal(count_releases(t, "srv"), 2);
	assert_string_equal(attempts_read(t, "srv/current/v"), "4\n");
	/* Back to an old one, which was removed, and only one is kept. */
	release(t, make_artifact(t, "echo 0 >v"), "srv", "1");
	assert_int_equal(count_releases(t, "srv"), 1);
	assert_string_equal(attempts_read(t, "srv/current/v"), "0\n");
}

static void
directory_perform__clears_up_after_one_that_was_killed(void **state)
{
	struct attempts *t = *state;
	char command[256];
	snprintf(command, sizeof command,
	    "mkdir -p %s/srv/releases/.new/half && ln -s nowhere "
	    "%s/srv/.current.new",
	    t->root, t->root);
	assert_int_equal(system(command), 0);
	release(t, make_artifact(t, "echo 1 >v"), "srv", NULL);
	assert_true(t->end.succeeded);
	assert_int_equal(count_releases(t, "srv"), 1);
	assert_string_equal(attempts_read(t, "srv/current/v"), "1\n");
	assert_false(attempts_has(t, "srv/current/half"));
}

static void
directory_perform__refuses_what_is_not_its_own(void **state)
{
	struct attempts *t = *state;
	const char *hash = make_artifact(t, "echo 1 >v");
	char command[256];
	snprintf(command, sizeof command, "mkdir -p %s/srv/current", t->root);
	assert_int_equal(system(command), 0);
	release(t, hash, "srv", NULL);
	assert_false(t->end.succeeded);
	assert_non_null(strstr(t->end.reason,
	    "srv/current' is not a link; move it away, then retry"));
	release(t, hash, "other", "0");
	assert_string_equal(t->end.reason,
	    "parameter 'keep' is '0'; it must be a number from 1 to 1000");
	release(t, NULL, "other", NULL);
	assert_string_equal(
	    t->end.reason, "there is no input artifact to release");
	attempts_write(t, "file", "");
	release(t, hash, "file/below", NULL);
	assert_non_null(strstr(t->end.reason, "Not a directory"));
}

static void
plugin_perform__executes_a_program_of_its_name(void **state)
{
	struct attempts *t = *state;
	char path[512];
	const struct sw_parameter parameters[] = { { "bucket", "b-1" },
		{ "Region-Name", "eu" }, { NULL, NULL } };
	snprintf(path, sizeof path, "%s/stagewright-provider-Store", t->root);
	attempts_write(t, "stagewright-provider-Store",
	    "#!/bin/sh\n"
	    "env | grep -e PARAMETER -e RUN | sort\n"
	    "printf 'Url=https://x\\0' >>\"$STAGEWRIGHT_VARIABLES\"\n");
	assert_int_equal(chmod(path, 0755), 0);
	snprintf(path, sizeof path, "%s:%s", t->root, getenv("PATH"));
	char *before = strdup(getenv("PATH"));
	assert_int_equal(setenv("PATH", path, 1), 0);
	attempts_run(t, &(struct attempts_action){
			    .provider = &sw_provider_plugin,
			    .plugin = "Store",
			    .run = LINES("sync"),
			    .parameters = parameters,
			});
	assert_int_equal(setenv("PATH", before, 1), 0);
	free(before);
	assert_true(t->end.succeeded);
	assert_string_equal(attempts_log(t),
	    "STAGEWRIGHT_PARAMETER_Region_Name=eu\n"
	    "STAGEWRIGHT_PARAMETER_bucket=b-1\nSTAGEWRIGHT_RUN=sync\n");
	assert_string_equal(t->end.variables, "Url=https://x|");
}

static void
plugin_perform__says_that_it_is_not_installed(void **state)
{
	struct attempts *t = *state;
	attempts_run(t, &(struct attempts_action){
			    .provider = &sw_provider_plugin,
			    .plugin = "Nowhere",
			});
	assert_int_equal(t->end.code, 127);
	assert_string_equal(t->end.reason,
	    "provider 'Nowhere' is not installed: no program "
	    "'stagewright-provider-Nowhere' on the PATH");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, attempts_set_up, attempts_tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(commands_run__stops_at_the_line_that_fails),
		TEST(commands_run__names_what_is_missing),
		TEST(commands_run__takes_scripts_of_any_size),
		TEST(commands_run__executes_words_directly),
		TEST(commands_export__keeps_every_byte),
		TEST(commands_export__fails_without_the_variable),
		TEST(export_limits__are_said),
		TEST(attempt_artifacts__go_from_one_to_the_next),
		TEST(attempt_artifacts__fail_the_action_when_missing),
		TEST(directory_perform__switches_to_the_new_release),
		TEST(directory_perform__keeps_the_newest_and_the_current),
		TEST(directory_perform__clears_up_after_one_that_was_killed),
		TEST(directory_perform__refuses_what_is_not_its_own),
		TEST(plugin_perform__executes_a_program_of_its_name),
		TEST(plugin_perform__says_that_it_is_not_installed),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
