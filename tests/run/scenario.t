#!/bin/sh
# Scenarios played: what passes, what fails and how it is said, which ones are
# played, what they have not gone through.
. "$(dirname "$0")/../tap.sh"

cat >model.xml <<'END'
<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
  <stage name="Source">
    <source name="Checkout" url="shop.git" branch="main"><output>code</output></source>
  </stage>
  <stage name="Build">
    <build name="Compile"><input>code</input><run>make</run></build>
    <test name="Unit"><input>code</input><run>make check</run></test>
  </stage>
  <stage name="SignOff" transition="closed">
    <approval name="Manager">Ship it?</approval>
  </stage>
</pipeline>
END

# story NAME: a file beside the model with one scenario, its steps on standard
# input from line 3.
story() {
	{
		echo '<scenarios xmlns="urn:stagewright:pipeline:1">'
		echo "<scenario name=\"$1\">"
		cat
		echo '</scenario></scenarios>'
	} >model.scenarios.xml
}

simulate() {
	"$STAGEWRIGHT" simulate model.xml "$@"
}

# passes WHAT: the steps on standard input are as told.
passes() {
	story "$1"
	status "$1" 0 simulate
}

# fails WHAT LINE EXPECTED FOUND: and this is what is said.
fails() {
	story "$1"
	status "$1" 1 simulate
	like "$1: place" out "^model.scenarios.xml:$2:1: failed: $1\$"
	like "$1: expected" out "^    expected  $3\$"
	like "$1: found" out "^    found     $4\$"
}

status "no scenario at all" 1 simulate
like "is said, and where one could be" err "'model.xml' has no <scenario>.*'model.scenarios.xml'"

passes "a change is built and waits" <<'END'
<push/>
<expect stage="Source" execution="#1" status="InProgress"/>
<expect starts="Source.Checkout"/>
<expect decides="execution.started"/>
<succeed action="Source.Checkout"/>
<succeed action="Build.Compile"/>
<expect action="Build.Compile" status="Succeeded"/>
<expect action="Build.Unit" status="InProgress" execution="#1"/>
<succeed action="Build.Unit"/>
<expect stage="SignOff" status="none" waiting="#1" open="false"/>
<expect execution="#1" status="InProgress" at="SignOff"/>
<open stage="SignOff"/>
<expect stage="SignOff" waiting="none" open="true"/>
<approve action="SignOff.Manager"/>
<expect execution="#1" status="Succeeded" at="none"/>
END
is "the file beside the model is named" "$(cat out)" \
	"with model.scenarios.xml: 1 scenario, 6 events, all as told"

passes "every event has its element" <<'END'
<start/>
<unknown action="Source.Checkout"/>
<expect action="Source.Checkout" status="Unknown"/>
<fail action="Source.Checkout"/>
<retry stage="Source"/>
<stop execution="#1"/>
<expect execution="#1" status="Stopping"/>
<abandon execution="#1"/>
<expect cancels="Source.Checkout"/>
<retry stage="Source" actions="all"/>
<expect execution="#1" status="InProgress"/>
<close stage="Build"/>
<open stage="SignOff"/>
<succeed action="Source.Checkout"/>
<open stage="Build"/>
<succeed action="Build.Compile"/>
<succeed action="Build.Unit"/>
<reject action="SignOff.Manager"/>
<expect execution="#1" status="Failed"/>
END

passes "advance takes what runs to an action, and leaves approvals" <<'END'
<open stage="SignOff"/>
<start/>
<advance to="Build.Unit"/>
<expect action="Build.Compile" status="InProgress"/>
<advance to="Build.Unit"/>
<expect action="Build.Compile" status="InProgress"/>
<advance/>
<expect action="SignOff.Manager" status="InProgress"/>
<start/>
<advance to="Build.Compile" execution="#2"/>
<expect stage="Build" execution="#2"/>
<unknown action="Build.Unit"/>
<advance/>
<expect action="Build.Unit" status="Unknown"/>
END

passes "a refusal is what is expected" <<'END'
<retry stage="Build" refused="StageNotRetryableException"/>
<approve action="SignOff.Manager" refused="ActionNotRunning"/>
<stop execution="#3" refused="PipelineExecutionNotFoundException"/>
END

