#!/bin/sh
# What an action does to its owner, to others and to the machine, on purpose.
# All of it runs at once, each in an execution of its own; what is behind a
# number is said in the name of each test.
. "$(dirname "$0")/../tap.sh"

PLAY=$SCRATCH/play
S=$SCRATCH/state
mkdir "$PLAY"
unset STAGEWRIGHT_STATE
umask 022
chmod 755 "$SCRATCH" "$PLAY"
printf '#!/bin/sh\necho one >page\n' >"$SCRATCH/stagewright-provider-Page"
chmod +x "$SCRATCH/stagewright-provider-Page"
export PATH="$SCRATCH:$PATH"

# A user of its own takes root; without it those tests are skipped. What
# bubblewrap keeps away is sandbox.t's.
box=none
[ "$(id -u)" != 0 ] || box=user
action() {
	cat <<-XML
		<$1 name="$2" $3>
		  <input>code</input>
		  <env name="PLAY">$PLAY</env>
		  <env name="CASE">#{variables.CASE}</env>
		  <env name="STATE">$S</env>
		  <run>sh "\$PLAY/\$CASE.$2"</run>
		  $4
		</$1>
	XML
}
{
	cat <<-XML
		<pipeline xmlns="urn:stagewright:pipeline:1" name="abuse" executionMode="PARALLEL">
		<variable name="CASE"/>
		<stage name="Source"><source name="Page" provider="Page"><output>code</output></source></stage>
		<stage name="Act">
	XML
	action build Free 'timeout="3s"' ''
	action build Boxed "timeout=\"3s\" runOrder=\"2\" sandbox=\"$box\"" \
		'<limits processes="60" fileSize="1MiB"/>'
	echo '</stage></pipeline>'
} >abuse.xml
status "it builds" 0 "$STAGEWRIGHT" build abuse.xml -o release
R=$SCRATCH/release
r() { r_verb=$1; shift; "$R" "$r_verb" --state "$S" "$@"; }

# case_of NAME ACTION: an execution; the action's script is read from stdin.
n=0
case_of() {
	n=$((n + 1))
	echo true >"$PLAY/$1.Free"
	echo true >"$PLAY/$1.Boxed"
	cat >"$PLAY/$1.$2"
	echo "$n" >"number-$1"
	r run --var CASE="$1" >/dev/null 2>&1 &
	# Numbers are given in this order.
	await 10 test -d "$S/attempts/$n.0.1"
}
# attempt NAME free|boxed: its folder.
attempt() {
	a=1
	[ "$2" = boxed ] && a=2
	echo "$S/attempts/$(cat "number-$1").$a.1"
}
ended() { [ -e "$(attempt "$1" "$2")/result" ]; }
gone() { [ -s "$1" ] && { ! kill -0 "$(cat "$1")" 2>/dev/null || grep -q '^State:.[ZX]' "/proc/$(cat "$1")/status"; }; }
result() { tr '\0' '\n' <"$(attempt "$1" "$2")/result"; }

"$R" serve --state "$S" >serving 2>&1 &
server=$!
ok "the owner serves" await 10 test -S "$S/socket"

case_of flood Free <<-'E'
	yes | head -c 150000000
E
case_of deaf Free <<-E
	trap '' TERM
	echo \$\$ >"$PLAY/deaf.pid"
	while :; do sleep 1; done
E
case_of stray Free <<-E
	setsid env -i PATH="\$PATH" sh -c 'echo \$\$ >"$PLAY/stray.pid"; exec sleep 1000' &
	while [ ! -s "$PLAY/stray.pid" ]; do sleep 0.01; done
E
case_of holds Free <<-E
	sh -c 'trap "" TERM; echo \$\$ >"$PLAY/holds.pid"; sleep 1000' &
	while [ ! -s "$PLAY/holds.pid" ]; do sleep 0.01; done
E
case_of bomb Boxed <<-E
	b() { b & b & wait; }
	echo begins
	b
