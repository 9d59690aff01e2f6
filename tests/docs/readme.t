#!/bin/sh
# What the README and its sisters name is there: files, make targets, commands;
# the pipeline that it shows is the example, and the picture is its picture.
. "${0%/*}/../tap.sh"
cd "$ROOT" || exit 1
pages='README.md CONTRIBUTING.md */README.md runtime/machine/semantics.md'

# In `...`: what has a slash or a known suffix, without patterns and places
# that are made.
# shellcheck disable=SC2086 # a list of patterns
grep -ohE '`[A-Za-z0-9_./-]+`' $pages | tr -d '`' | sort -u |
	grep -E '/|\.(md|xsd|xml|c|h|def|[1-8])$' |
	grep -vE '^build|^/|NAME|CASE|MODULE|REASON|^util|^hello|^(shop|dist|share|release)/?|^-' >"$SCRATCH/named"
missing=
while read -r name; do
	# From the root, or from a folder whose page names it.
	found=$(find "$name" ./*/"$name" ./*/*/"$name" ./*/*/*/"$name" \
		-maxdepth 0 2>/dev/null)
	[ -n "$found" ] ||
		missing="$missing $name"
done <"$SCRATCH/named"
is "files that the pages name are there" "$missing" ""

missing=
# shellcheck disable=SC2086
for target in $(grep -ohE '(^|`)make [a-z-]+' $pages | awk '{ print $2 }' | sort -u); do
	grep -qE "^$target:" Makefile || missing="$missing $target"
done
is "make targets that the pages name are there" "$missing" ""

"$STAGEWRIGHT" --help >"$SCRATCH/help"
missing=
for command in $(grep -ohE 'stagewright [a-z]+ ' README.md | awk '{ print $2 }' | sort -u); do
	grep -qE "^  $command " "$SCRATCH/help" || missing="$missing $command"
done
is "commands that the README names are there" "$missing" ""

sed -n '/^```xml$/,/^```$/p' README.md | grep -v '^```' >"$SCRATCH/shown.xml"
sed -n '/^<pipeline/,$p' examples/hello/release.xml >"$SCRATCH/hello.xml"
ok "the pipeline of the README is the example" \
	diff "$SCRATCH/shown.xml" "$SCRATCH/hello.xml"
ok "its picture can be drawn" "$STAGEWRIGHT" graph \
	examples/hello/release.xml -o "$SCRATCH/release.svg"
ok "and is the one that the README shows (make update-golden)" \
	cmp examples/hello/release.svg "$SCRATCH/release.svg"
sed -n '/^<scenario /,/^<.scenario>/s/^/  /p' README.md >"$SCRATCH/shown"
sed -n "/$(sed -n 1p "$SCRATCH/shown" | sed 's/^ *//')/,/<.scenario>/p" \
	examples/storefront/release.scenarios.xml >"$SCRATCH/played"
ok "the scenario that it shows is one of the storefront's" \
	diff "$SCRATCH/shown" "$SCRATCH/played"
done_testing
