#!/bin/sh
# Hostile models: each is refused by name, in little memory and time. Memory
# is held by ulimit -v, time by a limit on the processor's seconds; both are
# generous, since sanitizers need more (and their address space has no bound).
. "${0%/*}/../tap.sh"

# MiB of address space: the tool, its libraries, a model of 21 MB.
MEMORY=160
# refuse NAME PATTERN MODEL
refuse() {
	status "$1: is refused" 1 sh -c '
		ulimit -t "$([ -n "$SAN" ] && echo 20 || echo 2)"
		[ -n "$SAN" ] || ulimit -v "$((1024 * $2))"
		exec "$0" check --brief "$1"' "$STAGEWRIGHT" "$3" "$MEMORY"
	like "$1: by name" out "$2"
}
export SAN

repeat() {
	awk -v n="$1" -v text="$2" 'BEGIN { while (n-- > 0) printf "%s", text }'
}

awk 'BEGIN { printf "<a"; while (n < 90000) printf " a%d=\"x\"", n++; print "/>" }' >attributes.xml
refuse "abuse 3: 869 KB of attributes" ':1:1: error: more than 256 attributes of one element \[xml-limit\]' attributes.xml

{ repeat 3000000 '<a>'; repeat 3000000 '</a>'; } >deep.xml
refuse "abuse 3: 3,000,000 nested elements" ':1:193: error: more than 64 elements inside one another \[xml-limit\]' deep.xml

{
	printf '<!DOCTYPE l [<!ENTITY a0 "lol">'
	for i in 1 2 3 4 5 6 7 8 9; do
		printf '<!ENTITY a%d "' "$i"
		repeat 10 "&a$((i - 1));"
		printf '">'
	done
	printf ']><l>&a9;</l>'
} >laughs.xml
refuse "abuse 2: billion laughs" ':1:1: error: .* \[xml-doctype\]' laughs.xml

{ printf '<!DOCTYPE l [<!ENTITY a "'; repeat 100000 x; printf '">]><l>'; repeat 100000 '&a;'; printf '</l>'; } >blowup.xml
refuse "abuse 2: quadratic blow-up" ':1:1: error: .* \[xml-doctype\]' blowup.xml

{ printf '<a b="'; repeat 2000000 x; printf '"/>'; } >tag.xml
refuse "2 MB in one start tag" ':1:1: error: more than 1048576 bytes in one start tag \[xml-limit\]' tag.xml

{ printf '<a>'; repeat 2000001 '<b/>'; printf '</a>'; } >elements.xml
refuse "2,000,001 elements" 'error: more than 2000000 elements \[xml-limit\]' elements.xml

{ printf '<'; repeat 900000 x; printf '/>'; } >name.xml
refuse "a name of 900 KB" 'error: .* \[xml-(syntax|limit)\]' name.xml

{ printf '<a><!-'; repeat 3000000 '-'; } >comment.xml
refuse "a comment of hyphens" 'error: .* \[xml-syntax\]' comment.xml

{ printf '<a '; repeat 300000 'a '; printf '/>'; } >valueless.xml
refuse "attributes without values" ':1:6: error: .* \[xml-syntax\]' valueless.xml

{ repeat 1000000 '<a'; } >open.xml
refuse "a million open tags" 'error: .* \[xml-syntax\]' open.xml

{
	printf '<pipeline xmlns="urn:stagewright:pipeline:1" name="l" executionMode="QUEUED" maxExecutions="50000">'
	printf '<stage name="S"><source name="A" url="x.git" branch="main"/></stage>'
	awk 'BEGIN { while (i++ < 15600) printf "<stage name=\"s%d\"><test name=\"A\"><run>a</run></test></stage>", i }'
	printf '</pipeline>'
} >queue.xml
refuse "a queue of 65,601 places" ':1:[0-9]+: error: 15601 stages and 50000 executions in flight in mode QUEUED \[mode-limit\]' queue.xml

{ printf '<pipeline xmlns="urn:stagewright:pipeline:1" name="p">'; repeat 200000 '<stag/>'; printf '</pipeline>'; } >faults.xml
refuse "200,000 faults on one line" 'error: .* \[struct-unknown\]' faults.xml
is "of which 10,000 are told" "$(grep -c 'struct-unknown' out)" 10000
like "and the others counted" out '10000 errors, [0-9]* more not shown'

{
	printf '<pipeline xmlns="urn:stagewright:pipeline:1" name="p"><trigger source="S">'
	includes=$(repeat 1000 'a '; echo '&#97;') excludes=$(repeat 999 'b ')
	filter="<push branches=\"${includes#a }\" excludeBranches=\"$excludes*\"/>"
	repeat 400 "$filter"
	printf '</trigger></pipeline>'
} >filters.xml
refuse "400 filters of 1,000 patterns" 'error: .* \[struct-stages\]' filters.xml

# A file without end.
status "a stream without end: is trouble" 3 sh -c '
	ulimit -t "$([ -n "$SAN" ] && echo 40 || echo 4)"
	yes "<a></a>" | "$0" check --brief -' "$STAGEWRIGHT"
like "a stream without end: by name" out '^<stdin>: error: the file has more than 67108864 bytes \[xml-limit\]'

status "a directory is trouble" 3 "$STAGEWRIGHT" check .
like "a directory: said so" out 'error: the file cannot be read: Is a directory \[xml-read\]'
like "a directory: what else" out 'help: name the files in it: a shell makes them of .*/[*]\.xml$'
done_testing
