#!/bin/sh
# shellcheck disable=SC2016,SC2119,SC2120 # scripts in quotes; start takes options
# Secrets from where they are kept to the actions that name them, and nowhere
# else: whatever an action prints, however it ends, whoever is killed. Three
# abuse cases by number: 7 a value that looks like more than a value, 8 an action
# that prints a secret, 9 a secret where everybody can look.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/site.sh"

# What nobody may see: with all that URLs, JSON and sh escape, and of lines.
TOKEN='canary/T0ken+"quoted" 1'
LINE1=c2FuYXJ5LWxpbmUtb25l
LINE2=c2FuYXJ5LWxpbmUtdHdv
printf -- '-----BEGIN KEY-----\n%s\n%s\n-----END KEY-----\n' $LINE1 $LINE2 >key
printf %s "$TOKEN" >token
chmod 600 key token
{
	printf '%s\n' "$TOKEN" "$LINE1" "$LINE2" \
		'canary%2FT0ken%2B%22quoted%22%201' 'canary%2fT0ken%2b%22quoted%22%201' \
		'canary%2FT0ken%2B%22quoted%22+1' 'canary/T0ken+\"quoted\" 1' \
		'canary\/T0ken+\"quoted\" 1'
	base64 -w0 token; echo
	base64 -w0 token | tr '+/' '-_'; echo
	{ printf x; cat token; } | base64 -w0 | cut -c3-30
	od -An -vtx1 token | tr -d ' \n'; echo
	od -An -vtx1 token | tr -d ' \n' | tr a-f A-F; echo
} >canaries

# Prints the secret in every way.
cat >"$PLAY/leak" <<'E2'
#!/bin/sh
[ "${TOKEN-}" ] || { echo "there is no TOKEN"; exit 3; }
echo "raw: <$TOKEN>"
printf 'two writes: <%s' "${TOKEN%??????}"
sleep 0.05
printf '%s>\n' "${TOKEN#"${TOKEN%??????}"}"
printf 'base64: <'; printf %s "$TOKEN" | base64 -w0; echo '>'
printf 'inside: <'; { printf x; printf %s "$TOKEN"; } | base64 -w0; echo '>'
printf 'url: <canary%%2FT0ken%%2B%%22quoted%%22%%201>\n'
printf 'form: <canary%%2FT0ken%%2B%%22quoted%%22+1>\n'
printf 'json: <canary/T0ken+\\"quoted\\" 1>\n'
printf 'hex: <'; printf %s "$TOKEN" | od -An -vtx1 | tr -d ' \n'; echo '>'
echo "$KEY" | while read -r line; do echo "line: <$line>"; done
echo "$0: $TOKEN" >&2
E2
cat >expected <<E2
raw: <***>
two writes: <***>
base64: <***=>
inside: <eG***>
url: <***>
form: <***>
json: <***>
hex: <***>
line: <-----BEGIN KEY----->
line: <***>
line: <***>
line: <-----END KEY----->
$PLAY/leak: ***
E2
chmod +x "$PLAY/leak"

cat >release.xml <<E2
<pipeline xmlns="urn:stagewright:pipeline:1" name="release">
  <variable name="NOTE" default=""/>
  <variable name="OTHER" default="of another"/>
  <secret name="TOKEN">Of the registry.</secret>
  <secret name="KEY"/>
  <secret name="LATER"/>
  <stage name="Source">
    <source name="Page" provider="Page"><output>page</output></source>
  </stage>
  <stage name="Build">
    <build name="Leak" retries="1" backoff="1s" idempotent="true">
      <input>page</input>
      <env name="TOKEN" secret="TOKEN"/>
      <env name="KEY" secret="KEY"/>
      <run>$PLAY/leak</run>
      <run>echo "\$STAGEWRIGHT_ATTEMPT" >>$PLAY/attempts</run>
      <run>if [ -e $PLAY/fail-Leak ]; then rm $PLAY/fail-Leak; exit 5; fi</run>
      <run>$PLAY/act Leak</run>
    </build>
    <test name="Other">
      <run>env >$PLAY/environment</run>
      <run>if [ -e $PLAY/later ]; then cat $PLAY/later; fi</run>
    </test>
    <test name="Note" runOrder="2">
      <env name="NOTE">#{variables.NOTE}</env>
      <run>printf '&lt;%s&gt;\n' "\$NOTE"</run>
    </test>
    <test name="Export" runOrder="3" namespace="Out">
      <env name="LATER" secret="LATER"/>
      <run>if [ -e $PLAY/export ]; then . $PLAY/export; fi</run>
      <run>[ "\$LATER" ]</run>
    </test>
    <onFailure result="RETRY" attempts="1"/>
  </stage>
