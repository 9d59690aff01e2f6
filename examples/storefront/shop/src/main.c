/*
 * shop: serves a catalogue over HTTP on the loopback interface.
 *
 *   shop [-p PORT] [-a FILE] CATALOGUE
 *
 * -p  the port; 0, the default, lets the system choose a free one
 * -a  writes the address ("http://127.0.0.1:PORT") to FILE, whole at once,
 *     when requests are accepted
 *
 * Ends on TERM and INT. Exit status: 0; 2 usage; 3 something failed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "catalogue.h"
#include "server.h"

#define BACKLOG 128

/* A signal handler can reach nothing else. */
static int stop_pipe[2];

static void
on_stop(int signal_number)
{
	(void)signal_number;
	if (write(stop_pipe[1], "", 1) < 0)
		_exit(3);
}

static int
trouble(const char *what)
{
	fprintf(stderr, "shop: %s: %s\n", what, strerror(errno));
	return 3;
}

static int
load(struct catalogue *c, const char *path)
{
	unsigned line;
	const char *why;
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return trouble(path);
	int rc = catalogue_read(c, file, &line, &why);
	if (fclose(file) != 0 || rc != 0)
		fprintf(stderr, "shop: %s:%u: %s\n", path, line, why);
	return rc == 0 ? 0 : 3;
}

/* A listening socket on the loopback interface; its port in *port. */
static int
listen_on(in_port_t *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(*port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(address);
	int yes = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
	    bind(fd, (struct sockaddr *)&address, n) != 0 ||
	    listen(fd, BACKLOG) != 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &n) != 0) {
		close(fd);
		return -1;
	}
	*port = ntohs(address.sin_port);
	return fd;
}

/* Whoever polls for the file never sees half of it. */
static int
announce(const char *path, unsigned port)
{
	char temporary[4096];
	int n = snprintf(temporary, sizeof(temporary), "%s.new", path);

	if (n < 0 || (size_t)n >= sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	FILE *file = fopen(temporary, "w");
	if (file == NULL)
		return -1;
	n = fprintf(file, "http://127.0.0.1:%u\n", port);
	if (fclose(file) != 0 || n < 0)
		return -1;
	return rename(temporary, path);
}

static int
catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_stop };

	sigemptyset(&action.sa_mask);
	if (pipe(stop_pipe) != 0 || sigaction(SIGTERM, &action, NULL) != 0 ||
	    sigaction(SIGINT, &action, NULL) != 0)
		return -1;
	return 0;
}

static int
usage(void)
{
	fputs("usage: shop [-p PORT] [-a FILE] CATALOGUE\n", stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	struct catalogue catalogue = { 0 };
	const char *address_file = NULL;
	in_port_t port = 0;
	int option;

	while ((option = getopt(argc, argv, "a:p:V")) != -1)
		switch (option) {
		case 'a':
			address_file = optarg;
			break;
		case 'p':
			port = (in_port_t)strtoul(optarg, NULL, 10);
			break;
		case 'V':
			puts(SHOP_VERSION);
			return 0;
		default:
			return usage();
		}
	if (argc - optind != 1)
		return usage();

	int status = load(&catalogue, argv[optind]);
	if (status != 0)
		goto out;
	if (catch_signals() != 0) {
		status = trouble("signals");
		goto out;
	}
	int fd = listen_on(&port);
	if (fd < 0) {
		status = trouble("listen");
		goto out;
	}
	printf("%zu products on http://127.0.0.1:%u\n", catalogue.n,
	    (unsigned)port);
	if (fflush(stdout) != 0 ||
	    (address_file != NULL && announce(address_file, port) != 0))
		status = trouble("announce");
	else if (server_run(fd, stop_pipe[0], &catalogue) != 0)
		status = trouble("serve");
	close(fd);
out:
	catalogue_release(&catalogue);
	return status;
}
