#!/bin/sh
# The run to production that the old pipeline refused and the new one accepts:
# it comes with the change that opens the way, plays on the new model and does
# not on the old one.
. "${0%/*}/../tap.sh"

cat >old.xml <<'X'
<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
  <stage name="Source">
    <source name="Checkout" provider="Git" url="shop.git" branch="main"><output>code</output></source>
  </stage>
  <stage name="Build">
    <build name="Compile"><input>code</input><output>app</output><run>make</run></build>
    <test name="Unit"><input>code</input><run>make check</run></test>
    <test name="Lint"><input>code</input><run>make lint</run></test>
  </stage>
  <stage name="Freeze">
    <beforeEntry result="FAIL">
      <rule name="NoFreeze" provider="Commands"><input>code</input><run>./frozen</run></rule>
    </beforeEntry>
    <test name="Slow"><input>code</input><run>make slow</run></test>
  </stage>
  <stage name="SignOff"><approval name="Manager" timeout="7d">Ship?</approval></stage>
  <stage name="Production" environment="production">
    <beforeEntry result="FAIL">
      <rule name="Window" provider="Commands"><input>code</input><run>./window</run></rule>
    </beforeEntry>
    <deploy name="Install" provider="Directory" path="live"><input>app</input></deploy>
  </stage>
</pipeline>
X
skippable='<beforeEntry result="SKIP"><rule name="Quick" provider="Commands"><input>code</input><run>./quick</run></rule></beforeEntry>'

# opens WHAT ID SAYS EDIT...: the change that the edit makes comes with a run
# that says so, and whose last line is the deploy.
opens() {
	what=$1
	shows "$@"
	status "$what: the new pipeline does it" 0 "$STAGEWRIGHT" simulate new.xml --scenarios "$play"
	status "$what: the old one does not" 1 "$STAGEWRIGHT" simulate old.xml --scenarios "$play"
}
# shows WHAT ID SAYS EDIT...: the same of models that are too wrong to be played.
shows() {
	what=$1 id=$2 says=$3
	shift 3
	sed -E "$@" old.xml >new.xml
	rm -rf runs
	status "$what: to decide" 1 "$STAGEWRIGHT" diff old.xml new.xml --trace-dir runs
	ok "$what: is said by $id, with its run" awk -v id="[$id]" '
		index($0, id) { said = NR }
		said == NR - 1 && /^   shortest run, refused before: [0-9]+ steps/ { has = 1 }
		END { exit !has }' out
	like "$what: the deploy starts" out 'Production.Install starts$'
	play=$(grep -l -- "<!-- 'Production.Install' starts without $says" runs/"$id"-*.xml)
	ok "$what: says what is missing" test -n "$play"
}

opens 'an approval is gone' rv-gate-removed "approval 'SignOff.Manager'" '/name="SignOff"/d'
opens 'its stage can be skipped' rv-gate-removed "approval 'SignOff.Manager'" \
	"s|(<stage name=\"SignOff\">)|\\1$skippable|"
"$STAGEWRIGHT" diff old.xml new.xml >out
like 'by a rule that does not pass' out '\* fail SignOff.Quick '
shows 'it runs beside the deploy' rv-gate-removed "approval 'SignOff.Manager'" \
	-e '/name="SignOff"/d' -e 's|( *)<deploy|<approval name="Manager" timeout="7d">Ship?</approval>&|'
shows 'it comes after the deploy' rv-gate-removed "approval 'SignOff.Manager'" \
	-e '/name="SignOff"/d' -e 's|^</pipeline>|<stage name="SignOff"><approval name="Manager" timeout="7d">Ship?</approval></stage>&|'
opens 'one test of two is gone' rv-test-removed "test 'Build.Lint'" '/name="Lint"/d'
opens 'a rule is gone' rv-gate-removed "rule 'Production.Window'" \
	'/name="Window"/d; /name="Production"/,/<deploy/{/beforeEntry/d}'
opens 'a rule went with its stage' rv-bypass "rule 'Freeze.NoFreeze'" '/name="Freeze"/,/<\/stage>/d'
opens 'a stage of rules comes later' rv-bypass "rule 'Freeze.NoFreeze'" \
	-e '/name="Freeze"/,/<\/stage>/d' -e 's|^</pipeline>|<stage name="Freeze"><beforeEntry result="FAIL"><rule name="NoFreeze" provider="Commands"><input>code</input><run>./frozen</run></rule></beforeEntry><test name="Slow"><input>code</input><run>make slow</run></test></stage>&|'

# opens_not WHAT EDIT...: a change without a run.
opens_not() {
	what=$1
	shift
	sed -E "$@" old.xml >new.xml
	rm -rf runs
	"$STAGEWRIGHT" diff old.xml new.xml --trace-dir runs >out 2>err
	ok "$what: is a change" test -s out
	is "$what: has no run" "$(grep -c 'shortest run' out)$(ls runs)" 0
}
opens_not 'another name for a stage' 's/"SignOff"/"Approval"/'
opens_not 'one more approval' 's|<stage name="SignOff">|&<approval name="Second" timeout="7d">Sure?</approval>|'
opens_not 'a build that can be skipped' "s|^</pipeline>|<stage name=\"More\">$skippable<test name=\"T\"><input>code</input><run>x</run></test></stage>&|"
opens_not 'another timeout' 's/timeout="7d"/timeout="6d"/'

sed '/name="SignOff"/d' old.xml >new.xml
status 'without a search' 1 "$STAGEWRIGHT" diff --no-verify old.xml new.xml
is 'there is no run' "$(grep -c 'shortest run' out)" 0
status 'JSON has the run' 1 "$STAGEWRIGHT" diff -o json old.xml new.xml
ok 'step by step' grep -q '"run": \[' out
status 'Markdown has it folded' 1 "$STAGEWRIGHT" diff -o markdown old.xml new.xml
like 'under what it shows' out "^<details><summary>'Production.Install' starts without approval 'SignOff.Manager'</summary>"
for mode in QUEUED PARALLEL; do
	sed "s/name=\"shop\"/& executionMode=\"$mode\"/" old.xml >a.xml
	sed "s/name=\"shop\"/& executionMode=\"$mode\"/" new.xml >b.xml
	status "mode $mode" 1 "$STAGEWRIGHT" diff a.xml b.xml
	like "mode $mode has the run" out 'Production.Install starts$'
done
touch taken
status 'runs that cannot be saved' 3 "$STAGEWRIGHT" diff old.xml new.xml --trace-dir taken/runs
like 'say so' err "cannot write 'taken/runs'"
done_testing