</pipeline>
E2
ok "a pipeline with secrets builds" "$STAGEWRIGHT" build release.xml -o release
export LATER_VALUE=canary-of-the-environment
echo $LATER_VALUE >>canaries
start() {
	"$R" run --state "$S" --secret TOKEN=file:token \
		--secret "KEY=command:cat '$SCRATCH/key'" \
		--secret LATER=env:LATER_VALUE "$@"
}
# clean FILE...: no canary is in these files or below these directories.
clean() { ! grep -raFf canaries "$@"; }
everything() {
	r status --json && r history --json && r show --json && r show &&
		r logs Build.Leak && r replay
}

status "an execution that leaks ends" 0 start
cp out run-out
cp err run-err
status "its log is there" 0 r logs Build.Leak
sed '$d' out >log
ok "case 8: every form is masked in the log, and nothing else" diff expected log
everything >shown 2>&1
ok "case 8: no view shows a secret" clean shown run-out run-err
ok "case 9: no byte of the state directory is one" clean "$S"
is "an action that does not name a secret does not have it" \
	"$(grep -cE 'TOKEN|LATER|canary' "$PLAY/environment")" 0

# While it runs: arguments of all of its processes, what /proc says of the owner.
touch "$PLAY/hold-Leak"
start >run-out 2>run-err &
pid=$!
ok "an action is held" await 20 test -e "$PLAY/child-Leak"
cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' >arguments
ok "arguments are seen" grep -q "$PLAY/act" arguments
ok "case 9: no process has a secret among its arguments" clean arguments
cat "/proc/$pid/environ" >environ 2>/dev/null
ok "case 9: the owner has taken it out of its environment" clean environ
ok "case 9: nothing is in the state directory while it runs" clean "$S"

# Everybody dies; the next owner is given the secrets again, and so is the next
# attempt.
pkill_tree() {
	# Whoever is above sees no child die, and has nothing to say of it.
	kill -STOP "$1" 2>/dev/null
	for child in $(ps -o pid= --ppid "$1"); do pkill_tree "$child"; done
	kill -9 "$1" 2>/dev/null
}
pkill_tree $pid
wait $pid 2>/dev/null
rm "$PLAY/hold-Leak" "$PLAY/child-Leak"
ok "case 9: a crash leaves nothing" clean "$S" run-out run-err
status "it waits for somebody to look" 4 start --resume --no-wait
status "who says that it failed" 0 r settle Build.Leak failed
status "the retried action has its secrets again" 0 start --resume
everything >shown 2>&1
ok "case 9: nothing shows them" clean shown "$S"

# An action that fails and is tried again.
touch "$PLAY/fail-Leak"
: >"$PLAY/attempts"
status "an action that failed is tried again" 0 start
is "twice" "$(wc -l <"$PLAY/attempts")" 2
everything >shown 2>&1
ok "case 8: no attempt's log has a secret" clean shown "$S"

# Variables are kept and shown.
status "a variable with a secret is refused" 2 start --var NOTE="<$TOKEN>"
like "by name" err "variable 'NOTE' holds the secret 'TOKEN'"
exporting() { printf '%s >>"$STAGEWRIGHT_VARIABLES"\n' "$1" >"$PLAY/export"; }
exporting 'printf "V=<%s>\0" "$LATER"'
status "an action that exports a secret fails" 1 start
like "and says which" out "variable 'V' holds the secret 'LATER'"
exporting 'printf "%s\0" "$LATER"'
echo 'exit 7' >>"$PLAY/export"
status "so does one that fails by itself" 1 start
like "with its own reason" out "exited with status 7"
ok "case 9: nothing of it is left" clean out err "$S"
rm "$PLAY/export"
# What one action has, another may come upon.
echo "found: canary-of-the-environment" >"$PLAY/later"
status "an action prints what it was not given" 0 start
status "its log" 0 r logs Build.Other
is "case 8: is masked all the same" "$(cat out)" "found: ***"
rm "$PLAY/later"

