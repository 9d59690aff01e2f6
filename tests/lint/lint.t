#!/bin/sh
# How much a finding weighs: presets and rules of a <lint>, in the model, in a
# file that it includes, beside it; and what is hidden is counted.
. "$(dirname "$0")/../tap.sh"

# model LINT ALLOW: one with a note (art-unread) and a warning (gate-missing).
model() {
	cat <<-EOF
		<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
		${1:-}
		<stage name="Source">
		  <source name="Checkout" url="shop.git" branch="main"><output>code</output></source>
		</stage>
		<stage name="Build">
		  <build name="Compile"><input>code</input><run>make</run><output>log</output>${2:-}</build>
		  <test name="Unit"><input>code</input><run>make check</run></test>
		</stage>
		<stage name="Production" environment="production">
		  <onFailure result="ROLLBACK"/>
		  <deploy name="Install" timeout="20m"><input>code</input><run>make install</run></deploy>
		</stage>
		</pipeline>
	EOF
}
lint() {
	echo "<lint xmlns=\"urn:stagewright:pipeline:1\">$1</lint>"
}
# levels [OPTION...]: what is found in the model, "note art-unread" a line.
levels() {
	"$STAGEWRIGHT" check --brief "$@" model.xml |
		sed -n 's/^[^ ]*: \([a-z]*\): .* \[\([a-z-]*\)\]$/\1 \2/p'
}
# weighs WHAT EXPECTED LINT: with this <lint> in the model.
weighs() {
	model "<lint>$3</lint>" >model.xml
	is "$1" "$(levels | tr '\n' ' ')" "$2"
}

weighs "nothing is said" "note art-unread warning gate-missing " ""
weighs "strict weighs more" "warning art-unread error gate-missing " \
	'<preset name="strict"/>'
weighs "audit is about production" "error gate-missing " '<preset name="audit"/>'
weighs "the rules come after the preset" "note art-unread error gate-missing " \
	'<rule id="art-unread" level="note"/><preset name="strict"/>'
weighs "the last rule wins" "error art-unread warning gate-missing " \
	'<rule id="art-unread" level="off"/><rule id="art-unread" level="error"/>'
weighs "a rule of an environment" "note art-unread error gate-missing " \
	'<rule id="gate-missing" level="error" environments="qa production"/>
	<rule id="art-unread" level="off" environments="production"/>'
weighs "of another environment" "note art-unread warning gate-missing " \
	'<rule id="gate-missing" level="error" environments="staging"/>'

model '<lint><rule id="art-unread" level="off"/></lint>' \
	'<allow rule="gate-blind" reason="x"/>' >model.xml
status "a warning is no error" 0 "$STAGEWRIGHT" check model.xml
like "the summary says what is off" out '^2 warnings, 1 rule off$'
model '<lint><rule id="gate-missing" level="error"/></lint>' >model.xml
status "what is raised is one" 1 "$STAGEWRIGHT" check model.xml

model '<lint><rule id="art-undefined" level="off"/></lint>' \
	'<input>none</input>' >model.xml
status "what means nothing stays an error" 1 "$STAGEWRIGHT" check model.xml
like "though it was switched off" out ': error: .*\[art-undefined\]$'

# An <allow> hides, and is counted.
model '' '<allow rule="art-unread" reason="fetched by hand"/>' >model.xml
is "it is allowed" "$(levels)" "warning gate-missing"
status "an allowed one is no finding" 0 "$STAGEWRIGHT" check model.xml
like "it is counted" out '^1 warning, 1 allowed$'
is "and shown when asked for" "$(levels --no-allow | tr '\n' ' ')" \
	"note art-unread warning gate-missing "
status "with no number then" 0 "$STAGEWRIGHT" check --no-allow model.xml
like "but those of findings" out '^1 warning, 1 note$'
model '<lint><rule id="art-unread" level="off"/></lint>' \
	'<allow rule="art-unread" reason="fetched by hand"/>' >model.xml
is "an <allow> of what is off is not unused" "$(levels)" "warning gate-missing"

# From elsewhere.
model '<lint><rule id="gate-missing" level="off"/></lint>' >model.xml
lint '<rule id="gate-missing" level="error"/>' >beside.xml
is "what is beside has the last word" \
	"$(levels --lint beside.xml | tr '\n' ' ')" \
	"note art-unread error gate-missing "
lint '<rule id="gate-missing" level="error"/><rule id="art-unread" level="off"/>' \
	>included.xml
model '<include file="included.xml"/>
	<lint><rule id="gate-missing" level="note"/></lint>' >model.xml
is "what is included has the first" "$(levels)" "note gate-missing"
lint '<rule id="gate-mising" level="error"/>' >beside.xml
status "a misspelt rule is an error" 1 "$STAGEWRIGHT" check --lint beside.xml \
	model.xml
like "at its place" out "^beside.xml:1:52: error: no check has the name 'gate-mising'"
status "a file that is not there" 3 "$STAGEWRIGHT" check --lint none.xml model.xml
status "one that is something else" 1 "$STAGEWRIGHT" check --lint model.xml \
	model.xml
like "is said to be" out "the root element is <pipeline>, not <lint>"
status "a file of levels is no model" 1 "$STAGEWRIGHT" check included.xml
like "and where it belongs" out "stagewright check --lint FILE MODEL"

git init -q repository && cd repository || exit 1
git config user.email a@example.org && git config user.name a
lint '<rule id="gate-missing" level="error"/>' >lint.xml
git add lint.xml && git commit -qm one
lint '<rule id="gate-missing" level="off"/>' >lint.xml
model '' >model.xml
is "as a revision has it" "$(levels --lint git:HEAD:lint.xml | tr '\n' ' ')" \
	"note art-unread error gate-missing "
cd ..

# What verify finds has levels, too.
sed -n '/^## Wrong/,/^## Right/p' "$ROOT/compiler/check/pages/gate-bypass.md" |
	sed -n '/<pipeline/,/<\/pipeline>/p' >model.xml
status "a bypass is an error" 1 "$STAGEWRIGHT" verify model.xml
sed 's|<stage name="Source">|<lint><rule id="gate-bypass" level="warning"/></lint>&|' \
	model.xml >less.xml
"$STAGEWRIGHT" verify less.xml >out 2>err || :
like "or a warning" err ': warning: .*\[gate-bypass\]$'
done_testing
