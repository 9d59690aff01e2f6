/*
 * The program of a compiled pipeline. Input: the pipeline and a command line;
 * output: the exit status of one verb.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "command.h"
#include "help.h"

extern const struct command sw__command_run, sw__command_status,
    sw__command_history, sw__command_show, sw__command_logs,
    sw__command_approve, sw__command_reject, sw__command_stop,
    sw__command_retry, sw__command_rollback, sw__command_override,
    sw__command_settle, sw__command_open, sw__command_close, sw__command_graph,
    sw__command_serve, sw__command_hook, sw__command_attest,
    sw__command_verify_artifact, sw__command_public_key, sw__command_replay,
    sw__command_recover, sw__command_upgrade, sw__command_prune;

const struct command *const sw__commands[] = {
	&sw__command_run,
	&sw__command_status,
	&sw__command_history,
	&sw__command_show,
	&sw__command_logs,
	&sw__command_approve,
	&sw__command_reject,
	&sw__command_stop,
	&sw__command_retry,
	&sw__command_rollback,
	&sw__command_override,
	&sw__command_settle,
	&sw__command_open,
	&sw__command_close,
	&sw__command_graph,
	&sw__command_serve,
	&sw__command_hook,
	&sw__command_attest,
	&sw__command_verify_artifact,
	&sw__command_public_key,
	&sw__command_replay,
	&sw__command_recover,
	&sw__command_upgrade,
	&sw__command_prune,
	NULL,
};

/*
 * Documents become rows of the journal and answers: one that has lost a member
 * for want of memory says something else. Whoever starts next finds
 * everything as after a kill, and what was not recorded is done again.
 */
static void *
allocate(size_t size)
{
	static const char text[] = "error: out of memory\n";
	void *memory = malloc(size);
	if (memory == NULL && size > 0) {
		(void)!write(STDERR_FILENO, text, sizeof text - 1);
		_exit(EXIT_TROUBLE);
	}
	return memory;
}

/* A file that may not grow any more is an error, not the end of us; so is a
 * reader of our output that has gone. */
static void
ignore_signals(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL);
}

/* Files that we open must not become what we print to. */
static void
hold_standard_files(void)
{
	struct stat info;
	for (int fd = 0; fd <= 2; fd++)
		if (fstat(fd, &info) != 0 && errno == EBADF &&
		    open("/dev/null", O_RDWR) < 0)
			/* An empty root directory has none. */
			(void)!open("/", O_RDONLY);
}

/* `--version`, with or without --json. */
static bool
wants_version(int argc, char **argv)
{
	return argc >= 2 && argc <= 3 && strcmp(argv[1], "--version") == 0 &&
	       (argc == 2 || strcmp(argv[2], "--json") == 0);
}

static void
print_version(const struct sw_pipeline *pipeline, bool is_json)
{
	const char *version =
	    pipeline->version == NULL ? STAGEWRIGHT_VERSION : pipeline->version;
	if (is_json)
		sw__call_print(json_pack("{s:s, s:s}", "pipeline",
		    pipeline->name, "stagewright", version));
	else
		printf("%s (stagewright %s)\n", pipeline->name, version);
}

int
sw_main(const struct sw_pipeline *pipeline, int argc, char **argv)
{
	struct call call = { .pipeline = pipeline };
	hold_standard_files();
	ignore_signals();
	json_set_alloc_funcs(allocate, free);
	if (wants_version(argc, argv)) {
		print_version(pipeline, argc == 3);
		return EXIT_YES;
	}
	int status = sw__call_read(&call, argc, argv);
	if (status == -1) {
		sw__help(stdout, &call);
		status = EXIT_YES;
	} else if (status == EXIT_YES) {
		status = call.command->run(&call);
	}
	sw__call_release(&call);
	/* A reader that has gone wants no more; a full disk is trouble. */
	if (fflush(stdout) != 0 && errno != EPIPE && status == EXIT_YES) {
		fprintf(stderr, "%s: error: stdout: %s\n", call.program,
		    strerror(errno));
		status = EXIT_TROUBLE;
	}
	return status;
}
