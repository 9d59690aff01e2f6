#!/bin/sh
# Conditions and rollbacks of a program that runs: rules in processes of their
# own, killed, overridden, recovered; releases that really come back.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/site.sh"

cat >site.xml <<END
<pipeline xmlns="urn:stagewright:pipeline:1" name="site">
  <variable name="TICKET" default="OPS-1">Why.</variable>
  <stage name="Source">
    <source name="Fetch" provider="Page"><output>page</output></source>
  </stage>
  <stage name="Production" environment="production">
    <beforeEntry result="FAIL">
      <rule name="Gate" provider="Commands">
        <input>page</input>
        <env name="TICKET">#{variables.TICKET}</env>
        <run>cat page; echo "\$TICKET"; $PLAY/act gate</run>
      </rule>
      <rule name="Ticket" provider="VariableCheck" variable="#{variables.TICKET}" operator="MATCHES" value="OPS-[0-9]+"/>
    </beforeEntry>
    <deploy name="Install" provider="Directory" path="site"><input>page</input></deploy>
    <test name="Look" runOrder="2"><input>page</input><run>$PLAY/act look; cmp page $SCRATCH/site/current/page</run></test>
    <onSuccess result="ROLLBACK">
      <rule name="Health" provider="Commands"><run>$PLAY/act health; ! grep bad $SCRATCH/site/current/page</run></rule>
    </onSuccess>
  </stage>
</pipeline>
END
status "a pipeline with conditions builds" 0 "$STAGEWRIGHT" build site.xml -o "$R"

status "a run whose rules pass succeeds" 0 start
like "it says how a rule ended" out 'Production.Gate passed'
is "what it released is there" "$(cat site/current/page)" one
status "logs of a rule" 0 r logs Production.Gate
is "it saw its input and a variable" "$(cat out)" "one
OPS-1
gate acts"
status "replay agrees" 0 r replay

status "a rule that fails keeps everybody out" 1 start --var TICKET=none
like "and is told as the reason" out \
	'Production.Ticket failed.*does not match'
ok "the execution has failed" execution 2 Failed
like "with the rule's reason" out '#2 Failed'

echo bad >"$PLAY/page"
status "a release that is ill fails" 1 start
is "and the one before it is back" "$(cat site/current/page)" one
ok "its execution failed" execution 3 Failed
ok "the rollback succeeded" execution 4 Succeeded
r show 4 --json >show
like "it is a rollback" show '"type": "ROLLBACK"'
like "to the first release" show '"target": 1,'
like "that nobody asked for" show '"type": "AutomatedRollback"'
like "because of the third" show '"detail": "#3 failed in Production"'
like "its id is a UUID of version 8" show \
	'"id": "[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"'
is "it ran no rule" "$(grep -c 'gate 4' "$PLAY/runs")" 0
status "replay agrees with the rollback" 0 r replay

echo two >"$PLAY/page"
status "a second release" 0 start
is "is there" "$(cat site/current/page)" two
status "a rollback by hand is recorded" 0 r rollback Production '#1' --comment 'as it was' --json
like "as an execution" out '"execution": 6'
like "to its target" out '"recorded": "rollback Production #1"'
status "somebody carries it out" 0 start --resume
is "the first release is back" "$(cat site/current/page)" one
r show 6 --json >show
like "who asked for it is recorded" show "\"by\": \"$ME\""
like "why too" show '"detail": "as it was"'
like "as what" show '"type": "ManualRollback"'
like "with the revision's variables" show '"TICKET": "OPS-1"'
r history >out
like "history says what it goes back to" out 'back to #1'
status "the latest is the second release" 0 r rollback Production
like "which is said" out 'rollback Production #5: recorded as #7'
status "another one has to wait" 1 r rollback Production latest
like "it says for whom" err 'an execution holds the stage .*wait until #7 leaves it'
status "and is carried out" 0 start --resume
is "it is back" "$(cat site/current/page)" two
status "a stage is not rolled back to anybody" 1 r rollback Production 3
like "it says to whom" err '#5 and #1 could be one'
status "the first stage is never" 1 r rollback Source
like "it says so" err 'the first stage is never rolled back'
status "nor a stage that there is not" 2 r rollback Nowhere
status "replay agrees with all of them" 0 r replay

# Overridden: the tree of the rule is gone.
touch "$PLAY/hold-health"
serve
"$R" run --state "$S" --no-wait >run.out 2>&1 &
runner=$!
ok "a rule runs" await 10 test -s "$PLAY/child-health"
child=$(cat "$PLAY/child-health")
status "a condition that does not run is not overridden" 1 \
	r override Production beforeEntry
like "it says why" err 'no rule of the condition is running'
status "one that runs is" 0 r override Production onSuccess --comment 'seen by eye'
ok "what ran of it is gone" await 10 gone "$child"
wait $runner
is "the execution succeeded" $? 0
r show --json >show
like "who overrode is recorded" show "overridden by $ME: seen by eye"
status "onFailure is never overridden" 1 r override Production onFailure
kill -TERM $server
wait $server
rm "$PLAY/hold-health" "$PLAY/child-health"
status "replay agrees with the override" 0 r replay

# Killed: the owner during a rule, then during a rollback.
touch "$PLAY/hold-health"
serve
echo bad >"$PLAY/page"
"$R" run --state "$S" >run.out 2>&1 &
runner=$!
ok "a rule runs again" await 10 test -s "$PLAY/child-health"
kill -KILL $runner
kill -KILL $server
wait $runner $server
before=$(runs health)
status "nobody owns it" 0 r status
like "which is said" out 'rule .*running|no process|nobody|Health'
touch "$PLAY/hold-look"
rm "$PLAY/hold-health"
serve
ok "the rule is found again, and its verdict" await 10 execution 9 Failed
ok "the rollback begins" await 10 test -s "$PLAY/child-look"
is "the rule ran once" "$(runs health)" "$before"
kill -KILL $server
wait $server
rm "$PLAY/hold-look"
serve
ok "the rollback is found again too" await 10 execution 10 Succeeded
is "and did its work" "$(cat site/current/page)" two
kill -TERM $server
wait $server
status "replay agrees with what was killed" 0 r replay

# The supervisor of a rule is lost: nobody knows.
rm -f "$PLAY/child-gate"
touch "$PLAY/hold-gate"
serve
"$R" run --state "$S" >run.out 2>&1 &
runner=$!
ok "a rule of beforeEntry runs" await 10 test -s "$PLAY/child-gate"
child=$(cat "$PLAY/child-gate")
kill -KILL "$(ls "$S/attempts/11.1.1" | sed -n 's/^exec-.*-//p')"
ok "it is unknown" await 10 row Production.Gate Unknown
ok "and its tree is gone" await 10 gone "$child"
status "settle decides it" 0 r settle Production.Gate succeeded
like "as a rule" out 'pass Production.Gate'
wait $runner
is "the execution fails by its health" $? 1
rm -f "$PLAY/hold-gate" "$PLAY/child-gate"

# Stopped: a rule is abandoned.
touch "$PLAY/hold-gate"
"$R" run --state "$S" --no-wait >run.out 2>&1 &
runner=$!
ok "a rule runs once more" await 10 test -s "$PLAY/child-gate"
child=$(cat "$PLAY/child-gate")
n=$(sed -n 's/^#\([0-9]*\) is carried out.*/\1/p' run.out)
status "it is abandoned" 0 r stop "$n" --abandon
ok "with its tree" await 10 gone "$child"
wait $runner
is "the execution is stopped" $? 5
kill -TERM $server
wait $server
status "replay agrees to the end" 0 r replay
done_testing
