# shellcheck shell=sh
# Sourced after tap.sh or by `generate`: the versions of a pipeline that wrote
# the journals here. What they were is in the journals; a journal that is kept
# is never written anew, whatever becomes of this file.
printf '#!/bin/sh\n' >stagewright-provider-Nothing
chmod +x stagewright-provider-Nothing
PATH="$PWD:$PATH"

# formats_version NAME: ./NAME, one of "one", "two" (a later stage) and "three"
# (a second question, too).
formats_version() {
	formats_later=
	formats_second=
	[ "$1" = one ] || formats_later='<stage name="After"><test name="Look"><run>:</run></test></stage>'
	[ "$1" != three ] || formats_second='<approval name="Boss">And you?</approval>'
	cat >"$1.xml" <<-END
	<pipeline xmlns="urn:stagewright:pipeline:1" name="kept">
	  <stage name="Source"><source name="Nothing" provider="Nothing"><output>code</output></source></stage>
	  <stage name="Build"><build name="Make" namespace="Made"><run>echo made</run></build></stage>
	  <stage name="SignOff"><approval name="Ask" timeout="366d">Ship it?</approval>$formats_second</stage>
	  <stage name="Production"><deploy name="Install"><run>:</run></deploy></stage>
	  $formats_later
	</pipeline>
	END
	"$STAGEWRIGHT" build "$1.xml" -o "$1" >"$1.said" 2>&1 || {
		cat "$1.said" >&2
		return 1
	}
}
