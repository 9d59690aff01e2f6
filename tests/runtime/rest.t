#!/bin/sh
# At rest nothing wakes the process that serves: not while nothing is in
# flight, nor while an approval waits or an action runs.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/by-hand.sh"

# woken: how often all its threads gave up the processor to wait.
woken() { cat /proc/"$server"/task/*/status | awk '/^voluntary/ { n += $2 } END { print n }'; }
# rests NAME: it is not woken for a second. To see that nothing happens, one has
# to wait; a first second lets what went before come to its end.
rests() {
	i=0 after=-1 before=-2
	while [ "$after" != "$before" ] && [ $i -lt 10 ]; do
		before=$(woken)
		sleep 1
		after=$(woken)
		i=$((i + 1))
	done
	is "$1" "$after" "$before"
}

"$R" serve --state "$S" --interval 1 >serving 2>&1 &
server=$!
await 10 test -S "$S/socket"
rests "nothing wakes it when nothing is in flight"
touch "$PLAY/hold"
start --no-wait >run 2>&1 &
run=$!
ok "an action runs" await 10 grep -rq holding "$S/attempts"
rests "nothing wakes it while an action runs"
rm "$PLAY/hold"
wait $run
rests "nothing wakes it while an approval waits"
is "with few bytes in memory" "$(awk '/^VmRSS/ { print ($2 < '"${SAN:+100}"'15000) }' /proc/$server/status)" 1
kill $server
wait $server
done_testing
