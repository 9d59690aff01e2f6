#!/bin/sh
# What the changes of a branch mean: models found in two trees of real
# repositories, paired, compared, and nothing said of what means the same.
. "${0%/*}/../tap.sh"
. "$ROOT/tests/git/repository.sh"
. "$ROOT/tests/report/valid.sh"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b

# model NAME ENVIRONMENT TIMEOUT [INCLUDE]
model() {
	cat <<X
<?xml version="1.0"?>
<!-- $1 -->
<pipeline xmlns="urn:stagewright:pipeline:1" name="$1">
  <stage name="Source">
    <source name="Checkout" provider="Git" url="shop.git" branch="main"><output>code</output></source>
  </stage>
  <stage name="Build">
    <test name="Unit" timeout="$3"><input>code</input><run>make check</run></test>
  </stage>
  <stage name="SignOff"><approval name="Manager" timeout="7d">Ship?</approval></stage>
  ${4:-}
  <stage name="Ship">
    <deploy name="Install" environment="$2" provider="Directory" path="live"><input>code</input></deploy>
  </stage>
</pipeline>
X
}
review() { "$STAGEWRIGHT" review "$@"; }
edit() { sed "$1" "$2" >"$SCRATCH/edited" && cp "$SCRATCH/edited" "$2"; }

git init -q -b main shop && cd shop || exit 1
mkdir -p ci/parts docs
model shop production 10m >ci/shop.xml
model tools staging 10m >ci/tools.xml
model parts staging 10m '<include file="parts/more.xml"/>' >ci/parts.xml
cat >ci/parts/more.xml <<'X'
<stages xmlns="urn:stagewright:pipeline:1"><stage name="More"><approval name="Look" timeout="1d">Ok?</approval></stage></stages>
X
echo '<html xmlns="http://www.w3.org/1999/xhtml"/>' >docs/page.xml
git add . && git commit -qm first
base=$(git rev-parse --short HEAD)

status 'nothing changed' 0 review
is 'nothing is said' "$(cat ../out ../err)" ''
edit 's/<pipeline /<pipeline   /' ci/shop.xml
echo '<html/>' >docs/page.xml
status 'another form' 0 review
is 'is no change' "$(cat ../out ../err)" ''

# Uncommitted: two of three.
edit '/<approval/d; s/<stage name="SignOff">/&/' ci/shop.xml
edit 's/timeout="10m"/timeout="20m"/' ci/tools.xml
status 'an approval is gone from production' 1 review
like 'the base is said' ../out "^$base \\(merge base with main\\) -> work tree: [0-9] to decide$"
like 'the model' ../out "^git:$base:ci/shop.xml -> ci/shop.xml: "
like 'what to decide' ../out '^! gate .*\[rv-gate-removed\]$'
like 'what else' ../out '^~ time .* ci/tools.xml:8:32  \[rv-timeout\]$'
is 'only what changed' "$(grep -c parts ../out)" 0
cd ci || exit 1
status 'from a folder below' 1 review
like 'the same' ../../out "rv-gate-removed"
is 'forges know files from the top' "$(review -o sarif | jq -r \
	'.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri')" ci/shop.xml
cd .. || exit 1

# Outputs, as many as wanted.
status 'all outputs' 1 review -o text -o json=j -o markdown=m
is 'JSON' "$(jq -r '.head, (.models | length), .models[0].changes[0].id' j | tr '\n' ' ')" 'work tree 2 rv-gate-removed '
is 'the first line of Markdown is hidden' "$(head -1 m)" '<!-- stagewright:review:v1 -->'
like 'decisions come first' m '^\| \*\*! gate\*\* \| .* \| rv-gate-removed \|$'
like 'a diagram comes last' m '^<details><summary>[^<]*: [+] 0 added · − 1 removed'
like 'as Mermaid' m '^```mermaid$'
status 'no such form' 2 review -o pdf=x
like 'says which there are' ../err "no output 'pdf=x'; there are text, json, markdown, sarif, "
status 'what cannot be written' 3 review -o json=/nowhere/j
like 'is said' ../err "cannot write '/nowhere/j'"
echo kept >j
rm m

# Changes as findings: where they are now, and what is gone at what is left of it.
status 'for forges' 1 review -o sarif=s -o github=g -o gitlab=l -o checkstyle=c
ok 'SARIF is valid' valid_sarif s
is 'a decision is an error, at what it stood before' \
	"$(jq -r '.runs[0].results[] | select(.ruleId == "rv-gate-removed") | [.level,
	(.locations[0].physicalLocation | .artifactLocation.uri, .region.startLine)] | @tsv' s)" \
	"$(printf 'error\tci/shop.xml\t12')"
