/*
 * Preloaded by starve(1): the memory that a process of the program under test
 * asks for is counted from main() on, by the role of the process (tracee.h),
 * and the request that is meant gets none. Whoever asks: our code, or a
 * library on its behalf.
 */
#define _GNU_SOURCE
#include "scarce.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

typedef int main_fn(int, char **, char **);
typedef int start_fn(main_fn *, int, char **, void (*)(void), void (*)(void),
    void (*)(void), void *);

static struct scarce *scarce; /* NULL: nothing is counted */
static main_fn *program_main;
static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);

start_fn __libc_start_main;

/* dlsym gives an object pointer, which is a function's by POSIX. */
static void
find(void *function, const char *name)
{
	void *next = dlsym(RTLD_NEXT, name);
	memcpy(function, &next, sizeof next);
}

static void
resolve(void)
{
	if (next_malloc != NULL)
		return;
	find(&next_calloc, "calloc");
	find(&next_realloc, "realloc");
	find(&next_malloc, "malloc");
}

/* The same names as those of tracee_refresh_role(). */
static void
find_role(char out[SCARCE_ROLE_MAX])
{
	char name[SCARCE_ROLE_MAX] = "";
	prctl(PR_GET_NAME, name, 0, 0, 0);
	strcpy(
	    out, strncmp(name, "stagewright-", 12) == 0 ? name + 12 : "owner");
}

/* Is this request to get nothing? */
static bool
is_refused(void)
{
	char role[SCARCE_ROLE_MAX];
	if (scarce == NULL)
		return false;
	find_role(role);
	for (size_t i = 0; i < SCARCE_ROLES_MAX; i++) {
		if (scarce->counts[i].role[0] == '\0')
			strcpy(scarce->counts[i].role, role);
		if (strcmp(scarce->counts[i].role, role) != 0)
			continue;
		const unsigned long n =
		    atomic_fetch_add(&scarce->counts[i].n, 1) + 1;
		if (strcmp(role, scarce->role) != 0 ||
		    (n != scarce->at &&
			!(scarce->is_lasting && n > scarce->at)))
			return false;
		atomic_store(&scarce->has_struck, true);
		errno = ENOMEM;
		return true;
	}
	return false;
}

void *
malloc(size_t size)
{
	resolve();
	return is_refused() ? NULL : next_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	resolve();
	return is_refused() ? NULL : next_calloc(n, size);
}

void *
realloc(void *memory, size_t size)
{
	resolve();
	return is_refused() ? NULL : next_realloc(memory, size);
}

static struct scarce *
map(void)
{
	const char *path = getenv(SCARCE_VARIABLE);
	char program[PATH_MAX];
	const ssize_t n =
	    readlink("/proc/self/exe", program, sizeof program - 1);
	const int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || n <= 0)
		return NULL;
	program[n] = '\0';
	void *memory = mmap(NULL, sizeof(struct scarce), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	if (memory == MAP_FAILED)
		return NULL;
	if (strcmp(((struct scarce *)memory)->program, program) == 0)
		return memory;
	munmap(memory, sizeof(struct scarce));
	return NULL;
}

static int
counted_main(int argc, char **argv, char **environment)
{
	scarce = map();
	return program_main(argc, argv, environment);
}

/* What is before main() is the loader's and the libraries'. */
int
__libc_start_main(main_fn *main, int argc, char **argv, void (*init)(void),
    void (*fini)(void), void (*loader_fini)(void), void *stack_end)
{
	start_fn *next;
	find(&next, "__libc_start_main");
	program_main = main;
	return next(
	    counted_main, argc, argv, init, fini, loader_fini, stack_end);
}
