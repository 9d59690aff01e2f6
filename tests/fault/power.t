#!/bin/sh
# Power is lost at any moment: whatever a disk that honours flushes may have
# kept of the rest, every row that was told is there. `make power STATES=n`
# draws more moments.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/fault/campaign.sh"
prepare

STATES=${STATES:-60}
SEED=${SEED:-1}
# Who is traced cannot look for leaks.
[ -z "${SAN:-}" ] || export ASAN_OPTIONS=detect_leaks=0
for scenario in happy failure; do
	mkdir "home.$scenario"
	ln -s "$SCRATCH/models/shop" "home.$scenario/shop"
	cd "home.$scenario" || exit 1
	ok "$scenario: recorded" env HOME="$PWD" "$B/tests/fault/strike" \
		-r "$SCRATCH/$scenario.record" -d "$PWD/state" \
		"$SCRATCH/models/$scenario" run --json --state state
	cd "$SCRATCH" || exit 1
	ok "$scenario: nothing that was told is lost" "$B/tests/fault/power" \
		-n "$STATES" -s "$SEED" "$scenario.record" "models/$scenario"
	printf '%s\n' "$tap_output" | grep '^# '
done
# What the test is worth: with the flushes of the log left out, as by
# synchronous=NORMAL, it must find losses.
status "flushes that are not made are noticed" 1 "$B/tests/fault/power" \
	-n "$STATES" -s "$SEED" -d -wal happy.record models/happy
grep '^# ' out
done_testing
