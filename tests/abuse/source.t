#!/bin/sh
# Abuse by repositories: names, places and contents that a source meets.
. "${0%/*}/../tap.sh"
# shellcheck source=tests/git/repository.sh
. "$ROOT/tests/git/repository.sh"
unset STAGEWRIGHT_STATE
build source "$ROOT/tests/git/source.c"
hostile='x$(touch${IFS}pwn)'
git init -q shop
commit shop file 'First' >/dev/null
git -C shop branch "$hostile"
git -C shop commit -q --allow-empty -m '`touch pwn`; $(touch pwn) "; touch pwn #'
git -C shop branch -f "$hostile"

# model RUN: of the hostile branch.
model() {
	cat <<X
<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
  <stage name="Source">
    <source name="Checkout" provider="Git" namespace="Src" url="shop" branch="$hostile"><output>code</output></source>
  </stage>
  <stage name="Build">
    <build name="Say">
      <input>code</input>
      <env name="BRANCH">#{Src.BranchName}</env>
      <env name="MESSAGE">#{Src.CommitMessage}</env>
      $1
      <output files="said">package</output>
    </build>
  </stage>
  <stage name="Install"><deploy name="Copy" provider="Directory" path="installed"><input>package</input></deploy></stage>
</pipeline>
X
}
model '<run>printf "%s" "$BRANCH" &gt;said</run>' >release.xml
ok "abuse 5: a pipeline of a hostile branch builds" "$STAGEWRIGHT" build release.xml -o release
ok "abuse 5: and runs" ./release run
is "abuse 5: the name is data in the environment" "$(cat installed/current/said)" "$hostile"
is "abuse 5: and nothing was executed" "$(find . -name 'pwn*')" ''
status "abuse 5: it is shown" 0 ./release show
is "abuse 5: which executes nothing, too" "$(find . -name 'pwn*')" ''
model '<run>printf "%s" "#{Src.BranchName}" &gt;said</run>' >injection.xml
"$STAGEWRIGHT" check --brief injection.xml >out 2>&1
like "abuse 5: text from outside inside a command is found in review" out '\[var-injection\]'

rejects() { # NAME PATTERN ARGUMENT...
	rejects_name=$1
	rejects_pattern=$2
	shift 2
	rm -rf workspace
	mkdir -p state workspace
	status "$rejects_name is refused" 1 ./source state workspace "$@" 3>variables
	like "$rejects_name: by name" err "$rejects_pattern"
	is "$rejects_name: nothing is brought" "$(ls -A workspace; find . -name 'pwn*')" ''
}
for ref in '--upload-pack=touch pwn' '-x' '--output=pwn' '../x' 'a..b' 'HEAD@{1}'; do
	rejects "abuse 6: a branch '$ref'" "cannot be the name of a branch" url=shop "branch=$ref"
	rejects "abuse 6: a tag '$ref'" "cannot be the name of a tag" url=shop "tag=$ref"
done
rejects "abuse 6: a pinned revision that is an option" "." url=shop 'revision=--upload-pack=touch pwn'

rejects "abuse 19: an address of the cloud" 'http:// is refused' url=http://169.254.169.254/latest
rejects "abuse 19: one that begins like this machine" 'http:// is refused' url=http://127.0.0.1.example.org/x
rejects "abuse 19: one behind a user name" 'http:// is refused' url=http://127.0.0.1@example.org/x
rejects "abuse 19: an option in front of a host" 'no proper host name' url=ssh://-oProxyCommand=touch%20pwn/x
rejects "abuse 19: an option as a place" 'looks like an option' '--url=x' url=--upload-pack=x
rejects "abuse 19: a command as a place" "'ext::' is refused" 'url=ext::sh -c touch% pwn'
rejects "abuse 19: a file of another host" 'absolute path' url=file://host/etc
rejects "abuse 19: a file that is no repository" '.' url=file:///etc
rejects "abuse 19: a line feed" 'control character' "url=shop
x"

# More refs than may be: packed, so that no file is made of each.
id=$(git -C shop rev-parse HEAD)
limit=$(sed -n 's/^#define SW_GIT_REFS_MAX \([0-9]*\).*/\1/p' "$ROOT/runtime/provider/repository.h")
git clone -q --bare shop crowd
refs() { # N
	{
		echo '# pack-refs with: peeled fully-peeled sorted '
		awk -v n="$1" -v id="$id" 'BEGIN {
			print id " refs/heads/main"
			for (i = 2; i <= n; i++) printf "%s refs/tags/t%08d\n", id, i }'
	} >crowd/packed-refs
}
refs "$((limit + 1))"
rejects "abuse 20: $((limit + 1)) refs" "$limit" url="file://$SCRATCH/crowd" branch=main
echo canary-of-a-secret-file >secret
ln -s "$SCRATCH/secret" shop/release.xml
git -C shop add -A && git -C shop commit -qm 'A link'
rm -rf workspace && mkdir workspace
bring() { ./source state workspace url=shop branch=main 3>variables; }
status "abuse 20: a link in a commit is brought as a link" 0 bring
ok "abuse 20: and not followed" test -L workspace/release.xml

# What a branch says of the process changes nothing of the process.
model '<run>touch "$OLDPWD/pwn"; exit 1</run>' >shop/release.xml.new
mv shop/release.xml.new shop/release.xml
cp shop/release.xml release-of-a-branch.xml
git -C shop add -A && git -C shop commit -qm 'Change the process' && git -C shop branch -f "$hostile"
ok "abuse 21: a commit that changes the model runs by the old one" ./release run
is "abuse 21: to its end" "$(cat installed/current/said)" "$hostile"
"$STAGEWRIGHT" build release-of-a-branch.xml -o other 2>/dev/null
sed 's/name="Say"/name="Said"/' release.xml >renamed.xml
ok "abuse 21: another machine of the same name builds" "$STAGEWRIGHT" build renamed.xml -o swapped
# What is in flight: tests/upgrade.
status "abuse 21: nothing is in flight, and nothing runs by it" 1 ./swapped run --resume
done_testing
