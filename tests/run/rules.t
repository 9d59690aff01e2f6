#!/bin/sh
# What the rules of conditions do in a released binary: they pass and fail the
# stage, and say why.
. "$(dirname "$0")/../tap.sh"
printf '#!/bin/sh\necho well >state\n' >stagewright-provider-Files
printf '#!/bin/sh\n[ "$STAGEWRIGHT_PARAMETER_open" = yes ]\n' \
	>stagewright-provider-Gate
chmod +x stagewright-provider-Files stagewright-provider-Gate
export PATH="$SCRATCH:$PATH"

cat >trial.xml <<'END'
<pipeline xmlns="urn:stagewright:pipeline:1" name="trial">
  <variable name="BRANCH" default="main"/>
  <variable name="CRON" default="* * * * *"/>
  <variable name="ZONE" default="UTC"/>
  <variable name="HEALTH" default="well"/>
  <variable name="GATE" default="yes"/>
  <stage name="Source">
    <source name="Files" provider="Files"><output>code</output></source>
  </stage>
  <stage name="Trial">
    <beforeEntry result="FAIL">
      <rule name="Branch" provider="VariableCheck" variable="#{variables.BRANCH}" operator="MATCHES" value="main|release/.*"/>
      <rule name="Window" provider="DeploymentWindow" cron="#{variables.CRON}" timeZone="#{variables.ZONE}" timeout="3s"/>
      <rule name="Gate" provider="Gate">
        <configuration><parameter name="open">#{variables.GATE}</parameter></configuration>
      </rule>
    </beforeEntry>
    <test name="It"><input>code</input><run>cat state</run></test>
    <onSuccess result="FAIL">
      <rule name="Health" provider="Commands">
        <input>code</input>
        <env name="WANTED">#{variables.HEALTH}</env>
        <run>echo "$STAGEWRIGHT_STAGE.$STAGEWRIGHT_ACTION: $(cat state)"</run>
        <run>[ "$(cat state)" = "$WANTED" ]</run>
      </rule>
    </onSuccess>
  </stage>
</pipeline>
END
"$STAGEWRIGHT" build trial.xml -o trial 2>refused
# As long as the compiler keeps conditions from being built.
if grep -q 'run-unsupported' refused; then
	echo '1..0 # skip conditions cannot be built'
	exit 0
fi
ok 'a trial builds' test -x trial

status 'rules that pass let it through' 0 ./trial run
./trial logs Trial.Branch >log
like 'a comparison is in its log' log \
	"^#{variables.BRANCH} is 'main': MATCHES 'main|release/.\*'\$"
./trial logs Trial.Window >log
like 'an open window is in its log' log "the window '\* \* \* \* \*' is open"
./trial logs Trial.Health >log
like 'commands have their inputs, and know whose they are' log \
	'^Trial.Health: well$'

status 'a branch that may not is stopped' 1 ./trial run --var BRANCH=feature/main
cat out err >said
like 'the comparison is said' said \
	"#{variables.BRANCH} is 'feature/main', which does not match 'main|release/.\*'"
status 'a gate of one'"'"'s own that is shut stops it' 1 ./trial run --var GATE=no
status 'a window that opens too late stops it' 1 \
	./trial run --var 'CRON=0 0 0 29 2 ? 2196'
cat out err >said
./trial logs Trial.Window >log
like 'when it opens is in its log' log 'opens at 2196-02-29 00:00:00 UTC$'
status 'a window that never opens stops it' 1 ./trial run --var 'CRON=* * 30 2 *'
cat out err >said
like 'that it never opens is said' said "the window '\* \* 30 2 \*' never opens"
status 'a zone that is none stops it' 1 ./trial run --var ZONE=Europe/Atlantis
cat out err >said
like 'the zone is said' said "no time zone has the name 'Europe/Atlantis'"
status 'commands that fail stop it behind its actions' 1 \
	./trial run --var HEALTH=ill
done_testing
