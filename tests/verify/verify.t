#!/bin/sh
# Policies and properties of a pipeline, each with a model that satisfies it
# and one that does not, with the shortest run that shows it.
. "$(dirname "$0")/../tap.sh"

# model NAME STAGES POLICIES: a pipeline with a source before the stages.
model() {
	cat >"$1.xml" <<END
<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
  <variable name="HOTFIX" default="no"/>
  <stage name="Source">
    <source name="Checkout" url="shop.git" branch="main"><output>code</output></source>
  </stage>
$2
  <policies>
$3
  </policies>
</pipeline>
END
}

# run NAME [OPTION...]: its verdicts in `out`, its findings in `err`.
run() {
	subject=$1
	shift
	code=0
	"$STAGEWRIGHT" verify "$@" "$subject.xml" >out 2>err || code=$?
}

# verdict PROPERTY: "holds", "FAILS", ...
verdict() {
	awk -v p="$1" 'index($0, p "  ") == 1 {
		$0 = substr($0, length(p) + 1); sub(/^ +/, "")
		sub(/  .*/, ""); print; exit }' out
}

# told PROPERTY: the steps of its run, without places.
told() {
	awk -v p="$1: " 'index($0, p) == 1 { here = 1; next }
		here && /^$/ { exit }
		here && /^   [0-9]/ { sub(/^ +[0-9]+ */, ""); print }' out |
		sed 's/  *[a-z-]*\.xml:[0-9]*:[0-9]* */ | /; s/ | $//'
}

gate='<stage name="Gate"><approval name="Ask">Release?</approval></stage>'
skip='<stage name="Gate">
<beforeEntry result="SKIP"><rule name="Hot" provider="VariableCheck" variable="#{variables.HOTFIX}" operator="EQ" value="no"/></beforeEntry>
<approval name="Ask">Release?</approval></stage>'
ship='<stage name="Ship"><deploy name="Install"><input>code</input><run>make install</run></deploy></stage>'
again='<stage name="Again"><deploy name="Mirror"><input>code</input><run>make mirror</run></deploy></stage>'
test='<stage name="Test"><test name="Unit"><input>code</input><run>make check</run></test></stage>'

# precede: nothing starts before.
precede='<precede id="gated" what="deploy" by="approval"/>'
model kept "$gate$ship" "$precede"
run kept
is "precede: kept" "$code $(verdict gated)" "0 holds"
model broken "$skip$ship" "$precede"
run broken
is "precede: broken" "$code $(verdict gated)" "1 FAILS"
is "precede: the shortest run" "$(told gated)" "* start | Source.Checkout starts
succeed Source.Checkout | Gate.Hot starts
* fail Gate.Hot | Gate is skipped; Ship.Install starts"
like "precede: the finding has a place" err \
	"^broken.xml:[0-9]*:[0-9]*: error: 'Ship.Install' can start before any approval \\[pol-violated\\]\$"
like "precede: why" out \
	"^   why: 'Gate.Ask' is in stage 'Gate', which its beforeEntry can skip\$"
model half "$gate$test$ship" '<precede id="two" what="deploy" by="approval|test" count="2"/>'
run half
is "precede: two of them are met" "$(verdict two)" holds
model none "$gate$ship" '<precede id="two" what="deploy" by="approval" count="2"/>'
run none
is "precede: one is not two" "$(verdict two)" FAILS
like "precede: how many" out \
	"^two: 'Ship.Install' can start before 2 of 'approval'\$"
model unseen "$test$(echo "$again" | sed 's|<input>.*</input>|&<output>copy</output>|')$(echo "$ship" | sed 's|code|copy|')" \
	'<precede id="seen" what="deploy[name=Install]" by="test" same="artifact"/>'
run unseen
is "precede: no test saw the artifact" "$code $(verdict seen)" "1 FAILS"
like "precede: which" out \
	"^seen: 'Ship.Install' can start before any test that saw 'copy'\$"
like "precede: that none does" out "^   why: no test sees 'copy'\$"
model late "$ship$test" '<precede id="late" what="deploy" by="test[name=Unit]"/>'
run late
like "precede: what comes too late" out \
	"^   why: 'Test.Unit' does not come before it\$"
model entered "$skip$ship" '<precede id="stages" what="stage[name=Ship]" by="stage[name=Gate]"/>'
run entered
like "precede: a stage has a name" out \
	"^stages: stage 'Ship' can start before stage 'Gate'\$"
is "precede: a stage that was skipped does not count" "$(verdict stages)" FAILS
model passed "$gate$ship" '<precede id="stages" what="stage[name=Ship]" by="stage[name=Gate]"/>'
run passed
is "precede: one that succeeded does" "$(verdict stages)" holds

