#!/bin/sh
# What a change to a model means: each kind of change, what is none, and what
# weighs how much. The old model is changed by one sed expression at a time.
. "$(dirname "$0")/../tap.sh"

cat >old.xml <<'END'
<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
  <variable name="REGION" default="eu">Where.</variable>
  <secret name="TOKEN"/>
  <trigger source="Checkout">
    <push branches="main release/*" excludePaths="docs/**"/>
  </trigger>
  <stage name="Source">
    <source name="Checkout" url="shop.git" branch="main"><output>code</output></source>
    <source name="Tools" url="tools.git" branch="main"><output>tools</output></source>
  </stage>
  <stage name="Build">
    <build name="Compile" timeout="5m">
      <input>code</input>
      <env name="REGION">#{variables.REGION}</env>
      <run>make</run>
      <output files="bin/**">package</output>
    </build>
    <build name="Docs" sandbox="bubblewrap"><input>tools</input><run>make docs</run><output>manual</output></build>
    <test name="Unit" runOrder="2"><input>code</input><run>make check</run></test>
    <onFailure result="RETRY"/>
  </stage>
  <stage name="SignOff">
    <approval name="Manager" timeout="7d" by="alice bob" count="2">Ship?</approval>
  </stage>
  <stage name="Production" environment="production">
    <beforeEntry result="FAIL">
      <rule name="Region" provider="VariableCheck" variable="#{variables.REGION}" operator="EQ" value="eu"/>
    </beforeEntry>
    <deploy name="Install" provider="Directory" path="live" timeout="10m"><input>package</input></deploy>
    <test name="Smoke" runOrder="2"><env name="T" secret="TOKEN"/><run>smoke</run></test>
    <onFailure result="ROLLBACK"/>
  </stage>
  <policies>
    <precede id="signed" what="deploy[environment=production]" by="approval" enforce="error"/>
  </policies>
</pipeline>
END

# changed SED: the new model, checked to be another text.
changed() {
	sed -E "$1" old.xml >new.xml
	! cmp -s old.xml new.xml || echo "# nothing changed: $1"
}

# tells NAME SED MARK ID PATTERN: one line of a weight and kind, and what it
# says; the exit status follows from the weight. Of the models alone: what
# becomes of releases in flight is not asked here.
tells() {
	changed "$2"
	tells_status=0
	[ "$3" != '!' ] || tells_status=1
	status "$1" "$tells_status" "$STAGEWRIGHT" diff --no-verify old.xml new.xml
	like "$1: told" "$SCRATCH/out" "^$3 .*$5.*  \[$4\]$"
	is "$1: nothing else" "$(cat err)" ""
	is "$1: alone" "$(grep -c '\[rv-' "$SCRATCH/out")" 1
}

# says NAME SED STATUS PATTERN...: each of these lines is there.
says() {
	says_name=$1
	changed "$2"
	status "$1" "$3" "$STAGEWRIGHT" diff old.xml new.xml
	shift 3
	for says_line in "$@"; do
		like "$says_name: $says_line" "$SCRATCH/out" "$says_line"
	done
}

# silent NAME SED: no change in meaning.
silent() {
	changed "$2"
	status "$1 is no change" 0 "$STAGEWRIGHT" diff old.xml new.xml
	is "$1: not a word" "$(cat out err)" ""
}

status "a model is what it is" 0 "$STAGEWRIGHT" diff old.xml old.xml
is "without a word" "$(cat out err)" ""
silent "a comment" 's/<policies>/<!-- rules --><policies>/'
silent "the order of attributes" 's/name="Compile" timeout="5m"/timeout="5m" name="Compile"/'
silent "another unit" 's/timeout="10m"/timeout="600s"/'
silent "another runOrder for the same order" 's/runOrder="2"/runOrder="20"/'
silent "a default that is written" 's/<deploy name="Install"/& runOrder="1"/'
silent "patterns in another order" 's/main release\/\*/release\/* main/'

# What stands before production.
says "an approval is gone" '/<stage name="SignOff"/,/<\/stage>/d; /<precede/d' 1 \
	"^! gate .* 'SignOff.Manager' no longer comes before 'Production.Install': it is gone" \
	"^! policy .* 'signed' is gone" '^  6 actions unchanged$'
