#!/bin/sh
# kill -9 of an owner and of a supervisor while an action runs: `run --resume`
# comes to the same end, and no attempt is executed twice. At every other moment
# it is tests/fault/crash.t that kills.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/by-hand.sh"

# Ends as a run without a crash does; no attempt was executed twice.
same_end() {
	r history --json >history || return 1
	if ! grep -q '"number"' history; then
		start --approve SignOff.Manager || return 1
	elif grep -q '"status": "InProgress"' history; then
		r run --resume --no-wait || return 1
	fi
	r replay || return 1
	r history --json >history || return 1
	[ "$(grep -c '"number"' history)" = 1 ] || return 1
	[ "$(value history status)" = Succeeded ] || return 1
	sort "$PLAY/runs" | uniq -d
	[ -z "$(sort "$PLAY/runs" | uniq -d)" ] || return 1
	[ "$(sort -u "$PLAY/runs" | wc -l)" = 5 ] || return 1
	[ "$(cat "$PLAY/installed")" = hello ]
}
turn=0
afresh() {
	turn=$((turn + 1))
	S=$SCRATCH/state.$turn
	PLAY=$SCRATCH/play.$turn
	mkdir "$PLAY"
}

mkfifo rows
# An action outlives the owner: its end is taken in by the next one.
afresh
touch "$PLAY/hold"
"$R" run --state "$S" --var PLAY="$PLAY" --approve SignOff.Manager --json \
	>rows &
pid=$!
grep -q -m 1 '"text":"Build.Lint succeeded' <rows
kill -9 $pid
wait $pid 2>/dev/null
ok "status says that the action runs on" action_is Build.Compile InProgress
status "and that nobody owns the directory" 0 r status --json
is "by its owner" "$(value out owner)" null
rm "$PLAY/hold"
ok "it ends without an owner" await 10 test -e "$S/attempts/1.1.1/result"
ok "and its result is taken in" same_end

# An action outlives the owner and loses its supervisor: nobody can know how it
# ended, so nobody says it succeeded or failed, but a person.
afresh
touch "$PLAY/hold"
"$R" run --state "$S" --var PLAY="$PLAY" --approve SignOff.Manager --json \
	>rows &
pid=$!
grep -q -m 1 '"text":"Build.Lint succeeded' <rows
status "what runs is not for people to settle" 1 \
	r settle Build.Compile succeeded
like "because it is not unknown" err 'is not unknown'
kill -9 $pid
wait $pid 2>/dev/null
ok "its supervisor is known" await 10 sh -c "ls '$S'/attempts/1.1.1/exec-*"
kill -9 "$(ls "$S"/attempts/1.1.1 | sed -n 's/^exec-.*-//p')"
status "the next owner does not know and says so" 4 r run --resume --no-wait
like "with a way out" out 'Build.Compile ended, nobody knows how .*settle'
ok "the action is Unknown" action_is Build.Compile Unknown
rm "$PLAY/hold"
status "a person says that it failed" 0 r settle Build.Compile failed
status "retry starts a new attempt" 0 r retry Build
ok "which comes to the end" r run --resume --no-wait
is "after two attempts" "$(runs 1.1.1) $(runs 1.1.2)" "1 1"
is "and what succeeded was not repeated" "$(runs 1.2.1)" 1
done_testing
