#!/bin/sh
# What is signed of artifacts: its form, its signature by another tool, and
# what is believed and what is not.
. "${0%/*}/../tap.sh"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
unset STAGEWRIGHT_STATE
cat >release.xml <<'X'
<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
  <variable name="REGION" default="eu">Where.</variable>
  <stage name="Source">
    <source name="Checkout" provider="Git" url="shop.git" branch="main">
      <output>code</output>
    </source>
  </stage>
  <stage name="Build">
    <build name="Compile">
      <input>code</input>
      <run>mkdir -p dist/bin</run>
      <run>cp tool dist/bin/tool</run>
      <run>chmod +x dist/bin/tool</run>
      <run>ln -s bin/tool dist/run</run>
      <run>echo #{variables.REGION} >dist/region</run>
      <output files="dist/**">package</output>
    </build>
  </stage>
  <stage name="SignOff">
    <approval name="Manager">Ship it?</approval>
  </stage>
  <stage name="Production">
    <deploy name="Install" provider="Directory" path="installed">
      <input>package</input>
    </deploy>
  </stage>
</pipeline>
X
mkdir shop
git -C shop init -qb main
echo 'echo hello' >shop/tool
git -C shop add .
git -C shop -c user.name=A -c user.email=a@b.c commit -qm one
git clone -q --bare shop shop.git
ok "the pipeline builds" "$STAGEWRIGHT" build release.xml -o release
status "there is nothing to attest before it ran" 1 ./release attest
like "which it says" err 'nothing was ever started'
ok "it runs" ./release run --approve SignOff.Manager
D=.stagewright/shop

status "all artifacts are attested" 0 ./release attest -o all.intoto.jsonl
status "each field is what the specifications say" 0 \
	perl "$ROOT/tests/provenance/fields.pl" all.intoto.jsonl
cp out fields
is "an artifact has one provenance and the approval" \
	"$(grep -c '^made by' fields) $(grep -c "^approved by" fields)" "2 2"
is "signed by whoever decided" "$(grep -c "approved by $(id -un) in SignOff.Manager" fields)" 2
is "the key is this user's alone" "$(stat -c %a "$D/signing-key.pem")" 600
status "the same again" 0 ./release attest -o again.intoto.jsonl
ok "is the same bytes" cmp all.intoto.jsonl again.intoto.jsonl

status "one artifact is attested" 0 ./release attest '#1' package
cp out package.intoto.jsonl
perl "$ROOT/tests/provenance/fields.pl" package.intoto.jsonl >fields
is "that alone" "$(grep -c '^made by' fields)" 1
like "by its maker" fields '^made by Build.Compile$'
like "of its source" fields '^dependency Source.Checkout$'
like "and its input" fields '^dependency code$'
status "an action's artifacts are attested" 0 ./release attest Build.Compile
ok "which are the same" cmp out package.intoto.jsonl
cp -r installed/current/. package
(cd package && find . -type f | cut -c3- | sort | xargs sha256sum) >sums
ok "sha256sum says what is signed of its files" \
	sh -c 'grep -Fxf sums fields | sort -u | diff - sums'
status "of nothing there is no statement" 1 ./release attest Build.Nothing
status "nor of an execution that there is not" 1 ./release attest '#7'
status "two artifacts at once are no question" 2 ./release attest package code

# Another tool's opinion.
./release public-key >public.pem
ok "openssl reads the key" openssl pkey -pubin -in public.pem -noout
is "the key's id is the SHA-256 of its DER" \
	"$(openssl pkey -pubin -in public.pem -outform DER | sha256sum | cut -c1-64)" \
	"$(./release public-key --json | jq -r .keyid)"
# split LINE: its encoding as DSSE has it, and its signature.
split() {
	sed -n "$1p" package.intoto.jsonl >one
	jq -r .payload one | base64 -d >body
	jq -r '.signatures[0].sig' one | base64 -d >sig
	type=$(jq -r .payloadType one)
	{
		printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$(wc -c <body)"
		cat body
	} >encoded
}
openssl_verifies() {
	openssl pkeyutl -verify -rawin -pubin -inkey public.pem \
		-in encoded -sigfile sig
}
split 1
ok "openssl verifies the provenance" openssl_verifies
split 2
ok "and the approval" openssl_verifies
echo >>encoded
status "and nothing else" 1 openssl_verifies

# v FILE [OPTION]...
v() { ./release verify-artifact "$@"; }
status "the artifact is verified" 0 v package
like "and who made it is said" out "artifact 'package' of Build.Compile in shop/"
like "and who approved it" out "SignOff.Manager: approved by $(id -un)"
status "where it is installed too" 0 v installed/current --bundle package.intoto.jsonl
status "one file of it" 0 v package/dist/bin/tool --bundle package.intoto.jsonl
status "in JSON" 0 v package/dist/bin/tool --bundle package.intoto.jsonl --json
is "which names the file" "$(jq -r '.verified, .file, .artifact' out | tr '\n' ' ')" \
	"true dist/bin/tool package "
