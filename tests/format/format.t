#!/bin/sh
# `fmt` changes how a model looks and not what it says: what the reader makes
# of it stays, a second time changes nothing, no comment is lost.
. "${0%/*}/../tap.sh"

comments() {
	tr '\n' ' ' <"$1" | sed 's/-->/&\n/g' |
		sed -n 's/.*\(<!--.*-->\).*/\1/p' | tr -s '[:blank:]' ' '
}

# What a model includes is in its folder.
mkdir more
cp "$ROOT"/tests/format/more/*.xml more/

for model in "$ROOT"/examples/*/*.xml "$ROOT"/tests/golden/*.xml \
	"$ROOT"/tests/format/*.xml; do
	name=${model#"$ROOT/"}
	ok "$name is formatted" sh -c '"$0" fmt "$1" >once.xml' "$STAGEWRIGHT" "$model"
	"$STAGEWRIGHT" fmt once.xml >twice.xml
	ok "$name: a second time changes nothing" cmp once.xml twice.xml
	case $name in
	*.scenarios.xml) ;; # no model
	*)
		"$STAGEWRIGHT" compile --dump=model "$model" >before 2>/dev/null
		"$STAGEWRIGHT" compile --dump=model once.xml >after 2>/dev/null
		ok "$name: there is a model" test -s before
		ok "$name: the model is the same" diff -u before after
		;;
	esac
	comments "$model" >before
	comments once.xml >after
	ok "$name: comments are kept" diff -u before after
done

for model in "$ROOT"/tests/format/*.xml; do
	name=${model##*/}
	[ -e "${model%.xml}.expected" ] || continue
	"$STAGEWRIGHT" fmt "$model" >got
	ok "$name looks as expected" diff -u "${model%.xml}.expected" got
done

cp "$ROOT/tests/format/everything.xml" model.xml
status "canonical: --check says yes" 0 "$STAGEWRIGHT" fmt --check model.xml
is "and nothing else" "$(cat out err)" ""
sed 's/^ *//' "$ROOT/tests/format/everything.xml" >model.xml
status "not canonical: --check says no" 1 "$STAGEWRIGHT" fmt --check model.xml
is "and names the file" "$(cat out)" model.xml
chmod 640 model.xml
status "-w writes" 0 "$STAGEWRIGHT" fmt -w model.xml
is "the mode stays" "$(stat -c %a model.xml)" 640
status "then --check says yes" 0 "$STAGEWRIGHT" fmt --check model.xml
is "no other file is left" "$(echo model*)" model.xml
mkdir real
sed 's/^ *//' model.xml >real/linked.xml
ln -s real/linked.xml link.xml
status "a link is written through" 0 "$STAGEWRIGHT" fmt -w link.xml
ok "and stays a link" test -L link.xml
ok "to the file in canonical form" cmp model.xml real/linked.xml
printf '<pipeline>' >broken.xml
cp broken.xml copy.xml
status "what is not well-formed is refused" 1 "$STAGEWRIGHT" fmt -w broken.xml
like "with its place" err '^broken.xml:1:2: error: .* \[xml-syntax\]$'
ok "and stays as it is" cmp broken.xml copy.xml
status "a missing file is trouble" 3 "$STAGEWRIGHT" fmt missing.xml
status "a wrong option is usage" 2 "$STAGEWRIGHT" fmt --frobnicate model.xml
status "a full device is trouble" 3 \
	sh -c '"$0" fmt model.xml >/dev/full' "$STAGEWRIGHT"
status "standard input is read" 0 sh -c '"$0" fmt - <model.xml' "$STAGEWRIGHT"
ok "to the same end" cmp out model.xml
ok "a file of stages is in canonical form" \
	"$STAGEWRIGHT" fmt --check more/stages.xml
ok "the examples are in canonical form" \
	"$STAGEWRIGHT" fmt --check "$ROOT"/examples/*/*.xml
done_testing
