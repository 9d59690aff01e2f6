#!/bin/sh
# A model in several files: what is included is as if it stood there, with its
# own places; what a model may not include is refused by name.
. "${0%/*}/../tap.sh"
ns=' xmlns="urn:stagewright:pipeline:1"'

# model INCLUDE...: one with a stage, one include each, and a stage.
model() {
	echo "<pipeline$ns name=\"shop\">"
	echo '<stage name="Source"><source name="Checkout" url="u"><output>code</output></source></stage>'
	for file; do
		echo "<include file=\"$file\"/>"
	done
	echo '<stage name="After"><test name="Smoke"><input>code</input><run>true</run></test></stage>'
	echo '</pipeline>'
}

# stages NAME...: a file of them.
stages() {
	echo "<stages$ns>"
	for name; do
		echo "<stage name=\"$name\"><build name=\"Make\"><input>code</input><run>make</run></build></stage>"
	done
	echo '</stages>'
}

# order MODEL: its stages.
order() {
	"$STAGEWRIGHT" compile --dump=model "$1" | sed -n 's/^  stage name="\(.*\)".*/\1/p' | tr '\n' ' '
}

mkdir parts elsewhere
stages One Two >parts/one.xml
stages Three >three.xml
model parts/one.xml three.xml >release.xml
status "a model of three files is right" 0 "$STAGEWRIGHT" check release.xml
is "and nothing is said" "$(cat out)" ""
is "stages take the place of their include" "$(order release.xml)" \
	"Source One Two Three After "
model three.xml parts/one.xml >other.xml
is "in the order of the includes" "$(order other.xml)" \
	"Source Three One Two After "
cd elsewhere || exit 1
is "from wherever the model is named" "$(order ../release.xml)" \
	"Source One Two Three After "
cd .. || exit 1
{
	echo "<pipeline$ns name=\"shop\"><include file=\"first.xml\"/><include file=\"three.xml\"/></pipeline>"
} >all.xml
echo "<stages$ns><stage name=\"S\"><source name=\"C\" url=\"u\"><output>code</output></source></stage></stages>" >first.xml
is "a model may be includes alone" "$(order all.xml)" "S Three "

# The same machine, and the same C, as in one file.
sed -e '/include file="three/d' -e '/include/{
r parts/one.xml
d
}' release.xml | sed -e '/stages/d' >one.xml
sed -i "/name=\"Two\"/r three.xml" one.xml && sed -i '/stages/d' one.xml
"$STAGEWRIGHT" compile --dump=machine one.xml >one.machine
"$STAGEWRIGHT" compile --dump=machine release.xml >release.machine
ok "in one file it is the same machine" diff one.machine release.machine
status "it is compiled" 0 "$STAGEWRIGHT" compile -o out.d "$PWD/release.xml"
like "an action of the model has its line" out.d/shop_view.c \
	'SHOP_SOURCE_CHECKOUT, .what = "", .index = 0, .line = 2, .column = 22 },'
like "one that is included its file, too" out.d/shop_view.c \
	'SHOP_TWO_MAKE, .what = "", .index = 0, .line = 3, .column = 19, .file = "parts/one.xml" },'

# Places.
sed 's/<input>code/<input>cod/' three.xml >wrong.xml
model wrong.xml >release.xml
status "a fault of an included file is found" 1 "$STAGEWRIGHT" check --color=never release.xml
is "with its place there" "$(cat out)" \
	"wrong.xml:2:47: error: no action writes the artifact 'cod' [art-undefined]
    2 | <stage name=\"Three\"><build name=\"Make\"><input>cod</input><run>make</run></build></stage>
      |                                               ^~~ did you mean 'code'?
      in release.xml:
    2 | <stage name=\"Source\"><source name=\"Checkout\" url=\"u\"><output>code</output></source></stage>
      |                                                              ---- declared here

1 error"
sed 's/<run>/<rum>/; s/<.run>/<\/rum>/' three.xml >wrong.xml
status "so is one of its structure" 1 "$STAGEWRIGHT" check --brief "$PWD/release.xml"
like "by a name that can be followed" out '/wrong.xml:2:60: error: unknown element <rum> in <build> \[struct-unknown\]$'
cp parts/one.xml wrong.xml
model parts/one.xml wrong.xml >release.xml
status "a stage is there once in all files" 1 "$STAGEWRIGHT" check --brief release.xml
like "which is said where it is again" out "^wrong.xml:2:14: error: a stage with the name 'One' is already there"