status "by the public key alone" 0 v package --state nowhere --public-key public.pem
status "without a key nobody can say" 1 v package --state nowhere
like "and it says what to give" err 'give the public key with --public-key'
status "no bundle is no answer" 3 v package/dist/region

# altered NAME COMMAND: in a copy of the artifact; it must be refused.
altered() {
	rm -rf copy
	cp -a package copy
	(cd copy/dist && eval "$2")
	status "$1 is refused" 1 v copy --bundle package.intoto.jsonl
}
altered "an altered file" "echo x >>bin/tool"
like "by its name" out "'dist/bin/tool' of artifact 'package' is not what was signed"
altered "a missing file" "rm region"
like "by its name" out "'dist/region' of artifact 'package' is missing"
altered "a file too many" "touch more"
like "by its name" out "'dist/more' is no file of artifact 'package'"
altered "another mode" "chmod -x bin/tool"
like "as that" out "'dist/bin/tool' .* has another mode"
altered "another link" "ln -sf region run"
altered "a link that became a file" "cp --remove-destination bin/tool run"
altered "a file that took another's place" "mv region bin/tool"
echo other >file
status "a file that nobody signed is refused" 1 v file --bundle package.intoto.jsonl
like "with a reason" out "no file of artifact 'package' has this content"

openssl genpkey -algorithm ed25519 -out other.pem 2>/dev/null
openssl pkey -in other.pem -pubout -out other.pub
status "another key has not signed it" 1 v package --public-key other.pub
like "which is said" out 'no trusted key has signed it'
status "of several keys one is enough" 0 v package --public-key other.pub --public-key public.pem
cat other.pub public.pem >both.pem
status "also in one file" 0 v package --public-key both.pem
chmod 600 other.pem
status "a key of one's own signs" 0 ./release attest package --signing-key other.pem -o mine
status "and is believed by who has it" 0 v package --bundle mine --public-key other.pub
status "but not by others" 1 v package --bundle mine
chmod 644 other.pem
status "a key that others can read signs nothing" 1 ./release attest --signing-key other.pem
like "and it says what to do" err 'chmod 600'
openssl genpkey -algorithm RSA -out rsa.pem 2>/dev/null
status "a key of another kind is refused" 2 v package --public-key rsa.pem
head -c 70000 /dev/zero >long.pem
status "a file that is no key, too" 3 v package --public-key long.pem
like "by its limit" err 'exceeds 65536 bytes'

keys() { for _ in $(seq "$1"); do cat other.pub; done >keys.pem; }
keys 63 && cat public.pem >>keys.pem
status "as many keys as there may be are trusted" 0 v package --public-key keys.pem
cat other.pub >>keys.pem
status "and not one more" 3 v package --public-key keys.pem
like "by the limit" err 'more than 64 keys'
{ head -c "$((65536 - $(wc -c <public.pem)))" /dev/zero | tr '\0' '\n'; cat public.pem; } >long.pem
status "a file of keys may be as long as the limit" 0 v package --public-key long.pem
echo >>long.pem
status "and no longer" 3 v package --public-key long.pem

jq -c '.payload |= (@base64d | sub("shop/"; "ship/") | @base64)' package.intoto.jsonl >altered
status "an altered statement is refused" 1 v package --bundle altered
head -c 2000 package.intoto.jsonl >cut
status "one that was cut off is, too" 1 v package --bundle cut
jq -c 'def url: gsub("\\+"; "-") | gsub("/"; "_") | rtrimstr("=") | rtrimstr("=");
	.payload |= url | .signatures[0].sig |= url' package.intoto.jsonl >url
status "the other alphabet is read" 0 v package --bundle url
: >empty
status "an empty bundle says nothing" 1 v package --bundle empty
{ echo '{"not":"ours"}'; cat package.intoto.jsonl; } >mixed
status "what nobody trusted has signed does no harm" 0 v package --bundle mixed
yes '{}' | head -n 4096 >many
status "as many envelopes as there may be are read" 1 v package --bundle many
echo '{}' >>many
status "and not one more" 3 v package --bundle many
like "by its limit" err 'more than 4096 envelopes'

sed 's/name="shop"/name="other"/' release.xml >other.xml
ok "another pipeline builds" "$STAGEWRIGHT" build other.xml -o other
status "which has not made it" 1 ./other verify-artifact package --public-key public.pem
like "as it says" out "is of pipeline 'shop', not of 'other'"

status "a rollback has made nothing" 0 ./release rollback Production '#1'
ok "it is carried out" ./release run --resume
status "so there is nothing to attest" 1 ./release attest
like "but of its target" err 'attest that one'
done_testing
