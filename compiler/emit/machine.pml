/*
 * What an event means, said a second time: runtime/machine/semantics.md in
 * Promela, written from that page and not from the machine's C, so that an
 * explorer of the machine and SPIN can be held against each other. Numbers
 * in comments are sections of that page. The tables of one pipeline stand
 * before it, what can happen to it behind.
 *
 * A state of SPIN is a state of the machine: nothing but what is declared
 * under "The state" is in it, and one event is one transition.
 */

/* What is explored, by -D: standard executions, rollbacks by hand and
 * transitions that operators have closed at a time; and who moves, beside
 * actions and rules that end. */
#ifndef EXECUTIONS
#define EXECUTIONS 1
#endif
#ifndef ROLLBACKS
#define ROLLBACKS 0
#endif
#ifndef CLOSINGS
#define CLOSINGS 0
#endif
#ifndef OPERATORS
#define OPERATORS 0
#endif
#ifndef STOPS
#define STOPS OPERATORS
#endif
#ifndef RETRIES
#define RETRIES OPERATORS
#endif
#ifndef OVERRIDES
#define OVERRIDES OPERATORS
#endif
#ifndef TRANSITIONS
#define TRANSITIONS OPERATORS
#endif
#ifndef UNKNOWNS
#define UNKNOWNS 0
#endif

/* Numbers given to executions: an execution is rolled back by itself at most
 * once, for it loses its stage by that. */
#if AUTOMATIC
#define NUMBERS (2 * EXECUTIONS + ROLLBACKS)
#else
#define NUMBERS (EXECUTIONS + ROLLBACKS)
#endif
#if NUMBERS > 8
#error "at most 8 executions, rollbacks included"
#endif

/* Are rollback targets ever asked for? */
#define TARGETS (AUTOMATIC || ROLLBACKS > 0)

/* Who waits beside whom: one place, or as many as can wait (2.3, 2.5). */
#if MODE == QUEUED
#define PLACES NUMBERS
#else
#define PLACES 1
#endif

mtype = { InProgress, Stopping, Succeeded, Failed, Stopped, Skipped,
	Abandoned, Unknown, Pending };
#define None 0

/* The state. */
byte executions;              /* started so far, rollbacks included (2.1) */
byte started;                 /* of them standard ones */
byte rolled;                  /* of them rollbacks by hand */
byte execution[STAGES];       /* that entered the stage last */
mtype status[STAGES];
bool closed[STAGES] = CLOSED;
bool rollback[STAGES];        /* is the execution of type ROLLBACK? (9) */
bool entryOverridden[STAGES]; /* 8.4 */
bool successOverridden[STAGES];
byte retried[STAGES];         /* automatically, since it was entered (8.5) */
int target[STAGES];           /* bit n: #n is a rollback target (9.1) */
chan waiting[STAGES] = [PLACES] of { byte }; /* first in, first out (2.5) */
mtype action[ROWS];           /* and rules */
byte tried[ROWS];             /* again, this time (3.8) */

#define held(s) (status[s] == InProgress || status[s] == Stopping)
#define unfinished(a) (action[a] == InProgress || action[a] == Unknown)
#define inFlight(s) (len(waiting[s]) + (held(s) -> 1 : 0))
#define shutByHand(s) (closed[s] && !shut[s] -> 1 : 0)

/* What happens, and to whom: chosen, and then taken, in one transition. None
 * of what is hidden is part of a state. */
mtype:happening = { Start, Succeed, Fail, Lose, Approve, Reject, Pass, Open,
	Close, Stop, Abandon, Leave, Retry, RetryAll, OverrideEntry, OverrideSuccess,
	RollBack };
hidden mtype:happening event;
hidden int subject;   /* stage or row */
hidden byte whom;     /* an execution that waits; a rollback's target */

/* What a stage still has to do, while an event is taken. */
mtype:task = { Arrive, Release, Begin, GoOn, Settle, Pass_on, Pass_over,
	Give_up, Give_up_and_roll_back, Come_to_rest, Engage };