# never: nothing of it starts, when ...
model kept "$gate$ship" '<never id="back" what="deploy" when="start.trigger=rollback"/>'
run kept
is "never: by an operator alone" "$code $(verdict back)" \
	"0 holds unless an operator does it"
is "never: the shortest run of his" "$(told back)" "* start | Source.Checkout starts
succeed Source.Checkout | Gate.Ask starts
approve Gate.Ask | Ship.Install starts
succeed Ship.Install | #1 succeeded
* rollback Ship #1 | #2 rolls Ship back; Ship.Install starts"
model broken "$gate$ship" '<never id="at-all" what="deploy"/>'
run broken
like "never: says no more than that" out "^at-all: 'Ship.Install' can start\$"
is "never: at all" "$code $(verdict at-all)" "1 FAILS"

model hand "$gate$ship" '<never id="hand" what="deploy" when="start.trigger=manual"/>'
run hand
is "never: by hand" "$code $(verdict hand)" "1 FAILS"
like "never: says when" out \
	"^hand: 'Ship.Install' can start in an execution that was started by hand\$"
like "never: why" out "^   why: every pipeline can be started by hand\$"

# follow: what ended is answered before its execution ends.
follow='<follow id="told" what="test" on="failed" by="approval"/>'
model broken "$test$gate" "$follow"
run broken
is "follow: broken" "$code $(verdict told)" "1 FAILS"
like "follow: in words" out \
	"^told: execution #1 can end without any approval after a test failed\$"
is "follow: the shortest run" "$(told told)" "* start | Source.Checkout starts
succeed Source.Checkout | Test.Unit starts
* fail Test.Unit | Test and #1 failed"
model kept "$test$gate" '<follow id="told" what="test" on="succeeded" by="approval"/>'
run kept
is "follow: runs answer, an operator can keep them from it" \
	"$code $(verdict told)" "0 holds unless an operator does it"
model always '<stage name="Test"><test name="Unit"><input>code</input><run>make check</run></test>
<test name="Report" runOrder="2"><input>code</input><run>make report</run></test></stage>' \
	'<follow id="told" what="test[name=Unit]" on="succeeded" by="test[name=Report]"/>'
run always
is "follow: answered in the step that asks, unless it is stopping" \
	"$(verdict told)" "holds unless an operator does it"
is "follow: the run in which it is" "$(told told)" "* start | Source.Checkout starts
succeed Source.Checkout | Test.Unit starts
* stop #1
succeed Test.Unit | #1 is stopped in Test"

# alone: one at a time, over all executions.
alone='<alone id="one" what="deploy"/>'
model kept "$gate$ship" "$alone"
run kept
is "alone: kept, since a stage is held by one" "$code $(verdict one)" "0 holds"
model broken "$ship$again" "$alone"
run broken
is "alone: broken by two executions" "$code $(verdict one)" "1 FAILS"
is "alone: the shortest run" "$(told one)" "* start | Source.Checkout starts
* start | #2 waits for Source
Source.Checkout, Source.Checkout, Ship.Install succeed | Again.Mirror starts; Ship.Install starts"
model apart "$(echo "$ship$again" | sed 's/name="Ship"/& environment="a"/; s/name="Again"/& environment="b"/')" \
	'<alone id="one" what="deploy" per="environment"/>'
run apart
is "alone: one of each environment" "$(verdict one)" holds

# What every machine has.
run kept
for property in laws failure-stops stop-stops rollback-target bounded-attempts \
	clean-end no-deadlock option-to-complete no-dead-action no-livelock \
	no-operator-needed; do
	is "$property holds" "$(verdict $property)" holds
done
like "the search was complete" out "complete"

# What runs show of the way to production: the models of the pages of the
# checks, each with its message, place and shortest run.

