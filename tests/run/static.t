#!/bin/sh
# A static binary needs nothing: it runs in an empty root directory.
. "${0%/*}/../tap.sh"

case ${SAN:-} in
*address*)
	echo "1..0 # skip sanitizers are not linked statically"
	exit 0
	;;
esac
mkdir root
ok "it builds" "$STAGEWRIGHT" build --static "$ROOT/tests/run/no-git.xml" \
	-o root/release
if command -v readelf >/dev/null; then
	is "no library is needed" "$(readelf -d root/release | grep NEEDED)" ""
fi
if [ "$(id -u)" -ne 0 ] || ! chroot / true; then
	skip "it runs in an empty root directory" "not root"
	done_testing
	exit 0
fi
status "it says its version there" 0 chroot root /release --version
like "with its name" out '^no-git '
status "nothing has happened yet" 0 chroot root /release status
# There is neither a plug-in nor a shell: the source fails, and says why.
status "an execution fails there" 1 timeout 30 chroot root /release run
cat out err >both
like "and says what is missing" both 'stagewright-provider-Tarball'
status "what happened is in its journal" 0 chroot root /release history
like "as a failed execution" out 'Failed'
status "which replays" 0 chroot root /release replay
done_testing