hidden mtype:task duty[STAGES];
hidden mtype:task todo;
hidden byte newcomer[STAGES]; /* who arrives */
hidden int stage, row, from, running;
hidden byte anyUnfinished, anyPending, anyFailed;

/* 2.4: the stage and its actions are this execution's from now on. */
inline enter(who) {
	execution[stage] = who;
	rollback[stage] = false;
	status[stage] = InProgress;
	retried[stage] = 0;
	duty[stage] = Begin
}

/* 2.2 to 2.5: enter if the stage is free, open and nobody waits; else wait,
 * in SUPERSEDED in the place of who waited. */
inline arrive() {
	if
	:: !held(stage) && !closed[stage] && len(waiting[stage]) == 0 ->
		enter(newcomer[stage])
	:: else ->
		if
		:: MODE == SUPERSEDED && len(waiting[stage]) > 0 ->
			waiting[stage]?whom
		:: else
		fi;
		waiting[stage]!newcomer[stage]
	fi
}

/* 2.4: a free and open stage lets in the first who waits. */
inline release() {
	if
	:: !held(stage) && !closed[stage] && len(waiting[stage]) > 0 ->
		waiting[stage]?whom;
		enter(whom)
	:: else
	fi
}

/* 3.7: an action starts, or waits for its place. */
inline begin_action() {
	tried[row] = 0;
	if
	:: RUNNING > 0 && running >= RUNNING -> action[row] = Pending
	:: else -> action[row] = InProgress; running++
	fi
}

/* 3.1, 8.1: the group of row `from` starts, but for actions that succeeded
 * before; of rules all start. */
inline begin_group() {
	running = 0;
	for (row : first_in_group[from] .. last_in_group[from]) {
		if
		:: kind[row] == RULE || action[row] != Succeeded -> begin_action()
		:: else
		fi
	}
}

/* Nothing is left to do for a row: it succeeded; or it is a rule of a
 * rollback, which has no conditions (9.2), or of a condition that was
 * overridden (8.4); or one of onFailure, which is not asked in passing. */
#define complete(a) (action[a] == Succeeded || part[a] == FAILURE || \
	kind[a] == RULE && (rollback[stage] || \
	part[a] == ENTRY && entryOverridden[stage] || \
	part[a] == SUCCESS && successOverridden[stage]))

/* 3.6, 6.1: the first group that is not complete; else the stage is done. */
inline go_on() {
	from = first_of[stage];
	do
	:: from <= last_of[stage] && complete(from) -> from++
	:: else -> break
	od;
	if
	:: from > last_of[stage] -> duty[stage] = Pass_on
	:: else -> begin_group()
	fi
}

/* 2.4, 6.2: from the beginning of the stage. */
inline begin() {
	entryOverridden[stage] = false;
	successOverridden[stage] = false;
	for (row : first_of[stage] .. last_of[stage]) {
		action[row] = None;
		tried[row] = 0
	}
	duty[stage] = GoOn
}

/* 3.6, 8.2, 9.2: on to the next stage, or the end; a rollback goes nowhere
 * else. 9.1: a target is a standard one that Succeeded in the stage. */
inline leave(how) {
	status[stage] = how;
	if
	:: TARGETS && how == Succeeded && !rollback[stage] && stage > 0 ->
		target[stage] = target[stage] | (1 << execution[stage])
	:: else
	fi;
	if
	:: !rollback[stage] && stage + 1 < STAGES ->
		newcomer[stage + 1] = execution[stage];
		duty[stage + 1] = Arrive
	:: else
	fi;
	duty[stage] = Release
}

/* 9.2: a new execution takes the stage, whoever waits. */
inline roll_back() {
	executions++;
	execution[stage] = executions;
	rollback[stage] = true;
	status[stage] = InProgress;
	retried[stage] = 0;
	duty[stage] = Begin
}

