/*
 * Durable events a second through the owner's socket, by one client and by 64
 * who wait at the same time, beside bare SQLite committing one row of the same
 * size after the other in the same directory. Argument: an empty directory.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "owner/client.h"
#include "owner/owner.h"

#define ROUNDS 5
#define SINGLE 400
#define MANY 6400
#define CLIENTS 64

/* A way for each client, which it closes and opens. */
#define STAGES (CLIENTS + 1)
static struct sw_stage stages[STAGES];
static struct sw_action actions[STAGES];
static struct sw_work work[STAGES];
static struct sw_machine machine = {
	.name = "ways",
	.fingerprint = 0x11,
	.nstages = STAGES,
	.nactions = STAGES,
	.group_max = 1,
	.target_words = 1,
	.stages = stages,
	.actions = actions,
};
static const struct sw_pipeline pipeline = {
	.name = "ways",
	.version = "0",
	.machine = &machine,
	.work = work,
};

static void
fill_tables(void)
{
	static char names[STAGES][16];
	for (uint32_t i = 0; i < STAGES; i++) {
		snprintf(names[i], sizeof names[i], "Stage%u", i);
		stages[i] = (struct sw_stage){
			.name = names[i], .first_action = i, .last_action = i
		};
		actions[i] = (struct sw_action){ "Ask", i, 1,
			SW_CATEGORY_APPROVAL, SW_ALONE, 0, 0 };
		work[i] = (struct sw_work){ .provider = &sw_provider_manual,
			.timeout_ms = 3600000,
			.text = "?" };
	}
	machine.state_size = (uint32_t)sw_state_size(&machine);
}

static void
die(const char *what)
{
	fprintf(stderr, "events: %s\n", what);
	exit(1);
}

static double
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
send_one(const struct sw_client *client, unsigned stage, unsigned n)
{
	char line[256];
	static unsigned turns[STAGES];
	snprintf(line, sizeof line,
	    "{\"verb\":\"post\",\"event\":\"%s Stage%u\",\"key\":"
	    "\"%08x-%04x-4000-8000-%012x\"}\n",
	    turns[stage]++ % 2 == 0 ? "close" : "open", stage, n,
	    getpid() & 0xffff, n);
	const size_t length = strlen(line);
	if (send(client->fd, line, length, 0) != (ssize_t)length)
		die("a request was not sent");
}

static void
take_one(struct sw_client *client)
{
	struct sw_error err;
	json_t *answer = NULL;
	if (sw__client_receive(client, false, &answer, &err) != 0 ||
	    !json_is_true(json_object_get(answer, "ok")))
		die("a request was not taken");
	json_decref(answer);
}

/* Requests a second when nclients always have one waiting. */
static double
load(struct sw_client *clients, unsigned nclients, unsigned requests,
    unsigned *serial)
{
	const double begin = now();
	for (unsigned done = 0; done < requests; done += nclients) {
		for (unsigned i = 0; i < nclients; i++)
			send_one(&clients[i], i + 1, ++*serial);
		for (unsigned i = 0; i < nclients; i++)
			take_one(&clients[i]);
	}
	return requests / (now() - begin);
}

static void
run_owner(const struct sw_statedir *dir)
{
	static struct sw_owner owner;
	struct sw_error err;
	if (sw__owner_open(&owner, &pipeline, dir, &err) != 0)
		die(err.text);
	sw__owner_run(&owner);
	sw__owner_close(&owner);
}

static sqlite3 *
open_bare(const char *path)
{
	sqlite3 *db;
	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_exec(db,
		"PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;"
		"PRAGMA synchronous=FULL;"
		"CREATE TABLE rows(seq INTEGER PRIMARY KEY, bytes BLOB)",
		NULL, NULL, NULL) != SQLITE_OK)
		die("no database");
	return db;
}

/* Bytes of one row of the journal: id, kind, body, two hashes, a time. */
#define ROW_BYTES (40 + 5 + 150 + 64 + 8)

static double
commit_bare(sqlite3 *db, unsigned n)
{
	static const char bytes[ROW_BYTES] = { 1 };
	sqlite3_stmt *insert;
	sqlite3_prepare_v2(
	    db, "INSERT INTO rows(bytes) VALUES(?1)", -1, &insert, NULL);
	const double begin = now();
	for (unsigned i = 0; i < n; i++) {
		sqlite3_bind_blob(
		    insert, 1, bytes, sizeof bytes, SQLITE_STATIC);
		if (sqlite3_step(insert) != SQLITE_DONE)
			die("no commit");
		sqlite3_reset(insert);
	}
	const double rate = n / (now() - begin);
	sqlite3_finalize(insert);
	return rate;
}

static double
better(double a, double b)
{
	return a > b ? a : b;
}

/* The best of some rounds of each, in turn: what else runs disturbs all. */
static void
measure(const struct sw_statedir *dir)
{
	static struct sw_client clients[CLIENTS];
	struct sw_error err;
	char path[PATH_MAX + 16];
	double bare = 0, single = 0, many = 0;
	unsigned serial = 0;
	snprintf(path, sizeof path, "%s/bare.db", dir->path);
	sqlite3 *db = open_bare(path);
	for (unsigned i = 0; i < CLIENTS; i++)
		if (sw__client_open(&clients[i], dir, &err) != 0)
			die(err.text);
	for (int round = 0; round < ROUNDS; round++) {
		bare = better(bare, commit_bare(db, SINGLE));
		single = better(single, load(clients, 1, SINGLE, &serial));
		many = better(many, load(clients, CLIENTS, MANY, &serial));
	}
	sqlite3_close(db);
	printf("bare SQLite: %.0f commits/s\n"
	       "one request at a time: %.0f durable events/s, x%.2f of bare "
	       "SQLite (wanted: 0.60)\n"
	       "64 that wait: %.0f durable events/s, x%.1f of one at a time "
	       "(wanted: 5)\n",
	    bare, single, single / bare, many, many / single);
}

static bool
is_served(const struct sw_statedir *dir)
{
	struct sw_client client;
	struct sw_error err;
	if (sw__client_open(&client, dir, &err) != 0)
		return false;
	sw__client_close(&client);
	return true;
}

int
main(int argc, char **argv)
{
	struct sw_statedir dir;
	struct sw_error err;
	if (argc != 2 || sw__statedir_open(&dir, argv[1], true, &err) != 0)
		die("usage: events DIRECTORY");
	fill_tables();
	const pid_t owner = fork();
	if (owner == 0) {
		if (sw__statedir_own(&dir, &err) != 0)
			die(err.text);
		run_owner(&dir);
		_exit(0);
	}
	while (!is_served(&dir) && waitpid(owner, NULL, WNOHANG) == 0)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	measure(&dir);
	kill(owner, SIGTERM);
	waitpid(owner, NULL, 0);
	return 0;
}
