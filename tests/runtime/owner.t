#!/bin/sh
# Several commands on one state directory; stop, abandon, open and close.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/by-hand.sh"

# in_background NAME COMMAND...: its exit status goes to NAME.status.
in_background() {
	name=$1
	shift
	{ "$@" >"$name.out" 2>"$name.err"; echo $? >"$name.status"; } &
}
ended() { test -s "$1.status"; }
is_status() { is "$1" "$(await 20 ended "$2"; cat "$2.status" 2>&1)" "$3"; }
holds() { action_is Build.Compile InProgress; }
# Its command runs: one that is abandoned sooner never does, and has no result.
acts() { grep -q -x "$1" "$PLAY/runs"; }

for verb in "open Build" "approve SignOff.Manager" "stop 1" "retry Build" \
	"override Build beforeEntry" "settle Build.Compile failed"; do
	# shellcheck disable=SC2086 # words are meant
	status "there is nothing to do yet: $verb" 1 r $verb
	like "which is said: $verb" err 'nothing was ever started; `run` does'
done
ok "and makes no directory" test ! -e "$S"
status "but a way may be closed beforehand" 0 r close Build
like "and is" out 'close Build: recorded'
status "and opened" 0 r open Build

touch "$PLAY/hold"
in_background one start --approve SignOff.Manager
ok "the first run holds the stage" await 20 holds
in_background two start --approve SignOff.Manager
is "nobody else may speak to its owner" \
	"$(find "$S/socket" -perm /177)" ""
ok "a second one asks the owner and waits" \
	await 20 grep -q '#2 is carried out by' two.out
ok "in front of the stage" await 20 sh -c \
	"'$R' status --state '$S' | grep -q '#2 .*waits until #1 leaves Build'"
in_background three start --approve SignOff.Manager
is_status "a third one supersedes the second" two 5
like "which is told so" two.out '#2 Superseded'
status "the directory has one owner" 3 r serve
like "others are told who it is" err "process $(cat "$S/lock") owns"
status "replay works beside it" 0 r replay

status "close is recorded" 0 r close Production --comment 'freeze for the fair'
status "closing again is refused" 1 r close Production
rm "$PLAY/hold"
ok "an execution waits in front of the closed stage" await 20 sh -c \
	"'$R' status --state '$S' | grep -q 'opened; closed by $ME: freeze'"
is_status "where the newer one overtakes the older" one 5
ok "and waits itself" await 20 sh -c "'$R' status --state '$S' |
	grep -q '^#3 .*opened; closed by $ME: freeze'"
status "open lets it in" 0 r open Production
is_status "it ends, whoever was its owner" three 0

touch "$PLAY/hold"
in_background four start
ok "an action runs" await 20 holds
status "stop is recorded" 0 r stop '#4' --comment enough
status "stopping again is refused" 1 r stop '#4'
status "it says so" 0 r status
like "and why" out "#4 .*Stopping.*stopped by $ME: enough"
rm "$PLAY/hold"
is_status "when the action has ended the run is stopped" four 5

touch "$PLAY/hold"
in_background five start
ok "an action runs again" await 20 acts 5.1.1
status "abandon is recorded" 0 r stop '#5' --abandon
is_status "and does not wait" five 5
is "nothing goes on" "$(cat five.err)" ""
ok "the action is ended" await 20 test -e "$S/attempts/5.1.1/result"
status "it can be retried" 0 r retry Build
rm "$PLAY/hold"
in_background six r run --resume --no-wait
is_status "to the approval" six 4
status "a decision about another execution is refused" 1 \
	r approve SignOff.Manager '#4'
like "with a reason" err 'asks about #5 now, not about #4'
status "the right one is taken" 0 r approve SignOff.Manager '#5' --comment fine
like "and bound to the execution" out 'recorded for #5'
status "and it goes on" 0 r run --resume

# An owner that is told to end leaves the action to its supervisor.
touch "$PLAY/hold"
in_background seven start --approve SignOff.Manager
ok "an action runs once more" await 20 holds
kill -TERM "$(cat "$S/lock")"
is_status "SIGTERM ends the owner alone" seven 4
like "which says what goes on" seven.err 'actions? goe?s? on alone'
status "that action runs" 0 action_is Build.Compile InProgress
in_background eight r serve
ok "another owner takes it up" await 20 test -S "$S/socket"
rm "$PLAY/hold"
ok "and carries it to its end" await 20 sh -c \
	"'$R' history --state '$S' | grep -q '^#6 *Succeeded'"
kill -TERM "$(cat "$S/lock")"
is_status "serve ends when it is told to" eight 0
is "no attempt was executed twice" "$(sort "$PLAY/runs" | uniq -d)" ""

# Nobody runs the pipeline: abandoning ends what runs all the same.
touch "$PLAY/hold"
in_background nine start
ok "an action runs on its own" await 20 acts 7.1.1
kill -KILL "$(cat "$S/lock")"
wait
status "abandon is recorded without an owner" 0 r stop '#7' --abandon
is "with no word of what would go on" "$(cat out)" 'abandon #7: recorded'
ok "the action is ended" await 20 test -e "$S/attempts/7.1.1/result"

# Who asks owns the directory for a moment, when nobody else does.
flock "$S/lock" sh -c ': >held; while [ ! -e go ]; do sleep 0.01; done' &
ok "somebody owns the directory" await 20 test -e held
in_background eleven r serve
not_ended() { ! await 1 ended "$1"; }
ok "serve waits for its turn" not_ended eleven
touch go
ok "and has it" await 20 grep -q '^serving' eleven.out
kill -TERM "$(cat "$S/lock")"
is_status "until it is told to end" eleven 0

# A directory too deep for the address of a socket.
deep=$SCRATCH/$(printf '%0100d' 0)/$(printf '%0100d' 1)
touch "$PLAY/hold"
S=$deep
in_background deep start --approve SignOff.Manager
ok "a run in a deep directory" await 20 holds
rm "$PLAY/hold"
is_status "answers and ends" deep 0
done_testing
