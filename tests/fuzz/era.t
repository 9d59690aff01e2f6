#!/bin/sh
# Machines as journals tell of them, whole and mangled: refused, or written as
# they were read, and stepped within the laws.
. "${0%/*}/../tap.sh"

export ASAN_OPTIONS="abort_on_error=1 ${ASAN_OPTIONS:-}"
RUNS=${RUNS:-4000}
SEED=${SEED:-1}
ok "machines as they are" "$B/tests/fuzz/fuzz_era" "$ROOT"/tests/fuzz/corpus.era/*
ok "machines mangled $RUNS times, seed $SEED" "$B/tests/fuzz/fuzz_era" \
	-n "$RUNS" -s "$SEED" "$ROOT"/tests/fuzz/corpus.era/*
[ ! -e crash ] || cp crash "$B/tests/fuzz/crash"
done_testing
