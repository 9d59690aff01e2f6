#!/bin/sh
# Executions that can end on the old version alone: the program that they began
# on is kept, and runs until they have.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/upgrade/versions.sh"
version v1 -e '' || exit 1
version gate -e 's,<!--BEFORE-->,<stage name="Law"><approval name="Lawyer">May we?</approval></stage>,' || exit 1

ok "one waits for its approval" at_gate
rm v1
timeout 30 ./gate upgrade --state "$S" >said 2>&1 &
upgrade=$!
deadline=500
until ./gate approve SignOff.Ask --state "$S" >approved 2>&1 ||
	[ $((deadline -= 1)) = 0 ]; do sleep 0.02; done
wait $upgrade
is "upgrade waits for it, and is done then" $? 0
like "it says why" said "^#1 .*ends on the old version: 'Law.Lawyer' is new"
like "it says when" said 'is of this version now$'
ok "the old program has released it" test -s "$PLAY/installed"
status "what is started now meets the lawyer" 4 timeout 20 ./gate run --no-wait \
	--state "$S"
like "who is asked" out 'Lawyer'
status "every state is proved, of both machines" 0 timeout 20 ./gate replay --state "$S"
is "the old program is forgotten" "$(find "$S/programs" -type f | wc -l)" 1

# A program that was swapped does not run.
version v1 -e '' || exit 1
ok "another one waits" at_gate
for kept in "$S"/programs/*; do
	chmod +w "$kept"
	printf '#!/bin/sh\ntouch %s/hacked\n' "$PLAY" >"$kept"
done
status "an altered program is refused" 1 timeout 20 ./gate upgrade --state "$S"
like "the execution needs a person" out '^#1 .*needs you'
like "who is told what to type" out "gate stop '#1' --abandon"
ok "nothing of it ran" test ! -e "$PLAY/hacked"
status "the person types it" 0 timeout 20 ./gate stop '#1' --abandon --state "$S"
status "and then nothing is in the way" 0 timeout 20 ./gate upgrade --state "$S"
status "nothing was lost" 0 timeout 20 ./gate replay --state "$S"

# A new execution cannot begin on what is being left.
ok "another one waits" at_gate
timeout 30 ./gate upgrade --state "$S" >said 2>&1 &
upgrade=$!
deadline=500
until [ -S "$S/socket" ] || [ $((deadline -= 1)) = 0 ]; do sleep 0.02; done
status "nothing new starts meanwhile" 1 timeout 20 ./gate run --state "$S"
like "and it is said why" err 'goes over to a new version'
kill -TERM $upgrade
wait $upgrade
is "it can be interrupted" $? 4
status "and nothing is lost" 0 timeout 20 ./v1 replay --state "$S"

# An owner of the old version.
timeout 30 ./v1 serve --state "$S" >served 2>&1 &
serve=$!
deadline=500
until grep -q serving served || [ $((deadline -= 1)) = 0 ]; do sleep 0.02; done
version ahead -e 's,<!--AFTER-->,<stage name="Watch"><test name="Look"><run>:</run></test></stage>,' || exit 1
status "while the old version serves it is refused" 3 \
	timeout 20 ./ahead upgrade --state "$S"
like "with a way out" err "process [0-9]+ owns .*--take-over"
status "asked to, it tells the old one to end" 0 \
	timeout 20 ./ahead upgrade --take-over --state "$S"
wait $serve
is "which it does" $? 0
status "and is of the new version" 0 timeout 20 ./ahead replay --state "$S"
done_testing
