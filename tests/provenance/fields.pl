# Prints the statements of a bundle, checked field by field: in-toto Statement
# v1 and SLSA provenance v1 by their specifications. perl fields.pl BUNDLE
use strict;
use warnings;
use JSON::PP;
use MIME::Base64;

my $wrong = 0;
sub want {
	my ($good, $what) = @_;
	return if $good;
	print "wrong: $what\n";
	$wrong = 1;
}
sub keys_of { join ' ', sort keys %{ $_[0] } }

my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
my $json = JSON::PP->new->utf8->canonical;
open my $in, '<', $ARGV[0] or die $!;
while (my $line = <$in>) {
	my $e = $json->decode($line);
	want(keys_of($e) eq 'payload payloadType signatures', 'envelope');
	want($e->{payloadType} eq 'application/vnd.in-toto+json', 'payloadType');
	want(keys_of($e->{signatures}[0]) eq 'keyid sig', 'signature');
	want($e->{signatures}[0]{keyid} =~ /^[0-9a-f]{64}$/, 'keyid');
	my $bytes = decode_base64($e->{payload});
	my $s = $json->decode($bytes);
	want($json->encode($s) eq $bytes, 'canonical bytes');
	want(keys_of($s) eq '_type predicate predicateType subject', 'statement');
	want($s->{_type} eq 'https://in-toto.io/Statement/v1', '_type');
	my ($whole, @files) = @{ $s->{subject} };
	want($whole->{digest}{stagewrightArtifact} =~ /^[0-9a-f]{64}$/, 'whole');
	for (@files) {
		want($_->{name} !~ m{^/|\.\.}, 'name of a subject');
		want($_->{digest}{sha256} =~ /^[0-9a-f]{64}$/, 'digest');
		print "$_->{digest}{sha256}  $_->{name}\n";
	}
	my $p = $s->{predicate};
	if ($s->{predicateType} eq 'https://slsa.dev/provenance/v1') {
		want(keys_of($p) eq 'buildDefinition runDetails', 'provenance');
		my ($b, $r) = ($p->{buildDefinition}, $p->{runDetails});
		want(keys_of($b) eq 'buildType externalParameters internalParameters resolvedDependencies', 'buildDefinition');
		want($b->{buildType} =~ /^urn:/, 'buildType');
		want(ref $b->{externalParameters} eq 'HASH', 'externalParameters');
		want($b->{internalParameters}{machineFingerprint} =~ /^[0-9a-f]{16,}$/, 'fingerprint');
		for (@{ $b->{resolvedDependencies} }) {
			want(%{ $_->{digest} }, 'digest of a dependency');
			print "dependency $_->{name}\n";
		}
		want(keys_of($r) eq 'builder metadata stagewright_journal', 'runDetails');
		want($r->{builder}{id} =~ /^urn:/, 'builder.id');
		want($r->{metadata}{$_} =~ $time, $_) for qw(startedOn finishedOn);
		want($r->{metadata}{invocationId} ne '', 'invocationId');
		want($r->{stagewright_journal}{seq} > 0, 'seq');
		print "made by $b->{internalParameters}{stage}.$b->{internalParameters}{action}\n";
	} else {
		want($s->{predicateType} eq 'urn:stagewright:attestation:approval:1', 'predicateType');
		want(keys_of($p) =~ /^action artifact asked (comment )?decidedBy decidedOn decision execution journal pipeline question reviewed stage$/, 'approval');
		want($p->{decidedOn} =~ $time, 'decidedOn');
		want($p->{decision} =~ /^(approved|rejected)$/, 'decision');
		want($p->{journal}{seq} > 0, 'seq');
		print "$p->{decision} by $p->{decidedBy} in $p->{stage}.$p->{action}\n";
	}
}
exit $wrong;
