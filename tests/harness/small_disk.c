/* A small disk for whatever is run with this preloaded: the folder $SMALL_DISK takes as many names and pages as stand in
   $SMALL_DISK_ROOM, before those that all processes together have taken. Then calls that take room are refused as the
   system refuses them; what is removed gives nothing back. x86-64 and no headers: tcc alone makes it. */
#define AT_FDCWD (-100)
#define O_CREAT 0100
#define O_APPEND 02000
#define O_CLOEXEC_RDWR 02000002L
#define PUNCH_HOLE 2
#define ENOSPC 28
#define PAGE 4096
#define REGULAR 0100000
#define LONGEST 4096
#define HERE (-1)

long syscall(long number, ...);
int *__errno_location(void);
char *getenv(const char *name);
int sprintf(char *text, const char *format, ...);
int strncmp(const char *one, const char *other, unsigned long most);
unsigned long strlen(const char *text);
enum {
  WRITE = 1, OPEN = 2, CLOSE = 3, FSTAT = 5, LSEEK = 8, MMAP = 9, MUNMAP = 11, PWRITE64 = 18, SENDFILE = 40,
  FCNTL = 72, FTRUNCATE = 77, GETCWD = 79, READLINK = 89, STATFS = 137, FSTATFS = 138, OPENAT = 257, MKDIRAT = 258,
  LINKAT = 265, SYMLINKAT = 266, FACCESSAT = 269, FALLOCATE = 285, COPY_FILE_RANGE = 326, PWRITEV2 = 328
};
enum { NAMES, PAGES };

static int full(void) { *__errno_location() = ENOSPC; return -1; }

/* How many are left once `taken` more are. Only the limits are written by others: they lose no race against this. */
static long left(int of, long taken) {
  long file = syscall(OPEN, getenv("SMALL_DISK_ROOM"), O_CLOEXEC_RDWR, 0L), still;
  long *room = (long *)syscall(MMAP, 0L, 32L, 3L, 1L, file, 0L);
  if (taken) room[2 + of] += taken;
  still = room[of] - room[2 + of];
  syscall(MUNMAP, room, 32L);
  syscall(CLOSE, file);
  return still > 0 ? still : 0;
}

/* ---- what lies on it */

static int is_below(const char *path) {
  const char *disk = getenv("SMALL_DISK");
  unsigned long most = disk ? strlen(disk) : 0;
  return most && !strncmp(path, disk, most) && (!path[most] || path[most] == '/');
}

static int has_opened(int file) {
  char link[32], path[LONGEST];
  long size;
  sprintf(link, "/proc/self/fd/%d", file);
  size = syscall(READLINK, link, path, LONGEST - 1L);
  path[size > 0 ? size : 0] = 0;
  return is_below(path);
}

static int has_path(int folder, const char *path) {
  char here[LONGEST];
  if (*path == '/') return is_below(path);
  if (folder != AT_FDCWD) return has_opened(folder);
  return syscall(GETCWD, here, (long)LONGEST) > 0 && is_below(here);
}

/* ---- names */

static int is_new(int folder, const char *path) { return has_path(folder, path) && syscall(FACCESSAT, (long)folder, path, 0L); }

static int refused(int new) { return new && !left(NAMES, 0); }

static int named(int new, long made) { if (new && made >= 0) left(NAMES, 1); return made; }

int openat(int folder, const char *path, int flags, int mode) {
  int new = (flags & O_CREAT) && is_new(folder, path);
  return refused(new) ? full() : named(new, syscall(OPENAT, (long)folder, path, (long)flags, (long)mode));
}
int open(const char *path, int flags, int mode) { return openat(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, int mode) { return openat(AT_FDCWD, path, flags, mode); }
int openat64(int folder, const char *path, int flags, int mode) { return openat(folder, path, flags, mode); }

int mkdirat(int folder, const char *path, int mode) {
  int new = is_new(folder, path);
  return refused(new) ? full() : named(new, syscall(MKDIRAT, (long)folder, path, (long)mode));
}
int mkdir(const char *path, int mode) { return mkdirat(AT_FDCWD, path, mode); }

int symlinkat(const char *target, int folder, const char *path) {
  int new = is_new(folder, path);
  return refused(new) ? full() : named(new, syscall(SYMLINKAT, target, (long)folder, path));
}
int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }

int linkat(int from, const char *old, int folder, const char *path, int flags) {
  int new = is_new(folder, path);
  return refused(new) ? full() : named(new, syscall(LINKAT, (long)from, old, (long)folder, path, (long)flags));
}
int link(const char *old, const char *path) { return linkat(AT_FDCWD, old, AT_FDCWD, path, 0); }

/* ---- pages */

static long pages(long size) { return (size + PAGE - 1) / PAGE; }

static long size_of(int file) { /* -1: no regular file, or of another disk */
  long found[18];
  if (syscall(FSTAT, (long)file, found) || (*(int *)&found[3] & 0170000) != REGULAR || !has_opened(file)) return -1;
  return found[6];
}