# Policies and scenarios.
echo "<policies$ns><require id=\"limits\" what=\"build\" attribute=\"timeout\"/></policies>" >rules.xml
cat >story.xml <<EOF
<scenarios$ns>
<scenario name="it starts"><start/><expect stage="Source" status="InProgress"/></scenario>
</scenarios>
EOF
model three.xml rules.xml story.xml >release.xml
status "policies are included" 1 "$STAGEWRIGHT" check --brief release.xml
like "and judge the stages of another file" out "^three.xml:2:34: error: 'Three.Make' has no timeout, against policy 'limits'"
model three.xml story.xml >release.xml
status "scenarios are included" 0 "$STAGEWRIGHT" simulate release.xml

# refuse NAME FILE PATTERN
refuse() {
	model "$2" >release.xml
	status "$1 is refused" 1 "$STAGEWRIGHT" check release.xml
	like "$1: by name" out "$3"
}
refuse "a file that is not there" missing.xml \
	"^release.xml:3:16: error: 'missing.xml' cannot be read: No such file or directory \[xml-read\]$"
sed -i 's/<input>code/<input>of_the_missing_file/' release.xml
status "what it might hold" 1 "$STAGEWRIGHT" check --brief release.xml
is "is no second fault" "$(grep -c ': error:' out)" 1
refuse "an absolute path" "$PWD/three.xml" 'is no path below the folder of the model \[struct-value\]$'
for path in ../three.xml parts/../three.xml ..; do
	refuse "the path $path" "$path" 'is no path below the folder of the model \[struct-value\]$'
done
mkdir inside
cp release.xml inside/
ln -s ../three.xml inside/link.xml
model link.xml >inside/release.xml
status "a link that leads out is refused" 1 "$STAGEWRIGHT" check inside/release.xml
like "by name" out "'link.xml' leads out of the folder of the model \[struct-value\]$"
ln -s three.xml here.xml
model here.xml >release.xml
status "one that stays inside is followed" 0 "$STAGEWRIGHT" check release.xml
refuse "a folder" parts "'parts' is no file \[xml-read\]$"
mkfifo pipe.xml
refuse "a pipe, which has no end," pipe.xml "'pipe.xml' is no file \[xml-read\]$"
refuse "the model itself" release.xml '^release.xml:1:1: error: the root element is <pipeline>, not <stages> \[struct-unknown\]$'
cp three.xml loop.xml
sed -i 's,</stages>,<include file="three.xml"/></stages>,' loop.xml
refuse "an include of what is included" loop.xml '<include> does not belong in <stages>'
model three.xml ./three.xml >release.xml
status "a file that is included twice is refused" 1 "$STAGEWRIGHT" check --brief release.xml
is "once, at the second" "$(cat out)" \
	"release.xml:4:16: error: './three.xml' is included already [struct-duplicate]
1 error"
model three.xml >release.xml
status "standard input has no folder" 1 sh -c '"$0" check --brief - <release.xml' "$STAGEWRIGHT"
like "which is said" out "'three.xml' is not looked for: the model has no folder"
names=$(awk 'BEGIN { while (n++ < 101) printf " s%d.xml", n }')
for name in $names; do
	stages "${name%.xml}" >"$name"
done
# shellcheck disable=SC2086 # a list of words
model $names >release.xml
status "101 files are refused" 1 "$STAGEWRIGHT" check release.xml
like "by name" out '^release.xml:103:1: error: more than 100 files are included \[xml-limit\]$'
like "and limit" out 'limit INCLUDES_MAX'
truncate -s 33M big1.xml
truncate -s 33M big2.xml
model big1.xml big2.xml >release.xml
status "66 MiB are refused" 1 "$STAGEWRIGHT" check --brief release.xml
like "at the file that is too much" out "^release.xml:4:16: error: 'big2.xml' is too much: .* \[xml-limit\]$"
done_testing
