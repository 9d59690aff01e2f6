#!/bin/sh
# A state knows its machine: whatever an event may mean is in the fingerprint,
# what an action does is not.
. "$(dirname "$0")/../tap.sh"
queued=$ROOT/tests/golden/conditions.xml
parallel=$ROOT/tests/golden/parallel.xml

fingerprint() {
	"$STAGEWRIGHT" compile --dump=machine "$1" 2>/dev/null |
		sed -n 's/^fingerprint //p'
}

# changed MODEL EDIT: is the fingerprint of the edited model another one?
changed() {
	sed "$2" "$1" >edited.xml
	! cmp -s "$1" edited.xml || return
	new=$(fingerprint edited.xml)
	[ -n "$new" ] && [ "$new" != "$(fingerprint "$1")" ]
}

same() {
	sed "$2" "$1" >edited.xml
	! cmp -s "$1" edited.xml &&
		[ "$(fingerprint edited.xml)" = "$(fingerprint "$1")" ]
}

while read -r what edit; do
	ok "$what matters" changed "$queued" "$edit"
done <<'END'
the-pipeline's-name s/name="conditions"/name="others"/
the-mode s/ executionMode="QUEUED" maxExecutions="3"//
a-limit-of-executions s/maxExecutions="3"/maxExecutions="4"/
a-stage's-name s/name="Production"/name="Live"/
an-action's-name s/name="Compile"/name="Make"/
a-rule's-name s/name="Health"/name="Well"/
a-runOrder s/ runOrder="2"/ runOrder="3"/
a-transition s/ transition="closed"//
retries s/retries="3"/retries="2"/
onUnknown s/ onUnknown="fail"//
a-result s/<beforeEntry result="SKIP">/<beforeEntry result="FAIL">/
a-result-of-onSuccess s/<onSuccess result="ROLLBACK">/<onSuccess result="FAIL">/
attempts s/attempts="2"/attempts="3"/
a-retryMode s/ retryMode="ALL_ACTIONS"//
a-condition s/<onFailure.*attempts.*//
END
ok "a limit of actions matters" changed "$parallel" 's/maxActions="2"/maxActions="3"/'

while read -r what edit; do
	ok "$what does not" same "$queued" "$edit"
done <<'END'
a-command s,<run>make</run>,<run>make_all</run>,
a-time-limit s/timeout="5m"/timeout="6m"/
a-backoff s/backoff="20s"/backoff="30s"/
a-schedule s/9-16/8-17/
an-environment s/environment="staging"/environment="test"/
END
done_testing
