/*
 * What a disk that loses power may have kept, from the record of strike(1):
 *
 *   power [-d SUFFIX] [-n STATES] [-s SEED] RECORD PROGRAM
 *
 * Draws STATES moments of the record, and for each what is on disk: of each
 * file what was synced, and each later write kept (40 %), torn at a multiple
 * of 512 bytes (20 %) or lost (40 %); of names those of the synced folders,
 * and of all others the ones before a moment of its own, as file systems that
 * keep a journal of names do. PROGRAM then says what is there: every row that
 * had been told by then must be.
 *
 * -d: syncs of files whose names end so are left out, which must be noticed:
 * what this test is worth.
 *
 * Prints what was lost, and a line that counts; ends with 1 if anything was.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENTRIES_MAX 20000
#define FILES_MAX 2000
#define NAMES_MAX 4000
#define SECTOR 512

enum what {
	MAKE,
	FOLDER,
	MOVE,
	DROP,
	WRITE,
	SIZE,
	SYNC,
	SYNCDIR,
	TOLD,
	RAN
};
static const char *const whats[] = { "make", "folder", "move", "drop", "write",
	"size", "sync", "syncdir", "told", "ran" };

struct entry {
	enum what what;
	unsigned long inode, offset, n;
	char *from, *to;
	uint8_t *bytes;
};

struct file {
	unsigned long inode;
	uint8_t *bytes;
	size_t n;
};

/* A name as it is on disk; inode 0: a directory. */
struct name {
	char *path;
	unsigned long inode;
	bool is_gone;
};

struct disk {
	struct file files[FILES_MAX];
	size_t nfiles;
	struct name names[NAMES_MAX];
	size_t nnames;
	unsigned long told;
};

static struct entry entries[ENTRIES_MAX];
static size_t nentries;
static uint64_t state = 1;

static size_t
chance(size_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (size_t)((state * UINT64_C(2685821657736338717)) >> 33) % below;
}

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "power: %s\n", what);
	exit(3);
}

/* The bytes behind a line. */
static uint8_t *
read_bytes(FILE *in, size_t n)
{
	uint8_t *bytes = malloc(n + 1);
	if (bytes == NULL || fread(bytes, 1, n, in) != n)
		fail("the record ends early");
	return bytes;
}

static void
read_entry(struct entry *e, char *line, FILE *in)
{
	char *save;
	const char *word = strtok_r(line, " \n", &save);
	const char *a[3] = { NULL };
	for (size_t i = 0; i < 3; i++) {
		a[i] = strtok_r(NULL, " \n", &save);
		if (a[i] == NULL)
			a[i] = "";
	}
	while (e->what <= RAN && strcmp(word, whats[e->what]) != 0)
		e->what++;
	switch (e->what) {
	case MAKE:
		e->inode = strtoul(a[0], NULL, 10);
		e->to = strdup(a[1]);
		break;
	case MOVE:
		e->inode = strtoul(a[0], NULL, 10);
		e->from = strdup(a[1]);
		e->to = strdup(a[2]);
		break;
	case FOLDER:
	case DROP:
	case SYNCDIR:
		e->to = strdup(a[0]);
		break;
	case WRITE:
		e->inode = strtoul(a[0], NULL, 10);
		e->offset = strtoul(a[1], NULL, 10);
		e->n = strtoul(a[2], NULL, 10);
		e->bytes = read_bytes(in, e->n);
		break;
	case SIZE:
		e->inode = strtoul(a[0], NULL, 10);
		e->n = strtoul(a[1], NULL, 10);
		break;
	case SYNC:
		e->inode = strtoul(a[0], NULL, 10);
		e->n = strtoul(a[1], NULL, 10);
		e->bytes = read_bytes(in, e->n);
		break;
	case TOLD:
		e->n = strtoul(a[0], NULL, 10);
		break;
	case RAN:
		e->bytes = read_bytes(in, strtoul(a[0], NULL, 10));
		break;
	default:
		fail("no such entry");
	}
}

static void
read_record(const char *path)
{
	char line[2 * PATH_MAX + 64];
	FILE *in = fopen(path, "re");
	if (in == NULL)
		fail(path);
	while (fgets(line, sizeof line, in) != NULL) {
		if (nentries == ENTRIES_MAX)
			fail("the record is too long");
		read_entry(&entries[nentries++], line, in);
	}
	fclose(in);
}

