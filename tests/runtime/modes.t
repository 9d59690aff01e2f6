#!/bin/sh
# Several executions of programs that run: queues, executions side by side, and
# attempts that wait after one that failed.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/site.sh"

# model NAME ATTRIBUTES <STAGES: builds $SCRATCH/NAME.
model() {
	{
		echo "<pipeline xmlns=\"urn:stagewright:pipeline:1\" name=\"$1\" $2>"
		echo '<stage name="Source"><source name="Fetch" provider="Page"><output>page</output></source></stage>'
		cat
		echo '</pipeline>'
	} >"$1.xml"
	"$STAGEWRIGHT" build "$1.xml" -o "$1"
}
use() {
	R=$SCRATCH/$1
	S=$SCRATCH/$1.state
	: >"$PLAY/runs"
}
halt() {
	kill "-$1" "$server"
	wait "$server" 2>wait.err
}

# QUEUED: nobody is overtaken, and no more than there may be.
model queued 'executionMode="QUEUED" maxExecutions="3"' <<END
<stage name="Build"><build name="Compile"><input>page</input><run>$PLAY/act compile; cat page</run></build></stage>
<stage name="Ship"><build name="Send"><input>page</input><run>$PLAY/act send; cat page</run></build></stage>
END
use queued
touch "$PLAY/hold-compile"
serve
"$R" run --state "$S" >run.1 2>&1 &
one=$!
ok "the first builds" await 10 row Build.Compile InProgress
"$R" run --state "$S" >run.2 2>&1 &
two=$!
ok "the second waits" await 10 execution 2 InProgress
"$R" run --state "$S" >run.3 2>&1 &
three=$!
ok "the third waits behind it" await 10 execution 3 InProgress
await 10 sh -c "'$R' status --state '$S' | grep -q 'behind it #3'"
r status >out
like "status has the queue" out '#2 waits until #1 leaves Build; behind it #3'
status "the fourth is refused" 1 start
like "with the machine's reason" err \
	'as many executions are in flight as may be \(ConcurrentPipelineExecutionsLimitExceededException\)'
like "and a way out" err 'wait until one ends'
halt KILL
# Whoever still waits takes over.
rm "$PLAY/hold-compile"
wait $one
wait $two
wait $three
is "all succeed" "$(r history | grep -c Succeeded)" 3
is "in their order" "$(sed -n 's/^send \(.\).*/\1/p' "$PLAY/runs" | tr '\n' ' ')" "1 2 3 "
status "replay agrees with the queue" 0 r replay

# PARALLEL: each has a state of its own.
model parallel 'executionMode="PARALLEL" maxExecutions="3"' <<END
<stage name="Build"><build name="Compile"><input>page</input><run>$PLAY/act compile</run></build></stage>
<stage name="SignOff"><approval name="Ada" timeout="1h">Ship it?</approval></stage>
<stage name="Ship"><build name="Send"><input>page</input><run>$PLAY/act send</run></build>
<onSuccess result="FAIL"><rule name="Seen" provider="Commands"><run>$PLAY/act seen</run></rule></onSuccess></stage>
END
use parallel
touch "$PLAY/hold-compile"
serve
run_1='' run_2='' run_3=''
for n in 1 2 3; do
	"$R" run --state "$S" >run.$n 2>&1 &
	eval "run_$n=$!"
	await 10 execution $n InProgress
done
ok "three build at once" await 10 sh -c "[ \$(grep -c compile '$PLAY/runs') = 3 ]"
status "status answers for all of them" 0 r status
is "each with its stages" "$(grep -c 'Compile *InProgress' out)" 3
status "a fourth is refused" 1 start
like "as there are enough" err 'as many executions are in flight as may be'
status "there are no transitions" 1 r close Build
like "which is said" err 'there are no transitions'
status "and no rollbacks" 1 r rollback Build
halt KILL
rm "$PLAY/hold-compile"
ok "all three are found again" await 10 sh -c \
	"[ \$('$R' status --state '$S' | grep -c 'Ada *InProgress') = 3 ]"
is "each built once" "$(runs compile)" 3
status "a decision has to say whose" 2 r approve SignOff.Ada
like "of whom" err 'possible for #1, #2 or #3: say --execution N'
status "it is given for the second" 0 r approve SignOff.Ada --execution 2
like "which is recorded" out '#2 approve SignOff.Ada: recorded for #2'
wait $run_2
is "which succeeds first" $? 0
status "a token says whose, too" 0 r approve SignOff.Ada --token 3.2.1
wait $run_3
is "so that the third succeeds" $? 0
status "what is over is over" 1 r retry Build --execution 2
touch "$PLAY/fail-seen"
status "what one alone can mean need not be said" 0 r approve SignOff.Ada
wait $run_1
is "a condition fails the first" $? 1
rm "$PLAY/fail-seen"
serve
status "it is retried" 0 r retry Ship
like "as the one that can be" out '#1 retry Ship: recorded'
ok "and succeeds" await 10 execution 1 Succeeded
status "an execution that there is not" 1 r retry Ship --execution 7
halt TERM
status "replay agrees with all states" 0 r replay
like "and counts" out 'rows: every state'

