#!/bin/sh
# A remote over ssh: whose host key is known, and whose user has a key.
command -v sshd >/dev/null || PATH=$PATH:/usr/sbin
if ! command -v sshd >/dev/null || ! command -v ssh-agent >/dev/null; then
	echo '1..0 # SKIP no sshd (Debian: openssh-server)'
	exit 0
fi
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/git/repository.sh"
build source "$ROOT/tests/git/source.c"

source_() {
	rm -rf workspace
	mkdir -p state workspace
	./source state workspace url="$url" 3>variables
}
key() { ssh-keygen -q -t ed25519 -N '' -f "$1"; }
mkdir -m 700 "$HOME/.ssh"
key host
key "$HOME/.ssh/id_ed25519"
cp "$HOME/.ssh/id_ed25519.pub" authorized
git init -q shop
commit shop README one >/dev/null
port=$(perl -MIO::Socket::INET -e \
	'print IO::Socket::INET->new(LocalAddr=>"127.0.0.1",Listen=>1)->sockport')
cat >conf <<C
Port $port
ListenAddress 127.0.0.1
HostKey $SCRATCH/host
AuthorizedKeysFile $SCRATCH/authorized
StrictModes no
UsePAM no
PidFile $SCRATCH/pid
C
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
"$(command -v sshd)" -f "$SCRATCH/conf" -E "$SCRATCH/log" || cat log
await 20 test -s pid
daemons=$(cat pid)
host=127.0.0.1:$port
url=ssh://$(id -un)@$host$SCRATCH/shop

status 'a host that nobody knows' 1 source_
like 'is not believed' err "'$url' cannot prove who it is"
# Fields of a public key: its kind, itself, a comment.
known() { echo "[127.0.0.1]:$port $(cut -d ' ' -f 1,2 "$1")" >"$HOME/.ssh/known_hosts"; }
known authorized
status 'a host with another key' 1 source_
like 'is not believed either' err "'$url' cannot prove who it is"
known host.pub
status 'a known host, a key of the user' 0 source_
is 'brings the commit' "$(cat workspace/README)" one
mv "$HOME/.ssh/id_ed25519" agents-key
status 'no key' 1 source_
like 'says what to do' err "does not let us in: .*ssh-copy-id"
eval "$(ssh-agent)" >/dev/null
daemons="$daemons $SSH_AGENT_PID"
ssh-add -q agents-key
status 'a key of the agent' 0 source_

cat >model.xml <<X
<pipeline xmlns="urn:stagewright:pipeline:1" name="remote">
  <stage name="Source">
    <source name="Checkout" provider="Git" url="$url" branch="main"><output>code</output></source>
  </stage>
  <stage name="Test"><test name="Look"><input>code</input><run>cat README</run></test></stage>
</pipeline>
X
"$STAGEWRIGHT" build model.xml -o remote || exit 1
status 'in a pipeline, by the agent' 0 ./remote run
ssh-agent -k >/dev/null
unset SSH_AUTH_SOCK
mv agents-key "$HOME/.ssh/id_ed25519"
status 'in a pipeline, by a file' 0 ./remote run
done_testing
