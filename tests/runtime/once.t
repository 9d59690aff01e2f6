#!/bin/sh
# What is asked twice with the same key is done once; a call whose owner went
# away before it answered asks again by itself.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/by-hand.sh"

status "an execution is started with a key" 4 start --no-wait --key monday
status "and asked for again" 4 start --no-wait --key monday
is "it is one" "$(r history --json | grep -c '"number"')" 1
status "with another key it is another one" 4 start --no-wait --key tuesday
is "of two" "$(r history --json | grep -c '"number"')" 2
status "the key is not for something else" 1 r close SignOff --key monday
like "which is said" err 'key monday was given to another request'

status "an answer with a key" 0 r approve SignOff.Manager --key yes
cp out first
status "is given again" 0 r approve SignOff.Manager --key yes
ok "in the same words" cmp first out
status "though another key comes too late" 1 r approve SignOff.Manager '#1' --key no
status "a key may be long" 0 r close SignOff --key "$(printf '%0128d' 0)"
status "but not longer" 2 r open SignOff --key "$(printf '%0129d' 0)"
like "than the limit" err '129 characters; 128 are the limit'
status "nor have blanks" 2 r open SignOff --key 'a b'
status "a verb that changes nothing takes none" 2 r status --key k

# An owner that goes away before it answers, and one that comes after it.
mkdir -m 700 gone
perl -MIO::Socket::UNIX -MFcntl=:flock -e '
	open my $lock, ">", "gone/lock" or die; flock $lock, LOCK_EX or die;
	my $listen = IO::Socket::UNIX->new(Local => "gone/socket", Listen => 5)
		or die;
	open my $heard, ">", "heard" or die;
	for my $answer ("", "{\"ok\":true,\"document\":{\"event\":\"stop #1\"," .
			"\"inFlight\":0,\"owner\":1}}\n") {
		my $client = $listen->accept;
		print $client "{\"owner\":1}\n"; $client->flush;
		my $line = <$client>;
		print $heard $line; print $client $answer;
	}' &
await 10 test -S gone/socket
status "a call whose owner goes away" 0 "$R" stop '#1' --state gone
like "is answered by the next one" out 'stop #1: recorded'
wait
is "who was asked the same, with a key" "$(grep '"key"' heard | uniq -c | awk '{ print $1 }')" 2
done_testing