/* How much of what is to be written there finds room. */
static long fitting(int file, long before, long at, long wanted) {
  long room;
  if (before < 0) return wanted;
  if (at == HERE) at = syscall(FCNTL, (long)file, 3L, 0L) & O_APPEND ? before : syscall(LSEEK, (long)file, 0L, 1L);
  room = (pages(before) + left(PAGES, 0)) * PAGE - at;
  return room >= wanted ? wanted : room > 0 ? room : 0;
}

static long grown(int file, long before, long done) {
  long more = before < 0 ? 0 : pages(size_of(file)) - pages(before);
  if (more > 0) left(PAGES, more);
  return done;
}

long write(int file, const void *data, unsigned long size) {
  long before = size_of(file), some = fitting(file, before, HERE, size);
  return size && !some ? full() : grown(file, before, syscall(WRITE, (long)file, data, some));
}

long pwrite64(int file, const void *data, unsigned long size, long at) {
  long before = size_of(file), some = fitting(file, before, at, size);
  return size && !some ? full() : grown(file, before, syscall(PWRITE64, (long)file, data, some, at));
}
long pwrite(int file, const void *data, unsigned long size, long at) { return pwrite64(file, data, size, at); }

long pwritev64v2(int file, const long *parts, int count, long at, int flags) { /* wholly or not at all */
  long before = size_of(file), whole = 0;
  int part;
  for (part = 0; part < count; part++) whole += parts[2 * part + 1];
  if (fitting(file, before, at, whole) < whole) return full();
  return grown(file, before, syscall(PWRITEV2, (long)file, parts, (long)count, at, 0L, (long)flags));
}
long pwritev2(int file, const long *parts, int count, long at, int flags) { return pwritev64v2(file, parts, count, at, flags); }
long pwritev(int file, const long *parts, int count, long at) { return pwritev64v2(file, parts, count, at, 0); }
long pwritev64(int file, const long *parts, int count, long at) { return pwritev64v2(file, parts, count, at, 0); }
long writev(int file, const long *parts, int count) { return pwritev64v2(file, parts, count, HERE, 0); }

long sendfile64(int file, int from, long *at, unsigned long size) {
  long before = size_of(file), some = fitting(file, before, HERE, size);
  return size && !some ? full() : grown(file, before, syscall(SENDFILE, (long)file, (long)from, at, some));
}
long sendfile(int file, int from, long *at, unsigned long size) { return sendfile64(file, from, at, size); }

long copy_file_range(int from, long *start, int file, long *at, unsigned long size, unsigned flags) {
  long before = size_of(file), some = fitting(file, before, at ? *at : HERE, size);
  if (size && !some) return full();
  return grown(file, before, syscall(COPY_FILE_RANGE, (long)from, start, (long)file, at, some, (long)flags));
}

static int lacks(long before, long end) { return before >= 0 && pages(end) - pages(before) > left(PAGES, 0); }

int ftruncate64(int file, long size) {
  long before = size_of(file);
  return lacks(before, size) ? full() : grown(file, before, syscall(FTRUNCATE, (long)file, size));
}
int ftruncate(int file, long size) { return ftruncate64(file, size); }

int fallocate64(int file, int mode, long at, long size) {
  long before = size_of(file);
  if (!(mode & PUNCH_HOLE) && lacks(before, at + size)) return full();
  return grown(file, before, syscall(FALLOCATE, (long)file, (long)mode, at, size));
}
int fallocate(int file, int mode, long at, long size) { return fallocate64(file, mode, at, size); }
int posix_fallocate64(int file, long at, long size) { return fallocate64(file, 0, at, size) ? *__errno_location() : 0; }
int posix_fallocate(int file, long at, long size) { return posix_fallocate64(file, at, size); }

/* ---- what is left */

static int told(int failed, const long *found, int is_here, long *tell) { /* struct statfs as struct statvfs */
  long free, names;
  if (failed) return -1;
  free = is_here ? left(PAGES, 0) * PAGE / found[9] : found[3], names = is_here ? left(NAMES, 0) : found[6];
  tell[0] = found[1], tell[1] = found[9], tell[2] = found[2], tell[5] = found[5];
  tell[3] = free < found[3] ? free : found[3];
  tell[4] = free < found[4] ? free : found[4];
  tell[6] = tell[7] = names < found[6] ? names : found[6];
  tell[8] = found[7], tell[9] = found[10] & ~0x20L, tell[10] = found[8];
  tell[11] = tell[12] = tell[13] = 0;
  return 0;
}

int statvfs64(const char *path, long *tell) {
  long found[15];
  return told(syscall(STATFS, path, found), found, has_path(AT_FDCWD, path), tell);
}
int statvfs(const char *path, long *tell) { return statvfs64(path, tell); }
int fstatvfs64(int file, long *tell) {
  long found[15];
  return told(syscall(FSTATFS, (long)file, found), found, has_opened(file), tell);
}
int fstatvfs(int file, long *tell) { return fstatvfs64(file, tell); }