/* 3.5, 9.3: stage and execution are Failed; an automatic rollback takes the
 * stage directly, if there is a target. */
inline give_up(rolls_back) {
	status[stage] = Failed;
	if
	:: rolls_back && target[stage] != 0 -> roll_back()
	:: else -> duty[stage] = Release
	fi
}

/* 8.5: what onFailure asks for. */
inline engage() {
	if
	:: failure[stage] == ROLLBACK -> duty[stage] = Give_up_and_roll_back
	:: failure[stage] != ROLLBACK && retried[stage] < attempts[stage] ->
		retried[stage]++;
		if
		:: failure[stage] == RETRYALL -> duty[stage] = Begin
		:: else -> duty[stage] = GoOn
		fi
	:: else -> duty[stage] = Give_up
	fi
}

/* 3.5, 8.5: actions failed and none runs any more. */
inline actions_failed() {
	if
	:: failure[stage] == NONE || rollback[stage] -> duty[stage] = Give_up
	:: failure[stage] != NONE && !rollback[stage] && part[last_of[stage]] == FAILURE ->
		from = last_of[stage];
		begin_group()
	:: else -> duty[stage] = Engage
	fi
}

/* 8.2, 8.3, 8.5: all rules of a condition have ended. */
inline decide() {
	if
	:: part[from] == FAILURE && !anyFailed -> duty[stage] = Engage
	:: part[from] != FAILURE && !anyFailed -> duty[stage] = GoOn
	:: anyFailed && part[from] == ENTRY && entry[stage] == SKIP ->
		duty[stage] = Pass_over
	:: anyFailed && part[from] == SUCCESS && success[stage] == ROLLBACK ->
		duty[stage] = Give_up_and_roll_back
	:: else -> duty[stage] = Give_up
	fi
}

/* 3.5 to 3.7: a row of the group of `subject` has ended. */
inline settle() {
	from = subject;
	anyUnfinished = false;
	anyPending = false;
	anyFailed = false;
	running = 0;
	for (row : first_in_group[from] .. last_in_group[from]) {
		if
		:: unfinished(row) -> anyUnfinished = true; running++
		:: action[row] == Pending -> anyPending = true
		:: action[row] == Failed -> anyFailed = true
		:: else
		fi
	}
	if
	:: anyPending ->
		for (row : first_in_group[from] .. last_in_group[from]) {
			if
			:: action[row] == Pending -> begin_action()
			:: else
			fi
		}
	:: anyUnfinished && !anyPending -> skip
	:: else ->
		if
		:: status[stage] == Stopping -> duty[stage] = Come_to_rest
		:: status[stage] != Stopping && kind[from] == RULE -> decide()
		:: status[stage] != Stopping && kind[from] != RULE && anyFailed ->
			actions_failed()
		:: else -> duty[stage] = GoOn
		fi
	fi
}

/* What a stage has to do; it may have to do more then, or the next one. */
inline fulfil() {
	todo = duty[stage];
	duty[stage] = None;
	if
	:: todo == Arrive -> arrive()
	:: todo == Release -> release()
	:: todo == Begin -> begin()
	:: todo == GoOn -> go_on()
	:: todo == Settle -> settle()
	:: todo == Pass_on -> leave(Succeeded)
	:: todo == Pass_over -> leave(Skipped)
	:: todo == Give_up -> give_up(false)
	:: todo == Give_up_and_roll_back -> give_up(true)
	:: todo == Engage -> engage()
	:: todo == Come_to_rest -> /* 5.1 */
		status[stage] = Stopped;
		duty[stage] = Release
	fi
}

/* 3.2, 3.4, 8.1: a row has ended. */
inline ends(how) {
	action[subject] = how;
	tried[subject] = 0;
	duty[stage_of[subject]] = Settle
}

#define may_try_again(a) \
	(tried[a] < retries[a] && status[stage_of[a]] != Stopping)

/* 3.8: it is tried again, or it has failed. */
inline fails() {
	if
	:: may_try_again(subject) ->
		action[subject] = InProgress;
		tried[subject]++
	:: else -> ends(Failed)
	fi
}

