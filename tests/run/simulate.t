#!/bin/sh
# `simulate`: what it answers, in which form, and what it does with lines that
# are no events.
. "$(dirname "$0")/../tap.sh"
model=$ROOT/tests/golden/groups.xml

simulate() {
	"$STAGEWRIGHT" simulate "$model" --events "$@"
}

cat >events <<'END'
# Two executions, the second overtakes the third.

start
succeed Source.Checkout
  succeed   Build.Compile
retry Build
fail Build.Unit
END
status "a list of events" 0 simulate events --json
is "one object for an event" "$(wc -l <out)" 5
is "the third is to the letter" "$(sed -n 3p out)" '{"event":"succeed Build.Compile","accepted":true,"reason":null,"rules":["action.succeeded Build.Compile","group.begin Build 2"],"commands":["start Build.Unit #1","start Build.Lint #1"],"executions":{"1":{"status":"InProgress","at":"Build"}},"stages":{"Source":{"status":"Succeeded","execution":1,"waiting":[],"open":true},"Build":{"status":"InProgress","execution":1,"waiting":[],"open":true},"Release":{"status":null,"execution":null,"waiting":[],"open":false}},"actions":{"Source.Checkout":"Succeeded","Build.Compile":"Succeeded","Build.Unit":"InProgress","Build.Lint":"InProgress","Build.Report":null,"Release.Manager":null,"Release.Install":null}}'
like "a refused one says why" out \
	'"event":"retry Build","accepted":false,"reason":"StageNotRetryableException: an execution holds the stage","rules":\[\],"commands":\[\]'

# Overtaken, stopped, failed: statuses and places of executions.
{
	printf '%s\n' start 'succeed Source.Checkout' start \
		'succeed Source.Checkout' start 'succeed Source.Checkout'
	printf '%s\n' 'fail Build.Compile' 'abandon #3' 'retry Build'
} >events
status "three executions" 0 simulate events --json
like "the one in between is superseded" out \
	'"1":.*"2":\{"status":"Superseded","at":null\},"3":\{"status":"InProgress","at":"Build"\}\},"stages".*"Build":\{"status":"InProgress","execution":1,"waiting":\[3\]'
is "a terminal one is nowhere" "$(sed -n '7s/.*"executions":{\("1":[^}]*}\).*/\1/p' out)" \
	'"1":{"status":"Failed","at":null}'
is "all are listed to the end" "$(tail -1 out | grep -o '"[123]":{"status":"[A-Za-z]*"' | tr '\n' ' ')" \
	'"1":{"status":"Failed" "2":{"status":"Superseded" "3":{"status":"InProgress" '

# The failed one comes back when nobody entered since.
printf '%s\n' start 'succeed Source.Checkout' 'fail Build.Compile' \
	'retry Build' 'abandon #1' 'retry Build all' >events
status "retried" 0 simulate events --json
is "and it is in progress again" "$(sed -n 's/.*"executions":{"1":{"status":"\([A-Za-z]*\)","at":\([^}]*\)}.*/\1 \2/p' out | tail -4 | tr '\n' ' ')" \
	'Failed null InProgress "Build" Stopped null InProgress "Build" '

printf 'start\n' >events
status "as text" 0 simulate events
like "text names the rules" out '^    rule     arrive.enters Source #1$'
like "text names what changed" out '^    action   Source.Checkout: InProgress$'
is "and nothing else" "$(wc -l <out)" 7
status "from standard input" 0 eval 'printf "start\n" | simulate -'
status "no events at all" 0 simulate /dev/null --json
is "give no output" "$(wc -c <out)" 0

bad() {
	printf "$2" >events
	status "$1" 3 simulate events --json
	like "$1: position and reason" err "$3"
}
bad "an unknown event" 'start\n\n# x\nbegin\n' "^events:4: error: unknown event 'begin'"
bad "an unknown stage" 'open Nowhere\n' "^events:1: error: no stage 'Nowhere'"
bad "an unknown action" 'start\nfail Build.Nothing\n' "^events:2: error: no action or rule 'Build.Nothing'"
bad "a malformed number" 'stop 1\n' "^events:1: error: no execution number '1'"
bad "a word too many" 'start now\n' '^events:1: error: malformed event'
bad "a line without end" "$(printf '%05000d' 0)" '^events:1: error: a line of more than 4096 bytes'
bad "a zero byte" 'sta\0rt\n' '^events:1: error: '
bad "a comment that begins late" ' # start\n' "^events:1: error: unknown event '#'"
printf 'start\nbegin\n' >events
status "what came before" 3 simulate events
like "is answered" out '^start$'
status "a missing file" 3 simulate nowhere
like "is named" err "cannot read 'nowhere'"
status "a missing model" 3 "$STAGEWRIGHT" simulate nowhere.xml --events events
status "neither events nor scenarios" 1 "$STAGEWRIGHT" simulate "$model"
done_testing
