#!/bin/sh
# A plan that was made before: what it says is done, or nothing; and pasts that
# the new version would not have let through.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/upgrade/versions.sh"
version v1 -e '' || exit 1
version more -e 's,<!--SIGN-->,<approval name="Boss">And you?</approval>,' || exit 1
version ahead -e 's,<!--AFTER-->,<stage name="Watch"><test name="Look"><run>:</run></test></stage>,' || exit 1

# reviewed BINARY SED...: the example, as if it were of this change.
reviewed() {
	reviewed_by=$1
	shift
	"./$reviewed_by" upgrade --dry-run --json --state "$S" >now.json 2>now.err
	sed -e "$(sed -n 's/^ *\("\(from\|to\)": "[0-9a-f]*",\)$/s;^  "\2":.*;  \1;/p' \
		now.json)" "$@" "$ROOT/tests/upgrade/plan.json" >plan
}

ok "one waits for its approval" at_gate
reviewed more
is "the example is of this very change" \
	"$(sed -n 's/.*"place": "\(.*\)".*/\1/p' now.json | head -n 1)" "holds r"
status "a plan is compared by a dry run" 0 timeout 20 ./more upgrade --dry-run \
	--plan plan --state "$S"
like "and is as planned" out '^#1 .*repeats its stage'
reviewed more -e 's/"place": "holds r", "what": "repeats"/"place": "holds r", "what": "old"/'
status "a plan may be stricter than what can be proved" 1 timeout 20 ./more \
	upgrade --dry-run --plan plan --state "$S"
like "so it ends on the old version" out '^#1 .*ends on the old version: .SignOff'
reviewed more -e 's/"what": "repeats"/"what": "carries"/'
status "it cannot be laxer" 1 timeout 20 ./more upgrade --plan plan --state "$S"
like "which is said" out "^#1 .*is not as planned: the plan says 'carries', which cannot be proved: 'SignOff.Boss' is new"
like "with a way out" err 'wait until they are elsewhere, or leave out --plan'
reviewed more -e 's/"SignOff", "place": "holds r"/"SignOff", "place": "holds w"/'
status "where nothing was reviewed nothing is done" 1 timeout 20 ./more \
	upgrade --plan plan --state "$S"
like "which is said, too" out '^#1 .*is not as planned: the plan says nothing of where it is'
status "nothing has changed" 0 timeout 20 ./v1 replay --state "$S"
reviewed more -e 's/"from": "[0-9a-f]*"/"from": "0123456789abcdef"/'
status "the plan of another change is refused" 1 timeout 20 ./more upgrade \
	--plan plan --state "$S"
like "both are named" err "from machine 0123456789abcdef to .* and this is 'shop' from"
reviewed ahead -e 's/"why": ".*Boss.*"/"why": null/'
status "what could go on may begin anew, if the plan says so" 0 timeout 20 \
	./ahead upgrade --plan plan --state "$S"
like "and does" out '^#1 .*repeats its stage: the plan says so'
ok "another one waits" at_gate
./more upgrade --dry-run --json --state "$S" >plan 2>err
status "a dry run is a plan" 0 timeout 20 ./more upgrade --plan plan --state "$S"
status "all states are proved" 0 timeout 20 ./more replay --state "$S"

# What is no plan.
ok "another one waits" at_gate
refused() { # NAME PATTERN, the file is `plan`
	status "$1 is refused" 3 timeout 20 ./more upgrade --plan plan --state "$S"
	like "and it is said why" err "$2"
}
rm plan
refused "a file that is not there" "plan.* cannot be read"
echo '{"format": ' >plan
refused "half a document" 'is no JSON, in line [12]'
echo '{"format": "stagewright upgrade 2"}' >plan
refused "another format" 'its "format" is not "stagewright upgrade 1"'
echo '{"format": "stagewright upgrade 1", "executions": []}' >plan
refused "one of nobody" 'is not there'
reviewed more -e 's/"what": "ends"/"what": "perhaps"/'
refused "an unknown word" 'no "what" that is known'
reviewed more -e 's/"Production", "place": "ended"/"Production", "place": "holds r"/'
refused "a contradiction" 'two things of one place'
reviewed more -e 's/"executions": \[/&[[[[/'
refused "nonsense" 'is no JSON'

# What was skipped is skipped by nobody any more: what was proved of the new
# version would not be true of it.
skips='<beforeEntry result="SKIP"><rule name="Hot" provider="Commands"><run>test -e '$PLAY'/ask</run></rule></beforeEntry>'
version hot -e "s,<stage name=\"SignOff\">,&$skips," \
	-e "s,<run>echo installed,<run>until [ -e $PLAY/end ]; do sleep 0.01; done</run>&," || exit 1
version strict -e "s,<run>echo installed,<run>until [ -e $PLAY/end ]; do sleep 0.01; done</run>&," || exit 1
version loose -e "s,<stage name=\"SignOff\">,&$skips," -e 's,<!--AFTER-->,<stage name="Watch"><test name="Look"><run>:</run></test></stage>,' || exit 1
# in_install: #1 runs Production.Install, its approval was skipped.
in_install() {
	rm -rf "$S" "$PLAY"
	mkdir "$PLAY"
	touch "$PLAY/go"
	timeout 60 ./hot run --state "$S" >/dev/null 2>&1 &
	in_install_owner=$!
	deadline=1000
	until ./hot status --state "$S" 2>&1 | grep -q 'Install.*InProgress\|Install.*running' ||
		[ $((deadline -= 1)) = 0 ]; do sleep 0.02; done
	kill -TERM $in_install_owner
	wait $in_install_owner
	[ $deadline != 0 ]
}
ok "one was not asked, and is installed" in_install
is "a version that always asks does not take it" "$(what strict)" "#1 old"
like "and says whose answer is missing" plan.json \
	"'SignOff.Ask' was skipped for it, and the new version skips it for nobody"
is "one that may skip it, too, does" "$(what loose)" "#1 carries"
touch "$PLAY/end"

version failing -e "s,<stage name=\"SignOff\">,&$skips," \
	-e 's,<run>echo installed,<run>false</run>&,' || exit 1
rm -rf "$S" "$PLAY"
mkdir "$PLAY"
touch "$PLAY/go"
status "one failed without being asked" 1 timeout 20 ./failing run --state "$S"
is "it could be retried past the approval" "$(what v1)" "#1 ends"
status "so it is taken over as one that cannot" 0 timeout 20 ./v1 upgrade --state "$S"
status "which is so" 1 timeout 20 ./v1 retry Production --state "$S"
status "after a start from the journal, too" 0 timeout 20 ./v1 replay --state "$S"

# Another environment is another action to a policy.
version elsewhere -e 's,<build name="Make",& environment="lab",;s,<!--AFTER-->,<stage name="Watch"><test name="Look"><run>:</run></test></stage>,' || exit 1
ok "one waits for its approval" at_gate
is "who was built elsewhere was not built here" "$(what elsewhere)" "#1 old"
like "which is said" plan.json "'Build.Make' ran for it with environment 'none', which is 'lab' now"
done_testing