/* 3.3, 3.8: nobody knows. */
inline lose() {
	if
	:: unknown[subject] == FAILS -> fails()
	:: unknown[subject] == AGAIN && may_try_again(subject) ->
		tried[subject]++
	:: else -> action[subject] = Unknown
	fi
}

/* 5.2, 8.4: what runs is Abandoned. */
inline abandon_row() {
	if
	:: unfinished(row) -> action[row] = Abandoned; tried[row] = 0
	:: else
	fi
}

/* 5: nothing starts any more; abandoned, nothing runs either. */
inline stop(abandons) {
	for (row : first_of[subject] .. last_of[subject]) {
		if
		:: action[row] == Pending -> action[row] = None
		:: else
		fi;
		if
		:: abandons -> abandon_row()
		:: else
		fi
	}
	if
	:: abandons -> duty[subject] = Come_to_rest
	:: else -> status[subject] = Stopping
	fi
}

/* 6: the execution takes the stage back. */
inline retry(how) {
	status[subject] = InProgress;
	retried[subject] = 0;
	duty[subject] = how
}

/* 8.4: what runs of a condition is abandoned, what waits never starts; the
 * stage goes on as if it had passed. */
inline override(condition) {
	for (row : first_of[subject] .. last_of[subject]) {
		if
		:: part[row] == condition && kind[row] == RULE ->
			if
			:: action[row] == Pending -> action[row] = Abandoned
			:: else
			fi;
			abandon_row()
		:: else
		fi
	}
	if
	:: status[subject] == Stopping -> duty[subject] = Come_to_rest
	:: else -> duty[subject] = GoOn
	fi
}

/* One event, and all that follows from it. */
inline take() {
	if
	:: event == Start ->
		executions++;
		started++;
		newcomer[0] = executions;
		duty[0] = Arrive
	:: event == Succeed || event == Approve || event == Pass ->
		ends(Succeeded)
	:: event == Reject -> ends(Failed)
	:: event == Fail -> fails()
	:: event == Lose -> lose()
	:: event == Open -> closed[subject] = false; duty[subject] = Release
	:: event == Close -> closed[subject] = true
	:: event == Stop -> stop(false)
	:: event == Abandon -> stop(true)
	:: event == Leave -> waiting[subject]??eval(whom)
	:: event == Retry -> retry(GoOn)
	:: event == RetryAll -> retry(Begin)
	:: event == OverrideEntry ->
		entryOverridden[subject] = true;
		override(ENTRY)
	:: event == OverrideSuccess ->
		successOverridden[subject] = true;
		override(SUCCESS)
	:: event == RollBack ->
		rolled++;
		stage = subject;
		roll_back()
	fi;
	stage = 0;
	do
	:: stage < STAGES && duty[stage] != None -> fulfil()
	:: stage < STAGES && duty[stage] == None -> stage++
	:: stage >= STAGES -> break
	od
}

/* 7: the laws of every state, as far as Promela's types do not say them. */
hidden int order;
inline laws() {
	for (stage : 0 .. STAGES - 1) {
		assert(execution[stage] <= executions);
		assert((execution[stage] == 0) == (status[stage] == None));
		assert(!(!held(stage) && !closed[stage] && len(waiting[stage]) > 0));
		assert(retried[stage] <= attempts[stage]);
		running = 0;
		order = -1;
		for (row : first_of[stage] .. last_of[stage]) {
			assert(action[row] == None || execution[stage] != 0);
			assert(action[row] != Pending || status[stage] == InProgress);
			assert(tried[row] <= retries[row]);
			assert(tried[row] == 0 || unfinished(row));
			assert(!rollback[stage] || kind[row] != RULE ||
				action[row] == None);
			assert(kind[row] == RULE || status[stage] != Succeeded ||
				action[row] == Succeeded);
			assert(kind[row] == RULE || status[stage] != Skipped ||
				action[row] == None);
			if
			:: unfinished(row) ->
				assert(order == -1 ||
					order == first_in_group[row]);
				order = first_in_group[row];
				running++
			:: else
			fi
		}
		assert(RUNNING == 0 || running <= RUNNING);
		assert((running > 0) == held(stage))
	}
#ifdef POLICY
	assert(POLICY);
#endif
	event = None /* SPIN: a d_step cannot end in a loop */
}

