/*
 * `prune`: executions that have been kept long enough leave a line of history.
 * Input: how long; output: which those are. Also the options that say so.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "keep.h"
#include "say.h"

/* Days of a person: a hundred years. */
#define DAYS_MAX 36525

int
sw__call_retention(const struct call *call, struct sw_retention *out)
{
	const char *keep = sw__call_option(call, "--keep");
	const char *days = sw__call_option(call, "--keep-days");
	const bool is_all = keep != NULL && strcmp(keep, "all") == 0;
	const uint32_t n_days = days == NULL ? 0 : sw__call_number(days);
	*out = (struct sw_retention){ 0 };
	if (keep != NULL && !is_all && (out->keep = sw__call_number(keep)) == 0)
		return sw__call_usage(
		    call, "'%s' is no number of executions", keep);
	if (days != NULL && (n_days == 0 || n_days > DAYS_MAX))
		return sw__call_usage(call,
		    "'%s' is no number of days from 1 to %d", days, DAYS_MAX);
	if (is_all)
		return 0;
	out->keep_ms = n_days * SW_DAY_MS;
	if (keep == NULL && days == NULL)
		out->keep_ms = SW_KEEP_DAYS * SW_DAY_MS;
	return 0;
}

bool
sw__call_is_pruned(const struct call *call, const json_t *show)
{
	char when[32];
	const json_t *execution = json_object_get(show, "execution");
	const json_int_t ms =
	    json_integer_value(json_object_get(execution, "pruned"));
	if (ms == 0)
		return false;
	sw__say_time(ms, when, sizeof when);
	fprintf(stderr,
	    "%s: what #%" JSON_INTEGER_FORMAT
	    " did was removed by retention on %s; `history` has what is left\n",
	    call->program,
	    json_integer_value(json_object_get(execution, "number")), when);
	return true;
}

/* What was pruned, or would be. */
struct pruning {
	struct call *call;
	struct sw_retention retention;
	json_t *executions; /* [[first, last], ...] */
	json_t *gave_up;
};

static json_t *
request_of(const struct pruning *pruning, const char *verb)
{
	return json_pack("{s:s, s:I, s:I}", "verb", verb, "keep",
	    (json_int_t)pruning->retention.keep, "keepDays",
	    (json_int_t)(pruning->retention.keep_ms / SW_DAY_MS));
}

static void
add(struct pruning *pruning, const json_t *document)
{
	json_array_extend(
	    pruning->executions, json_object_get(document, "executions"));
	json_array_extend(
	    pruning->gave_up, json_object_get(document, "gaveUp"));
}

/* Changes nothing. */
static int
foresee(struct pruning *pruning, struct sw_error *err)
{
	json_t *from = json_integer(1);
	while (json_is_integer(from)) {
		json_t *request = request_of(pruning, "prunable");
		json_object_set_new(request, "from", from);
		json_t *document =
		    sw__call_ask(pruning->call, request, false, err);
		if (document == NULL)
			return err->code;
		add(pruning, document);
		from = json_incref(json_object_get(document, "next"));
		json_decref(document);
	}
	json_decref(from);
	return 0;
}

/* As many rows as it takes. It is refused when there is no more to prune: of
 * another refusal something would be left. */
static int
prune(struct pruning *pruning, struct sw_error *err)
{
	struct pruning left = *pruning;
	for (;;) {
		json_t *document = sw__call_ask(
		    pruning->call, request_of(pruning, "prune"), false, err);
		if (document == NULL)
			break;
		add(pruning, document);
		json_decref(document);
	}
	if (err->code != SW_ERROR_REFUSED)
		return err->code;
	struct sw_error other;
	left.executions = json_array();
	left.gave_up = json_array();
	const int status = foresee(&left, &other);
	const bool is_done =
	    status == 0 && json_array_size(left.executions) == 0;
	json_decref(left.executions);
	json_decref(left.gave_up);
	return is_done ? 0 : err->code;
}

static json_int_t
count(const json_t *ranges)
{
	json_int_t n = 0;
	size_t i;
	json_t *range;
	json_array_foreach(ranges, i, range)
		n += json_integer_value(json_array_get(range, 1)) -
		     json_integer_value(json_array_get(range, 0)) + 1;
	return n;
}

/* "#1 to #50, #52"; those of two rows may be neighbours. */
static void
print_ranges(const json_t *ranges)
{
	size_t i;
	json_t *range;
	json_int_t first = 0;
	json_int_t last = 0;
	json_array_foreach(ranges, i, range) {
		const json_int_t from =
		    json_integer_value(json_array_get(range, 0));
		if (i == 0 || from != last + 1) {
			if (i > 0 && last > first)
				printf(" to #%" JSON_INTEGER_FORMAT, last);
			first = from;
			printf("%s#%" JSON_INTEGER_FORMAT, i == 0 ? "" : ", ",
			    first);
		}
		last = json_integer_value(json_array_get(range, 1));
	}
	if (last > first)
		printf(" to #%" JSON_INTEGER_FORMAT, last);
}

static int
say(const struct pruning *pruning, bool is_dry)
{
	const json_int_t n = count(pruning->executions);
	const json_int_t gave_up = count(pruning->gave_up);
	if (pruning->call->is_json)
		return sw__call_print(json_pack("{s:b, s:I, s:O, s:O}", "done",
		    (int)!is_dry, "count", n, "executions", pruning->executions,
		    "gaveUp", pruning->gave_up));
	if (n == 0) {
		printf("nothing to remove: no execution has been kept longer "
		       "than that\n");
		return EXIT_YES;
	}
	printf("%s ", is_dry ? "would be removed:" : "removed:");
	print_ranges(pruning->executions);
	printf(" (%" JSON_INTEGER_FORMAT "); `history` %s them\n", n,
	    is_dry ? "would still list" : "still lists");
	if (gave_up > 0) {
		printf("could be retried until %s: ", is_dry ? "then" : "now");
		print_ranges(pruning->gave_up);
		putchar('\n');
	}
	return EXIT_YES;
}

static int
run_prune(struct call *call)
{
	struct sw_error err;
	struct pruning pruning = { .call = call };
	const bool is_dry = sw__call_option(call, "--dry-run") != NULL;
	int status = sw__call_retention(call, &pruning.retention);
	if (status != 0)
		return status;
	pruning.executions = json_array();
	pruning.gave_up = json_array();
	if (pruning.retention.keep == 0 && pruning.retention.keep_ms == 0)
		status = 0; /* all of them are kept */
	else
		status =
		    is_dry ? foresee(&pruning, &err) : prune(&pruning, &err);
	status =
	    status == 0 ? say(&pruning, is_dry) : sw__call_failed(call, &err);
	json_decref(pruning.executions);
	json_decref(pruning.gave_up);
	return status;
}

static const struct sw_option options[] = {
	OPTIONS_KEEP,
	{ "--dry-run", NULL, "say what would be removed" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_prune = {
	.name = "prune",
	.operands = "",
	.summary = "remove what old executions left, but for their history",
	.options = options,
	.run = run_prune,
};