static struct file *
find_file(struct disk *disk, unsigned long inode)
{
	for (size_t i = 0; i < disk->nfiles; i++)
		if (disk->files[i].inode == inode)
			return &disk->files[i];
	if (disk->nfiles == FILES_MAX)
		fail("too many files");
	disk->files[disk->nfiles] = (struct file){ .inode = inode };
	return &disk->files[disk->nfiles++];
}

static void
resize(struct file *file, size_t n)
{
	file->bytes = realloc(file->bytes, n + 1);
	if (file->bytes == NULL)
		fail("no memory");
	if (n > file->n)
		memset(file->bytes + file->n, 0, n - file->n);
	file->n = n;
}

static void
put(struct file *file, size_t offset, const uint8_t *bytes, size_t n)
{
	if (offset + n > file->n)
		resize(file, offset + n);
	if (n > 0)
		memcpy(file->bytes + offset, bytes, n);
}

/* One write that was not synced. */
static void
maybe_put(struct file *file, const struct entry *e)
{
	const size_t fate = chance(100);
	size_t n = e->n;
	if (fate < 40)
		return;
	if (fate < 60) {
		/* Sectors are whole: torn where one ends. */
		const size_t end = e->offset + chance(n + 1);
		const size_t edge = end - end % SECTOR;
		n = edge > e->offset ? edge - e->offset : 0;
	}
	put(file, e->offset, e->bytes, n);
}

static void
set_name(struct disk *disk, const char *path, unsigned long inode, bool is_gone)
{
	size_t i = 0;
	while (i < disk->nnames && strcmp(disk->names[i].path, path) != 0)
		i++;
	if (i == disk->nnames && disk->nnames++ == NAMES_MAX)
		fail("too many names");
	disk->names[i] = (struct name){ strdup(path), inode, is_gone };
}

/* What is below a folder moves with it. */
static void
move_below(struct disk *disk, const char *from, const char *to)
{
	const size_t n = strlen(from), most = disk->nnames;
	for (size_t i = 0; i < most; i++) {
		char path[2 * PATH_MAX];
		const struct name name = disk->names[i];
		if (name.is_gone || strncmp(name.path, from, n) != 0 ||
		    name.path[n] != '/')
			continue;
		snprintf(path, sizeof path, "%s%s", to, name.path + n);
		set_name(disk, path, name.inode, false);
		disk->names[i].is_gone = true;
	}
}

static void
change_names(struct disk *disk, const struct entry *e)
{
	if (e->what == MAKE)
		set_name(disk, e->to, e->inode, false);
	else if (e->what == FOLDER)
		set_name(disk, e->to, 0, false);
	else if (e->what == DROP)
		set_name(disk, e->to, 0, true);
	else {
		set_name(disk, e->to, e->inode, false);
		set_name(disk, e->from, 0, true);
		if (e->inode == 0)
			move_below(disk, e->from, e->to);
	}
}

/* Is the name in this folder itself? */
static bool
is_in(const char *path, const char *folder)
{
	const char *slash = strrchr(path, '/');
	if (slash == NULL)
		return strcmp(folder, ".") == 0;
	return strlen(folder) == (size_t)(slash - path) &&
	       strncmp(path, folder, (size_t)(slash - path)) == 0;
}

/* Was the folder of a name synced between it and the end? */
static bool
is_synced(size_t at, size_t end)
{
	for (size_t i = at + 1; i < end; i++)
		if (entries[i].what == SYNCDIR &&
		    is_in(entries[at].to, entries[i].to))
			return true;
	return false;
}

static bool
ends_in(const char *path, const char *suffix)
{
	const size_t n = strlen(path), m = strlen(suffix);
	return n >= m && strcmp(path + n - m, suffix) == 0;
}

/* Is it a file whose syncs are left out? */
static bool
is_deaf(unsigned long inode, const char *suffix)
{
	for (size_t i = 0; suffix != NULL && i < nentries; i++)
		if (entries[i].what == MAKE && entries[i].inode == inode &&
		    ends_in(entries[i].to, suffix))
			return true;
	return false;
}

/* A file of before has the same inode: its bytes are gone. */
static size_t
birth_of(unsigned long inode, size_t end)
{
	for (size_t i = end; i-- > 0;)
		if (entries[i].what == MAKE && entries[i].inode == inode)
			return i;
	return 0;
}

