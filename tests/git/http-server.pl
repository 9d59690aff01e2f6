#!/usr/bin/perl
# Serves the repositories below the current directory over http, by git's own
# http-backend, on a free port of loopback that it prints:
#   /NAME...      the repository NAME
#   /redirect...  leads to another host
#   /secret...    wants a password
#   /silent...    never answers
use strict;
use warnings;
use IO::Socket::INET;

my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 16)
    or die "no socket: $!";
$| = 1;
print $server->sockport, "\n";
$SIG{CHLD} = 'IGNORE';
my $backend = `git --exec-path`;
chomp $backend;
my $here = `pwd`;
chomp $here;

sub answer {
	my ($client) = @_;
	my $head = '';
	while (defined(my $line = <$client>)) {
		last if $line =~ /^\r?\n$/;
		$head .= $line;
	}
	my ($method, $path, $query) =
	    $head =~ m{^(\S+) ([^ ?]*)(?:\?(\S*))? } or die "no request: $head";
	my ($length) = $head =~ /^Content-Length: *(\d+)/mi;
	my ($type) = $head =~ /^Content-Type: *([^\r\n]+)/mi;
	my ($coding) = $head =~ /^Content-Encoding: *([^\r\n]+)/mi;
	my $body = '';
	if ($head =~ /^Transfer-Encoding: *chunked/mi) {
		while (my $size = hex <$client>) {
			read $client, my $chunk, $size;
			$body .= $chunk;
			<$client>;
		}
		<$client>;
	} elsif ($length) {
		read $client, $body, $length;
	}
	if ($path =~ m{^/silent}) {
		1 while <$client>; # until it gives up
		return;
	}
	if ($path =~ m{^/redirect}) {
		print $client "HTTP/1.1 301 Moved\r\nLocation: ",
		    "http://169.254.169.254/shop\r\nContent-Length: 0\r\n\r\n";
		return;
	}
	if ($path =~ m{^/secret}) {
		print $client "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: ",
		    "Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
		return;
	}
	my %cgi = (GIT_PROJECT_ROOT => $here, GIT_HTTP_EXPORT_ALL => 1,
		REQUEST_METHOD => $method, PATH_INFO => $path,
		QUERY_STRING => $query // '', CONTENT_TYPE => $type // '',
		CONTENT_LENGTH => length $body, REMOTE_ADDR => '127.0.0.1');
	$cgi{HTTP_CONTENT_ENCODING} = $coding if $coding;
	open my $in, '+>', undef or die "no file: $!";
	print $in $body;
	seek $in, 0, 0;
	$in->flush;
	local %ENV = (%ENV, %cgi);
	open STDIN, '<&', $in or die "no input: $!";
	my $out = `$backend/git-http-backend`;
	my ($fields, $rest) = split /\r?\n\r?\n/, $out, 2;
	my $status = $fields =~ s/^Status: *([^\r\n]+)\r?\n?//mi ? $1 : '200 OK';
	print $client "HTTP/1.1 $status\r\n$fields\r\nContent-Length: ",
	    length $rest, "\r\nConnection: close\r\n\r\n", $rest;
}

while (my $client = $server->accept) {
	next if fork;
	close $server;
	$SIG{CHLD} = 'DEFAULT';
	binmode $client;
	eval { answer($client) };
	print STDERR $@ if $@;
	close $client;
	exit;
}