says "an approval may be skipped" \
	's/<stage name="SignOff">/&<beforeEntry result="SKIP"><rule name="R" provider="Commands">r<\/rule><\/beforeEntry>/' \
	1 "'SignOff.Manager' no longer .* is in stage 'SignOff', which can be skipped now" \
	"^~ config .* beforeEntry of 'SignOff' is new: the stage can be skipped"
says "an approval comes before what it followed" \
	'/<stage name="SignOff"/,/<\/stage>/d; s/<stage name="Build">/<stage name="SignOff"><approval name="Manager" timeout="7d" by="alice bob" count="2">Ship?<\/approval><\/stage>&/' \
	1 "^! gate .* approval 'SignOff.Manager' now comes before 'Build.Compile', which it used to follow .*\[rv-gate-moved\]$" \
	"^~ order .* 'SignOff.Manager' runs after"
tells "fewer approvers" 's/count="2"/count="1"/' '!' rv-gate-weaker \
	"SignOff.Manager: count '2' is gone"
tells "more approvers" 's/count="2"/count="3"/' '~' rv-gate-weaker \
	"count '2' is now '3'"
tells "other approvers" 's/alice bob/alice carol/' '!' rv-gate-weaker \
	"by 'alice bob' is now 'alice carol'"
says "silence approves" 's/<approval /&silence="approve" /' 1 \
	"^! gate .*SignOff.Manager: silence 'approve' is new .*\[rv-gate-weaker\]$"
like "silence approves: an error, too" err '\[gate-timeout-passes\]$'
tells "a condition is gone" '/<beforeEntry/,/<\/beforeEntry>/d' '!' \
	rv-gate-removed "beforeEntry of 'Production' is gone"
tells "a condition asks for something else" 's/value="eu"/value="us"/' '!' \
	rv-gate-weaker "beforeEntry of 'Production': rule 'Region' asks for something else"
tells "a condition skips" 's/<beforeEntry result="FAIL"/<beforeEntry result="SKIP"/' \
	'!' rv-gate-weaker "result 'FAIL' is now 'SKIP'"
tells "a test is gone" '/<test name="Unit"/d' '!' rv-test-removed \
	"test 'Build.Unit' no longer comes before 'Production.Install': it is gone"
tells "a policy is gone" '/<precede/d' '!' rv-policy-weaker \
	"policy 'signed' is gone"
tells "a policy weighs less" 's/enforce="error"/enforce="warn"/' '!' \
	rv-policy-weaker "is enforced as 'warn', no longer as 'error'"
tells "a policy weighs more" 's/enforce="error"/enforce="forbid"/' '~' \
	rv-config "policy 'signed' weighs more"
tells "a policy asks for something else" 's/by="approval"/by="test"/' '!' \
	rv-policy-weaker "policy 'signed' asks for something else"
tells "a finding is silenced" 's/<policies>/<allow rule="art-unread" reason="later"\/>&/' \
	'!' rv-allow-new "'art-unread' is silenced in the pipeline: later"

# What starts it, and from where.
tells "another branch" 's/branches="main /&next /' '!' rv-trigger-wider \
	"trigger of 'Checkout' takes more"
tells "fewer branches" 's/main release\/\*/main/' '~' rv-trigger-narrower \
	"takes less"
silent "a branch that is covered" 's/main release\/\*/main release\/* release\/1/'
tells "paths that are no longer left out" 's/ excludePaths="docs\/\*\*"//' \
	'!' rv-trigger-wider "takes more"
tells "other branches" 's/main release\/\*/next/' '!' rv-trigger-wider \
	"takes something else"
tells "a trigger is gone" '/<trigger/,/<\/trigger>/d' '~' \
	rv-trigger-narrower "trigger of 'Checkout' is gone"
tells "another repository" 's/tools\.git/other.git/' '!' rv-source \
	"Source.Tools: url 'tools.git' is now 'other.git'"

# What is done.
tells "another place for production" 's/path="live"/path="public"/' '!' \
	rv-env-target "Production.Install: path 'live' is now 'public'"
tells "other commands" 's/<run>make<\/run>/<run>make all<\/run>/' '~' \
	rv-provider "Build.Compile: run 'make' is now 'make all'"
tells "one command more" 's/<run>make<\/run>/&<run>strip<\/run>/' '~' \
	rv-provider "run 'make' is now 'make; strip'"
says "production gets something else" '/<deploy name="Install"/s/package/manual/' 1 \
	"^! flow .* 'Production.Install' now gets 'manual' of 'Build.Docs'" \
	"^! flow .* 'Production.Install' no longer gets 'package'"
