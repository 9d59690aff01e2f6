/*
 * Room on the disk. Input: a state directory; output: how much is left, and a
 * file that keeps some of it. Knows nothing of what the room is for.
 */
#include "space.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIB (UINT64_C(1) << 20)
/* What a disk has above its floor before the ballast is made. */
#define LOAD_BYTES (UINT64_C(2) * SW_BALLAST_BYTES)

static uint64_t
floor_of(const struct sw_space *space, uint64_t disk_bytes)
{
	const uint64_t share = disk_bytes / 100 * SW_FLOOR_PERCENT;
	if (space->floor != SW_FLOOR_UNSAID)
		return space->floor;
	return share < SW_FLOOR_BYTES ? share : SW_FLOOR_BYTES;
}

struct sw_room
sw__space_look(const struct sw_space *space)
{
	struct statvfs disk;
	struct sw_room room = { 0 };
	if (fstatvfs(space->dir->fd, &disk) != 0)
		return room;
	const uint64_t block = disk.f_frsize;
	room.free_bytes = block * disk.f_bavail;
	room.floor_bytes = floor_of(space, block * disk.f_blocks);
	room.is_low = room.free_bytes < room.floor_bytes;
	return room;
}

int
sw__space_check(const struct sw_space *space, struct sw_error *err)
{
	const struct sw_room room = sw__space_look(space);
	if (!room.is_low)
		return 0;
	return sw__error(err, SW_ERROR_LIMIT,
	    "the disk of '%s' has %" PRIu64
	    " MiB left, and nothing new is started below %" PRIu64
	    " MiB: free some space, or set another limit with --min-free; "
	    "what runs goes on",
	    space->dir->path, room.free_bytes / MIB, room.floor_bytes / MIB);
}

void
sw__space_load(struct sw_space *space)
{
	const int dir = space->dir->fd;
	struct stat stat;
	if (space->has_ballast)
		return;
	space->has_ballast =
	    fstatat(dir, "ballast", &stat, AT_SYMLINK_NOFOLLOW) == 0 &&
	    stat.st_size == SW_BALLAST_BYTES;
	const struct sw_room room = sw__space_look(space);
	if (space->has_ballast || room.is_low ||
	    room.free_bytes - room.floor_bytes < LOAD_BYTES)
		return;
	const int fd = openat(
	    dir, "ballast", O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	space->has_ballast = posix_fallocate(fd, 0, SW_BALLAST_BYTES) == 0;
	close(fd);
}

bool
sw__space_unload(struct sw_space *space)
{
	if (sw__space_look(space).free_bytes >= SW_BALLAST_BYTES)
		return false;
	space->has_ballast = false;
	return unlinkat(space->dir->fd, "ballast", 0) == 0;
}
