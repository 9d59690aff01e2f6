/* URLs of repositories: what is taken, what is refused, what is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "provider/git_url.h"

static void
takes(const char *text, enum sw_git_url_kind kind, const char *means)
{
	struct sw_git_url url;
	struct sw_error err;
	if (sw__git_url_read(&url, text, "/home/ada", &err) != 0)
		fail_msg("'%s' is refused: %s", text, err.text);
	assert_int_equal(url.kind, kind);
	assert_string_equal(url.text, means);
}

static void
refuses(const char *text, const char *why)
{
	struct sw_git_url url;
	struct sw_error err;
	if (sw__git_url_read(&url, text, "/home/ada", &err) == 0)
		fail_msg("'%s' is taken as '%s'", text, url.text);
	if (!strstr(err.text, why))
		fail_msg("'%s': not '%s' but '%s'", text, why, err.text);
}

static void
shows(const char *text, const char *shown)
{
	struct sw_git_url url;
	struct sw_error err;
	assert_int_equal(sw__git_url_read(&url, text, NULL, &err), 0);
	assert_string_equal(url.shown, shown);
}

static void
names(const char *text, const char *name)
{
	struct sw_git_url url;
	struct sw_error err;
	assert_int_equal(sw__git_url_read(&url, text, NULL, &err), 0);
	assert_string_equal(url.name, name);
}

static void
git_url__paths_are_below_the_base(void **state)
{
	(void)state;
	takes("shop", SW_GIT_URL_PATH, "/home/ada/shop");
	takes("../shop.git", SW_GIT_URL_PATH, "/home/ada/../shop.git");
	takes("/srv/shop", SW_GIT_URL_PATH, "/srv/shop");
	takes("./a:b", SW_GIT_URL_PATH, "/home/ada/./a:b");
	takes("with space", SW_GIT_URL_PATH, "/home/ada/with space");
}

static void
git_url__remotes_stay_as_written(void **state)
{
	(void)state;
	takes("https://example.org/team/shop.git", SW_GIT_URL_HTTP,
	    "https://example.org/team/shop.git");
	takes("https://example.org:8443/shop", SW_GIT_URL_HTTP,
	    "https://example.org:8443/shop");
	takes("https://[::1]:8443/shop", SW_GIT_URL_HTTP,
	    "https://[::1]:8443/shop");
	takes("ssh://git@example.org:2222/~/shop", SW_GIT_URL_SSH,
	    "ssh://git@example.org:2222/~/shop");
	takes("file:///srv/shop", SW_GIT_URL_FILE, "file:///srv/shop");
	takes("file://localhost/srv/shop", SW_GIT_URL_FILE, "file:///srv/shop");
}

static void
git_url__http_is_for_this_machine_alone(void **state)
{
	(void)state;
	takes(
	    "http://127.0.0.1:80/x", SW_GIT_URL_HTTP, "http://127.0.0.1:80/x");
	takes("http://localhost/x", SW_GIT_URL_HTTP, "http://localhost/x");
	takes("http://[::1]/x", SW_GIT_URL_HTTP, "http://[::1]/x");
	refuses("http://example.org/x", "http:// is refused");
	refuses("http://169.254.169.254/latest", "http:// is refused");
	refuses("http://127.0.0.1.example.org/x", "http:// is refused");
	refuses("http://localhost.example.org/x", "http:// is refused");
	refuses("http://127.0.0.1@example.org/x", "http:// is refused");
}

static void
git_url__commands_and_options_are_refused(void **state)
{
	(void)state;
	refuses("ext::sh -c id", "'ext::' is refused");
	refuses("fd::17", "'fd::' is refused");
	refuses("--upload-pack=id", "looks like an option");
	refuses("-x", "looks like an option");
	refuses("ssh://-oProxyCommand=id/x", "no proper host name");
	refuses("ssh://-l@example.org/x", "no proper host name");
	refuses("ssh://git@-x/y", "no proper host name");
	refuses("https://$(id)/x", "no proper host name");
}

static void
git_url__other_schemes_are_refused(void **state)
{
	(void)state;
	refuses("git://example.org/x", "'git://' is not a way");
	refuses("ftp://example.org/x", "'ftp://' is not a way");
	refuses("HTTPS://example.org/x", "'HTTPS://' is not a way");
	refuses("git@example.org:team/shop", "ssh://USER@HOST/PATH");
}

static void
git_url__malformed_ones_are_refused(void **state)
{
	(void)state;
	refuses("", "has no 'url'");
	refuses(NULL, "has no 'url'");
	refuses("a\nb", "control character");
	refuses("a\x7f", "control character");
	refuses("https://", "no proper host name");
	refuses("https:///x", "no proper host name");
	refuses("https://example.org", "no path");
	refuses("https://example.org/", "no path");
	refuses("https://example.org:8x/y", "not a number");
	refuses("https://[::1/x", "no proper host name");
	refuses("file://shop", "absolute path");
}

static void
git_url__length_is_limited(void **state)
{
	(void)state;
	char text[SW_GIT_URL_MAX + 1];
	memset(text, 'a', sizeof text);
	text[SW_GIT_URL_MAX] = 0;
	refuses(text, "longer than 2047 bytes");
	struct sw_git_url url;
	struct sw_error err;
	text[SW_GIT_URL_MAX - 1] = 0;
	assert_int_equal(sw__git_url_read(&url, text, "/b", &err), 0);
	assert_int_equal(strlen(url.text), strlen("/b/") + strlen(text));
}

static void
git_url__passwords_are_not_shown(void **state)
{
	(void)state;
	shows("https://ada:s3cret@example.org/x", "https://***@example.org/x");
	shows("https://t0ken@example.org/x", "https://***@example.org/x");
	shows("https://a:b@c@example.org/x", "https://***@example.org/x");
	shows("ssh://git@example.org/x", "ssh://git@example.org/x");
	shows("ssh://git:pw@example.org/x", "ssh://***@example.org/x");
	shows("https://example.org/a@b", "https://example.org/a@b");
}

static void
git_url__the_repository_has_a_name(void **state)
{
	(void)state;
	names("https://example.org/team/shop.git", "shop");
	names("/srv/shop/", "shop");
	names("shop", "shop");
	names("/srv/shop/.git", "shop");
	names("..", "..");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(git_url__paths_are_below_the_base),
		cmocka_unit_test(git_url__remotes_stay_as_written),
		cmocka_unit_test(git_url__http_is_for_this_machine_alone),
		cmocka_unit_test(git_url__commands_and_options_are_refused),
		cmocka_unit_test(git_url__other_schemes_are_refused),
		cmocka_unit_test(git_url__malformed_ones_are_refused),
		cmocka_unit_test(git_url__length_is_limited),
		cmocka_unit_test(git_url__passwords_are_not_shown),
		cmocka_unit_test(git_url__the_repository_has_a_name),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
