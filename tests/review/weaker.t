#!/bin/sh
# What asks for less without a change of the machine: levels of checks, and
# images that are no longer named by what they are.
. "${0%/*}/../tap.sh"

# model LINT IMAGE
model() {
	cat <<X
<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
$1
<stage name="Source"><source name="Fetch" provider="Git" url="shop.git" branch="main"><output>code</output></source></stage>
<stage name="Build"><build name="Make" provider="Docker"><input>code</input><configuration><parameter name="image">${2:-gcc}</parameter></configuration></build></stage>
</pipeline>
X
}
# says WHAT STATUS PATTERN: of the two models.
says() {
	status "$1" "$2" "$STAGEWRIGHT" diff --no-verify old.xml new.xml
	like "$1: is said" out "$3"
}
model '<lint><preset name="strict"/></lint>' >old.xml
model '' >new.xml
says 'a preset that is gone' 1 "^! policy .* and [0-9]+ more weigh less .*\[rv-policy-weaker\]$"
model '<lint><rule id="gate-missing" level="error"/></lint>' >old.xml
model '<lint><rule id="gate-missing" level="note"/></lint>' >new.xml
says 'a level that is lower' 1 "^! policy +'gate-missing' weighs less +new.xml:2:1  \[rv-policy-weaker\]$"
model '<lint><rule id="gate-missing" level="note" environments="lab"/><rule id="art-unread" level="off"/></lint>' >new.xml
model '' >old.xml
says 'a level of one environment' 1 "^! policy +'(art-unread|gate-missing)', '(art-unread|gate-missing)' weigh less "
model '<lint><rule id="gate-missing" level="error"/></lint>' >new.xml
status 'a level that is higher' 0 "$STAGEWRIGHT" diff --no-verify old.xml new.xml
is 'is nothing to decide' "$(grep -c '^!' out)" 0

digest=gcc@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
model '' $digest >old.xml
model '' gcc:13 >new.xml
says 'a tag for a digest' 1 "^! image +Build.Make: 'gcc:13' of image can be moved to other bytes, and '$digest' could not .*\[rv-unpinned\]$"
status 'a digest for a tag' 0 "$STAGEWRIGHT" diff --no-verify new.xml old.xml
is 'is nothing to decide, either' "$(grep -c rv-unpinned out)" 0

# Every kind of change is explained, as every check is.
sed -n 's/.*"\(rv-[a-z-]*\)".*/\1/p' "$ROOT/compiler/compare/changes.def" >ids
for id in $(cat ids); do
	"$STAGEWRIGHT" explain "$id" >page || echo "$id"
	grep -q "^# $id: ." page || echo "$id"
done >missing
ok 'there are some' test -s ids
is 'each is explained' "$(cat missing)" ""
done_testing