tells "one more deploy to production" 's/<test name="Smoke"/<deploy name="More" provider="Directory" path="more"><input>package<\/input><\/deploy>&/' \
	'!' rv-env-added "deploy 'Production.More' is new, to production"
tells "a deploy to production is gone" '/<deploy name="Install"/d' '!' rv-removed \
	"deploy 'Production.Install' is gone"
tells "a new action" 's/<test name="Unit"/<test name="Lint"><input>code<\/input><run>lint<\/run><\/test>&/' \
	'~' rv-added "test 'Build.Lint' is new"
tells "a new secret" 's/<secret name="TOKEN"\/>/&<secret name="KEY"\/>/' '!' \
	rv-secret-new "secret 'KEY' is new"
tells "a secret for one more" 's/<run>make check/<env name="T" secret="TOKEN"\/>&/' \
	'!' rv-secret-wider "Build.Unit: env T secret 'TOKEN' is new"
tells "a secret for one less" 's/<env name="T" secret="TOKEN"\/>//' '~' \
	rv-secret-wider "Production.Smoke: env T secret 'TOKEN' is gone"
tells "no sandbox" 's/ sandbox="bubblewrap"//' '!' rv-sandbox-weaker \
	"Build.Docs: sandbox 'bubblewrap' is gone"
tells "a sandbox with a network" 's/sandbox="bubblewrap"/& network="true"/' \
	'!' rv-sandbox-weaker "network 'true' is new"
tells "a sandbox" 's/<build name="Compile"/& sandbox="user"/' '~' \
	rv-sandbox-weaker "sandbox 'user' is new"
tells "a variable's default" 's/default="eu"/default="us"/' '~' rv-variable \
	"variable 'REGION': default 'eu' is now 'us'"
tells "an environment variable" 's/#\{variables.REGION\}<\/env>/x<\/env>/' '~' \
	rv-config "Build.Compile: env REGION"

# How it goes.
tells "another mode" 's/name="shop"/& executionMode="QUEUED"/' '!' rv-mode \
	"executionMode 'QUEUED' is new"
says "a transition that starts closed" 's/<stage name="SignOff"/& transition="closed" reason="freeze"/' 1 \
	"^! stage .* SignOff: transition 'closed' is new .*\[rv-transition\]$" \
	"^~ config .* SignOff: reason 'freeze' is new"
tells "a timeout" 's/timeout="10m"/timeout="20m"/' '~' rv-timeout \
	"Production.Install: timeout '10m' is now '20m'"
tells "no rollback" 's/<onFailure result="ROLLBACK"\/>//' '!' rv-rollback \
	"Production: onFailure 'ROLLBACK' is gone"
tells "more attempts" 's/result="RETRY"/& attempts="3"/' '~' rv-retry \
	"Build: onFailure attempts '3' is new"
tells "together now" 's/(name="Unit") runOrder="2"/\1/' '~' rv-order \
	"'Build.Unit' runs beside 'Compile', no longer after"
tells "production in another order" 's/<deploy name="Install"/& runOrder="3"/' \
	'!' rv-order "'Production.Install' runs after 'Smoke', no longer after 'SignOff.Manager'"
says "a rename" 's/name="Unit"/name="UnitTests"/; s/"SignOff"/"Consent"/' 0 \
	"^  rename .* stage 'SignOff' is now 'Consent'" \
	"^  rename .* 'Build.Unit' is now 'Build.UnitTests'" \
	'nothing to decide$'
says "a rename and more" 's/<build name="Docs"(.*)make docs/<build name="Manual"\1make manual/' 0 \
	"^~ work .* Build.Manual: run 'make docs' is now 'make manual'" \
	"^  rename .* 'Build.Docs' is now 'Build.Manual' \([0-9]+ % alike\)"

# As JSON.
changed 's/path="live"/path="public"/'
status "JSON" 1 "$STAGEWRIGHT" diff --json old.xml new.xml
is "is valid" "$(jq -r '.changes[0] | .id, .weight, .before, .after, .newPlace' out | tr '\n' ' ')" \
	"rv-env-target decision live public new.xml:29:49 "
status "JSON of nothing" 0 "$STAGEWRIGHT" diff --json old.xml old.xml
is "has no changes" "$(jq -c .changes out)" '[]'

