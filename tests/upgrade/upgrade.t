#!/bin/sh
# A new version of a pipeline in the state directory of an old one: what
# becomes of executions in flight, by the kind of the change.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/upgrade/versions.sh"
version v1 -e '' || exit 1

# The same model, with other commands: nothing is to be done.
version again -e 's/Ship it?/Ship it now?/' || exit 1
ok "one waits for its approval" at_gate
status "the same machine needs no upgrade" 0 timeout 20 ./again upgrade --state "$S"
like "and says so" out 'is of this version$'
is "it has no rows" "$(what again)" ""
status "it goes on as it is" 4 timeout 20 ./again run --resume --no-wait \
	--state "$S"
status "with a row of its own" 0 timeout 20 ./again replay --state "$S"

# Ahead of where it is.
version ahead -e 's,<!--AFTER-->,<stage name="Watch"><test name="Look"><run>echo looked >>'"$PLAY"'/looked</run></test></stage>,' || exit 1
ok "one waits for its approval" at_gate
is "what is new ahead of it does not matter" "$(what ahead)" "#1 carries"
status "a dry run changes nothing" 0 timeout 20 ./v1 replay --state "$S"
status "upgrade does what was said" 0 timeout 20 ./ahead upgrade --state "$S"
like "and says so" out '^#1 +InProgress +in +SignOff +goes on$'
like "and that it is done" out 'is of this version now$'
is "the way back is an upgrade too" "$(what v1)" "#1 carries"
status "the question is still the same one" 0 timeout 20 ./ahead approve SignOff.Ask \
	--state "$S"
status "it runs to its new end" 0 timeout 20 ./ahead run --resume --state "$S"
ok "through the new stage" test -s "$PLAY/looked"
status "every state is proved, of both machines" 0 timeout 20 ./ahead replay --state "$S"

# Where it is, and behind.
version gate -e 's,<!--BEFORE-->,<stage name="Law"><approval name="Lawyer">May we?</approval></stage>,' || exit 1
ok "one waits for its approval" at_gate
is "it does not go past a new approval" "$(what gate)" "#1 old"
like "the reason names it" plan.json "'Law.Lawyer' is new and behind it"
status "serve refuses, and says what is needed" 3 timeout 20 ./gate serve --state "$S"
like "with the command" err 'upgrade --dry-run.*says which and why'
status "run refuses too" 3 timeout 20 ./gate run --state "$S"
status "the new program answers in the old one's terms" 0 \
	timeout 20 ./gate status --state "$S"
like "about what there is" out 'SignOff'
status "a dry run says no" 1 timeout 20 ./gate upgrade --dry-run --state "$S"
status "nothing has changed" 0 timeout 20 ./v1 replay --state "$S"

version more -e 's,<!--SIGN-->,<approval name="Boss">And you?</approval>,' || exit 1
is "a second approval beside it repeats the stage" "$(what more)" "#1 repeats"
status "which serve does not do by itself" 3 timeout 20 ./more serve --state "$S"
status "but upgrade does" 0 timeout 20 ./more upgrade --state "$S"
like "and says so" out '^#1 .*repeats its stage: .SignOff.Boss. is new'
status "both are asked" 4 timeout 20 ./more run --resume --no-wait --state "$S"
status "one" 0 timeout 20 ./more approve SignOff.Ask --state "$S"
status "and the other" 0 timeout 20 ./more approve SignOff.Boss --state "$S"
status "then it is released" 0 timeout 20 ./more run --resume --state "$S"
is "once" "$(wc -l <"$PLAY/installed" | tr -d ' ')" 1

# While an action runs.
version later -e 's,<!--BUILD-->,<test name="Lint" runOrder="3"><input>package</input><run>cat thing</run></test>,' || exit 1
ok "one runs Build.Make under its supervisor" in_make
is "a later action of its stage does not matter" "$(what later)" "#1 carries"
status "it goes over while it runs" 0 timeout 20 ./later upgrade --state "$S"
touch "$PLAY/go"
status "its end is the new machine's" 4 timeout 20 ./later run --resume --no-wait \
	--state "$S"
is "it ran once" "$(wc -l <"$PLAY/make" | tr -d ' ')" 1
./later show '#1' --json --state "$S" >shown
like "the later action ran" shown '"path": "Build.Lint"'
status "every state is proved" 0 timeout 20 ./later replay --state "$S"

version renamed -e 's/name="Make"/name="Compile"/' || exit 1
ok "one runs Build.Make" in_make
is "renamed, it is gone: builds may be repeated" "$(what renamed)" "#1 repeats"
like "the reason names it" plan.json "'Build.Make' runs and is not in the new"
touch "$PLAY/go"
status "it begins its stage anew" 0 timeout 20 ./renamed upgrade --state "$S"
status "and goes on to the question" 4 timeout 20 ./renamed run --resume --no-wait \
	--state "$S"
status "every state is proved" 0 timeout 20 ./renamed replay --state "$S"

version moved -e 's/name="Build"/name="Works"/' || exit 1
ok "one runs Build.Make" in_make
is "without its stage it ends on the old version" "$(what moved)" "#1 old"
touch "$PLAY/go"

version parallel -e 's/name="shop"/& executionMode="PARALLEL"/' || exit 1
ok "one waits for its approval" at_gate
is "no execution goes into another kind of mode" "$(what parallel)" "#1 old"
like "the reason says so" plan.json 'mode changes from SUPERSEDED to PARALLEL'
version queued -e 's/name="shop"/& executionMode="QUEUED"/' || exit 1
is "but into a queue" "$(what queued)" "#1 carries"
status "run goes over by itself where nothing changes for anybody" 4 \
	timeout 20 ./queued run --no-wait --state "$S"
./queued history --json --state "$S" >history
is "both are there" "$(grep -c '"number"' history)" 2

version reads -e 's,<!--PROD-->,<test name="Sign" runOrder="2"><input>signed</input><run>:</run></test>,; s,<output files="thing">package</output>,&<output files="thing">signed</output>,' || exit 1
ok "one waits for its approval" at_gate
is "what reads a thing that was never made waits for the next" \
	"$(what reads)" "#1 old"
like "the reason names it" plan.json "'Production.Sign' reads artifact 'signed'"
done_testing
