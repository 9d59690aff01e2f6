#!/bin/sh
# The same model gives the same bytes: in another directory, under another
# name of it, another locale and another time zone.
. "$(dirname "$0")/../tap.sh"
model=$ROOT/tests/golden/providers.xml
mkdir here "a place with blanks"
cp "$model" here/release.xml
cp "$model" "a place with blanks/release.xml"

everything() {
	"$STAGEWRIGHT" compile "$1" -o "$2" &&
		"$STAGEWRIGHT" compile "$1" -o "$2/one" --amalgamate --dot &&
		"$STAGEWRIGHT" compile "$1" --dump=machine >"$2/machine"
}

first() {
	cd here || return
	LC_ALL=C TZ=UTC everything release.xml "$SCRATCH/first"
}

second() {
	TMPDIR="$SCRATCH" LC_ALL=de_DE.UTF-8 TZ=Pacific/Auckland \
		everything "$SCRATCH/a place with blanks/release.xml" second
}

ok "once" eval '(first)'
ok "and once more" second
ok "the bytes are the same" diff -r first second
ok "no path of this place is in them" eval '! grep -r "$SCRATCH" first'
ok "no year is in them" eval '! grep -rw "$(date +%Y)" first'
done_testing
