#!/bin/sh
# Every command and option is in --help, in the synopsis of its manual and in
# the text of it; and nothing else is. The manuals are well-formed.
. "${0%/*}/../tap.sh"

# from_help PROGRAM COMMON: its commands, and their options but for those in
# the list COMMON, as --help says them, one a line
# (of "-f, --follow" the second).
from_help() {
	"$1" --help | awk '/^  [a-z]/ { print $1 }' | while read -r command; do
		echo "$command"
		"$1" "$command" --help |
			sed -n 's/^  \(-[a-z], \)\{0,1\}\(--*[a-z-]*\).*/\2/p' |
			grep -vxF -e "$2" |
			sed "s/^/$command /"
	done | sort -u
}

# manual PROGRAM COMMON PAGE: help, synopsis and text say the same.
manual() {
	from_help "$1" "$2" >help
	for part in SYNOPSIS DESCRIPTION; do
		awk -v part="$part" -f "$ROOT/tests/docs/options.awk" "$ROOT/$3" |
			sort -u >page
		ok "--help and the $part of $3 agree" diff help page
	done
	ok "$3 has something to say" test -s help
}

manual "$STAGEWRIGHT" --help tools/stagewright.1
ok "a pipeline builds" "$STAGEWRIGHT" build \
	"$ROOT/examples/hello/release.xml" -o release
manual ./release '--help
--state
--json
--key' runtime/stagewright-release.1

for page in "$ROOT"/*/*.[1-8]; do
	name=${page#"$ROOT/"}
	if command -v groff >/dev/null; then
		groff -mdoc -Tutf8 -ww -z "$page" >complaints 2>&1
		is "$name is well-formed" "$(cat complaints)" ""
	else
		skip "$name is well-formed" "no groff"
	fi
done
done_testing
