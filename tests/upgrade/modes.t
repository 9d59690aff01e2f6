#!/bin/sh
# Executions of every mode, and in every midst, taken over: who waits in a
# queue, who has stages for himself, who is rolled back, tried again or judged.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/upgrade/versions.sh"
after='s,<!--AFTER-->,<stage name="Watch"><test name="Look"><run>echo looked >>'"$PLAY"'/looked</run></test></stage>,'

# statuses PROGRAM: of all executions, newest first.
statuses() {
	"./$1" history --json --state "$S" >history.json
	sed -n 's/.*"status": "\(.*\)".*/\1/p' history.json | paste -s -d ' '
}

# Who waits in a queue.
queue='s/name="shop"/& executionMode="QUEUED"/'
version v1 -e "$queue" || exit 1
version ahead -e "$queue" -e "$after" || exit 1
version alone -e "$after" || exit 1
ok "one waits for its approval" at_gate
./v1 run --no-wait --state "$S" >said 2>&1
./v1 run --no-wait --state "$S" >said 2>&1
is "two more stand behind it" "$(what ahead)" \
	"#1 carries #2 carries #3 carries"
is "where there is no queue they do not fit" "$(what alone)" "#1 old #2 old #3 old"
like "which is said" plan.json 'mode changes from QUEUED to SUPERSEDED'
status "the queue is taken over" 0 timeout 20 ./ahead upgrade --state "$S"
for n in 1 2 3; do
	status "#$n is next" 0 timeout 20 ./ahead approve SignOff.Ask "#$n" \
		--state "$S"
	timeout 20 ./ahead run --resume --no-wait --state "$S" >said 2>&1
done
is "all have come through" "$(statuses ahead)" "Succeeded Succeeded Succeeded"
is "by the new stage" "$(wc -l <"$PLAY/looked" | tr -d ' ')" 3
status "every state is proved" 0 timeout 20 ./ahead replay --state "$S"

# Who has the stages for himself.
parallel='s/name="shop"/& executionMode="PARALLEL"/'
version v1 -e "$parallel" || exit 1
version ahead -e "$parallel" -e "$after" || exit 1
version gate -e "$parallel" -e 's,<!--BEFORE-->,<stage name="Law"><approval name="Lawyer">May we?</approval></stage>,' || exit 1
ok "one waits for its approval" at_gate
./v1 run --no-wait --state "$S" >said 2>&1
is "each of two is judged for itself" "$(what ahead)" "#1 carries #2 carries"
is "and ends on the old version for itself" "$(what gate)" "#1 old #2 old"
status "both are taken over" 0 timeout 20 ./ahead upgrade --state "$S"
status "twice in a row changes nothing" 0 timeout 20 ./ahead upgrade --state "$S"
status "and back" 0 timeout 20 ./v1 upgrade --state "$S"
status "and over again" 0 timeout 20 ./ahead upgrade --state "$S"
for n in 1 2; do
	status "#$n is approved" 0 timeout 20 ./ahead approve SignOff.Ask "#$n" \
		--state "$S"
done
timeout 20 ./ahead run --resume --no-wait --state "$S" >said 2>&1
timeout 20 ./ahead run --resume --no-wait --state "$S" >said 2>&1
is "both have come through" "$(statuses ahead)" "Succeeded Succeeded"
status "every state is proved, of all machines" 0 timeout 20 ./ahead replay --state "$S"