static void
settle(struct disk *disk, size_t end, const char *deaf)
{
	const size_t moment = chance(end + 1);
	*disk = (struct disk){ .told = 0 };
	for (size_t i = 0; i < end; i++) {
		const struct entry *e = &entries[i];
		if (e->what == TOLD)
			disk->told = e->n > disk->told ? e->n : disk->told;
		if (e->what <= DROP && (i < moment || is_synced(i, end)))
			change_names(disk, e);
		if ((e->what != WRITE && e->what != SIZE && e->what != SYNC) ||
		    i < birth_of(e->inode, end))
			continue;
		struct file *file = find_file(disk, e->inode);
		if (e->what == SYNC && !is_deaf(e->inode, deaf)) {
			resize(file, 0);
			put(file, 0, e->bytes, e->n);
		} else if (e->what == SIZE && chance(2) == 0)
			resize(file, e->n);
		else if (e->what == WRITE)
			maybe_put(file, e);
	}
}

static void
write_name(const struct disk *disk, const struct name *name, const char *folder)
{
	char path[2 * PATH_MAX];
	snprintf(path, sizeof path, "%s/%s", folder, name->path);
	if (name->inode == 0) {
		(void)mkdir(path, 0700);
		return;
	}
	/* Without its folder a file is nowhere. */
	const int fd =
	    open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	for (size_t i = 0; i < disk->nfiles; i++)
		if (disk->files[i].inode == name->inode &&
		    write(fd, disk->files[i].bytes, disk->files[i].n) < 0)
			fail("cannot write");
	close(fd);
}

static void
release(struct disk *disk)
{
	for (size_t i = 0; i < disk->nfiles; i++)
		free(disk->files[i].bytes);
	for (size_t i = 0; i < disk->nnames; i++)
		free(disk->names[i].path);
}

/* Rows that the program finds; -1: it says that something is wrong. */
static long
ask_rows(const char *program, const char *folder, char said[256])
{
	char command[3 * PATH_MAX], line[256];
	long rows = -1;
	snprintf(command, sizeof command,
	    "'%s' replay --json --state '%s' 2>&1", program, folder);
	FILE *in = popen(command, "re");
	said[0] = '\0';
	while (in != NULL && fgets(line, sizeof line, in) != NULL) {
		(void)sscanf(line, " \"rows\": %ld", &rows);
		memcpy(said, line, sizeof line);
	}
	const int status = in == NULL ? -1 : pclose(in);
	return status == 0 ? rows : -1;
}

/* False: something that was told is lost, or a file is refused. */
static bool
try_moment(const char *program, size_t end, const char *deaf, bool is_quiet)
{
	static struct disk disk;
	char folder[64], command[128], said[256];
	snprintf(folder, sizeof folder, "disk.%ld", (long)getpid());
	snprintf(command, sizeof command, "rm -rf %s", folder);
	if (system(command) != 0 || mkdir(folder, 0700) != 0)
		fail(folder);
	settle(&disk, end, deaf);
	/* Folders were made before what is in them. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < disk.nnames; i++)
			if (!disk.names[i].is_gone &&
			    (disk.names[i].inode == 0) == (pass == 0))
				write_name(&disk, &disk.names[i], folder);
	const long rows = ask_rows(program, folder, said);
	const bool is_right = rows >= 0 && (unsigned long)rows >= disk.told;
	if (!is_right && !is_quiet)
		printf("at %zu of %zu: told of %lu rows, %ld are there: %s\n",
		    end, nentries, disk.told, rows, said);
	release(&disk);
	return is_right;
}

int
main(int argc, char **argv)
{
	const char *deaf = NULL;
	unsigned long states = 100, lost = 0;
	int option;
	while ((option = getopt(argc, argv, "d:n:s:")) != -1)
		switch (option) {
		case 'd':
			deaf = optarg;
			break;
		case 'n':
			states = strtoul(optarg, NULL, 10);
			break;
		case 's':
			state = strtoull(optarg, NULL, 10) * 2 + 1;
			break;
		default:
			return 2;
		}
	if (argc - optind != 2)
		return 2;
	read_record(argv[optind]);
	for (unsigned long i = 0; i < states; i++) {
		/* Every moment in turn, when there are enough of them. */
		const size_t end = (size_t)((i * (nentries + 1)) / states);
		lost += !try_moment(argv[optind + 1], end, deaf, lost >= 10);
	}
	printf("# %lu moments of %zu writes and names: %lu lost something\n",
	    states, nentries, lost);
	return lost > 0;
}
