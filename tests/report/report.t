#!/bin/sh
# What `check` found, in the forms that other programs read.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/report/valid.sh"
bad=$ROOT/tests/reject/gate-after--same-stage.xml
cp "$bad" bad.xml

status "all in one run" 1 "$STAGEWRIGHT" check -o text -o json=j -o sarif=s \
	-o github=g -o gitlab=l -o checkstyle=c bad.xml
like "text goes to standard output" out 'bad.xml:14:19: error: .* \[gate-after\]'
is "JSON has it" "$(jq -r '.[0].id' j)" gate-after
ok "SARIF is valid" valid_sarif s
is "with the rule, the place and the level" "$(jq -r '.runs[0].results[0] |
	[.ruleId, .level, (.locations[0].physicalLocation |
	.artifactLocation.uri, .region.startLine, .region.startColumn)] | @tsv' s)" \
	"$(printf 'gate-after\terror\tbad.xml\t14\t19')"
is "what GitHub knows it by" "$(jq -r '.runs[0].results[0].partialFingerprints |
	.primaryLocationLineHash | test("^[0-9a-f]+:1$")' s)" true
is "and what its page says" "$(jq -r '.runs[0].tool.driver.rules[0].help.text |
	test("## Wrong")' s)" true
like "GitHub gets a command" g \
	'^::error file=bad.xml,line=14,endLine=14,col=19,endColumn=26,title=gate-after::'
is "GitLab a list" "$(jq -r '.[0] | [.check_name, .severity, .location.path,
	.location.lines.begin] | @tsv' l)" "$(printf 'gate-after\tcritical\tbad.xml\t14')"
ok "Checkstyle is XML" xmllint --noout c
like "with the place" c '<error line="14" column="19" severity="error"'

# What stays the same when lines move.
key() {
	"$STAGEWRIGHT" check -o "$1=k" "$2" >/dev/null 2>&1
	jq -r "$3" k
}
{ head -1 bad.xml; printf '\n\n\n'; tail -n +2 bad.xml; } >moved.xml
mkdir moved && mv moved.xml moved/bad.xml && cd moved || exit 1
moved=$(key gitlab bad.xml '.[0].fingerprint')
cd .. || exit 1
is "a fingerprint stays when lines move" "$moved" \
	"$(key gitlab bad.xml '.[0].fingerprint')"

# A model without findings, and texts that want to be something else.
cp "$ROOT/examples/hello/release.xml" good.xml
status "nothing found" 0 "$STAGEWRIGHT" check -o sarif=s -o gitlab=l \
	-o github=g -o checkstyle=c good.xml
is "is a report, too" "$(jq '.runs[0].results | length' s)$(jq length l)" 00
is "and no command" "$(cat g)" ""
ok "which is valid" valid_sarif s
name='a%b,c::d "e"<f>#.xml'
cp bad.xml "$name"
status "names want to be something else" 1 "$STAGEWRIGHT" check -o sarif=s \
	-o github=g -o checkstyle=c "$name"
is "in a URI" "$(jq -r '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri' s)" \
	'a%25b%2Cc%3A%3Ad%20%22e%22%3Cf%3E%23.xml'
like "in a command" g '^::error file=a%25b%2Cc%3A%3Ad "e"<f>#.xml,line='
ok "in XML" xmllint --noout c

# Which findings are a failure; the form never says.
warned=$ROOT/tests/reject/trig-all-branches--star.xml
status "a warning is none" 0 "$STAGEWRIGHT" check "$warned"
status "unless it is asked for" 1 "$STAGEWRIGHT" check --fail-on warning "$warned"
status "nor is an error, if so" 0 "$STAGEWRIGHT" check --fail-on never \
	-o sarif=s bad.xml
status "what cannot be read is trouble all the same" 3 "$STAGEWRIGHT" check \
	--fail-on never none.xml
status "another word is a wrong command line" 2 "$STAGEWRIGHT" check \
	--fail-on sometimes bad.xml
like "which says what there is" err "wants error, warning, note or never, not 'sometimes'"
status "so is a word too many" 2 "$STAGEWRIGHT" fmt bad.xml --check -w
status "options follow models as well" 1 "$STAGEWRIGHT" check bad.xml --brief
status "so is another form" 2 "$STAGEWRIGHT" check -o pdf bad.xml
like "which says what there is" err 'text, json, sarif, github, gitlab'
status "and two for standard output" 2 "$STAGEWRIGHT" check -o text -o json bad.xml
status "what cannot be written is trouble" 3 "$STAGEWRIGHT" check \
	-o sarif=good.xml/s bad.xml
like "with its name" err "cannot write 'good.xml/s'"
done_testing
