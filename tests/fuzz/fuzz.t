#!/bin/sh
# Every model of the tests, whole and mangled, through the reader, the checks,
# the printers and fmt. `make fuzz` goes on for a minute, with libFuzzer.
. "${0%/*}/../tap.sh"

# A sanitizer's finding ends by abort, so that the input is kept.
export ASAN_OPTIONS="abort_on_error=1 ${ASAN_OPTIONS:-}"
RUNS=${RUNS:-4000}
SEED=${SEED:-1}
ok "models as they are" "$B/tests/fuzz/fuzz_model" \
	"$ROOT"/tests/fuzz/corpus/* "$ROOT"/tests/golden/*.xml \
	"$ROOT"/tests/format/*.xml "$ROOT"/examples/*/*.xml
find "$ROOT/tests" "$ROOT/examples" -name '*.xml' -type f -size -64k |
	LC_ALL=C sort >models
ok "models mangled $RUNS times, seed $SEED" xargs "$B/tests/fuzz/fuzz_model" \
	-n "$RUNS" -s "$SEED" <models
[ ! -e crash ] || cp crash "$B/tests/fuzz/crash"
done_testing