is 'what is shown is a note, at its value' \
	"$(jq -r '.runs[0].results[] | select(.ruleId == "rv-timeout") | [.level,
	(.locations[0].physicalLocation | .artifactLocation.uri, .region.startLine)] | @tsv' s)" \
	"$(printf 'note\tci/tools.xml\t8')"
is 'the rule has a title' "$(jq -r '.runs[0].tool.driver.rules[0].shortDescription.text' s)" \
	'an approval or condition no longer comes before a deploy to production'
is 'whose analysis it is' "$(jq -r '.runs[0].automationDetails.id' s)" stagewright/review/
like 'GitHub' g '^::error file=ci/shop.xml,line=12,.*,title=rv-gate-removed::'
is 'GitLab' "$(jq -r '.[0].check_name' l)" rv-gate-removed
ok 'Checkstyle' xmllint --noout c
status 'pictures' 1 review -o svg=p.svg -o png=p.png -o text
is 'one of each pipeline' "$(echo p*)" 'p-shop.png p-shop.svg p-tools.png p-tools.svg'
like 'as graph --from draws them' p-shop.svg '>− <tspan text-decoration="line-through">SignOff<'
ok 'as SVG' xmllint --noout p-shop.svg p-tools.svg
is 'as PNG' "$(head -c 4 p-shop.png | tail -c 3)" PNG
status 'two are too many for standard output' 3 review -o svg
like 'and it is said' ../err '2 pipelines have changed.*ask for svg=FILE'
rm j s g l c p*

# Two commits, and from where one left the other.
git checkout -qb change && git commit -qam second
git checkout -q main && model shop production 30m >ci/shop.xml && git commit -qam third
git checkout -q change
status 'from where it left main' 1 review
like 'a change of main is not among it' ../out 'merge base with main'
is 'of a range' "$(review main...change | grep -c 30m)" 0
is 'of two ends' "$(review main..change | grep -c 30m)" 1
git clone -q --bare . ../bare.git
cd ../bare.git || exit 1
status 'a bare repository' 1 review main...change
like 'has it, too' ../out 'rv-gate-removed'
cd ../shop || exit 1
git checkout -qf main

# What it includes.
edit 's/timeout="1d"/timeout="9d"/' ci/parts/more.xml
status 'what a model includes' 0 review
like 'is its change' ../out "ci/parts/more.xml:1:[0-9]+ +\[rv-timeout\]$"
git checkout -q .

# Files that moved, and pipelines.
git mv ci/shop.xml release.xml
status 'a renamed file' 0 review
is 'means the same' "$(cat ../out ../err)" ''
edit 's/timeout="30m"/timeout="31m"/' release.xml
status 'renamed and changed' 0 review
like 'is compared' ../out "^git:[0-9a-f]*:ci/shop.xml -> release.xml: nothing to decide$"
{
	sed -n 1,3p release.xml
	for i in $(seq 100); do echo "<!-- nothing like it $i $i $i -->"; done
	sed 1,3d release.xml
} >other.xml
git rm -qf release.xml
status 'a file that is quite another' 0 review
like 'is found by the name of the pipeline' ../out ':ci/shop.xml -> other.xml: '
rm other.xml
status 'a pipeline that is gone' 1 review
is 'has a place, but no line' "$(review -o sarif | jq -c '.runs[0].results[0].locations[0].physicalLocation')" \
	'{"artifactLocation":{"uri":"ci/shop.xml"}}'
status 'as text' 1 review
like 'is said' ../out "^! removed .*pipeline 'shop' is gone, with a deploy to production"
git reset -q --hard
model new staging 1m >new.xml
status 'a new one' 0 review
like 'is said, too' ../out "^~ added +pipeline 'new' is new"
status 'one alone' 0 review -o svg=n.svg -o markdown=n.md
like 'is drawn plainly' n.svg '>Build<'
is 'without marks' "$(grep -c 'added' n.svg)" 0
like 'in the comment, too' n.md '^<details><summary>new: all of it</summary>$'
status 'a folder that is not there' 3 review -o svg=none/n.svg
like 'is said with the path' ../err "cannot draw 'none/n.svg': No such"
rm n.svg n.md
rm new.xml