# Retries: an attempt waits after one that failed.
model again '' <<END
<stage name="Build"><build name="Compile" idempotent="true" retries="2" backoff="2s"><input>page</input><run>$PLAY/act compile</run></build></stage>
<stage name="Window"><beforeEntry result="FAIL"><rule name="Open" provider="DeploymentWindow" cron="0 0 29 2 *" timeout="1h"/></beforeEntry>
<build name="Go"><run>true</run></build></stage>
END
use again
touch "$PLAY/fail-compile"
serve
"$R" run --state "$S" >run.1 2>&1 &
one=$!
ok "the first attempt fails" await 10 sh -c "'$R' status --state '$S' | grep -q 'again at'"
r status >out
like "status says until when" out 'Compile *InProgress .*failed, again at ..:..:..'
kill -KILL $one
wait $one 2>wait.err
halt KILL
is "the second has not begun" "$(runs compile)" 1
serve
ok "it begins after the wait, whatever was killed" await 10 \
	sh -c "[ \$(grep -c compile '$PLAY/runs') = 2 ]"
rm "$PLAY/fail-compile"
ok "the third succeeds" await 10 row Build.Compile Succeeded
is "after two that failed" "$(runs compile)" 3
ok "a window is waited for" await 10 row Window.Open InProgress
ok "its log says until when" await 10 sh -c "'$R' logs --state '$S' Window.Open | grep -q '02-29 00:00:00'"
status "nobody needs to wait for it" 0 r override Window beforeEntry --comment now
ok "the execution succeeds" await 10 execution 1 Succeeded

touch "$PLAY/fail-compile"
"$R" run --state "$S" >run.1 2>&1 &
one=$!
ok "another one waits for its next attempt" await 10 \
	sh -c "'$R' status --state '$S' | grep -q 'again at'"
status "stopping it ends the wait" 0 r stop 2
wait $one
is "at once" $? 5
"$R" run --state "$S" >run.1 2>&1 &
one=$!
ok "and another one" await 10 sh -c "'$R' status --state '$S' | grep -q '#3' &&
	'$R' status --state '$S' | grep -q 'again at'"
kill -KILL $one
wait $one 2>wait.err
halt TERM
status "without anybody who carries it" 0 r stop 3
ok "it is stopped, too" execution 3 Stopped
status "replay agrees with the waits" 0 r replay

# A stage that is tried again by itself, and actions that take turns.
model turns 'executionMode="PARALLEL" maxExecutions="2" maxActions="1"' <<END
<stage name="Build">
<build name="Compile"><input>page</input><run>echo tried &gt;&gt;$PLAY/tried; $PLAY/act compile; [ "\$(wc -l &lt;$PLAY/tried)" -gt 1 ]</run></build>
<build name="Doc"><input>page</input><run>$PLAY/act doc</run></build>
<onFailure result="RETRY"/></stage>
END
use turns
rm -f "$PLAY/fail-compile" "$PLAY"/child-*
touch "$PLAY/hold-compile"
serve
"$R" run --state "$S" >run.1 2>&1 &
one=$!
ok "one action runs" await 10 test -s "$PLAY/child-compile"
r status >out
like "the other one waits for its turn" out 'Doc *Pending'
is "and has not begun" "$(runs doc)" 0
halt KILL
kill -KILL $one
wait $one 2>wait.err
rm "$PLAY/hold-compile"
serve
ok "a stage that failed is tried again by itself" await 10 execution 1 Succeeded
is "what failed twice" "$(runs compile)" 2
is "what succeeded once" "$(runs doc)" 1
like "which is told" serving '#1 tries Build again'
like "and whose an action is, that runs beside others" serving '#1 Build.Compile started, attempt 2'
halt TERM
status "replay agrees with turns and tries" 0 r replay

# Outcomes that nobody knows, and what the model says of them.
model lost '' <<END
<stage name="Build">
<build name="Again" idempotent="true" retries="1" backoff="1s" onUnknown="retry"><input>page</input><run>$PLAY/act again</run></build>
<build name="Never" onUnknown="fail"><input>page</input><run>$PLAY/act never</run></build></stage>
END
use lost
rm -f "$PLAY"/child-*
touch "$PLAY/hold-again" "$PLAY/hold-never"
serve
"$R" run --state "$S" >run.1 2>&1 &
one=$!
ok "two actions run" await 10 test -s "$PLAY/child-again" -a -s "$PLAY/child-never"
for attempt in 1.1.1 1.2.1; do
	for file in "$S/attempts/$attempt"/exec-*; do
		kill -KILL "${file##*-}"
	done
done
# Not before: the first attempt would end as it likes.
rm "$PLAY/hold-again"
ok "one has failed" await 10 row Build.Never Failed
ok "the other one is tried again" await 10 row Build.Again Succeeded
r show --json >show
like "its first attempt is unknown" show '"status": "Unknown"'
rm "$PLAY/hold-never"
wait $one
is "the execution has failed" $? 1
halt TERM
status "replay agrees with what was lost" 0 r replay
done_testing
