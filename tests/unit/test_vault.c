/* Where secrets come from, and what one attempt is handed. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "secret/fetch.h"
#include "secret/vault.h"

static const struct sw_secret secrets[] = {
	{ "TOKEN", "Of the registry." },
	{ "KEY", NULL },
	{ NULL, NULL },
};
static const struct sw_pipeline pipeline = { .secrets = secrets };
static const struct sw_parameter uses[] = {
	{ .name = "A", .value = "TOKEN" },
	{ .name = "B", .value = "KEY" },
	{ .name = "C", .value = "TOKEN" },
	{ .name = NULL },
};
static const struct sw_work both = { .secrets = uses };
static const struct sw_work none = { .secrets = NULL };

static void
write_file(const char *path, const char *text, mode_t mode)
{
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	assert_int_equal(chmod(path, mode), 0);
}

static struct sw_vault *
open_vault(const char *first, const char *second)
{
	const char *const given[] = { first, second, NULL };
	struct sw_vault *vault;
	struct sw_error err;
	if (sw__vault_open(&vault, &pipeline, given, &err) != 0)
		fail_msg("%s", err.text);
	return vault;
}

static void
refuses(const char *given, int code, const char *words)
{
	const char *const all[] = { given, NULL };
	struct sw_vault *vault = NULL;
	struct sw_error err;
	assert_int_equal(sw__vault_open(&vault, &pipeline, all, &err), code);
	assert_null(vault);
	if (strstr(err.text, words) == NULL)
		fail_msg("'%s' has no '%s'", err.text, words);
	assert_null(strstr(err.text, "canary"));
}

static void
vault_open__takes_a_variable_away(void **state)
{
	(void)state;
	setenv("VAULT_TEST", "canary-1", 1);
	const char *old = getenv("VAULT_TEST");
	struct sw_vault *vault =
	    open_vault("TOKEN=env:VAULT_TEST", "KEY=command:echo canary-2");
	assert_null(getenv("VAULT_TEST"));
	assert_memory_equal(old, "\0\0\0\0\0\0\0\0", 8);
	assert_null(sw__vault_missing(vault, &both));
	assert_string_equal(
	    sw__redactor_find(sw__vault_redactor(vault), "xcanary-1", 9),
	    "TOKEN");
	sw__vault_free(vault);
}

static void
vault_open__says_what_is_wrong(void **state)
{
	(void)state;
	write_file("open", "canary", 0644);
	write_file("empty", "\n", 0600);
	refuses("TOKEN=file:open", SW_ERROR_REFUSED, "mode 0644");
	refuses("TOKEN=file:empty", SW_ERROR_REFUSED, "is empty");
	refuses("TOKEN=file:nowhere", SW_ERROR_SYSTEM, "No such file");
	refuses("TOKEN=file:.", SW_ERROR_REFUSED, "it is no file");
	refuses("TOKEN=fd:3x", SW_ERROR_USAGE, "3x<file");
	refuses("TOKEN=fd:-1", SW_ERROR_USAGE, "open it as");
	refuses("TOKEN=env:VAULT_UNSET", SW_ERROR_REFUSED, "no variable");
	refuses("TOKEN=command:exit 3", SW_ERROR_REFUSED, "status 3");
	refuses("TOKEN=canary", SW_ERROR_USAGE, "no place on a command line");
	refuses("TOKEN=file:", SW_ERROR_USAGE, "say where");
	refuses("canary", SW_ERROR_USAGE, "NAME=fd:N");
	refuses("OTHER=fd:0", SW_ERROR_USAGE, "it has 'TOKEN', 'KEY'");
	const char *const twice[] = { "KEY=env:HOME", "KEY=env:HOME", NULL };
	struct sw_vault *vault;
	struct sw_error err;
	assert_int_equal(
	    sw__vault_open(&vault, &pipeline, twice, &err), SW_ERROR_USAGE);
	assert_non_null(strstr(err.text, "given twice"));
	const struct sw_pipeline bare = { .secrets = NULL };
	assert_int_equal(
	    sw__vault_open(&vault, &bare, twice, &err), SW_ERROR_USAGE);
	assert_non_null(strstr(err.text, "no secret at all"));
}

static void
vault_open__takes_a_line_end_off(void **state)
{
	(void)state;
	int ends[2];
	char given[32];
	struct sw_error err;
	struct sw_handed handed;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "two\nlines\r\n", 11), 11);
	close(ends[1]);
	snprintf(given, sizeof given, "TOKEN=fd:%d", ends[0]);
	struct sw_vault *vault =
	    open_vault(given, "KEY=command:printf 'a\\n\\n'");
	assert_int_equal(fcntl(ends[0], F_GETFD), -1);
	assert_int_equal(sw__vault_hand(&handed, vault, &both, &err), 0);
	assert_string_equal(handed.env[0].value, "two\nlines");
	assert_string_equal(handed.env[1].value, "a\n");
	sw__handed_release(&handed);
	sw__vault_free(vault);
}

static void
vault_hand__reads_files_again(void **state)
{
	(void)state;
	struct sw_error err;
	struct sw_handed handed;
	write_file("token", "canary-old", 0600);
	struct sw_vault *vault =
	    open_vault("TOKEN=file:token", "KEY=command:echo key-canary");
	assert_int_equal(sw__vault_hand(&handed, vault, &both, &err), 0);
	assert_string_equal(handed.env[0].value, "canary-old");
	assert_ptr_equal(handed.redactor, sw__vault_redactor(vault));
	sw__handed_release(&handed);

	/* Also for who is elsewhere by now. */
	write_file("token", "canary-new", 0600);
	assert_int_equal(mkdir("elsewhere", 0700), 0);
	assert_int_equal(chdir("elsewhere"), 0);
	assert_int_equal(sw__vault_hand(&handed, vault, &both, &err), 0);
	assert_int_equal(chdir(".."), 0);
	assert_string_equal(handed.env[0].value, "canary-new");
	assert_string_equal(handed.env[1].value, "key-canary");
	assert_ptr_equal(handed.env[2].value, handed.env[0].value);
	assert_non_null(sw__redactor_find(handed.redactor, "canary-old", 10));
	assert_non_null(sw__redactor_find(handed.redactor, "canary-new", 10));
	assert_null(
	    sw__redactor_find(sw__vault_redactor(vault), "canary-new", 10));
	sw__handed_release(&handed);

	assert_int_equal(unlink("token"), 0);
	assert_int_equal(
	    sw__vault_hand(&handed, vault, &both, &err), SW_ERROR_SYSTEM);
	assert_non_null(strstr(err.text, "secret 'TOKEN' from 'token'"));
	sw__handed_release(&handed);
	sw__vault_free(vault);
}

