#!/bin/sh
# Policies that are given beside a model: from a file, from a git revision;
# what they find, how much it weighs, and what a model cannot do about it.
. "${0%/*}/../tap.sh"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null \
	GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a \
	GIT_COMMITTER_EMAIL=a@b HOME="$SCRATCH"
unset GIT_DIR GIT_WORK_TREE 2>/dev/null || :

# model [ALLOW]
model() {
	cat <<EOF
<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
  <stage name="Source">
    <source name="Checkout" url="shop.git"><output>code</output></source>
  </stage>
  <stage name="Production" environment="live">
    <approval name="Manager">Ship?</approval>
    <deploy name="Install" runOrder="2" provider="Directory" path="/srv/shop">
      <input>code</input>${1:-}
    </deploy>
  </stage>
</pipeline>
EOF
}

# policies TEXT
policies() {
	printf '<policies xmlns="urn:stagewright:pipeline:1">\n%s\n</policies>\n' "$1"
}

# check WHERE MODEL
check() {
	"$STAGEWRIGHT" check --color=never --policy "$1" "$2"
}

# A file.
model >release.xml
policies '<require id="timeouts" what="deploy" attribute="timeout" max="2h"/>' >rules.xml
status "a policy of a file is judged" 1 check rules.xml release.xml
is "at the action, with the policy's place" "$(cat out)" \
	"release.xml:7:19: error: 'Production.Install' has no timeout, against policy 'timeouts' [pol-violated]
    7 |     <deploy name=\"Install\" runOrder=\"2\" provider=\"Directory\" path=\"/srv/shop\">
      |                   ^~~~~~~
      in rules.xml:
    2 | <require id=\"timeouts\" what=\"deploy\" attribute=\"timeout\" max=\"2h\"/>
      |              -------- the policy
      = help: give it one of 2h or less

1 error"
status "without it the model is right" 0 "$STAGEWRIGHT" check release.xml
"$STAGEWRIGHT" check --json --policy rules.xml release.xml >out.json || :
like "as JSON too" out.json '"severity":"error","id":"pol-violated"'

policies '<require id="t" what="deploy" attribute="timeout" enforce="warn"/>' >warn.xml
status "a warning is no error" 0 check warn.xml release.xml
like "it is said" out 'warning: .* \[pol-violated\]$'
policies '<require id="t" what="deploy" attribute="timeout" enforce="note"/>' >note.xml
status "nor is a note" 0 check note.xml release.xml
like "which is said, too" out 'note: .* \[pol-violated\]$'
status "several are judged" 1 "$STAGEWRIGHT" check --brief --policy warn.xml \
	--policy rules.xml release.xml
is "each for itself" "$(sed -n 's/.*: \([a-z]*\): .* \[pol-violated\]$/\1/p' out | sort | tr '\n' ' ')" "error warning "
status "an id is taken across files" 1 "$STAGEWRIGHT" check --brief \
	--policy warn.xml --policy note.xml release.xml
like "and that is said" out "^note.xml:2:14: error: a policy with the id 't' is already there \[struct-duplicate\]$"
cp release.xml other.xml
status "all models are judged" 1 "$STAGEWRIGHT" check --brief --policy rules.xml \
	release.xml other.xml
is "by the same policies" "$(grep -c 'pol-violated' out)" 2

# What a model may silence.
model '<allow rule="policy:timeouts" reason="the vendor knows"/>' >allowed.xml
status "a model allows what is no more than an error" 0 check rules.xml allowed.xml
is "and nothing is said" "$(cat out)" ""
sed 's/max/enforce="forbid" max/' rules.xml >forbid.xml
status "what is forbidden cannot be allowed" 1 check forbid.xml allowed.xml
like "the finding stays" out "'Production.Install' has no timeout, against policy 'timeouts' \[pol-violated\]$"
like "and the attempt is one" out "^allowed.xml:8:39: error: 'policy:timeouts' cannot be allowed \[struct-value\]$"
model '<allow rule="policy:timeout" reason="the vendor knows"/>' >misspelt.xml
status "a misspelt policy is found" 1 check rules.xml misspelt.xml
like "and set right" out "did you mean 'policy:timeouts'\?"
status "it may be of a file that is not given" 0 "$STAGEWRIGHT" check misspelt.xml

# What is wrong with the file.
policies '<require id="a" what="deploi" attribute="timeout"/>' >bad.xml
status "a selector of a file is read" 1 check bad.xml release.xml
like "with its place in there" out "^bad.xml:2:23: error: no category is called 'deploi' \[pol-unknown\]$"
policies '<forbid id="a" what="deploy"/>' >bad.xml
status "an unknown policy is found" 1 check bad.xml release.xml
like "by the reader" out '^bad.xml:2:2: error: unknown element <forbid> in <policies> \[struct-unknown\]$'
printf '<policies' >bad.xml
status "a file that is no document is found" 1 check bad.xml release.xml
like "by the parser" out '^bad.xml:.*\[xml-syntax\]$'
status "a model is no file of policies" 1 check release.xml release.xml
like "which is said with the way out" out 'a file of policies is one <policies xmlns='
status "a file of policies is no model" 1 "$STAGEWRIGHT" check rules.xml
like "and belongs beside one" out 'stagewright check --policy FILE MODEL'
status "a file that is not there is trouble" 3 check missing.xml release.xml
like "and is named" out '^missing.xml: error: the file cannot be read: No such file or directory \[xml-read\]$'
status "an option without a file is usage" 2 "$STAGEWRIGHT" check --policy
policies '' >none.xml
status "a file without policies is one" 0 check none.xml release.xml
ok "a file of policies is formatted" "$STAGEWRIGHT" fmt forbid.xml

