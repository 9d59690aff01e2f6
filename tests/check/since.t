#!/bin/sh
# `check --since`: of a model, only what it did not have in a revision. Known
# again by rule and element: lines move, files are renamed, texts change.
. "${0%/*}/../tap.sh"
. "$ROOT/tests/git/repository.sh"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b

# model NAME RUN: with an output that nobody reads and a variable that nobody
# reads; RUN may have an error.
model() {
	cat <<X
<?xml version="1.0"?>
<pipeline xmlns="urn:stagewright:pipeline:1" name="$1">
  <variable name="Idle" default="x"/>
  <stage name="Source">
    <source name="Checkout" provider="Git" url="shop.git" branch="main"><output>code</output></source>
  </stage>
  <stage name="Build">
    <build name="Unit" timeout="1h"><input>code</input><run>$2</run><output>left</output></build>
  </stage>
</pipeline>
X
}
check() { "$STAGEWRIGHT" check --brief "$@"; }
edit() { sed "$1" "$2" >"$SCRATCH/edited" && cp "$SCRATCH/edited" "$2"; }
said() { sed -n 's/.*\[\([a-z-]*\)\]$/\1/p' "$SCRATCH/out" | sort | tr '\n' ' '; }

git init -q -b main shop && cd shop || exit 1
mkdir ci
model shop 'make' >ci/shop.xml
git add . && git commit -qm first

status 'what was there' 0 check ci/shop.xml
is 'is found' "$(said)" 'art-unread var-unused '
status 'nothing is new' 0 check --since main --fail-on note ci/shop.xml
is 'and nothing said' "$(cat ../out ../err)" ''
edit 's/<pipeline/<!-- a -->\n\n&/; s/  <stage/\n&/' ci/shop.xml
status 'lines that moved' 0 check --since HEAD --fail-on note ci/shop.xml
is 'are the same' "$(cat ../out)" ''
edit 's/>left</>right</' ci/shop.xml
status 'another text of the same' 0 check --since HEAD --fail-on note ci/shop.xml

# One more of a kind that is there already: that one, and no other.
edit 's/  <variable /  <variable name="Odd" default="y"\/>\n&/' ci/shop.xml
status 'one more' 1 check --since HEAD --fail-on note ci/shop.xml
like 'is the one' ../out "5:19: note: .*'Odd'"
is 'alone' "$(said)" 'var-unused '
edit 's/>make</>echo #{Nothing.x}</' ci/shop.xml
status 'an error' 1 check --since HEAD ci/shop.xml
is 'that is new' "$(said)" 'var-undefined var-unused '
status 'in other forms' 1 check --since HEAD -o json ci/shop.xml
is 'as well' "$(jq -r '.[].id' ../out | sort | tr '\n' ' ')" 'var-undefined var-unused '
git add . && git commit -qm second
status 'an error that was there' 0 check --since HEAD ci/shop.xml
is 'is said to nobody' "$(cat ../out)" ''
status 'but since the first' 1 check --since HEAD^ ci/shop.xml
is 'it is new' "$(said)" 'var-undefined var-unused '

# What git says it was.
git mv ci/shop.xml release.xml
status 'a renamed file' 0 check --since HEAD --fail-on note release.xml
is 'is the same' "$(cat ../out)" ''
{
	sed -n 1,2p release.xml
	for i in $(seq 100); do echo "<!-- nothing like it $i $i $i -->"; done
	sed 1,2d release.xml
} >other.xml
git rm -qf release.xml
status 'a pipeline in quite another file' 0 check --since HEAD --fail-on note other.xml
is 'is known by its name' "$(cat ../out)" ''
rm other.xml && git reset -q --hard
model new 'echo #{Nothing.x}' >new.xml
status 'a new file' 1 check --since HEAD new.xml ci/shop.xml
is 'shows everything' "$(said)" 'art-unread var-undefined var-unused '
is 'of that file alone' "$(grep -c ci/shop ../out)" 0
model out 'echo #{Nothing.x}' >../out.xml
status 'a file that is in no repository' 1 check --since HEAD ../out.xml
status 'from a folder below' 1 sh -c "cd ci && '$STAGEWRIGHT' check --brief --since HEAD^ shop.xml"
is 'it is the same' "$(said)" 'var-undefined var-unused '

# The index: what is staged, not what lies there.
git reset -q --hard && git clean -qfd
edit 's/ default="y"/ default="z"/' ci/shop.xml
edit 's/name="Idle"/name="Sleepy"/' ci/shop.xml
git add . && git show HEAD^:ci/shop.xml >ci/shop.xml
status 'what is staged' 1 check --since HEAD^ git::ci/shop.xml
is 'is checked' "$(said)" 'var-undefined var-unused var-unused '
like 'and named' ../out '^git::ci/shop.xml:'
git mv -f ci/shop.xml moved.xml 2>/dev/null
status 'renamed in the index' 0 check --since HEAD --fail-on error git::moved.xml
status 'what is not staged' 3 check git::ci/none.xml
like 'is said' ../out "the index has no file 'ci/none.xml'"
git reset -q --hard

# The scenarios beside a model are compared, too; levels and policies are of now.
printf '%s\n' '<scenarios xmlns="urn:stagewright:pipeline:1"><scenario name="Nothing">' \
	'<start/></scenario></scenarios>' >ci/shop.scenarios.xml
git add . && git commit -qm scenarios
status 'scenarios' 0 check --since HEAD --fail-on note ci/shop.xml
is 'are known' "$(cat ../out)" ''
git checkout -q HEAD ci
echo '<lint xmlns="urn:stagewright:pipeline:1"><rule id="art-unreed" level="error"/></lint>' >../lint.xml
status 'an error of a file beside it' 1 check --since HEAD --lint ../lint.xml ci/shop.xml
like 'stays' ../out "no check has the name 'art-unreed'"
echo '<lint xmlns="urn:stagewright:pipeline:1"><rule id="art-unread" level="error"/></lint>' >../lint.xml
status 'a level of now' 0 check --since HEAD --lint ../lint.xml ci/shop.xml
is 'makes nothing new' "$(cat ../out)" ''

# What covers a finding goes: it is there.
edit 's/<stage name="Build">/&<allow rule="art-unread" reason="r"\/>/' ci/shop.xml
git commit -qam allowed
edit 's/<allow [^>]*>//' ci/shop.xml
status 'what was allowed' 0 check --since HEAD ci/shop.xml
is 'is new' "$(said)" 'art-unread '
git commit -qam again

# From where a branch left another.
git checkout -qb change && git checkout -q main
model shop make >ci/shop.xml && git commit -qam mended
git checkout -q change
status 'what main has mended since' 1 check --since main ci/shop.xml
status 'is not new here' 0 check --since main... --fail-on note ci/shop.xml
git clone -q --bare . ../bare.git
cd ../bare.git || exit 1
status 'a bare repository' 1 check --since HEAD^^^^ git:HEAD:ci/shop.xml
like 'has it, too' ../out 'var-undefined'
cd ../shop || exit 1
status 'no such revision' 3 check --since nowhere ci/shop.xml
like 'is said' ../err "has no revision 'nowhere'"
cd .. && status 'no repository' 3 env GIT_CEILING_DIRECTORIES="$SCRATCH" GIT_DIR= \
	"$STAGEWRIGHT" check --since HEAD out.xml
done_testing
