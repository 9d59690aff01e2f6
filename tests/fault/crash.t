#!/bin/sh
# kill -9 of each process of ours at its system calls, one at a time, and twice
# in a row: what was told is kept, nothing is executed twice, everything can be
# brought to its end. Here a sample of the calls that leave a trace, the same
# one each time; `make crash` takes all calls.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/fault/campaign.sh"
prepare

POINTS=${POINTS:-$FEW}
CALLS=${CALLS-writing}
PAIRS=${PAIRS:-$((FEW / 3))}
SEED=${SEED:-1}
for scenario in happy approval failure upgrade; do
	campaign "$scenario: killed at a call" "$scenario" \
		${CALLS:+-c "$CALLS"} -m "$POINTS" -s "$SEED"
	campaign "$scenario: killed again while it recovers" "$scenario" \
		-2 "$PAIRS" -s "$SEED"
done
done_testing