# Case 7: what stands in a value is data, once and for all.
note="#{variables.OTHER} '\"\$(touch $PLAY/pwned)\` \\
second line"
status "case 7: a value with all that is special" 0 start --var NOTE="$note"
status "case 7: its log" 0 r logs Build.Note
is "case 7: is put in once, byte by byte" "$(cat out)" "<$note>"
ok "case 7: and executed by nobody" test ! -e "$PLAY/pwned"
exporting 'printf "V=a\0b\0"'
status "case 7: a NUL ends a value" 1 start
like "case 7: and what is behind it is no value" out "'b' is not NAME=VALUE"
rm "$PLAY/export"

# A value is the one that its place has when the attempt starts.
FIRST=$TOKEN
TOKEN=another-canary-than-before
"$R" serve --state "$S" --secret TOKEN=file:token --secret KEY=fd:7 \
	--secret LATER=env:LATER_VALUE 7<key >serving 2>&1 &
server=$!
ok "the owner serves" await 10 test -S "$S/socket"
printf %s "$TOKEN" >token
echo "$TOKEN" >>canaries
status "a run is carried out by it" 0 "$R" run --state "$S"
status "its log" 0 r logs Build.Leak
like "the new value was given, and is masked" out '^raw: <\*\*\*>$'
ok "case 8: the new value is nowhere" clean out "$S" serving
rm token
status "a comment with a secret" 0 r close --comment "so <$FIRST>" Build
status "is recorded" 0 r open Build
everything >shown 2>&1
ok "case 9: without it" clean shown "$S"
ok "case 9: but for its mask" grep -rqaF 'so <***>' "$S"
status "an action whose secret is gone is not started" 1 "$R" run --state "$S"
like "and says why" out "cannot read the secret 'TOKEN' from 'token': No such"
printf %s "$TOKEN" >token
chmod 600 token
kill $server
wait $server

# What a secret cannot be.
refused() { # NAME EXPECTED PATTERN WHERE
	status "$1" "$2" "$R" run --state "$S" --secret "$4"
	like "$1: why" err "$3"
	ok "$1: not the value" clean err out
}
chmod 640 key
refused "a file that others can read" 1 '`chmod 600` it' KEY=file:key
chmod 600 key
refused "a file that is not there" 3 'No such file' KEY=file:nowhere
refused "a directory" 1 'it is no file' KEY=file:/
refused "a descriptor that is not open" 2 'open it as in 9<file' KEY=fd:9
refused "a variable that is not set" 1 'has no variable' KEY=env:NOT_SET
refused "a command that fails" 1 'exited with status 4' \
	"KEY=command:cat key; exit 4"
refused "a command that is killed" 1 'ended by signal 9' \
	"KEY=command:kill -9 \$\$"
refused "a command that prints nothing" 1 'is empty' KEY=command:true
refused "a command that prints too much" 3 'more than 16384 bytes' \
	"KEY=command:yes"
refused "a value with a NUL" 1 'NUL byte' "KEY=command:printf 'a\\0b'"
refused "a secret that the pipeline has not" 2 "has 'TOKEN', 'KEY', 'LATER'" \
	OTHER=env:HOME
refused "a value itself" 2 'has no place on a command line' "TOKEN=$TOKEN"
refused "a value alone" 2 'is given as NAME=' "$TOKEN"

status "without secrets it starts" 1 "$R" run --state "$S"
like "and warns" err "nobody gave the secret 'TOKEN': Build.Leak will fail"
like "and says what was not started, and a way out" out \
	"Build.Leak failed: was not started: nobody gave the secret.*--secret"
ok "nothing is anywhere at the end" clean "$S" out err
done_testing
