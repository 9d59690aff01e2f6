#!/bin/sh
# Abuse by models: what a file that somebody sends makes the tool read, run or
# use up. Numbers as in tests/abuse/README.md; 2 and 3 are in tests/limits.
. "${0%/*}/../tap.sh"
pipeline='<pipeline xmlns="urn:stagewright:pipeline:1" name="p">'
echo canary-of-a-secret-file >secret

# opens NAME FILE: which files a check of it opens, beside what any check does.
opened() {
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o trace -e trace=open,openat,connect,socket,execve \
		"$STAGEWRIGHT" check "$1" >out 2>&1
	sed -n 's/.*\(open\|openat\|execve\)([^"]*"\([^"]*\)".*/\2/p; /connect(/p; /socket(/p' trace |
		grep -v -e '^/lib' -e '^/usr/lib' -e '^/etc/ld.so' -e '^/proc/' -e '^/sys/' -e '^/usr/share/zoneinfo/' -e '/bin/stagewright$' | sort -u
}
refuses() { # NAME PATTERN FILE
	status "$1 is refused" 1 "$STAGEWRIGHT" check --brief "$3"
	like "$1: by name" out "$2"
	is "$1: nothing of the file is told" "$(cat out err | grep -c canary)" 0
	if command -v strace >/dev/null; then
		is "$1: no other file is opened, nobody called" "$(opened "$3")" "$3"
	fi
}
echo "<!DOCTYPE pipeline SYSTEM \"file://$SCRATCH/secret\">$pipeline</pipeline>" >external.xml
echo "<!DOCTYPE p [<!ENTITY x SYSTEM \"file://$SCRATCH/secret\">]>$pipeline&x;</pipeline>" >internal.xml
echo "<!DOCTYPE p [<!ENTITY % x SYSTEM \"http://127.0.0.1:9/x\"> %x;]>$pipeline</pipeline>" >parameter.xml
for kind in external internal parameter; do
	refuses "abuse 1: a DOCTYPE with an $kind subset" 'error: .* \[xml-doctype\]' $kind.xml
done
for file in "$SCRATCH/secret" ../secret file:///etc/passwd http://127.0.0.1:9/x a/../../secret; do
	echo "$pipeline<include file=\"$file\"/></pipeline>" >include.xml
	refuses "abuse 1: an include of '$file'" 'error: ' include.xml
done
ln -s "$SCRATCH/secret" link.xml
echo "$pipeline<include file=\"link.xml\"/></pipeline>" >include.xml
status "abuse 1: an include of a link out of the folder is refused" 1 \
	"$STAGEWRIGHT" check --brief include.xml
is "abuse 1: and what is behind it is not told" "$(cat out err | grep -c canary)" 0

hide() { # ENCODING DECLARED: a DOCTYPE in another encoding
	printf '<?xml version="1.0"%s?><!DOCTYPE p SYSTEM "file:///etc/passwd">%s</pipeline>' \
		"${2:+ encoding=\"$2\"}" "$pipeline" | iconv -f UTF-8 -t "$1"
}
for encoding in UTF-7 UTF-16 UTF-16LE UTF-16BE UTF-32 UCS-2LE; do
	for declared in '' "$encoding"; do
		hide "$encoding" "$declared" >hidden.xml
		refuses "abuse 4: a DOCTYPE in $encoding, declared '$declared'" \
			'error: .* \[(xml-encoding|xml-syntax|xml-doctype)\]' hidden.xml
	done
done
{ printf '\357\273\277'; cat external.xml; } >bom.xml
refuses "abuse 4: a DOCTYPE behind a byte order mark" '\[xml-doctype\]' bom.xml
echo "$pipeline</pipeline>" >plain.xml
gzip -c plain.xml >packed.xml
refuses "abuse 4: gzip" 'error: .* \[xml-(encoding|syntax)\]' packed.xml
if command -v xz >/dev/null; then
	xz -c plain.xml >packed.xml
	refuses "abuse 4: xz" 'error: .* \[xml-(encoding|syntax)\]' packed.xml
fi
printf '%s<stage name="a\0b"/></pipeline>' "$pipeline" >nul.xml
refuses "abuse 4: a NUL" 'NUL byte' nul.xml
echo "$pipeline<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file://$SCRATCH/secret\" parse=\"text\"/></pipeline>" >xinclude.xml
refuses "abuse 4: XInclude" 'another namespace .* \[struct-unknown\]' xinclude.xml
echo "<?xml-stylesheet href=\"file://$SCRATCH/secret\"?>$pipeline</pipeline>" >style.xml
refuses "abuse 4: a style sheet" 'error: ' style.xml

# A repository whose policies, or model, are links to what is not in it.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
git init -qb main repository
ln -s "$SCRATCH/secret" repository/policies.xml
git -C repository add .
git -C repository -c user.name=A -c user.email=a@b.c commit -qm link
cp plain.xml repository/release.xml
status "abuse 20: policies of a revision that are a link are refused" 3 \
	sh -c 'cd repository && exec "$1" verify --policy git:main:policies.xml release.xml' - "$STAGEWRIGHT"
is "abuse 20: and what is behind it is not read" "$(cat out err | grep -c canary)" 0
done_testing
