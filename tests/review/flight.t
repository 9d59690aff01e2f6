#!/bin/sh
# What becomes of releases in flight: of all places where one can be, as an
# upgrade decides it of the place where one is; and the plan that a review
# writes is one that an upgrade follows.
. "${0%/*}/../tap.sh"
. "$ROOT/tests/upgrade/versions.sh"

watch='s,<!--AFTER-->,<stage name="Watch"><test name="Look"><run>:</run></test></stage>,'

# new NAME SED...: an edited model; its table against v1.xml in `flight`.
cp shop.xml v1.xml
new() {
	name=$1
	shift
	sed "$@" shop.xml >"$name.xml"
	"$STAGEWRIGHT" diff --states v1.xml "$name.xml" >flight 2>err
}
new gone -e '/<stage name="SignOff"/,/<\/stage>/d'
like "a stage is gone: who is in it ends as it began" flight \
	"^~ flight .*a release in 'SignOff' ends on the old version at [0-9]+ of [0-9]+ places: stage 'SignOff' is where it is, and not in the new version .*\[rv-running\]$"
like "all others go on" flight '^  Build +[0-9]+ places: goes on$'
like "who failed there cannot be retried" flight '^  SignOff +[0-9]+ places: cannot be retried any more: '
new more -e 's,<!--SIGN-->,<approval name="Boss">And you?</approval>,'
like "one more approval: who waits for the other is asked anew" flight \
	"^~ flight .*a release in 'SignOff' begins its stage anew at [0-9]+ of [0-9]+ places: 'SignOff.Boss' is new and behind it"
is "each way to fare is told once" "$(grep -c '^~ flight' flight)" 2
like "who is past it ends as it began" flight \
	"^  Production +[0-9]+ places?: +ends on the old version: 'SignOff.Boss' is new and behind it"
new prod -e 's,<!--PROD-->,<test name="Smoke" runOrder="2"><run>:</run></test>,'
like "what was released before did not run what is new" flight \
	"^~ rollback .*'Production' cannot be rolled back to a release from before this change .*\[rv-rollback-lost\]$"
# With another machine, too: with the same one nobody asks.
new reads -e "$watch" -e 's,<output files="thing">package,<output files="thing">bundle,;s,<input>package,<input>bundle,'
like "what nobody wrote for it is lacking" flight \
	"^  Production +[0-9]+ places?: +ends on the old version: 'Production.Install' reads artifact 'bundle', which it does not have"
new named -e "$watch" -e 's,namespace="Made",namespace="Built",;s,echo installed,echo #{Built.X} installed,'
like "so is a variable" flight "reads variables of 'Built', which it does not have"
new lab -e "$watch" -e 's,<build name="Make",& environment="lab",'
like "another environment is another action" flight \
	"^  SignOff +[0-9]+ places?: +ends on the old version: 'Build.Make' ran for it with environment 'none', which is 'lab' now"
new after -e "$watch"
is "one more stage at the end: everybody goes on" "$(grep -c 'flight' flight)" 0
sed 's/name="shop"/& executionMode="QUEUED"/' shop.xml >queued.xml
"$STAGEWRIGHT" diff --states queued.xml v1.xml >flight
like "from a queue to none: who stands behind ends as it began" flight \
	" places?: +ends on the old version: the mode changes from QUEUED to SUPERSEDED"
skips='<beforeEntry result="SKIP"><rule name="Hot" provider="Commands"><run>test -e ask</run></rule></beforeEntry>'
sed "s,<stage name=\"SignOff\">,&$skips," shop.xml >hot.xml
"$STAGEWRIGHT" diff --states hot.xml v1.xml >flight
like "who was not asked is not let through" flight \
	"^  Production +[0-9]+ places?: +ends on the old version: 'SignOff.Ask' was skipped for it, and the new version skips it for nobody"
status "the same machine" 0 "$STAGEWRIGHT" diff --states v1.xml v1.xml
is "has nothing in flight to tell of" "$(cat out)" ""
status "a plan of it" 3 "$STAGEWRIGHT" diff --plan plan v1.xml v1.xml
like "there is none" err 'there is no plan: no machine has changed'
status "JSON" 0 "$STAGEWRIGHT" diff -o json --states v1.xml after.xml
ok "has all places" grep -q '"places": \[' out

# agrees NEW: what the plan of a review says of the place where #1 is, is what
# the program decides (it says "person" for "old": the old program is not kept).
agrees() {
	"$STAGEWRIGHT" diff --plan "$1.plan" v1.xml "$1.xml" >/dev/null 2>&1
	"./$1" upgrade --dry-run --json --state "$S" >now.json 2>now.err
	python3 - "$1.plan" now.json <<'X'
import json, sys
plan, now = (json.load(open(f)) for f in sys.argv[1:])
assert [plan[k] for k in ("pipeline", "from", "to")] == [now[k] for k in ("pipeline", "from", "to")]
said = {(r["stage"], r["place"]): r["what"] for r in plan["executions"]}
assert now["executions"]
for r in now["executions"]:
    what = {"person": "old"}.get(r["what"], r["what"])
    print(r["stage"], r["place"], said.get((r["stage"], r["place"])), what)
    assert said[(r["stage"], r["place"])] == what
X
}
version v1 -e '' || exit 1
for name in gone more reads lab after; do
	"$STAGEWRIGHT" build "$name.xml" -o "$name" >/dev/null 2>&1 || exit 1
done
ok "one waits for its approval" at_gate
for name in gone more reads lab after; do
	ok "the review of '$name' says of it what an upgrade decides" agrees "$name"
done
status "the plan is followed" 0 timeout 20 ./more upgrade --plan more.plan --state "$S"
like "as it says" out '^#1 .*repeats its stage'
ok "one is in its build" in_make
for name in gone more reads lab after; do
	ok "the review of '$name' says of it what an upgrade decides" agrees "$name"
done
touch "$PLAY/go"
done_testing
