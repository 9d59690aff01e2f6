#!/bin/sh
# What actions and rules are kept from, by sandbox and limits.
. "$(dirname "$0")/../tap.sh"

# Not below /tmp, of which a sandbox sees nothing.
if [ -w /var/lib ]; then
	ROOM=$(mktemp -d /var/lib/stagewright-XXXXXX)
else
	ROOM=$(mktemp -d "$HOME/stagewright-XXXXXX")
fi
trap 'rm -rf "$SCRATCH" "$ROOM"' EXIT
chmod 755 "$ROOM"
S=$ROOM/state
unset STAGEWRIGHT_STATE
printf '#!/bin/sh\necho one >page\n' >"$SCRATCH/stagewright-provider-Page"
chmod +x "$SCRATCH/stagewright-provider-Page"
export PATH="$SCRATCH:$PATH"
echo secret >"$SCRATCH/elsewhere"

# model SANDBOX ATTRIBUTES INNER: a pipeline whose action runs stdin.
model() {
	cat <<-XML
		<pipeline xmlns="urn:stagewright:pipeline:1" name="box" sandbox="$1">
		<stage name="Source">
		<source name="Page" provider="Page" sandbox="none"><output>code</output></source>
		</stage>
		<stage name="Act">
		<beforeEntry result="FAIL"><rule name="Looks" provider="Commands"><input>code</input>
		<run>id -u; cat page; cat "$SCRATCH/elsewhere" || true</run></rule></beforeEntry>
		<build name="Do" namespace="Do" $2><input>code</input><run><![CDATA[
	XML
	cat
	echo "]]></run>$3</build></stage></pipeline>"
}
# run_in STATUS NAME: builds model.xml and runs it once.
run_in() {
	rm -rf "$S"
	"$STAGEWRIGHT" build model.xml -o release >building 2>&1 || cat building
	status "$2" "$1" ./release run --state "$S"
	log=$S/attempts/1.2.1/log
}

# A sanitizer reserves more memory than any limit has.
memory=unlimited limit=
[ -n "${SAN:-}" ] || memory=262144 limit='memory="256MiB"'
model none '' "<limits $limit fileSize=\"1MiB\" cpuTime=\"7s\" openFiles=\"64\"/>" >model.xml <<-'E'
	ulimit -v; ulimit -f; ulimit -t; ulimit -n
E
run_in 0 "limits"
printf '%s\n' $memory 2048 7 64 >expected
ok "limits are those of the model" diff -u expected "$log"

model user '' '<limits processes="9"/>' <<-'E' >user.xml
	id -u; echo two >page; cat page
	echo x >/etc/stagewright-test || echo may not write to the system
	cat "$STAGEWRIGHT_VARIABLES/../../../journal.db" || echo no journal
	[ "$HOME" = "$TMPDIR" ] && echo at home; echo x >"$HOME/file"
	NAME=value; ulimit -p
E
sed -i 's|]]></run><limits|]]></run><output files="page">made</output><export>NAME</export><limits|' user.xml
if [ "$(id -u)" = 0 ]; then
	cp user.xml model.xml
	run_in 0 "a user of its own"
	ok "who is not root" test "$(head -n 1 "$log")" -ge 1879048192
	like "may write to the workspace" "$log" '^two$'
	like "and not to the system" "$log" '^may not write'
	like "does not see the journal" "$log" '^no journal$'
	like "has a home" "$log" '^at home$'
	like "has its own number of processes" "$log" '^(9|unlimited)$'
	ok "another attempt is another user" test "$(head -n 1 "$log")" != \
		"$(head -n 1 "$S/attempts/1.1.1/log")"
	ok "a rule is one, too" test "$(head -n 1 "$S/attempts/1.1.1/log")" -ge 1879048192
	like "its variables are taken" "$S/attempts/1.2.1/variables" 'NAME=value'
	like "and its artifacts" "$S/attempts/1.2.1/artifacts" ' made$'
	mkdir -m 700 "$ROOM/closed"
	whole=$S S=$ROOM/closed/state
	cp user.xml model.xml
	run_in 1 "a state directory that it cannot reach"
	./release status --state "$S" >said 2>&1
	like "is said so" said 'cannot reach .*use a state directory'
	S=$whole
else
	cp user.xml model.xml
	run_in 1 "a user of its own takes root"
	./release status --state "$S" >said 2>&1
	like "and says what to do" said "takes root; run the pipeline as root, or"
fi

box() {
	model bubblewrap "$1" '' <<-E
		id -u; cat page; echo two >page; cat page
		echo x >/etc/stagewright-test || echo may not write to the system
		cat "$SCRATCH/elsewhere" || echo nothing of tmp
		ls "\$STAGEWRIGHT_VARIABLES/../../../journal.db" || echo no journal
		ls "\$STAGEWRIGHT_VARIABLES/../../1.1.1" || echo no other attempt
		[ -z "\$(ls -A /root)" ] && [ -z "\$(ls -A /home)" ] && echo no homes
		kill -0 $$ || echo no foreign process
		echo "interfaces: \$(sed 1,2d /proc/net/dev | wc -l)"
		[ "\$HOME" = "\$TMPDIR" ] && echo x >"\$HOME/file" && echo at home
	E
}
if ! command -v bwrap >/dev/null; then
	box '' >model.xml
	run_in 1 "bubblewrap is not installed"
	./release status --state "$S" >said 2>&1
	like "which is said, with its package" said "install the package 'bubblewrap'"
elif ! bwrap --unshare-user --ro-bind / / true 2>said; then
	skip "a system of its own" "$(head -n 1 said)"
else
	box '' >model.xml
	run_in 0 "a system of its own"
	for what in one two 'may not write to the system' 'nothing of tmp' \
		'no journal' 'no other attempt' 'no homes' 'no foreign process' \
		'interfaces: 1' 'at home'; do
		like "in it: $what" "$log" "^$what\$"
	done
	like "a rule is in it, too" "$S/attempts/1.1.1/log" 'No such file'
	sed 1,2d /proc/net/dev >interfaces
	box 'network="true"' >model.xml
	run_in 0 "a network that was asked for"
	like "is the machine's" "$log" "^interfaces: $(wc -l <interfaces)\$"
	model bubblewrap 'shell="none"' '' >model.xml <<-'E'
		no-such-program
	E
	run_in 1 "a program that is not there"
	./release status --state "$S" >said 2>&1
	like "is named" said "cannot execute 'no-such-program' in the sandbox"
	model bubblewrap 'timeout="1s"' '' >model.xml <<-'E'
		trap 'echo heard; exit 3' TERM
		sleep 1000 & wait
	E
	run_in 1 "one that is out of time"
	like "hears TERM in the sandbox" "$log" '^heard$'
fi
done_testing
