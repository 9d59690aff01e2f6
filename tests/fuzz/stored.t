#!/bin/sh
# What is read back from a state directory, whole and mangled: rows of the
# journal, checkpoints, results of attempts. It is refused, or it says the same
# when it is written again.
. "${0%/*}/../tap.sh"

export ASAN_OPTIONS="abort_on_error=1 ${ASAN_OPTIONS:-}"
RUNS=${RUNS:-4000}
SEED=${SEED:-1}
for target in book result; do
	ok "$target: as it was written" "$B/tests/fuzz/fuzz_$target" \
		"$ROOT/tests/fuzz/corpus.$target"/*
	ok "$target: mangled $RUNS times, seed $SEED" \
		"$B/tests/fuzz/fuzz_$target" -n "$RUNS" -s "$SEED" \
		"$ROOT/tests/fuzz/corpus.$target"/*
	[ ! -e crash ] || mv crash "$B/tests/fuzz/crash.$target"
done
done_testing