# page CHECK HEADING: the model below a heading of a check's page.
page() {
	awk -v heading="## $2" '
		$0 == heading { here = 1 }
		/^```/ { if (here && inside) exit; inside = here && !inside; next }
		inside' "$ROOT/compiler/check/pages/$1.md" >"$1.xml"
	run "$1"
}

# shows CHECK PROPERTY CODE VERDICT MESSAGE RUN: its two models.
shows() {
	page "$1" Wrong
	is "$1: its verdict" "$code $(verdict "$2")" "$3 $4"
	is "$1: says what and where" "$(grep "\\[$1\\]" err)" "$1.xml:$5 [$1]"
	is "$1: the shortest run" "$(told "$2")" "$6"
	mkdir "$1"
	run "$1" --trace-dir "$1/runs" --property "$2" 2>"$1.err"
	file=$(echo "$1"/runs/*.xml)
	status "$1: its run is played" 0 \
		"$STAGEWRIGHT" simulate "$1.xml" --scenarios "$file"
	page "$1" Right
	is "$1: the other model has none" "$code $(grep -cE 'FAILS|noted' out)" "0 0"
}

shows gate-stale approval-after-writing 0 FAILS \
"30:14: warning: 'Production.Install' can deploy 'app', which was written after the approval that was given" \
"* start | Source.Checkout starts
succeed Source.Checkout | Plan.Begin starts
approve Plan.Begin | Build.Compile starts
Build.Compile, Build.Check succeed | Gate.NoHotfix starts
* fail Gate.NoHotfix | Gate is skipped; Production.Install starts"
is "gate-stale: the other has what is proven" "$(verdict approval-after-writing)" holds

model early "$gate<stage name=\"Build\"><build name=\"Compile\"><input>code</input><output>app</output><run>make</run></build></stage>
<stage name=\"Production\" environment=\"production\"><deploy name=\"Install\"><input>app</input><run>make install</run></deploy></stage>" ""
run early
is "gate-stale: what no approval comes after is told without runs" \
	"$(verdict approval-after-writing) $(grep -c art-after-approval err)" " 1"

shows art-rewritten approved-not-rewritten 0 FAILS \
"25:14: warning: 'Production.Install' can deploy 'app' as a retry wrote it after its approval" \
"* start | Source.Checkout starts
Source.Checkout, Build.Compile succeed
* reject Build.Release | Build is retried; Build.Compile starts; Build.Release starts
approve Build.Release
Build.Compile, Test.Check succeed | Production.Install starts"
model by-hand '<stage name="Build"><build name="Compile"><input>code</input><output>app</output><run>make</run></build>
<approval name="Release">Release?</approval></stage>
<stage name="Production" environment="production"><deploy name="Install"><input>app</input><run>make install</run></deploy></stage>' ""
run by-hand
is "art-rewritten: by the retry of an operator" \
	"$(verdict approved-not-rewritten)" "holds unless an operator does it"
like "art-rewritten: it is his" out "\* retry Build all"

shows trig-pr-to-prod no-pull-request-deployed 1 FAILS \
"18:5: error: 'Production.Install' can start in production for a pull request" \
"* start | Source.Checkout starts
Source.Checkout, Gate.Check succeed | Gate.Release starts
approve Gate.Release | Production.Install starts"
like "trig-pr-to-prod: why" trig-pr-to-prod.xml "<push"
model tested "$test" ""
sed -i "s|<variable.*|<trigger source=\"Checkout\"><pullRequest branches=\"main\"/></trigger>|" tested.xml
run tested
is "trig-pr-to-prod: without production there is nothing to prove" \
	"$code $(verdict no-pull-request-deployed)" "0 "

shows env-order staging-first 0 FAILS \
"27:5: warning: 'Production.Install' can start in production before a deploy to 'staging' has succeeded" \
"* start | Source.Checkout starts
Source.Checkout, Test.Check succeed | Staging.NoHotfix starts
* fail Staging.NoHotfix | Staging is skipped; Gate.Release starts
approve Gate.Release | Production.Install starts"
is "env-order: the other has what is proven" "$(verdict staging-first)" holds
model beside '<stage name="All"><deploy name="Try" environment="qa"><input>code</input><run>make try</run></deploy>
<deploy name="Install" environment="production"><input>code</input><run>make install</run></deploy></stage>' ""
run beside
like "env-order: beside it is not before it" out \
	"why: 'All.Try' does not come before 'All.Install'"

shows conc-starve "turns Gate" 0 noted \
"15:5: note: whoever waits for stage 'Gate' can be replaced for as long as 'Gate.Release' is not answered" \
"* start | Source.Checkout starts
Source.Checkout, Gate.Check succeed | Gate.Release starts
* start | Source.Checkout starts
succeed Source.Checkout | #2 waits for Gate
* start | Source.Checkout starts
succeed Source.Checkout | #2 is superseded; #3 waits for Gate"
page conc-starve Wrong
sed -i 's/name="shop"/& executionMode="QUEUED"/' conc-starve.xml
run conc-starve
is "conc-starve: not in a queue" "$(grep -c noted out)" 0

page retry-forever Right
is "retry-forever: looked for, and never so" \
	"$code $(verdict no-endless-retry)" "0 holds"
run kept
is "retry-forever: not of a model without retries" "$(verdict no-endless-retry)" ""

# Every mode, and all that can stand in a stage.
rich='<stage name="Ship">
<beforeEntry result="FAIL"><rule name="Hot" provider="VariableCheck" variable="#{variables.HOTFIX}" operator="EQ" value="no"/></beforeEntry>
<deploy name="Install" idempotent="true" retries="1"><input>code</input><run>make install</run></deploy>
<deploy name="Other"><input>code</input><run>make other</run></deploy>
<onSuccess result="FAIL"><rule name="Well" provider="VariableCheck" variable="#{variables.HOTFIX}" operator="EQ" value="no"/></onSuccess>
<onFailure result="RETRY" retryMode="ALL_ACTIONS"/></stage>'
for mode in SUPERSEDED QUEUED PARALLEL; do
	model rich "$gate$(echo "$rich" | sed "s/<beforeEntry.*//; s/<onSuccess.*//")" "$precede"
	sed -i "s/name=\"shop\"/& executionMode=\"$mode\"/" rich.xml
	run rich
	is "$mode: nothing fails" "$code $(grep -c FAILS out)" "0 0"
	"$STAGEWRIGHT" verify --json rich.xml 2>/dev/null | sed 's/"states.*//' >reduced
	"$STAGEWRIGHT" verify --json --unreduced rich.xml 2>/dev/null |
		sed 's/"states.*//' >apart
	ok "$mode: counting changes no verdict" cmp reduced apart
done

# A run is a scenario that can be played.
model broken "$skip$ship" "$precede"
run broken --trace-dir runs --graph run.dot
ok "what happened, where and what follows stand in columns" awk '
	/^   [0-9]/ { at = index($0, "broken.xml"); if (!at) exit 1
		if (n++ && at != was) exit 1; was = at
		rest = substr($0, at); sub(/^[^ ]+ +/, "", rest)
		follows = index($0, rest); if (n > 1 && follows != before) exit 1
		before = follows }
	END { if (n < 3) exit 1 }' out
for file in runs/*.xml; do
	status "$file is played as it was found" 0 \
		"$STAGEWRIGHT" simulate broken.xml --scenarios "$file"
done
ok "there is one of the policy" test -s runs/gated.xml
like "the run is drawn" run.dot "fail Gate.Hot"
run broken --graph run.svg
like "as SVG" run.svg "<svg"
run broken --graph run.png
is "as PNG" "$(head -c 4 run.png | tail -c 3)" PNG
run broken --graph run.pdf
is "as PDF" "$(head -c 4 run.pdf)" %PDF
run broken --graph none/run.svg
is "a picture that cannot be written" "$code" 3
status "no folder can be made there" 3 \
	"$STAGEWRIGHT" verify --trace-dir missing/runs broken.xml
like "which, and why" err "^stagewright: cannot write 'missing/runs': No such"
run broken --property gated
is "one property alone" "$(grep -cE '(holds|FAILS)' out)" 1
run broken --full
like "--full: a line for each event" out "succeed Source.Checkout"
ok "--json is JSON" sh -c \
	"'$STAGEWRIGHT' verify --json broken.xml 2>json.err | python3 -m json.tool"

"$STAGEWRIGHT" verify --json "$ROOT/tests/reject/gate-bypass--gate-skipped.xml" >json.out 2>json.err || :
like "--json says what to do" json.out '"help": "'
like "--json says how long it took" json.out '"milliseconds": [0-9]*, "bytes": [0-9]'

# A policy from elsewhere.
cat >policies.xml <<'END'
<policies xmlns="urn:stagewright:pipeline:1">
  <precede id="house" what="deploy" by="approval"/>
</policies>
END
model broken "$skip$ship" ""
run broken --policy policies.xml
is "a policy from a file" "$code $(verdict house)" "1 FAILS"

# The README shows what is said.
cd "$ROOT" || exit 1
"$STAGEWRIGHT" verify tests/reject/gate-bypass--gate-skipped.xml \
	>"$SCRATCH/out" 2>"$SCRATCH/err"
sed -n '/^\$ stagewright verify /,/^```/p' README.md | sed '1d;$d' >"$SCRATCH/shown"
grep -Fxf "$SCRATCH/shown" "$SCRATCH/out" >"$SCRATCH/said"
cd "$SCRATCH" || exit 1
ok "the README shows a run" grep -q 'shortest run' shown
ok "it is what is said" cmp shown said

# What is not finished is unknown, never a pass.
stages=$(awk 'BEGIN { for (s = 1; s <= 8; s++) {
	printf "<stage name=\"S%d\">", s
	for (a = 1; a <= 6; a++)
		printf "<build name=\"A%d\"><input>code</input><run>make</run></build>", a
	print "</stage>" } }')
model large "$stages" ""
run large --unreduced --memory 1
is "out of memory: undecided" "$code" 4
is "out of memory: unknown" "$(verdict no-deadlock)" unknown
like "out of memory: said so" err "\\[verify-budget\\]"
run large
is "counted, it is decided" "$code $(verdict no-deadlock)" "0 holds"

status "an unknown property" 2 "$STAGEWRIGHT" verify --property none kept.xml
status "no model" 2 "$STAGEWRIGHT" verify
status "too many executions" 2 "$STAGEWRIGHT" verify --executions 9 kept.xml
status "no file" 3 "$STAGEWRIGHT" verify missing.xml
done_testing
