#!/bin/sh
# Scenarios of everything that a pipeline can mean: conditions and their rules,
# retries, rollback, queues, executions that run in parallel.
. "$(dirname "$0")/../tap.sh"

# model ATTRIBUTES: the rest of it is on standard input.
model() {
	{
		echo "<pipeline xmlns=\"urn:stagewright:pipeline:1\" name=\"shop\" $1>"
		cat
		echo '</pipeline>'
	} >model.xml
}

# passes WHAT: the steps on standard input are as told; `out` says why not.
passes() {
	{
		echo '<scenarios xmlns="urn:stagewright:pipeline:1">'
		echo "<scenario name=\"$1\">"
		cat
		echo '</scenario></scenarios>'
	} >model.scenarios.xml
	status "$1" 0 "$STAGEWRIGHT" simulate model.xml
}

model '' <<'END'
<stage name="Source">
  <source name="Checkout" url="shop.git" branch="main"><output>code</output></source>
</stage>
<stage name="Build">
  <build name="Compile"><input>code</input><run>make</run></build>
  <test name="Unit"><input>code</input><run>make check</run></test>
  <onFailure result="RETRY" retryMode="FAILED_ACTIONS"/>
</stage>
<stage name="Docs">
  <beforeEntry result="SKIP"><rule name="Wanted" provider="Commands">test -d doc</rule></beforeEntry>
  <build name="Pages"><input>code</input><run>make doc</run></build>
</stage>
<stage name="Production">
  <beforeEntry result="FAIL"><rule name="Hours" provider="Commands">true</rule><rule name="Calm" provider="Commands">true</rule></beforeEntry>
  <deploy name="Install" provider="Directory" path="live"><input>code</input></deploy>
  <onSuccess result="ROLLBACK"><rule name="Health" provider="Commands">true</rule></onSuccess>
</stage>
END

passes "rules run and pass" <<'END'
<push/>
<advance to="Docs.Wanted"/>
<expect stage="Docs" condition="beforeEntry" status="InProgress"/>
<expect rule="Docs.Wanted" status="InProgress" execution="#1"/>
<pass rule="Docs.Wanted"/>
<expect decides="condition.passed"/>
<expect stage="Docs" condition="beforeEntry" status="Succeeded"/>
<advance to="Production.Hours"/>
<expect rule="Production.Calm" status="InProgress"/>
<expect starts="Production.Calm"/>
<advance/>
<expect execution="#1" status="Succeeded"/>
<expect stage="Production" condition="onSuccess" status="Succeeded"/>
END

passes "a stage that is skipped is passed over" <<'END'
<push/>
<advance to="Docs.Wanted"/>
<fail rule="Docs.Wanted"/>
<expect stage="Docs" status="Skipped"/>
<expect action="Docs.Pages" status="none"/>
<expect execution="#1" at="Production"/>
<retry stage="Docs" refused="StageNotRetryableException"/>
<rollback stage="Docs" execution="#1" refused="UnableToRollbackStageException"/>
END

passes "an entry that is not allowed fails the stage" <<'END'
<push/>
<advance to="Production.Hours"/>
<fail rule="Production.Hours"/>
<expect stage="Production" status="InProgress"/>
<pass rule="Production.Calm"/>
<expect stage="Production" condition="beforeEntry" status="Failed"/>
<expect execution="#1" status="Failed"/>
<retry stage="Production"/>
<expect starts="Production.Hours"/>
END

passes "who overrides a condition ends its rules" <<'END'
<push/>
<advance to="Docs.Wanted"/>
<override stage="Docs" condition="beforeEntry" refused="ConditionNotOverridableException"/>
<pass rule="Docs.Wanted"/>
<advance to="Production.Hours"/>
<override stage="Production" condition="beforeEntry"/>
<expect cancels="Production.Calm"/>
<expect stage="Production" condition="beforeEntry" status="Overridden"/>
<expect rule="Production.Hours" status="Abandoned"/>
<expect action="Production.Install" status="InProgress"/>
<override stage="Production" condition="onSuccess" refused="ConditionNotOverridableException"/>
END

passes "who abandons an execution ends its rules" <<'END'
<push/>
<advance to="Docs.Wanted"/>
<abandon execution="#1"/>
<expect cancels="Docs.Wanted"/>
<expect stage="Docs" condition="beforeEntry" status="Abandoned"/>
<expect stage="Docs" status="Stopped"/>
END