# Findings that the base does not have.
edit 's/<run>make check/<run>echo #{Nothing.x}/' ci/tools.xml
status 'a model with an error' 1 review
like 'is compared' ../out "^~ work .*Build.Unit: run 'make check' is now"
like 'and the error told' ../out '^ci/tools.xml:8:.*\[var-undefined\]$'
edit 's/<stage name="Build">/<stage/' ci/tools.xml
status 'a model that is broken' 3 review
like 'where' ../err "'ci/tools.xml'"
git commit -qam broken
git checkout -q HEAD^ ci/tools.xml
status 'broken in the base' 3 review HEAD
like 'is said so' ../err "'git:[0-9a-f]*:ci/tools.xml' cannot"
status 'no such revision' 3 review nothing..main
status 'two ranges' 2 review main change

# What is staged, whatever lies in the work tree.
git reset -q --hard HEAD^
edit 's/timeout="10m"/timeout="25m"/' ci/tools.xml
status 'nothing is staged' 0 review --cached
is 'and nothing said' "$(cat ../out ../err)" ''
edit 's/timeout="1d"/timeout="8d"/' ci/parts/more.xml
git add . && git checkout -q HEAD -- ci/parts && git add ci/parts
edit 's/timeout="25m"/timeout="26m"/' ci/tools.xml
status 'one is' 0 review --cached
like 'as it is staged' ../out "^git:[0-9a-f]*:ci/tools.xml -> git::ci/tools.xml: nothing to decide$"
like 'its change' ../out "'10m' is now '25m'"
git reset -q --hard
edit 's/timeout="1d"/timeout="8d"/' ci/parts/more.xml
git add . && edit 's/timeout="8d"/timeout="9d"/' ci/parts/more.xml
status 'what a model includes is staged' 0 review --cached
like 'is read from there' ../out "'1d' is now '8d'.* git::ci/parts/more.xml:1:"
status 'against a base' 0 review --cached HEAD
git init -q ../unborn && cp -r ci ../unborn && cd ../unborn && git add . || exit 1
status 'a first commit with a deploy to production' 1 review --cached
is 'has new models alone' "$(grep -c 'is new' ../out)" 3
cd ../shop || exit 1

# What was allowed has not been said.
git reset -q --hard
sed -e '/<stage name="SignOff">/d' -e 's/<stage name="Source">/<allow rule="gate-missing" reason="later"\/>&/' \
	ci/shop.xml >"$SCRATCH/allowing"
cp "$SCRATCH/allowing" ci/shop.xml && git commit -qam allowing
edit 's/<allow [^>]*>//' ci/shop.xml
status 'an allow is gone' 0 review HEAD
like 'and what it hid is new' ../out '\[gate-missing\]$'
git reset -q --hard HEAD^

# Drivers of git diff.
git config diff.stagewright.command "$STAGEWRIGHT diff --driver"
echo '*.xml diff=stagewright' >.git/info/attributes
edit 's/timeout="10m"/timeout="20m"/' ci/tools.xml
status 'git diff' 0 git diff
like 'says what it means' ../out "^~ time .*ci/tools.xml:8:32  \[rv-timeout\]$"
git checkout -q . && edit 's/<pipeline /<pipeline   /' ci/tools.xml
status 'of another form' 0 git diff
is 'that it is none' "$(cat ../out)" 'ci/tools.xml: means the same'
git commit -qam form && git commit -q --allow-empty -m more
status 'so do git show and git log' 0 git log -1 -p --ext-diff HEAD^
like 'when they are asked' ../out '^ci/tools.xml: means the same$'
edit 's/<pipeline   /<pipeline    /' ci/tools.xml
git config --unset diff.stagewright.command
git config diff.stagewright.textconv "$STAGEWRIGHT fmt"
status 'as canonical text' 0 git diff --ext-diff
is 'it is none, either' "$(grep -c '^[-+] ' ../out)" 0

# What held of all runs and does not any more, with the run that shows it.
git init -q -b main proof && cd proof || exit 1
model shop production 10m >shop.xml
git add . && git commit -qm first
edit 's|<stage name="SignOff">|&<beforeEntry result="SKIP"><rule name="Hot" provider="Commands"><input>code</input><run>./hot</run></rule></beforeEntry>|' shop.xml
status 'an approval can be passed by' 1 review
like 'which is found by verify' "$SCRATCH/out" '^shop.xml:[0-9:]+ error: .*\[gate-bypass\]$'
review -o json >"$SCRATCH/out"
ok 'and is not said of the base' test "$(grep -c '"gate-bypass"' "$SCRATCH/out")" = 1
status 'models alone' 1 review --no-verify
is 'nothing is proven' "$(grep -c gate-bypass "$SCRATCH/out")" 0
git add . && git commit -qm second
edit 's/timeout="10m"/timeout="20m"/' shop.xml
status 'what did not hold before' 0 review HEAD
is 'is no finding' "$(grep -c gate-bypass "$SCRATCH/out")" 0
cd .. || exit 1
done_testing