# Models as revisions have them, what they include as well.
mkdir shop && cd shop || exit 1
git init -q -b main .
mkdir ci
sed '/<stage name="SignOff"/,/<\/stage>/d; s/<stage name="Production"/<include file="signoff.xml"\/>&/' \
	../old.xml >ci/release.xml
{
	echo '<stages xmlns="urn:stagewright:pipeline:1">'
	sed -n '/<stage name="SignOff"/,/<\/stage>/p' ../old.xml
	echo '</stages>'
} >ci/signoff.xml
git add . && git -c user.name=a -c user.email=a@b commit -qm first
status "a revision is what it is" 0 "$STAGEWRIGHT" diff git:main:ci/release.xml ci/release.xml
is "with what it includes" "$(cat ../out ../err)" ""
sed -i 's/count="2"/count="1"/' ci/signoff.xml
status "what is included differs" 1 "$STAGEWRIGHT" diff git:main:ci/release.xml ci/release.xml
like "and where is told" ../out "count '2' is gone .* ci/signoff.xml:3:"
status "a model of a revision is checked" 0 "$STAGEWRIGHT" check --brief git:main:ci/release.xml
sed -i 's/signoff/nothing/' ci/release.xml
git -c user.name=a -c user.email=a@b commit -qam second
status "an include that the revision has not" 1 "$STAGEWRIGHT" check git:main:ci/release.xml
like "is said where it is" ../out "^git:main:ci/release.xml:[0-9:]* error: 'nothing.xml' cannot be read: "
cd ..

# What cannot be compared.
status "a file that is not there" 3 "$STAGEWRIGHT" diff old.xml missing.xml
like "is named" err '^missing.xml: error: '
sed 's/<input>package/<input>nothing/' old.xml >new.xml
status "a model with errors" 1 "$STAGEWRIGHT" diff old.xml new.xml
like "is compared" out "'Production.Install' now gets 'nothing'"
like "and they are told" err 'art-undefined'
status "errors that the old one has" 0 "$STAGEWRIGHT" diff new.xml new.xml
is "are not told again" "$(cat out err)" ""
sed 's/<stage name="Build">/<stage>/' old.xml >new.xml
status "a model without a structure" 3 "$STAGEWRIGHT" diff old.xml new.xml
like "is told so" err 'struct-required'
status "one model" 2 "$STAGEWRIGHT" diff old.xml

# The manual has every kind.
sed -n 's/^CHANGE([A-Z_]*, "\([a-z-]*\)".*/.It \1/p' \
	"$ROOT/compiler/compare/changes.def" | sort >kinds
grep '^\.It rv-' "$ROOT/tools/stagewright.1" | sort >documented
ok "the manual has every kind of change" diff kinds documented

# Any two models can be compared, and each is what it is.
for a in "$ROOT"/tests/golden/*.xml "$ROOT"/examples/*/release.xml; do
	is "$(basename "$a") is what it is" \
		"$("$STAGEWRIGHT" diff "$a" "$a" 2>&1)" ""
	for b in "$ROOT"/examples/*/release.xml; do
		"$STAGEWRIGHT" diff "$a" "$b" >out 2>&1
		[ $? -le 1 ] || ok "$a and $b" cat out
	done
done

# To other programs what is gone stands at what is left of it.
# stands NAME SED ELEMENT: the finding is at a line with this.
stands() {
	changed "$2"
	rm -f gone.sarif
	"$STAGEWRIGHT" diff -o sarif=gone.sarif old.xml new.xml >/dev/null 2>&1
	jq -r '.runs[0].results[0].locations[0].physicalLocation |
		[.artifactLocation.uri, .region.startLine] | @tsv' gone.sarif >at
	is "$1: the new file" "$(cut -f 1 at)" new.xml
	sed -n "$(cut -f 2 at)p" new.xml >line
	like "$1: where" line "$3"
}
stands "a policy that is gone" '/<precede/d' '<policies'
stands "a trigger that is gone" '/<trigger/,/<\/trigger>/d' '<pipeline'
stands "an attribute that is gone" 's/ count="2"//' '<approval name="Manager"'
stands "a condition that is gone" '/<beforeEntry/,/<\/beforeEntry>/d' '<stage name="Production"'
stands "an action that is gone" '/<test name="Smoke"/d' '<stage name="Production"'
stands "a stage that is gone" '/<stage name="SignOff"/,/<\/stage>/d; /<precede/d' '<deploy name="Install"'
done_testing