E
case_of fill Boxed <<-'E'
	trap '' XFSZ
	cat /dev/zero >big
E
case_of looks Boxed <<-E
	echo begins
	cat "\$STATE/journal.db" >/dev/null 2>&1 && echo reads the journal
	for file in journal.db head lock; do
		sh -c 'echo x >>"\$1"' sh "\$STATE/\$file" 2>/dev/null && echo writes "\$file"
	done
	ls "\$STATE/objects" >/dev/null 2>&1 && echo lists artifacts
	ls "\$STATE/attempts/1.1.1/workspace" >/dev/null 2>&1 && echo lists another attempt
	cat "\$STATE/attempts/1.1.1/log" >/dev/null 2>&1 && echo reads another attempt
	cat /proc/$server/environ >/dev/null 2>&1 && echo reads the environment
	ls /proc/$server/fd >/dev/null 2>&1 && echo sees descriptors
	kill -0 $server 2>/dev/null && echo may end the owner
	for fd in /proc/\$\$/fd/*; do
		case \${fd##*/} in 0 | 1 | 2 | 10) ;; *) [ ! -e "\$fd" ] || echo has "\$fd" ;; esac
	done
	sed -n 's/^NoNewPrivs:.*1/new privileges: none/p' /proc/self/status
	echo ends
E

ok "abuse 24: a flood of output ends" await 30 ended flood free
size=$(stat -c %s "$(attempt flood free)/log")
ok "abuse 24: of which a bounded part is kept" \
	test "$size" -ge 60000000 -a "$size" -le 67108864
ok "abuse 24: and what is not is counted" \
	test $((150000000 - size)) -le "$(result flood free | sed -n 's/^dropped=//p')"
ok "abuse 24: an action ends that leaves a session of its own behind" \
	await 20 ended stray free
ok "abuse 24: which does not live on" await 5 gone "$PLAY/stray.pid"
ok "abuse 24: output held open after the end does not hold the action up" \
	await 25 ended holds free
ok "abuse 24: and its holder is ended" await 5 gone "$PLAY/holds.pid"
ok "abuse 24: who does not hear TERM is killed" await 25 ended deaf free
ok "abuse 24: within its deadline, the grace of 10 s and 5 s" \
	test $(($(stat -c %Y "$(attempt deaf free)/result") - $(stat -c %Y "$PLAY/deaf.pid"))) -le 18
ok "abuse 24: and nothing of it lives" await 5 gone "$PLAY/deaf.pid"
ok "abuse 24: it timed out" sh -c \
	"tr '\\0' '\\n' <'$(attempt deaf free)/result' | grep -q '^reason=timed out'"

if [ "$box" = none ]; then
	skip "abuse 24: a bomb of processes is bounded" "it takes root"
	skip "abuse 25: an action sees nothing of others" "it takes root"
else
	ok "abuse 24: a bomb of processes ends" await 40 ended bomb boxed
	like "abuse 24: it is bounded" "$(attempt bomb boxed)/log" \
		'[Cc]annot fork|Resource temporarily|No child'
	is "abuse 24: nothing of it lives" \
		"$(pgrep -c -u "$(stat -c %u "$(attempt bomb boxed)/workspace")")" 0
	ok "abuse 24: a file that would fill the disk is bounded" await 20 ended fill boxed
	like "abuse 24: and its writer is told" "$(attempt fill boxed)/log" 'File too large'
	ok "abuse 25: an action looks around" await 20 ended looks boxed
	printf '%s\n' begins 'new privileges: none' ends >expected
	ok "abuse 25: it sees nothing of others and may do nothing to them" \
		diff -u expected "$(attempt looks boxed)/log"
fi

ok "the owner has lived through it" kill -0 "$server"
r history --json >history
is "and knows each execution" "$(grep -c '"number"' history)" "$n"
kill -TERM "$server"
wait
status "its journal is whole" 0 r replay
done_testing
