#!/bin/sh
# The machine explored in process, and what `compile --promela` says of it by
# SPIN: as many states, transitions and dead ends, and the same of policies.
. "$(dirname "$0")/../tap.sh"
if ! command -v spin >/dev/null; then
	skip "SPIN finds what the explorer finds" "spin is not installed"
	done_testing
	exit
fi
EXPLORE=$B/tests/spin/explore_subject
CC=${CC:-cc}

# check NAME: SPIN's verifier of NAME.pml, in a folder NAME.
check() {
	mkdir -p "$1" && (
		cd "$1" || exit 1
		# shellcheck disable=SC2046 # options, without blanks in them
		spin -a $(cat "../$1.options") "../$1.pml" >spin.log 2>&1 &&
			$CC -w -O0 -DSAFETY -DNOREDUCE -DMEMLIM=1000 -o pan pan.c
	)
}

# What pan says, in explore_subject's words. The first state is one of SPIN's
# transitions; a dead end is an invalid end state.
told() {
	awk '/states, stored/ { states = $1 }
	/= stored\+matched/ { transitions = $1 - 1 }
	/errors:/ { errors = $NF }
	/assertion violated/ { violated = 1 }
	/search depth too small|out of memory/ { print }
	END {
		printf "states %d transitions %d dead %d%s\n", states,
			transitions, errors, violated ? " broken law" : ""
	}'
}

# subject NUMBER NAME: everything of one; what is to be compared in NAME.*.
subject() {
	"$EXPLORE" "$1" . >"$2.explored" 2>&1
	check "$2" && (cd "$2" && ./pan -c0 -w16 -m1000000) >"$2.pan" 2>&1
	told <"$2.pan" >"$2.spin"
	[ -e "$2.policy" ] || return 0
	cat "$2.policy" "$2.pml" >"$2.judged" && mv "$2.judged" "$2.pml"
	check "$2" && (cd "$2" && ./pan -E -w16 -m1000000) >"$2.judged" 2>&1
	if grep -q 'errors: 0' "$2.judged"; then
		echo "kept"
	else
		grep -q 'assertion violated' "$2.judged" && echo broken
	fi >"$2.verdict"
	rm -rf "$2"
}

# file MODEL: a model in a file, through the command line.
file() {
	"$EXPLORE" "$1" . >explored && "$STAGEWRIGHT" compile --promela "$1" \
		-o model.pml && check model &&
		(cd model && ./pan -c0 -w16 -m1000000) >pan.out 2>&1
	told <pan.out >spin.out
	rm -rf model
}

# Two at a time.
"$EXPLORE" list >names
ok "there are machines to compare" test -s names
i=0
while read -r name; do
	subject $i "$name" &
	i=$((i + 1))
	[ $((i % 2)) -eq 1 ] || wait
done <names
wait

while read -r name; do
	is "$name: SPIN finds what the explorer finds" "$(cat "$name.spin")" \
		"$(sed 's/ policy.*//' "$name.explored")"
	[ -e "$name.policy" ] || continue
	is "$name: SPIN judges as the explorer does" \
		"$(cat "$name.verdict")" \
		"$(sed 's/.* policy //' "$name.explored")"
done <names

for model in "$ROOT"/examples/hello/release.xml \
	"$ROOT"/examples/storefront/release.xml; do
	file "$model"
	is "${model#"$ROOT"/}: SPIN finds what the explorer finds" \
		"$(cat spin.out)" "$(sed 's/ policy.*//' explored)"
done
status "it goes to stdout unless told where" 0 \
	"$STAGEWRIGHT" compile --promela "$ROOT/examples/hello/release.xml"
like "it is Promela" out '^active proctype pipeline'
status "a file that cannot be written is said" 3 "$STAGEWRIGHT" compile \
	--promela "$ROOT/examples/hello/release.xml" -o none/hello.pml
like "with its name" err "cannot write 'none/hello.pml'"
done_testing
