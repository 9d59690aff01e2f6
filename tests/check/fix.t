#!/bin/sh
# `check --fix`: what is corrected is not found again, what is safe means what
# it meant, and no other byte changes.
. "${0%/*}/../tap.sh"
check() { "$STAGEWRIGHT" check --brief "$@"; }

cat >model.xml <<'X'
<?xml version="1.0"?>
<!-- kept   as it is -->
<pipeline xmlns="urn:stagewright:pipeline:1" name="x">
  <variable name="Idle"
    default="x"/>
  <stage name="Source">
    <source name="Checkout" provider="Git" url="shop.git" branch="main"><output>code</output></source>
  </stage>
  <stage   name='Build'>
    <allow rule="gate-missing" reason="nothing any more"/>
    <build name="Unit" timeout="1h"   runOrder="3"><input>code</input><run>make</run><output>left</output></build>
    <build name="Third" timeout="1h" runOrder='9'><input>code</input><run>make</run>
      <output>gone</output><!-- c -->
    </build>
  </stage>
</pipeline>
X
cp model.xml before.xml
cat >safe.diff <<'X'
--- model.xml
+++ model.xml
@@ -7,9 +7,8 @@
     <source name="Checkout" provider="Git" url="shop.git" branch="main"><output>code</output></source>
   </stage>
   <stage   name='Build'>
-    <allow rule="gate-missing" reason="nothing any more"/>
-    <build name="Unit" timeout="1h"   runOrder="3"><input>code</input><run>make</run><output>left</output></build>
-    <build name="Third" timeout="1h" runOrder='9'><input>code</input><run>make</run>
+    <build name="Unit" timeout="1h"   runOrder="1"><input>code</input><run>make</run><output>left</output></build>
+    <build name="Third" timeout="1h" runOrder='2'><input>code</input><run>make</run>
       <output>gone</output><!-- c -->
     </build>
   </stage>
X
status 'the difference' 1 check --fix --diff model.xml
is 'as patch takes it' "$(cat out)" "$(cat safe.diff)"
ok 'and nothing written' cmp model.xml before.xml
status 'what is safe' 0 check --fix model.xml
like 'is said' err "^stagewright: corrected 2 in 'model.xml'$"
is 'and what is left' "$(sed -n 's/.*\[\(.*\)\]$/\1/p' out | tr '\n' ' ')" 'var-unused art-unread order-serial art-unread '
cp before.xml patched.xml && patch -s patched.xml <safe.diff
ok 'no other byte changed' cmp patched.xml model.xml
status 'it means what it meant' 0 "$STAGEWRIGHT" diff before.xml model.xml
is 'and is no change' "$(cat out)" ''
status 'once more' 0 check --fix --diff model.xml
is 'there is nothing to do' "$(cat out err)" ''
status 'guesses' 0 check --fix=all model.xml
is 'are made when asked for' "$(grep -c 'Idle\|<output>left' model.xml)" 0
ok 'a comment stays' grep -q '^      <!-- c -->$' model.xml

# Modes, links and line ends of the file; names that were misspelt.
sed 's/$/\r/; s/<input>code/<input>coed/; s/timeout="1h" /timeuot="1h" /; s/stage   name/satge name/; s/<.stage>$/&/' \
	before.xml >crlf.xml
sed -i '9,16s,</stage>,</satge>,' crlf.xml
chmod 640 crlf.xml && ln -s crlf.xml link.xml
status 'names that were misspelt' 0 check --fix=all link.xml
ok 'are put right' grep -q "<stage name='Build'>.$" crlf.xml
is 'in end tags as well' "$(grep -c satge crlf.xml)" 0
is 'each line ends as it did' "$(grep -c -v "$(printf '\r')$" crlf.xml)" 0
is 'the mode stays' "$(stat -c %a crlf.xml)" 640
ok 'a link stays one' test -L link.xml
is 'nothing lies beside it' "$(ls | tr '\n' ' ')" \
	'before.xml crlf.xml err link.xml model.xml out patched.xml safe.diff '

# What is included is for others, too.
mkdir parts
sed -n '/Build/,/<.stage>/p' before.xml | sed '1s/^/<stages xmlns="urn:stagewright:pipeline:1">/; $s/$/<\/stages>/' >parts/b.xml
sed '/Build/,/<.stage>/d; s,^</pipeline>,<include file="parts/b.xml"/>&,' before.xml >whole.xml
cp parts/b.xml part
status 'a model that includes' 0 check --fix whole.xml
ok 'its part is as it was' cmp parts/b.xml part
like 'which is said' err "2 of 'whole.xml' left: what it includes is for others, too"

# What hides a finding keeps it as it is.
sed 's/gate-missing/art-unread/' before.xml >allowed.xml
check --fix=all allowed.xml >out 2>&1
is 'what is allowed stays' "$(grep -c '<output>' allowed.xml)" 3
status 'standard input' 3 check --fix - </dev/null
status 'a revision' 3 check --fix git:HEAD:model.xml
status 'another word' 2 check --fix=some model.xml
status 'a difference of nothing' 2 check --diff model.xml
status 'a file that is not there' 3 check --fix none.xml
: >empty.xml
status 'an empty file' 1 check --fix=all empty.xml

# All models that are refused: safe corrections leave the meaning, none makes
# an error, and what was corrected stays so.
mkdir all && find "$ROOT/tests/reject" -name "*.xml" -type f -exec cp {} all/ \; && cd all || exit 1
for model in *.xml; do
	cp "$model" was.xml
	errors=$(check "$model" 2>&1 | grep -c ': error: ')
	check --fix "$model" >/dev/null 2>../err
	if ! cmp -s "$model" was.xml; then
		"$STAGEWRIGHT" diff was.xml "$model" 2>/dev/null | grep . && echo "$model means something else"
		check --fix --diff "$model" 2>/dev/null | grep . && echo "$model can be corrected again"
	fi
	cp was.xml "$model"
	check --fix=all "$model" >/dev/null 2>../err
	now=$(check "$model" 2>&1 | grep -c ': error: ')
	[ "$now" -le "$errors" ] || echo "$model has more errors"
	check --fix=all --diff "$model" 2>/dev/null | grep . && echo "$model can be corrected again"
done >../log
is 'every model of tests/reject' "$(cat ../log)" ''
done_testing
