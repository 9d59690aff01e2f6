#!/bin/sh
# Drawings of models: every format, well formed, the same bytes each time.
. "$(dirname "$0")/../tap.sh"

model=$ROOT/tests/golden/drawing.xml
hostile=$ROOT/tests/golden/hostile.xml
graph() {
	"$STAGEWRIGHT" graph "$@" 2>err
}

for suffix in svg png pdf dot mmd; do
	ok "draws .$suffix" graph -o "drawing.$suffix" "$model"
	ok "the same on standard output" \
		graph --format "$suffix" -o - "$model"
done
ok "an SVG is XML" xmllint --noout drawing.svg
is "a PNG is a PNG" "$(head -c 4 drawing.png | tail -c 3)" PNG
is "a PDF is a PDF" "$(head -c 4 drawing.pdf)" %PDF
like "Mermaid is a flowchart" drawing.mmd '^flowchart (LR|TB)$'

# Ids are what a console looks for.
missing=
for id in Source Source.Checkout Build.Compile Staging SignOff.ReleaseManager \
	Production Production.Install Production/transition \
	Production/beforeEntry Production/onSuccess; do
	grep -q "<g id=\"$id\"" drawing.svg || missing="$missing $id"
done
is "stages, actions and transitions have their names as ids" "$missing" ""
is "no id is there twice" \
	"$(grep -o ' id="[^"]*"' drawing.svg | sort | uniq -d)" ""
like "a picture has a title" drawing.svg '^<title>drawing</title>'

# What the machine can be told beside its actions.
cat >told.xml <<'END'
<pipeline xmlns="urn:stagewright:pipeline:1" name="told" executionMode="QUEUED" maxExecutions="12">
  <stage name="Source"><source name="Checkout" url="shop.git" branch="main"><output>code</output></source></stage>
  <stage name="Build">
    <beforeEntry result="SKIP"><rule name="Office" provider="Commands">true</rule></beforeEntry>
    <build name="Compile" retries="2" idempotent="true"><input>code</input><run>make</run></build>
    <onSuccess result="ROLLBACK"><rule name="Health" provider="Commands">true</rule></onSuccess>
    <onFailure result="RETRY" retryMode="ALL_ACTIONS" attempts="3"/>
  </stage>
</pipeline>
END
for suffix in svg mmd dot; do
	ok "draws what is told as .$suffix" graph -o "told.$suffix" told.xml
	like "its mode and limit in .$suffix" "told.$suffix" \
		'QUEUED: one behind the other, at most 12 executions'
	like "how often an action is tried in .$suffix" "told.$suffix" \
		'build · up to 3×'
	like "what stands before a stage in .$suffix" "told.$suffix" \
		'to enter, else skip the stage'
	like "and behind it in .$suffix" "told.$suffix" \
		'to leave, else roll back'
	like "and what a failure leads to in .$suffix" "told.$suffix" \
		'on failure: retry all actions, up to 3 times'
done
ok "what is usual is not said" sh -c '! grep -q SUPERSEDED drawing.*'

mkdir elsewhere
ok "drawn elsewhere" sh -c "cd elsewhere && HOME=/nonexistent LC_ALL=C \
	'$STAGEWRIGHT' graph -o drawing.svg '$model'"
ok "the bytes are the same in another folder and locale" \
	cmp drawing.svg elsewhere/drawing.svg

like "artifacts are not shown" drawing.mmd 'Compile<br/>build"'
graph --artifacts -o artifacts.mmd "$model"
like "unless asked for" artifacts.mmd 'Compile<br/>build<br/>code → package'

for suffix in svg png dot mmd; do
	ok "hostile names are drawn as .$suffix" \
		graph -o "hostile.$suffix" "$hostile"
done
ok "as well-formed XML" xmllint --noout hostile.svg

if command -v dot >/dev/null; then
	for case in drawing hostile; do
		ok "dot takes $case.dot" dot -Tplain -o /dev/null "$case.dot"
	done
fi

status "an unknown suffix is a wrong command line" 2 \
	"$STAGEWRIGHT" graph -o drawing.gif "$model"
like "which says what there is" err '\.svg, \.png, \.pdf, \.dot or \.mmd'
status "a file that cannot be written is trouble" 3 \
	"$STAGEWRIGHT" graph -o nowhere/drawing.svg "$model"
like "which says where" err "cannot draw 'nowhere/drawing.svg'"
status "so is one that cannot be read" 3 \
	"$STAGEWRIGHT" graph -o drawing.svg nothing.xml
mkdir empty
status "a missing renderer is trouble" 3 env GVBINDIR="$PWD/empty" \
	"$STAGEWRIGHT" graph -o missing.png "$model"
like "which says what brings it" err 'libgvc6'
ok "and leaves no file" test ! -e missing.png
ok "an SVG needs no renderer" env GVBINDIR="$PWD/empty" \
	"$STAGEWRIGHT" graph -o found.svg "$model"
LD_DEBUG=files LD_DEBUG_OUTPUT=loaded "$STAGEWRIGHT" graph -o found.svg "$model"
ok "nor does it load one" sh -c '! grep -q libgvc loaded.*'
status "a full disk is noticed" 3 \
	"$STAGEWRIGHT" graph --format svg -o /dev/full "$model"
done_testing