/* Who moves. Each line below a name is an event that is possible now. */
#define can(what, who) event = what; subject = who

#define ofWork(a) \
	:: unfinished(a) -> can(Succeed, a) \
	:: unfinished(a) -> can(Fail, a) \
	:: UNKNOWNS && action[a] == InProgress -> can(Lose, a)

#define ofApprover(a) \
	:: action[a] == InProgress -> can(Approve, a) \
	:: action[a] == InProgress -> can(Reject, a) \
	:: action[a] == Unknown -> can(Succeed, a) \
	:: unfinished(a) -> can(Fail, a) \
	:: UNKNOWNS && action[a] == InProgress -> can(Lose, a)

#define ofRule(a) \
	:: unfinished(a) -> can(Pass, a) \
	:: unfinished(a) -> can(Fail, a) \
	:: UNKNOWNS && action[a] == InProgress -> can(Lose, a)

#define ofExecution \
	:: started < EXECUTIONS && (LIMIT == 0 || HERE < LIMIT) -> \
		can(Start, 0)

/* 5.1: who waits leaves by `stop` and by `abandon` alike. */
#define ofWaiter(s, n) \
	:: STOPS && waiting[s]??[n] -> whom = n; can(Leave, s) \
	:: STOPS && waiting[s]??[n] -> whom = n; can(Leave, s)
/* 9.2, 9.4 */
#define ofTarget(s, n) \
	:: rolled < ROLLBACKS && s > 0 && !held(s) && status[s] != Skipped && \
		(target[s] & (1 << n)) -> whom = n; can(RollBack, s)

#define ofNumber(s, n) ofWaiter(s, n) ofTarget(s, n)
#if NUMBERS == 1
#define ofNumbers(s) ofNumber(s, 1)
#elif NUMBERS == 2
#define ofNumbers(s) ofNumber(s, 1) ofNumber(s, 2)
#elif NUMBERS == 3
#define ofNumbers(s) ofNumber(s, 1) ofNumber(s, 2) ofNumber(s, 3)
#elif NUMBERS == 4
#define ofNumbers(s) ofNumber(s, 1) ofNumber(s, 2) ofNumber(s, 3) \
	ofNumber(s, 4)
#else
#define ofNumbers(s) ofNumber(s, 1) ofNumber(s, 2) ofNumber(s, 3) \
	ofNumber(s, 4) ofNumber(s, 5) ofNumber(s, 6) ofNumber(s, 7) \
	ofNumber(s, 8)
#endif

/* 4, 5, 6, 8.4: `entry_runs` and `success_runs` say whether a rule of the
 * condition runs. */
#define ofStage(s, entry_runs, success_runs) \
	:: MODE != PARALLEL && closed[s] && TRANSITIONS -> can(Open, s) \
	:: MODE != PARALLEL && !closed[s] && TRANSITIONS && \
		(shut[s] || SHUT < CLOSINGS) -> can(Close, s) \
	:: STOPS && status[s] == InProgress -> can(Stop, s) \
	:: STOPS && held(s) -> can(Abandon, s) \
	:: RETRIES && (status[s] == Failed || status[s] == Stopped) -> \
		can(Retry, s) \
	:: RETRIES && (status[s] == Failed || status[s] == Stopped) -> \
		can(RetryAll, s) \
	:: OVERRIDES && entry[s] == FAIL && (entry_runs) -> \
		can(OverrideEntry, s) \
	:: OVERRIDES && (success_runs) -> can(OverrideSuccess, s) \
	ofNumbers(s)

