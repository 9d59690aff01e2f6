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

# Edits are suggestions; columns of reviewdog count bytes, those of SARIF
# characters.
cat >typo.xml <<'X'
<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
  <allow reason="äöü" rule="art-unraed"/>
  <stage name="Source"><source name="Checkout" url="s.git" branch="main"><output>code</output></source></stage>
  <stage name="Build"><build name="Make"><input>code</input><run>make</run></build></stage>
</pipeline>
X
status "a word is misspelt" 1 "$STAGEWRIGHT" check -o sarif=s -o rdjson=r typo.xml
ok "SARIF with fixes is valid" valid_sarif s
is "what to put where" "$(jq -c '.runs[0].results[0].fixes[0].artifactChanges[0] |
	[.artifactLocation.uri, (.replacements[0] | .deletedRegion, .insertedContent.text)]' s)" \
	'["typo.xml",{"startLine":2,"startColumn":29,"endLine":2,"endColumn":39},"art-unread"]'
ok "reviewdog's format is valid" valid_rdjson r
is "with the same" "$(jq -c '.diagnostics[0] | [.code.value, .severity, .location.path,
	.suggestions[0].range.start, .suggestions[0].range.end, .suggestions[0].text]' r)" \
	'["struct-value","ERROR","typo.xml",{"line":2,"column":32},{"line":2,"column":42},"art-unread"]'
sed 's/unraed/unread/; s/<run>/<output>bin<\/output>&/' typo.xml >allowed.xml
status "an <allow> takes a finding out" 0 "$STAGEWRIGHT" check -o sarif=s \
	-o sarif-allowed=a -o rdjson=r -o gitlab=l -o markdown=m allowed.xml
is "of all" "$(jq '.runs[0].results | length' s)$(jq '.diagnostics | length' r)$(jq length l)$(cat m)" 000
ok "but one, which is valid" valid_sarif a
is "and says why" "$(jq -c '.runs[0].results[0] | .ruleId, (.suppressions[0] |
	[.kind, .justification, .location.physicalLocation.region.startLine])' a | tr '\n' ' ')" \
	'"art-unread" ["inSource","äöü",2] '
ok "as is reviewdog's" valid_rdjson r

# The comment of a check, and the run that verify found, in all that can show it.
cp "$ROOT/examples/hello/release.xml" good.xml
status "a comment" 1 "$STAGEWRIGHT" check -o markdown bad.xml
is "is found by its first line" "$(head -1 out)" '<!-- stagewright:check:v1 -->'
like "and counts" out '^### 1 error'
like "each finding in a row" out '^\| \*\*error\*\* \| .* \| bad.xml:14:19 \| gate-after \|$'
status "of several files" 1 "$STAGEWRIGHT" check -o markdown bad.xml good.xml typo.xml
like "begins with a summary" out '^\| typo\.xml \| 1 \| 0 \| [0-9]+ \|$'
is "of those that have findings" "$(grep -c '^| [a-z]*\.xml' out)" 2
{
	sed '/<\/stage>/,$d' bad.xml
	for i in $(seq 2000); do
		echo "<source name='A long enough name to fill it $i' url='s.git' branch='main'/>"
	done
	sed -n '/<\/stage>/,$p' bad.xml
} >many.xml
status "of very much" 1 "$STAGEWRIGHT" check -o markdown many.xml
ok "is small enough" test "$(wc -c <out)" -le 65536
like "and says that it is cut" out '^What else there is is too long for a comment\.$'
cp "$ROOT/tests/reject/gate-bypass--gate-skipped.xml" bypass.xml
status "a run to what must not be" 1 "$STAGEWRIGHT" verify -o text -o json=j \
	-o sarif=s -o rdjson=r -o markdown=m -o github=g bypass.xml
like "is told" out 'shortest run: 4 steps'
is "its finding is in JSON" "$(jq -r '.findings[0].id' j)" gate-bypass
ok "is in SARIF, which is valid" valid_sarif s
is "step by step" "$(jq -c '.runs[0].results[0].codeFlows[0].threadFlows[0].locations |
	[length, .[2].importance, .[2].location.physicalLocation.region.startLine,
	.[2].location.message.text]' s)" \
	'[3,"essential",16,"fail Gate.NoHotfix: Gate is skipped; Production.Install starts"]'
like "in Markdown, decisions bold" m '^3[.] \*\*fail Gate.NoHotfix: .*\*\* \(bypass.xml:16:7\)$'
like "and GitHub is told why" g '%0A.Gate.Approve. is in stage .Gate., which its beforeEntry can skip%0A'
ok "as is reviewdog" valid_rdjson r
status "a model with errors" 1 "$STAGEWRIGHT" verify -o json=j -o sarif=s typo.xml
is "has its findings in the outputs" "$(jq -r '.findings[0].id' j)$(jq -r \
	'.runs[0].results[0].ruleId' s)" struct-valuestruct-value

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

name=$(printf 'not\377\300\257utf8.xml')
cp bad.xml "$name"
status "names are no text" 1 "$STAGEWRIGHT" check -o sarif=s -o json=j \
	-o rdjson=r -o gitlab=l -o checkstyle=c -o markdown=m "$name"
ok "but JSON" jq -e . s j r l
is "and Markdown is" "$(iconv -f UTF-8 -t UTF-8 s j r l m | wc -c)" "$(cat s j r l m | wc -c)"
ok "as XML" xmllint --noout c
cp "$ROOT/tests/reject/xml-encoding--overlong.xml" .
status "nor are those of elements" 1 "$STAGEWRIGHT" check -o sarif=s \
	xml-encoding--overlong.xml
ok "by which findings are known" iconv -f UTF-8 -t UTF-8 s

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
like "which says what there is" err 'text, json, markdown, sarif, sarif-allowed, rdjson, github, gitlab'
status "a check draws nothing" 2 "$STAGEWRIGHT" check -o svg=x bad.xml
status "and two for standard output" 2 "$STAGEWRIGHT" check -o text -o json bad.xml
status "what cannot be written is trouble" 3 "$STAGEWRIGHT" check \
	-o sarif=good.xml/s bad.xml
like "with its name" err "cannot write 'good.xml/s'"
done_testing