fails "a status" 5 'stage Build: Failed' 'stage Build: InProgress' <<'END'
<start/>
<advance to="Build.Unit"/>
<expect stage="Build" status="Failed"/>
END
is "the step is shown, and the run so far" "$(cat out)" \
"model.scenarios.xml:5:1: failed: a status
    <expect stage=\"Build\" status=\"Failed\"/>
    expected  stage Build: Failed
    found     stage Build: InProgress
    the run so far
      start                             Source InProgress #1; starts Source.Checkout
      succeed Source.Checkout           Source Succeeded, Build InProgress #1; starts Build.Compile, Build.Unit

with model.scenarios.xml: 1 scenario, 2 events, 1 failed"
fails "whose a stage is" 4 'execution of stage Source: #2' \
	'execution of stage Source: #1' <<'END'
<start/><start/>
<expect stage="Source" execution="#2"/>
END
fails "whose an action is" 5 'execution of action Build.Unit: #2' \
	'execution of action Build.Unit: #1' <<'END'
<start/><start/>
<advance to="Build.Unit"/>
<expect action="Build.Unit" execution="#2"/>
END
fails "who waits" 4 'waiting for stage SignOff: none' \
	'waiting for stage SignOff: #1' <<'END'
<start/><advance/>
<expect stage="SignOff" waiting="none"/>
END
is "of an advance only what changed more is shown" "$(grep -c '^      succeed' out)" 2
fails "whether it is open" 3 'transition into stage SignOff: open' \
	'transition into stage SignOff: closed' <<'END'
<expect stage="SignOff" open="true"/>
END
like "nothing came before" out '^    no event came before it$'
fails "where it is" 4 'place of execution #1: Build' \
	'place of execution #1: Source' <<'END'
<start/>
<expect execution="#1" at="Build"/>
END
fails "an action" 4 'action Build.Unit: none' \
	'action Build.Unit: InProgress' <<'END'
<start/><advance to="Build.Unit"/>
<expect action="Build.Unit" status="none"/>
END
fails "an execution" 4 'execution #1: Stopped' 'execution #1: Failed' <<'END'
<start/><fail action="Source.Checkout"/>
<expect execution="#1" status="Stopped"/>
END
fails "a command" 4 'the last event starts Build.Unit' 'it does not' <<'END'
<start/>
<expect starts="Build.Unit"/>
END
fails "a decision" 4 'decided by arrive.waits' \
	'decided by execution.started, arrive.enters, group.begin' <<'END'
<start/>
<expect decides="arrive.waits"/>
END
fails "a refusal that nobody expects" 3 'fail Build.Unit: accepted' \
	'fail Build.Unit: refused, ActionNotRunning: the action is not running' <<'END'
<fail action="Build.Unit"/>
<expect stage="Build" status="Failed"/>
END
is "ends the story" "$(grep -c failed: out)" 1
fails "a refusal for another reason" 3 \
	'retry Build: refused, ActionNotRunning' \
	'retry Build: refused, StageNotRetryableException: no execution .*' <<'END'
<retry stage="Build" refused="ActionNotRunning"/>
<expect stage="Build" status="Failed"/>
END
is "does not" "$(grep -c failed: out)" 2
fails "an event that is accepted" 3 \
	'start: refused, ActionNotRunning' 'start: accepted' <<'END'
<start refused="ActionNotRunning"/>
END
fails "an advance that leads nowhere" 4 'SignOff.Manager runs' \
	'SignOff.Manager does not run, and nothing is left that could succeed' <<'END'
<start/>
<advance to="SignOff.Manager"/>
END

# Which are played.
sed '/<\/pipeline>/i\
  <scenario name="in the model"><start/><expect stage="Build" status="none"/></scenario>' \
	model.xml >both.xml
