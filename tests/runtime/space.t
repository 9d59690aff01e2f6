#!/bin/sh
# A disk with little room: nothing new is started, what runs goes on, and what
# people decide is recorded, even when the disk is full.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/by-hand.sh"

served() { "$R" serve --state "$S" "$@" >>serving 2>&1 & server=$!
	await 10 r show --json; await 10 test -S "$S/socket"; }
end() { kill "$server"; wait "$server"; }

status "an execution waits for its approval" 4 start --no-wait
served --min-free 1000000G
status "with too little room nothing new is started" 3 start --no-wait
like "which is said" err 'MiB left, and nothing new is started below'
like "with a way out" err 'free some space, or set another limit with --min-free'
status "status shows" 0 r status
like "that the disk is low" out 'The disk is low: [0-9]+ MiB are left'
like "and the server has said so" serving 'disk is low: .* what runs goes on'
status "decisions are taken" 0 r approve SignOff.Manager
status "history can be read" 0 r history
end
status "without a floor it is started" 4 start --no-wait --min-free 0
status "a size is a size" 2 start --min-free much
like "which is said" err 'say bytes, or 512K'

row_is() { r status --json | grep -q "\"low\": $1"; }
if mkdir disk && mount -t tmpfs -o size=24m tmpfs disk 2>/dev/null; then
	trap 'umount -l "$SCRATCH/disk"; rm -rf "$SCRATCH"' EXIT
	S=$SCRATCH/disk/state
	: >serving
	served --min-free 2M
	"$R" run --no-wait --state "$S" --var PLAY="$PLAY" >/dev/null 2>&1
	is "an execution waits on a small disk" "$?" 4
	is "which has a ballast" "$(stat -c %s "$S/ballast")" 4194304
	cat /dev/zero >disk/filling 2>/dev/null
	status "on a full disk nothing new is started" 3 start --no-wait
	ok "the server has said so" await 10 grep -q 'disk is low' serving
	i=0 verb=close
	while [ -e "$S/ballast" ] && [ $i -lt 200 ]; do
		i=$((i + 1))
		cat /dev/zero >>disk/filling 2>/dev/null
		r "$verb" SignOff >>said 2>&1
		[ $verb = open ] && verb=close || verb=open
	done
	ok "when there is no room for a row, the ballast is given up" \
		test ! -e "$S/ballast"
	ok "and the row is recorded" test -z "$(grep error said)"
	status "an execution can be stopped" 0 r stop --abandon '#1'
	status "and history be read" 0 r history
	like "of it" out 'Stopped|stopped'
	rm disk/filling
	ok "with room again that is said" await 20 grep -q 'room again' serving
	status "something new is started" 4 start --no-wait
	ok "and there is a ballast again" test -e "$S/ballast"
	end
	status "nothing was lost" 0 r replay
else
	skip "a full disk" "nothing can be mounted here"
fi
done_testing
