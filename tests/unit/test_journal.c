/* The journal: what it gives back, what it notices, what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "journal/journal.h"
#include "store/removal.h"

struct fixture {
	char dir[64];
	struct sw_journal *journal;
	struct sw_error err;
};

/* What was read, one row after the other. */
struct reading {
	char kinds[256];
	char bodies[1024];
	uint64_t last;
};

static int
take(const struct sw_journal_row *row, void *payload, struct sw_error *err)
{
	struct reading *reading = payload;
	(void)err;
	strcat(reading->kinds, row->kind);
	strcat(reading->kinds, " ");
	strcat(reading->bodies, row->body);
	reading->last = row->seq;
	return 0;
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	snprintf(f->dir, sizeof f->dir, "/tmp/journal.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(sw__journal_open(&f->journal, f->dir, &f->err), 0);
	struct reading reading = { 0 };
	assert_int_equal(
	    sw__journal_read(f->journal, 0, take, &reading, &f->err), 0);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	sw__journal_free(f->journal);
	sw__remove_tree(AT_FDCWD, f->dir);
	free(f);
	return 0;
}

static int
append(struct fixture *f, const char *kind, const char *body)
{
	struct sw_journal_row row = {
		.time_ms = 7, .kind = kind, .body = body
	};
	return sw__journal_append(f->journal, &row, 1, &f->err);
}

static int
read_all(struct fixture *f, struct reading *reading)
{
	*reading = (struct reading){ 0 };
	return sw__journal_read(f->journal, 0, take, reading, &f->err);
}

/* Closes it, so that every row is in the file, and opens it again. */
static int
open_again(struct fixture *f)
{
	sw__journal_free(f->journal);
	f->journal = NULL;
	return sw__journal_open(&f->journal, f->dir, &f->err);
}

/* Puts other bytes in the place of the first ones that are equal to `from`. */
static void
alter(
    const struct fixture *f, const char *file, const char *from, const char *to)
{
	char path[128];
	static char bytes[1 << 20];
	snprintf(path, sizeof path, "%s/%s", f->dir, file);
	const int fd = open(path, O_RDWR);
	const ssize_t n = read(fd, bytes, sizeof bytes);
	assert_true(n > 0);
	for (ssize_t i = 0; i + (ssize_t)strlen(from) <= n; i++)
		if (memcmp(bytes + i, from, strlen(from)) == 0) {
			assert_int_equal(
			    pwrite(fd, to, strlen(to), i), strlen(to));
			close(fd);
			return;
		}
	fail_msg("'%s' is not in %s", from, file);
}

static void
journal_read__gives_back_what_was_appended(void **state)
{
	struct fixture *f = *state;
	struct sw_journal_row rows[] = {
		{ .time_ms = 1, .kind = "start", .body = "{\"a\":1}" },
		{ .time_ms = 2, .kind = "dispatch", .body = "{}" },
	};
	struct reading reading;
	assert_int_equal(sw__journal_append(f->journal, rows, 2, &f->err), 0);
	assert_int_equal(rows[1].seq, 2);
	assert_int_equal(append(f, "succeed", "{\"b\":2}"), 0);
	assert_int_equal(open_again(f), 0);
	assert_int_equal(read_all(f, &reading), 0);
	assert_string_equal(reading.kinds, "start dispatch succeed ");
	assert_string_equal(reading.bodies, "{\"a\":1}{}{\"b\":2}");
	assert_int_equal(sw__journal_last(f->journal), 3);
}

static void
journal_read__may_be_repeated_between_appends(void **state)
{
	struct fixture *f = *state;
	struct reading reading;
	assert_int_equal(append(f, "one", "{}"), 0);
	assert_int_equal(read_all(f, &reading), 0);
	assert_int_equal(append(f, "two", "{}"), 0);
	assert_int_equal(read_all(f, &reading), 0);
	assert_string_equal(reading.kinds, "one two ");
}

static int
append_as(struct fixture *f, const char *id, const char *kind)
{
	struct sw_journal_row row = {
		.time_ms = 7, .id = id, .kind = kind, .body = "{}"
	};
	return sw__journal_append(f->journal, &row, 1, &f->err);
}

static int
take_id(const struct sw_journal_row *row, void *payload, struct sw_error *err)
{
	(void)err;
	snprintf(payload, 64, "%d %s %s", (int)row->seq, row->id, row->kind);
	return 0;
}

static int
find(struct fixture *f, const char *id, char found[64])
{
	found[0] = '\0';
	return sw__journal_find(f->journal, id, take_id, found, &f->err);
}

static void
journal_find__gives_the_row_of_an_id(void **state)
{
	struct fixture *f = *state;
	struct reading reading;
	char found[64];
	append_as(f, "first", "one");
	append_as(f, NULL, "two");
	append_as(f, "third", "three");
	assert_int_equal(open_again(f), 0);
	assert_int_equal(read_all(f, &reading), 0);
	assert_int_equal(find(f, "third", found), 1);
	assert_string_equal(found, "3 third three");
	assert_int_equal(find(f, "first", found), 1);
	assert_string_equal(found, "1 first one");
	assert_int_equal(find(f, "#2", found), 1);
	assert_string_equal(found, "2 #2 two");
	assert_int_equal(find(f, "second", found), 0);
	assert_int_equal(find(f, "#4", found), 0);
	assert_int_equal(find(f, "#", found), 0);
}

static void
journal_append__takes_an_id_once(void **state)
{
	struct fixture *f = *state;
	struct reading reading;
	struct sw_journal_row rows[] = {
		{ .id = "b", .kind = "two", .body = "{}" },
		{ .id = "a", .kind = "three", .body = "{}" },
	};
	assert_int_equal(append_as(f, "a", "one"), 0);
	assert_int_equal(
	    sw__journal_append(f->journal, rows, 2, &f->err), SW_ERROR_REFUSED);
	assert_non_null(strstr(f->err.text, "'a' already"));
	assert_int_equal(sw__journal_last(f->journal), 1);
	assert_int_equal(append_as(f, "b", "four"), 0);
	assert_int_equal(open_again(f), 0);
	assert_int_equal(read_all(f, &reading), 0);
	assert_string_equal(reading.kinds, "one four ");
}

static void
journal_append__refuses_what_is_no_id(void **state)
{
	struct fixture *f = *state;
	char id[SW_EVENT_ID_MAX + 2];
	memset(id, 'x', sizeof id - 1);
	id[sizeof id - 1] = '\0';
	assert_int_equal(append_as(f, id, "one"), SW_ERROR_LIMIT);
	assert_int_equal(append_as(f, "#1", "one"), SW_ERROR_LIMIT);
	assert_int_equal(append_as(f, "", "one"), SW_ERROR_LIMIT);
	assert_int_equal(append_as(f, id + 1, "one"), 0);
}

static void
journal_read__hands_out_what_is_behind_a_row(void **state)
{
	struct fixture *f = *state;
	struct reading reading = { 0 };
	append(f, "one", "{}");
	append(f, "two", "{}");
	append(f, "three", "{}");
	assert_int_equal(
	    sw__journal_read(f->journal, 2, take, &reading, &f->err), 0);
	assert_string_equal(reading.kinds, "three ");
}

static void
journal_read__names_a_row_that_was_altered(void **state)
{
	struct fixture *f = *state;
	struct reading reading;
	append(f, "one", "{\"fruit\":\"apple\"}");
	append(f, "two", "{\"fruit\":\"peach\"}");
	sw__journal_free(f->journal);
	f->journal = NULL;
	alter(f, "journal.db", "peach", "poach");
	assert_int_equal(sw__journal_open(&f->journal, f->dir, &f->err), 0);
	assert_int_equal(read_all(f, &reading), SW_ERROR_CORRUPT);
	assert_non_null(strstr(f->err.text, "row 2 was altered"));
	assert_string_equal(reading.kinds, "one ");
}

static void
journal_read__notices_rows_that_are_gone(void **state)
{
	struct fixture *f = *state;
	struct reading reading;
	append(f, "one", "{}");
	assert_int_equal(open_again(f), 0);
	alter(f, "head", "00000000000000000001", "00000000000000000009");
	assert_int_equal(open_again(f), 0);
	assert_int_equal(read_all(f, &reading), SW_ERROR_CORRUPT);
	assert_non_null(
	    strstr(f->err.text, "row 2 was recorded and is missing"));
}

static void
journal_read__notices_another_history(void **state)
{
	struct fixture *f = *state;
	struct reading reading;
	char path[128];
	uint8_t head[86], other[86];
	append(f, "one", "{}");
	snprintf(path, sizeof path, "%s/head", f->dir);
	int fd = open(path, O_RDWR);
	assert_int_equal(read(fd, head, sizeof head), sizeof head);
	memcpy(other, head, sizeof head);
	other[30] = other[30] == 'a' ? 'b' : 'a';
	assert_int_equal(pwrite(fd, other, sizeof other, 0), sizeof other);
	close(fd);
	assert_int_equal(open_again(f), 0);
	assert_int_equal(read_all(f, &reading), SW_ERROR_CORRUPT);
	assert_non_null(strstr(f->err.text, "row 1 is not the one"));
}

static void
journal_read__does_without_a_head(void **state)
{
	struct fixture *f = *state;
	struct reading reading;
	char path[128];
	append(f, "one", "{}");
	snprintf(path, sizeof path, "%s/head", f->dir);
	assert_int_equal(truncate(path, 20), 0);
	assert_int_equal(open_again(f), 0);
	assert_int_equal(read_all(f, &reading), 0);
	assert_int_equal(reading.last, 1);
}

static void
copy(const struct fixture *f, const char *from, const char *to)
{
	char path[128];
	static char bytes[1 << 20];
	snprintf(path, sizeof path, "%s/%s", f->dir, from);
	int fd = open(path, O_RDONLY);
	const ssize_t n = read(fd, bytes, sizeof bytes);
	close(fd);
	snprintf(path, sizeof path, "%s/%s", f->dir, to);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(n > 0 && write(fd, bytes, (size_t)n) == n);
	close(fd);
}

/* An old copy of the database is put back. */
static void
restore_old_copy(struct fixture *f)
{
	struct reading reading;
	append(f, "one", "{}");
	append(f, "two", "{}");
	sw__journal_free(f->journal);
	copy(f, "journal.db", "backup");
	assert_int_equal(sw__journal_open(&f->journal, f->dir, &f->err), 0);
	assert_int_equal(read_all(f, &reading), 0);
	append(f, "three", "{}");
	append(f, "four", "{}");
	sw__journal_free(f->journal);
	copy(f, "backup", "journal.db");
	f->journal = NULL;
}

static void
journal_read__refuses_an_old_copy(void **state)
{
	struct fixture *f = *state;
	struct reading reading;
	restore_old_copy(f);
	assert_int_equal(sw__journal_open(&f->journal, f->dir, &f->err), 0);
	assert_int_equal(read_all(f, &reading), SW_ERROR_CORRUPT);
	assert_non_null(
	    strstr(f->err.text, "row 3 was recorded and is missing"));
	assert_non_null(strstr(f->err.text, "`recover`"));
}

static void
journal_recover__records_what_is_lost(void **state)
{
	struct fixture *f = *state;
	struct reading reading;
	struct sw_journal_loss loss;
	restore_old_copy(f);
	assert_int_equal(
	    sw__journal_recover(f->dir, 9, "alice", &loss, &f->err), 0);
	assert_int_equal(loss.first, 3);
	assert_int_equal(loss.last, 4);
	assert_int_equal(loss.row, 3);
	assert_int_equal(sw__journal_open(&f->journal, f->dir, &f->err), 0);
	assert_int_equal(read_all(f, &reading), 0);
	assert_string_equal(reading.kinds, "one two recover ");
	assert_non_null(strstr(
	    reading.bodies, "{\"by\":\"alice\",\"first\":3,\"last\":4}"));
	sw__journal_free(f->journal);
	f->journal = NULL;
	assert_int_equal(
	    sw__journal_recover(f->dir, 9, "alice", &loss, &f->err),
	    SW_ERROR_REFUSED);
	assert_non_null(strstr(f->err.text, "nothing is lost"));
}

static void
journal_recover__accepts_another_history(void **state)
{
	struct fixture *f = *state;
	struct sw_journal_loss loss;
	char path[128];
	char other = 'x';
	append(f, "one", "{}");
	sw__journal_free(f->journal);
	f->journal = NULL;
	snprintf(path, sizeof path, "%s/head", f->dir);
	const int fd = open(path, O_RDWR);
	assert_int_equal(pread(fd, &other, 1, 30), 1);
	other = other == 'a' ? 'b' : 'a';
	assert_int_equal(pwrite(fd, &other, 1, 30), 1);
	close(fd);
	assert_int_equal(
	    sw__journal_recover(f->dir, 9, "alice", &loss, &f->err), 0);
	assert_int_equal(loss.first, 1);
	assert_int_equal(loss.row, 2);
}

static void
journal_recover__takes_no_altered_row(void **state)
{
	struct fixture *f = *state;
	struct sw_journal_loss loss;
	restore_old_copy(f);
	alter(f, "journal.db", "two", "tow");
	assert_int_equal(
	    sw__journal_recover(f->dir, 9, "alice", &loss, &f->err),
	    SW_ERROR_CORRUPT);
	assert_non_null(strstr(f->err.text, "row 2 was altered"));
}

static void
journal_recover__needs_a_row(void **state)
{
	struct fixture *f = *state;
	struct sw_journal_loss loss;
	sw__journal_free(f->journal);
	f->journal = NULL;
	assert_int_equal(
	    sw__journal_recover(f->dir, 9, "alice", &loss, &f->err),
	    SW_ERROR_REFUSED);
	assert_non_null(strstr(f->err.text, "has no row"));
}

static void
journal_open__has_one_connection(void **state)
{
	struct fixture *f = *state;
	struct sw_journal *second = NULL;
	append(f, "one", "{}");
	assert_int_equal(
	    sw__journal_open(&second, f->dir, &f->err), SW_ERROR_BUSY);
	assert_null(second);
}

static void
journal_open__refuses_what_is_no_journal(void **state)
{
	struct fixture *f = *state;
	char path[128];
	sw__journal_free(f->journal);
	f->journal = NULL;
	snprintf(path, sizeof path, "%s/journal.db", f->dir);
	const int fd = open(path, O_WRONLY | O_TRUNC);
	const char text[] = "this was written by somebody else, at length";
	assert_int_equal(write(fd, text, sizeof text), sizeof text);
	close(fd);
	assert_int_equal(
	    sw__journal_open(&f->journal, f->dir, &f->err), SW_ERROR_CORRUPT);
	assert_null(f->journal);
}

static void
journal_open__refuses_a_folder_that_is_not_there(void **state)
{
	struct fixture *f = *state;
	struct sw_journal *journal = NULL;
	assert_int_equal(sw__journal_open(&journal, "/nowhere/at/all", &f->err),
	    SW_ERROR_SYSTEM);
	assert_non_null(strstr(f->err.text, "/nowhere/at/all/journal.db"));
}

/* inv 6: after a failed append, the truth comes from a new connection. */
static void
journal_append__on_a_full_disk_has_an_unknown_outcome(void **state)
{
	struct fixture *f = *state;
	struct reading reading;
	struct rlimit before;
	char *body = malloc(200002);
	memset(body, 'x', 200000);
	strcpy(body + 200000, "");
	append(f, "one", "{}");
	getrlimit(RLIMIT_FSIZE, &before);
	const struct rlimit tight = { 100000, before.rlim_max };
	setrlimit(RLIMIT_FSIZE, &tight);
	const int status = append(f, "two", body);
	setrlimit(RLIMIT_FSIZE, &before);
	free(body);
	assert_int_equal(status, SW_ERROR_UNKNOWN_OUTCOME);
	assert_non_null(strstr(f->err.text, "nothing recorded is lost"));
	assert_int_equal(sw__journal_reopen(f->journal, &f->err), 0);
	assert_int_equal(read_all(f, &reading), 0);
	assert_string_equal(reading.kinds, "one ");
	assert_int_equal(append(f, "two", "{}"), 0);
	assert_int_equal(read_all(f, &reading), 0);
	assert_string_equal(reading.kinds, "one two ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(journal_read__gives_back_what_was_appended),
		TEST(journal_read__may_be_repeated_between_appends),
		TEST(journal_find__gives_the_row_of_an_id),
		TEST(journal_append__takes_an_id_once),
		TEST(journal_append__refuses_what_is_no_id),
		TEST(journal_read__hands_out_what_is_behind_a_row),
		TEST(journal_read__names_a_row_that_was_altered),
		TEST(journal_read__notices_rows_that_are_gone),
		TEST(journal_read__notices_another_history),
		TEST(journal_read__does_without_a_head),
		TEST(journal_read__refuses_an_old_copy),
		TEST(journal_recover__records_what_is_lost),
		TEST(journal_recover__accepts_another_history),
		TEST(journal_recover__takes_no_altered_row),
		TEST(journal_recover__needs_a_row),
		TEST(journal_open__has_one_connection),
		TEST(journal_open__refuses_what_is_no_journal),
		TEST(journal_open__refuses_a_folder_that_is_not_there),
		TEST(journal_append__on_a_full_disk_has_an_unknown_outcome),
	};
	signal(SIGXFSZ, SIG_IGN);
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
