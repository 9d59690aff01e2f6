#!/bin/sh
# Each model beside its expected outputs: the suffix selects the pass.
. "$(dirname "$0")/../tap.sh"
export STAGEWRIGHT

golden() {
	"$ROOT/tests/golden/produce" "$1" "$2" >got || return 1
	diff -u "$3" got
}

for model in "$ROOT"/tests/golden/*.xml; do
	name=$(basename "$model" .xml)
	for expected in "${model%.xml}".[!x]* "${model%.xml}"_view.c; do
		[ -f "$expected" ] || continue
		suffix=${expected#"${model%.xml}"}
		ok "$name$suffix" golden "$model" "$suffix" "$expected"
	done
done
done_testing
