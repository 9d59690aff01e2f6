#!/bin/sh
# Journals that earlier programs wrote (formats/): each is read, proved and taken
# over by the program of today. What it says of the time is long ago, so nobody
# serves them.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/upgrade/formats/versions.sh"
for version in one two three; do
	formats_version $version || exit 1
done
S=$SCRATCH/state

# kept NAME: the state directory that formats/NAME.sql tells of.
kept() {
	rm -rf "$S"
	mkdir -m 700 "$S"
	sqlite3 "$S/journal.db" <"$ROOT/tests/upgrade/formats/$1.sql" >loaded &&
		sed -n '1s/^-- head //p' "$ROOT/tests/upgrade/formats/$1.sql" \
			>"$S/head"
}

# what PROGRAM: "#N what" of each row of its plan.
what() {
	"./$1" upgrade --dry-run --json --state "$S" >plan.json 2>plan.err
	jq -r '.executions[] | "#\(.execution) \(.what)"' plan.json |
		paste -s -d ' '
}

for sql in "$ROOT"/tests/upgrade/formats/[2-9]*.sql; do
	name=$(basename "$sql" .sql)
	for program in one two three; do
		ok "$name is read" kept "$name"
		status "$name: $program proves every state" 0 timeout 20 \
			"./$program" replay --state "$S"
		status "$name: $program takes it over" 0 timeout 20 \
			"./$program" upgrade --state "$S"
		status "$name: $program proves that, too" 0 timeout 20 \
			"./$program" replay --state "$S"
		before=$(wc -c <"$S/head")
		status "$name: nothing is left to do for $program" 0 \
			timeout 20 "./$program" upgrade --state "$S"
		like "$name: $program says so" out 'is of this version$'
		is "$name: the head is one line" "$before" 86
	done
done

ok "one is asked about" kept 2-asked
is "it goes on with a later stage" "$(what two)" "#1 carries"
is "it is asked again with a second question" "$(what three)" "#1 repeats"
status "it is taken over" 0 timeout 20 ./two upgrade --state "$S"
status "the answer is taken" 0 timeout 20 ./two approve SignOff.Ask --state "$S"
status "and proved" 0 timeout 20 ./two replay --state "$S"
ok "two have ended" kept 2-ended
status "history is kept" 0 timeout 20 ./three history --json --state "$S"
is "of both" "$(jq -r '[.executions[].status] | join(" ")' out)" "Stopped Succeeded"
ok "one has seen three versions" kept 2-eras
is "the way back asks once more: who is asked is gone" "$(what one)" "#1 repeats"
status "it is gone" 0 timeout 20 ./one upgrade --state "$S"
status "and proved" 0 timeout 20 ./one replay --state "$S"

ok "a journal of format 1" kept 1-asked
status "is refused" 3 timeout 20 ./one upgrade --state "$S"
like "by its number, with a way out" err \
	'has format 1 and this program reads [0-9]; use the program that wrote it'
done_testing
