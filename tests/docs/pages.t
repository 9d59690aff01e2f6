#!/bin/sh
# Each check has a page and a case in tests/reject; the wrong model of a page
# gives findings of that check alone, the right one none.
. "$(dirname "$0")/../tap.sh"
pages=$ROOT/compiler/check/pages

# Checks that no model of a page, or no model at all, can show: a file that is
# not there, documents too large for a page, what the language cannot say.
# What the machine keeps from happening in every model, `verify` looks for all
# the same.
never=' rollback-no-target live-law live-deadlock live-no-end live-unclean-end
	live-dead-action live-livelock retry-forever verify-budget '
without_example=" xml-read xml-limit struct-limit trig-poll-and-event $never "
without_case=" trig-poll-and-event $never "

# example PAGE HEADING: the model in the fence below a heading.
example() {
	awk -v heading="## $2" '
		$0 == heading { here = 1 }
		/^```/ { if (here && inside) exit; inside = here && !inside; next }
		inside' "$1"
}

# ids FILE ID: what the tool finds in a model, to check, to build or to prove.
ids() {
	{
		"$STAGEWRIGHT" check "$1" || :
		case $2 in
		run-unsupported) "$STAGEWRIGHT" build "$1" -o out || : ;;
		art-maybe | var-maybe | gate-bypass | retry-ungated | \
			conc-environment | conc-starve | art-rewritten | \
			gate-stale | trig-pr-to-prod | env-order | live-*)
			"$STAGEWRIGHT" verify "$1" 2>&1 >verdicts || :
			;;
		esac
	} 2>&1 | sed -n 's/^[^ ].*: [a-z]*: .* \[\([a-z-]*\)\]$/\1/p' | sort -u
}

names=$("$STAGEWRIGHT" explain | sed 's/ .*//')
for name in $names; do
	page=$pages/$name.md
	ok "$name has a page" test -s "$page"
	is "$name is explained by it" "$("$STAGEWRIGHT" explain "$name")" \
		"$(cat "$page")"
	like "$name says what it is" "$page" "^# $name: "
	like "$name says its severity" "$page" \
		"^Severity: $("$STAGEWRIGHT" explain | awk -v n="$name" '$1 == n { print $2 }')\\."
	case $without_case in
	*[[:space:]]"$name"[[:space:]]*) ;;
	*) ok "$name has a case" ls "$ROOT/tests/reject/$name"--*.xml ;;
	esac
	case $without_example in
	*[[:space:]]"$name"[[:space:]]*) continue ;;
	esac
	example "$page" Wrong >wrong.xml
	example "$page" Right >right.xml
	is "$name: its wrong model" "$(ids wrong.xml "$name")" "$name"
	is "$name: its right model" "$(ids right.xml "$name")" ""
	ok "$name: its right model is one" grep -q '<pipeline' right.xml
	for other in $(sed -n '/^See also:/,$p' "$page" | grep -o '[a-z]*-[a-z-]*'); do
		ok "$name sends to $other" test -f "$pages/$other.md"
	done
done
for page in "$pages"/*.md; do
	name=$(basename "$page" .md)
	ok "$name is a check" sh -c "echo '$names' | grep -qx '$name'"
done

status "a misspelt id is refused" 2 "$STAGEWRIGHT" explain art-oder
like "it is set right" err "did you mean 'art-order'"
status "an unknown id is refused" 2 "$STAGEWRIGHT" explain zebra
like "the list is named" err "stagewright explain"
done_testing
