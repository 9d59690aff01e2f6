#!/bin/sh
# The same model gives the same bytes: in another directory, under another
# name of it, another locale and another time zone.
. "$(dirname "$0")/../tap.sh"
mkdir here "a place with blanks" first second
for model in providers conditions; do
	cp "$ROOT/tests/golden/$model.xml" here
	cp "$ROOT/tests/golden/$model.xml" "a place with blanks"
done

everything() {
	"$STAGEWRIGHT" compile "$1" -o "$2" &&
		"$STAGEWRIGHT" compile "$1" -o "$2/one" --amalgamate --dot &&
		"$STAGEWRIGHT" compile "$1" --dump=machine >"$2/machine"
}

first() {
	cd here || return
	for model in providers conditions; do
		LC_ALL=C TZ=UTC everything $model.xml "$SCRATCH/first/$model" ||
			return
	done
}

second() {
	for model in providers conditions; do
		TMPDIR="$SCRATCH" LC_ALL=de_DE.UTF-8 TZ=Pacific/Auckland \
			everything "$SCRATCH/a place with blanks/$model.xml" \
			second/$model || return
	done
}

ok "once" eval '(first)'
ok "and once more" second
ok "the bytes are the same" diff -r first second
ok "no path of this place is in them" eval '! grep -r "$SCRATCH" first'
ok "no year is in them" eval '! grep -rw "$(date +%Y)" first'
done_testing