passes "a build is tried again once by itself" <<'END'
<push/>
<advance to="Build.Unit"/>
<succeed action="Build.Compile"/>
<fail action="Build.Unit"/>
<expect stage="Build" status="InProgress"/>
<expect decides="stage.retries"/>
<expect action="Build.Compile" status="Succeeded"/>
<fail action="Build.Unit"/>
<expect execution="#1" status="Failed"/>
END

passes "what is not healthy is rolled back to the last that was" <<'END'
<push/>
<advance/>
<expect execution="#1" status="Succeeded"/>
<push/>
<advance to="Production.Health"/>
<fail rule="Production.Health"/>
<expect execution="#2" status="Failed"/>
<expect decides="rollback.started"/>
<expect stage="Production" execution="#3" status="InProgress"/>
<succeed action="Production.Install"/>
<expect execution="#3" status="Succeeded"/>
END

passes "a rollback by hand takes the stage at once" <<'END'
<push/>
<advance/>
<push/>
<advance/>
<rollback stage="Production" execution="#1"/>
<expect stage="Production" execution="#3" status="InProgress"/>
<expect starts="Production.Install"/>
<fail action="Production.Install"/>
<expect execution="#3" status="Failed"/>
<rollback stage="Production" execution="#3" refused="UnableToRollbackStageException"/>
END

"$STAGEWRIGHT" simulate model.xml --coverage >out
like "but not by itself" out '^  model.xml:14: Production: never rolled back by itself$'
is "the machine's rule is seen all the same" "$(grep -c '^  rollback.started' out)" 0

passes "a part of it" <<'END'
<push/>
<advance to="Production.Hours"/>
<pass rule="Production.Hours"/>
<expect stage="Production" status="InProgress"/>
END
status "coverage" 0 "$STAGEWRIGHT" simulate model.xml --coverage -o coverage.svg
is "names retries, skips, rules and rollbacks" "$(sed -n '2,/^rules/p' out | sed '$d')" \
"  model.xml:3: Source.Checkout: never fails
  model.xml:5: Build: never retried by itself
  model.xml:6: Build.Compile: never fails
  model.xml:7: Build.Unit: never fails
  model.xml:10: Docs: never skipped
  model.xml:11: Docs.Wanted: never fails
  model.xml:12: Docs.Pages: never fails
  model.xml:14: Production: never rolled back by itself
  model.xml:15: Production.Hours: never fails
  model.xml:15: Production.Calm: never ends
  model.xml:16: Production.Install: never ends
  model.xml:17: Production.Health: never ends"
for rule in stage.skipped stage.retries rule.failed condition.failed \
	condition.overridden rollback.started rollback.no-target; do
	like "$rule is asked for" out "^  $rule "
done
is "a drawing says it of a condition with one rule" \
	"$(sed -n '/>never skipped</,/>never ends</p' coverage.svg | grep -c '>never fails<')" 2
like "and names the first of several" coverage.svg '>Hours never fails, [+]1<'

# The lines of simulate --events say conditions as well.
printf '%s\n' start 'succeed Source.Checkout' 'succeed Build.Compile' \
	'succeed Build.Unit' | "$STAGEWRIGHT" simulate model.xml --events - --json |
	tail -n 1 >last
like "JSON has the conditions with their rules" last \
	'"conditions":\{"Docs.beforeEntry":\{"status":"InProgress","rules":\{"Docs.Wanted":"InProgress"\}\},"Production.beforeEntry":\{"status":null,"rules":\{"Production.Hours":null,"Production.Calm":null\}\},"Production.onSuccess":'
like "and rules are no actions" last '"actions":\{"Source.Checkout":"Succeeded","Build.Compile":"Succeeded","Build.Unit":"Succeeded","Docs.Pages":null,"Production.Install":null\}'

printf '%s\n' start 'succeed Source.Checkout' 'succeed Build.Compile' \
	'succeed Build.Unit' 'fail Docs.Wanted' |
	"$STAGEWRIGHT" simulate model.xml --events - >out
like "text says how a condition stands" out '^    condition Docs.beforeEntry: Failed$'
like "and what its rules said" out '^    action   Docs.Wanted: Failed$'

model '' <<'END'
<stage name="Source">
  <source name="Checkout" url="shop.git" branch="main"><output>code</output></source>
</stage>
<stage name="SignOff">
  <approval name="Manager">Ship it?</approval>
  <test name="Audit"><input>code</input><run>true</run></test>
