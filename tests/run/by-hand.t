#!/bin/sh
# `simulate -i`, driven through a pipe: the list, numbers and events, undo,
# and a session saved as a scenario that is played.
. "$(dirname "$0")/../tap.sh"
unset COLUMNS
cp "$ROOT/examples/storefront/release.xml" .

# session LINES...: one line each; what is printed is in `out`.
session() {
	printf '%s\n' "$@" | "$STAGEWRIGHT" simulate -i release.xml
}

status "a session" 0 session start 1 quit
is "begins with nothing" "$(sed -n 2p out)" "  nothing is started"
is "draws the stages" "$(sed -n 6p out)" "  · SignOff           · ReleaseManager"
like "lists what is possible" out '^    1  start  '
like "tells what an event changed" out '^start: Source InProgress #1; starts Source.Checkout$'
like "takes a number of the list" out '^succeed Source.Checkout: Source Succeeded, Build InProgress #1; starts '
is "draws how everything stands" "$(tail -n 16 out | head -n 7)" \
"
  ● #1 InProgress at Build
  ✓ Source     #1     ✓ Checkout
  ● Build      #1     ● Compile  ● Unit  ● Lint
  · Staging           · Install > · Integration  · Load
  · SignOff           · ReleaseManager
  · Production        · Install > · Smoke > · Healthy"

# Everything in the list is possible, and is what the number stands for.
session start 1 >out
sed -n '/^succeed Source.Checkout:/,$p' out |
	grep -oE '[0-9]+  [a-z]+ [A-Za-z#0-9.]+|[0-9]+  start' >listed
ok "the list has every event" test "$(wc -l <listed)" -eq 17
while read -r number event; do
	session start 1 "$number" >out
	ok "$number is $event, and is possible" \
		grep -q "^$event: [^r]" out
done <listed

status "what is not possible" 0 session 'approve SignOff.ReleaseManager' 'quit'
like "is refused with the reason" out '^approve SignOff.ReleaseManager: refused, ActionNotRunning: the action is not running$'
status "what is no event" 0 session begin 99 'fail Build.Nothing'
like "is said" out "^unknown event 'begin'; .*; 'help' says what else there is\$"
like "so is a number too high" out '^there is no such number in the list$'
like "and a name that is not there" out "^no action or rule 'Build.Nothing'"
status "help" 0 session help
like "names all commands" out '^save FILE \[NAME\]  '

status "undo" 0 session start 1 undo undo undo
like "takes the last one back" out '^taken back: succeed Source.Checkout$'
is "until there is none" "$(grep -c '^taken back' out) $(tail -n 1 out)" "2 there is nothing to take back"

status "a session is saved" 0 session start 1 'fail Build.Unit' undo \
	'retry Build' 'close SignOff' 'save story.xml what I saw' quit
is "as a scenario" "$(cat story.xml)" '<?xml version="1.0" encoding="UTF-8"?>
<scenarios xmlns="urn:stagewright:pipeline:1">
  <scenario name="what I saw">
    <start/>
    <succeed action="Source.Checkout"/>
    <retry stage="Build" refused="StageNotRetryableException"/>
    <close stage="SignOff"/>
    <expect execution="#1" at="Build"/>
  </scenario>
</scenarios>'
status "that is as told" 0 "$STAGEWRIGHT" simulate release.xml --scenarios story.xml
ok "and in canonical form" "$STAGEWRIGHT" fmt --check story.xml
status "another is not written over it" 0 session start 'save story.xml'
like "which is said" out "^cannot write 'story.xml': File exists\$"
status "save needs a file" 0 session save
like "it says so" out "^save where\\? It is written 'save FILE \\[NAME\\]'\$"

# Of a long list the end is left out.
{
	echo '<pipeline xmlns="urn:stagewright:pipeline:1" name="long">'
	echo '<stage name="Source"><source name="A" url="u" branch="m"><output>c</output></source></stage>'
	for n in $(seq 40); do
		echo "<stage name=\"S$n\"><test name=\"T\"><run>true</run></test></stage>"
	done
	echo '</pipeline>'
} >long.xml
printf '%s\n' 41 all | "$STAGEWRIGHT" simulate -i long.xml >out
is "a long list is cut" "$(grep -c "^ *and 12 more: 'all' lists them\$" out)" 2
like "what is left out has its number all the same" out '^close S39: S39 closed$'
like "all lists it" out ' 42  close S40$'

LC_ALL=C status "without Unicode" 0 session start quit
like "marks are of ASCII" out '^  \* Source     #1     \* Checkout$'
COLUMNS=40 status "on a narrow screen" 0 session start 1
is "no line is longer" "$(sed -n '/^succeed/,$p' out | tail -n +2 | awk 'length > 44' | wc -l)" 0
status "without a model" 2 "$STAGEWRIGHT" simulate -i
status "with events" 2 "$STAGEWRIGHT" simulate -i release.xml --events -
done_testing