static void
vault_hand__gives_nothing_to_who_names_nothing(void **state)
{
	(void)state;
	struct sw_error err;
	struct sw_handed handed;
	struct sw_vault *vault = open_vault("KEY=command:echo canary", NULL);
	assert_int_equal(sw__vault_hand(&handed, vault, &none, &err), 0);
	assert_null(handed.env);
	assert_ptr_equal(handed.redactor, sw__vault_redactor(vault));
	sw__handed_release(&handed);
	assert_string_equal(sw__vault_missing(vault, &both), "TOKEN");
	assert_int_equal(
	    sw__vault_hand(&handed, vault, &both, &err), SW_ERROR_REFUSED);
	assert_non_null(strstr(err.text, "nobody gave the secret 'TOKEN'"));
	sw__handed_release(&handed);
	sw__vault_free(vault);
	assert_string_equal(sw__vault_missing(NULL, &both), "TOKEN");
	assert_null(sw__vault_missing(NULL, &none));
	assert_int_equal(sw__vault_hand(&handed, NULL, &none, &err), 0);
	assert_null(handed.redactor);
	sw__handed_release(&handed);
	assert_null(sw__vault_redactor(NULL));
	sw__vault_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vault_open__takes_a_variable_away),
		cmocka_unit_test(vault_open__says_what_is_wrong),
		cmocka_unit_test(vault_open__takes_a_line_end_off),
		cmocka_unit_test(vault_hand__reads_files_again),
		cmocka_unit_test(
		    vault_hand__gives_nothing_to_who_names_nothing),
	};
	char scratch[] = "/tmp/stagewright-vault-XXXXXX";
	if (mkdtemp(scratch) == NULL || chdir(scratch) != 0)
		return 1;
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);
	char command[64];
	snprintf(command, sizeof command, "rm -rf '%s'", scratch);
	return system(command) == 0 ? failed : 1;
}