</stage>
END
passes "advance goes past an approval that waits" <<'END'
<push/>
<advance/>
<expect action="SignOff.Audit" status="Succeeded"/>
<expect action="SignOff.Manager" status="InProgress"/>
END
is "and tells no event of it" "$(grep -o '[0-9]* events' out)" '3 events'

model 'executionMode="QUEUED" maxExecutions="3"' <<'END'
<stage name="Source">
  <source name="Checkout" url="shop.git" branch="main"><output>code</output></source>
</stage>
<stage name="Build">
  <build name="Compile"><input>code</input><run>make</run></build>
</stage>
END
passes "nobody overtakes in a queue" <<'END'
<push/>
<push/>
<push/>
<expect stage="Source" execution="#1" waiting="#2 #3"/>
<push refused="ConcurrentPipelineExecutionsLimitExceededException"/>
<stop execution="#2"/>
<expect stage="Source" waiting="#3"/>
<succeed action="Source.Checkout"/>
<expect execution="#3" at="Source" status="InProgress"/>
<advance/>
<expect execution="#3" status="Succeeded"/>
END
status "coverage of a queue" 0 "$STAGEWRIGHT" simulate model.xml --coverage
is "asks for nothing that the model does not have" \
	"$(grep -cE '^  (approval|group.waits|arrive.supersedes|rule|condition)' out)" 0
printf '%s\n' start start start |
	"$STAGEWRIGHT" simulate model.xml --events - --json | tail -n 1 >last
like "JSON has the whole queue" last '"Source":\{"status":"InProgress","execution":1,"waiting":\[2,3\],"open":true\}'
printf '%s\n' start start start quit |
	"$STAGEWRIGHT" simulate -i model.xml >out
like "so has the drawing by hand" out '^  ● Source #1     ● Checkout  #2 waits  #3 waits$'

model 'executionMode="PARALLEL" maxExecutions="2"' <<'END'
<stage name="Source">
  <source name="Checkout" url="shop.git" branch="main"><output>code</output></source>
</stage>
<stage name="Build">
  <build name="Compile"><input>code</input><run>make</run></build>
</stage>
END
passes "executions do not meet in parallel" <<'END'
<push/>
<push/>
<push refused="ConcurrentPipelineExecutionsLimitExceededException"/>
<succeed action="Source.Checkout" execution="#2"/>
<expect action="Build.Compile" execution="#2" status="InProgress"/>
<expect action="Build.Compile" execution="#1" status="none"/>
<expect stage="Source" execution="#1" status="InProgress"/>
<advance to="Build.Compile" execution="#1"/>
<expect execution="#1" at="Build"/>
<stop execution="#1"/>
<expect execution="#1" status="Stopping"/>
<fail action="Build.Compile" execution="#1"/>
<advance/>
<expect execution="#1" status="Stopped"/>
<expect execution="#2" status="Succeeded"/>
<retry stage="Build" execution="#1"/>
<expect execution="#1" status="InProgress"/>
<push/>
<expect stage="Source" execution="#3" status="InProgress"/>
END
printf '%s\n' start start '#1 succeed Source.Checkout' '#3 fail Build.Compile' |
	"$STAGEWRIGHT" simulate model.xml --events - --json >out
sed -n 3p out >third
is "JSON has each execution's stages and actions" \
	"$(sed 's/.*"executions"/"executions"/; s/"stages":{[^}]*},[^}]*}}/S/g' third)" \
	'"executions":{"1":{"status":"InProgress","at":"Build"},"2":{"status":"InProgress","at":"Source"}},S,"actions":{"Source.Checkout":"Succeeded","Build.Compile":"InProgress"},"instances":{"1":{S,"actions":{"Source.Checkout":"Succeeded","Build.Compile":"InProgress"}},"2":{S,"actions":{"Source.Checkout":"InProgress","Build.Compile":null}}}}'
like "also of the one that has just started" out '^\{"event":"start",.*"stages":\{"Source":\{"status":"InProgress","execution":2,.*"instances"'
like "one that never started is refused" out '"event":"#3 fail Build.Compile","accepted":false,"reason":"PipelineExecutionNotFoundException: '
printf '%s\n' start start 1 undo 'save story.xml' quit |
	"$STAGEWRIGHT" simulate -i model.xml >out
like "by hand the list says whose it is" out '^    1  #1 succeed Source.Checkout '
like "a start over the limit is not in it" out '^    1  #1 succeed .*#2'
status "what was done by hand is told the same" 0 \
	"$STAGEWRIGHT" simulate model.xml --scenarios story.xml
done_testing