# A git revision: the branch cannot soften the rule that judges it.
git init -q -b main shop
cp rules.xml shop/policies.xml
mkdir shop/rules
cp warn.xml shop/rules/warn.xml
ln -s policies.xml shop/link.xml
git -C shop add . && git -C shop commit -qm rules
git -C shop tag -a -m first v1
git -C shop checkout -q -b softer
policies '' >shop/policies.xml
git -C shop commit -qam softer
model >shop/release.xml
cd shop || exit 1
status "the file of the working tree is softer" 0 check policies.xml release.xml
status "that of the main branch is not" 1 check git:main:policies.xml release.xml
like "the policy's place is in the revision" "$SCRATCH/out" '^ *in git:main:policies.xml:$'
cd rules || exit 1
status "a folder below finds the repository" 1 check git:main:policies.xml ../release.xml
cd .. || exit 1
status "paths are from its top" 0 check git:softer:rules/warn.xml release.xml
status "a tag will do" 1 check git:v1:policies.xml release.xml
status "and a commit" 1 check "git:$(git rev-parse main):policies.xml" release.xml
status "and what is relative to one" 1 check git:softer~1:policies.xml release.xml
cd .. || exit 1
git clone -q --bare shop bare.git
cd bare.git || exit 1
status "a bare repository will do" 1 check git:main:policies.xml ../release.xml
cd .. || exit 1
GIT_DIR="$SCRATCH/bare.git"
export GIT_DIR
status "GIT_DIR names one" 1 check git:main:policies.xml release.xml
unset GIT_DIR

cd shop || exit 1
status "a revision that is not there is trouble" 3 check git:mian:policies.xml release.xml
like "and is named" "$SCRATCH/out" "^git:mian:policies.xml: error: the repository '.*/shop/.git/' has no revision 'mian' \[xml-read\]$"
status "so is a path" 3 check git:main:policy.xml release.xml
like "by both" "$SCRATCH/out" "the revision 'main' has no file 'policy.xml' \[xml-read\]$"
status "a folder is no file" 3 check git:main:rules release.xml
like "and is none by name" "$SCRATCH/out" "'rules' is no file in the revision 'main' \[xml-read\]$"
status "a link is not followed" 3 check git:main:link.xml release.xml
status "a blob has no files" 3 check "git:$(git rev-parse main:policies.xml):policies.xml" release.xml
status "without a revision it is what is staged" 0 check git::policies.xml release.xml
for where in git: git:main git:main: git::; do
	status "'$where' is no revision and path" 3 check "$where" release.xml
	like "'$where': how to write it" "$SCRATCH/out" 'write git:REVISION:PATH'
done
head -c 67108865 /dev/zero >zeros
git hash-object -w zeros >blob
git update-index --add --cacheinfo "100644,$(cat blob),zeros.xml"
git commit -qm zeros
status "a file past the limit is refused" 3 check git:softer:zeros.xml release.xml
like "by name" "$SCRATCH/out" 'has more than 67108864 bytes'
like "and limit" "$SCRATCH/out" 'limit SOURCE_SIZE_MAX'
cd .. || exit 1
mkdir nowhere
GIT_CEILING_DIRECTORIES=$SCRATCH
export GIT_CEILING_DIRECTORIES
cd nowhere || exit 1
status "without a repository it is trouble" 3 check git:main:policies.xml ../release.xml
like "which is said" "$SCRATCH/out" 'no git repository is here or in a folder above'
cd .. || exit 1
rm "bare.git/objects/$(git -C bare.git rev-parse main:policies.xml | sed 's,..,&/,')" 2>/dev/null ||
	rm -rf bare.git/objects/pack
cd bare.git || exit 1
status "a damaged repository is trouble" 3 check git:main:policies.xml ../release.xml
cd .. || exit 1

# Limits.
# repeat N TEXT
repeat() {
	awk -v n="$1" -v text="$2" 'BEGIN { while (n-- > 0) printf "%s", text }'
}
policies "<alone id=\"a\" what=\"deploy$(repeat 64 '|test')\"/>" >many.xml
status "a selector of 65 parts is refused" 1 check many.xml release.xml
like "by name" out 'limit SELECTOR_PARTS_MAX'
policies "<alone id=\"a\" what=\"deploy$(repeat 33 '[name]')\"/>" >many.xml
status "a part of 33 tests is refused" 1 check many.xml release.xml
like "by name" out 'limit SELECTOR_TESTS_MAX'
policies "$(awk 'BEGIN { while (n++ < 1001) printf "<alone id=\"a%d\" what=\"*\"/>\n", n }')" >many.xml
status "1001 policies are refused" 1 check many.xml release.xml
like "by name" out 'limit POLICIES_MAX'
awk 'BEGIN {
	print "<pipeline xmlns=\"urn:stagewright:pipeline:1\" name=\"p\">"
	print "<stage name=\"S\"><source name=\"C\" url=\"u\"/></stage><stage name=\"B\">"
	while (n++ < 500)
		printf "<build name=\"b%d\"><run>x</run></build>\n", n
	print "</stage></pipeline>"
}' >large.xml
policies "$(awk -v parts="$(repeat 63 '|test')" 'BEGIN {
	while (n++ < 1000)
		printf "<alone id=\"a%d\" what=\"*%s\"/>\n", n, parts
}')" >many.xml
status "policies that look too often are refused" 1 check many.xml large.xml
is "once, by name" "$(grep -c 'limit POLICY_LOOKS_MAX' out)" 1
policies "$(awk -v tests="$(repeat 32 '[name]')" 'BEGIN {
	while (n++ < 1000)
		printf "<alone id=\"a%d\" what=\"test%s|*%s\"/>\n", n, tests, tests
}')" >many.xml
status "tests count as looks" 1 check many.xml large.xml
like "by name" out 'limit POLICY_LOOKS_MAX'
done_testing
