#!/bin/sh
# Each ID--REASON.xml is a model with one fault. ID--REASON.err has what is
# said about it, to the column; it has to name ID.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/reject/run"

cd "$ROOT/tests/reject" || exit 1
for model in *.xml; do
	case=${model%.xml}
	expected=0
	grep -q '^[^ ].*: error: ' "$case.err" && expected=1
	# A file that cannot be read is trouble and no finding.
	[ "${case%%--*}" != xml-read ] || expected=3
	got=0
	reject_run "$model" >"$SCRATCH/got" || got=$?
	is "$case: exit status" "$got" "$expected"
	ok "$case: words and places" diff -u "$case.err" "$SCRATCH/got"
	like "$case: the check" "$SCRATCH/got" "\\[${case%%--*}\\]\$"
done
done_testing