# Who is tried again: its stage has failed once.
again='s,<!--SIGN-->,<test name="Flaky" runOrder="2"><run>echo try >>'$PLAY'/tries; [ $(cat '$PLAY'/tries | wc -l) -gt 1 ]</run></test><approval name="Sure" runOrder="3">Sure?</approval><onFailure result="RETRY"/>,;s,<approval name="Ask">Ship it?</approval>,,'
version v1 -e "$again" || exit 1
version ahead -e "$again" -e "$after" || exit 1
ok "one was tried again, and waits" at_gate
is "it was tried twice" "$(wc -l <"$PLAY/tries" | tr -d ' ')" 2
is "it goes on" "$(what ahead)" "#1 carries"
status "it is taken over" 0 timeout 20 ./ahead upgrade --state "$S"
status "the question stands" 0 timeout 20 ./ahead approve SignOff.Sure --state "$S"
status "it ends" 0 timeout 20 ./ahead run --resume --state "$S"
is "nothing was tried once more" "$(wc -l <"$PLAY/tries" | tr -d ' ')" 2

# Who is judged: a rule of beforeEntry runs. And who is rolled back.
judged='s,<stage name="Production">,&<beforeEntry result="FAIL"><rule name="Calm" provider="Commands"><run>echo rule >>'$PLAY'/rule; until [ -e '$PLAY'/calm ]; do sleep 0.01; done</run></rule></beforeEntry>,;s,<approval name="Ask">Ship it?</approval>,<test name="Fine"><run>:</run></test>,'
version v1 -e "$judged" || exit 1
version ahead -e "$judged" -e "$after" || exit 1
# midst FILE: #N runs until the file has a line; nobody owns it then.
midst() {
	timeout 60 ./v1 run --state "$S" >said 2>&1 &
	midst_owner=$!
	deadline=1000
	until [ -s "$1" ] || [ $((deadline -= 1)) = 0 ]; do sleep 0.02; done
	kill -TERM $midst_owner
	wait $midst_owner
	[ $deadline != 0 ]
}
rm -rf "$S" "$PLAY"
mkdir "$PLAY"
touch "$PLAY/go"
ok "one is judged before it enters" midst "$PLAY/rule"
is "it goes on being judged" "$(what ahead)" "#1 carries"
status "it is taken over" 0 timeout 20 ./ahead upgrade --state "$S"
touch "$PLAY/calm"
status "and enters" 0 timeout 20 ./ahead run --resume --state "$S"
is "the rule ran once" "$(wc -l <"$PLAY/rule" | tr -d ' ')" 1

slow='s,<run>echo installed,<run>[ $STAGEWRIGHT_EXECUTION != 2 ] || { echo back >>'$PLAY'/back; until [ -e '$PLAY'/end ]; do sleep 0.01; done; }</run>&,;s,<approval name="Ask">Ship it?</approval>,<test name="Fine"><run>:</run></test>,'
version v1 -e "$slow" || exit 1
version ahead -e "$slow" -e "$after" || exit 1
version other -e "$slow" -e 's,<!--PROD-->,<test name="Also"><run>:</run></test>,' || exit 1
rm -rf "$S" "$PLAY"
mkdir "$PLAY"
touch "$PLAY/go"
status "one is released" 0 timeout 20 ./v1 run --state "$S"
timeout 60 ./v1 serve --state "$S" >said 2>&1 &
serve=$!
deadline=500
until grep -q serving said || [ $((deadline -= 1)) = 0 ]; do sleep 0.02; done
status "and brought back" 0 timeout 20 ./v1 rollback Production '#1' --state "$S"
until [ -s "$PLAY/back" ] || [ $((deadline -= 1)) = 0 ]; do sleep 0.02; done
kill -TERM $serve
wait $serve
is "the rollback goes on" "$(what ahead)" "#2 carries"
is "a rollback is not begun anew" "$(what other)" "#2 old"
status "it is taken over" 0 timeout 20 ./ahead upgrade --state "$S"
touch "$PLAY/end"
status "it ends" 0 timeout 20 ./ahead run --resume --state "$S"
is "what was there is there again" "$(wc -l <"$PLAY/installed" | tr -d ' ')" 2
ok "and nobody looked: a rollback goes nowhere else" test ! -e "$PLAY/looked"
status "every state is proved" 0 timeout 20 ./ahead replay --state "$S"
done_testing