mv model.scenarios.xml other.xml
cp other.xml both.scenarios.xml
status "one of the model, one beside it" 1 "$STAGEWRIGHT" simulate both.xml
like "both are played" out '^with both.scenarios.xml: 2 scenarios, 5 events, 1 failed$'
status "one by its name" 0 "$STAGEWRIGHT" simulate both.xml --scenario 'in the model'
like "alone" out ' 1 scenario, 1 event, all as told$'
status "a misspelt name" 2 "$STAGEWRIGHT" simulate both.xml --scenario 'in the modle'
like "is set right" err "no scenario 'in the modle'; did you mean 'in the model'\\?"
status "a file that is named" 1 "$STAGEWRIGHT" simulate both.xml --scenarios other.xml
is "is read instead" "$(tail -n 1 out)" '2 scenarios, 5 events, 1 failed'
status "a missing one" 3 "$STAGEWRIGHT" simulate both.xml --scenarios none.xml
like "is said" err '^none.xml: error: the file cannot be read'
status "a model as scenarios" 1 "$STAGEWRIGHT" simulate both.xml --scenarios model.xml
like "is no such file" err 'the root element is <pipeline>, not <scenarios>'
status "scenarios as a model" 1 "$STAGEWRIGHT" check other.xml
like "belong to one" out '--scenarios FILE'
status "check reads the file beside the model" 0 "$STAGEWRIGHT" check both.xml
sed -i 's/SignOff.Manager/SignOff.Manger/' both.scenarios.xml
status "and finds what is wrong there" 1 "$STAGEWRIGHT" check both.xml
like "with its place" out "^both.scenarios.xml:4:14: error: no action or rule 'SignOff.Manger' \\[scen-undefined\\]"
status "so it does of the file itself" 1 "$STAGEWRIGHT" check both.scenarios.xml
like "by its model" out '\[scen-undefined\]$'
status "of both" 1 "$STAGEWRIGHT" check --brief both.scenarios.xml both.xml
is "it speaks once" "$(grep -c scen-undefined out)" 1
status "so does simulate" 1 "$STAGEWRIGHT" simulate both.xml
status "which plays nothing then" 0 test ! -s out
status "events read no scenarios" 0 "$STAGEWRIGHT" simulate both.xml --events /dev/null
status "events and scenarios" 2 "$STAGEWRIGHT" simulate both.xml --events - --scenario x

# As JSON.
story "to the letter" <<'END'
<start/>
<expect stage="Source" status="Failed"/>
END
status "JSON" 1 simulate --json
is "to the letter" "$(cat out)" '{"scenarios":[
{"name":"to the letter","file":"model.scenarios.xml","line":2,"column":1,"events":1,"passed":false,"failures":[{"file":"model.scenarios.xml","line":4,"column":1,"step":"<expect stage=\"Source\" status=\"Failed\"/>","expected":"stage Source: Failed","found":"stage Source: InProgress"}],"run":[{"event":"start","accepted":true}]}
],"played":1,"failed":1,"events":1}'

# Coverage.
story "covered in part" <<'END'
<start/><advance/>
<expect stage="SignOff" status="none"/>
END
status "coverage" 0 simulate --coverage
is "of each element, with its place" "$(sed -n '2,/^rules/p' out)" \
"  model.xml:3: Source.Checkout: never fails
  model.xml:6: Build.Compile: never fails
  model.xml:7: Build.Unit: never fails
  model.xml:9: SignOff: never entered, never opened
rules of the machine in no scenario:"
like "of rules, with their sentences" out '^  arrive.supersedes    a newer execution takes the waiting place'
is "but not of what the model does not have" "$(grep -cE '^  (condition|rule|action.retried|action.waits|stage.skipped|stage.retries|rollback.no-target)' out)" 0
like "and in numbers" out '^exercised: 5 of 12 ways \(41 %\), [0-9]+ of [0-9]+ rules'
status "coverage as JSON" 0 simulate --coverage --json
ok "is JSON" perl -MJSON::PP -0777 -ne 'my $c = decode_json($_)->{coverage};
	die unless $c->{ways} == 12 && @{$c->{elements}} == 4 &&
	    grep { $_ eq "arrive.supersedes" } @{$c->{rulesMissing}}' out
status "a drawing of it" 0 simulate --coverage -o coverage.svg
is "marks what is missing" "$(grep -o '>never [a-z, ]*<' coverage.svg | sort | uniq -c | tr -s ' \n' ' ')" \
	' 1 >never entered, never opened< 3 >never fails< '
like "and says how much it is" coverage.svg 'exercised: 5 of 12 ways'
status "enough of it" 0 simulate --fail-under 41
status "not enough" 1 simulate --fail-under 42
like "is said" err 'less than 42 % of the ways are exercised'
status "more than all" 2 simulate --fail-under 101
status "which is no drawing of a model alone" 2 simulate -o coverage.svg
status "one that cannot be written" 3 simulate --coverage -o missing/coverage.svg
like "is said" err "cannot write 'missing/coverage.svg'"
for example in hello storefront; do
	status "$example keeps its promises, and all are told" 0 \
		"$STAGEWRIGHT" simulate "$ROOT/examples/$example/release.xml" \
		--fail-under 100
done
done_testing
