/*
 * Faults for whole programs, preloaded (LD_PRELOAD): every call with which the process named `node` changes something below FAULT_ROOT
 * is counted, from 1, and one at a time; FAULT_CALL=NAME: only those of that name. FAULT_LOG=FILE: a line for each. FAULT_SNAPSHOTS=FOLDER: before each the root is copied to
 * FOLDER/N, which is what a process that is killed there leaves. FAULT_AT=N: the process is killed before call N (FAULT_ERRNO=0), or
 * FAULT_TIMES calls from N on fail with that errno.
 *
 *   cc -shared -fPIC -O1 -o faults.so faults.c -ldl -lpthread
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char *program_invocation_short_name;

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *root, *snapshots, *only;
static size_t root_length;
static long calls, at, times, failure;
static int ready, log_file = -1;

static long number(const char *name, long otherwise) {
  const char *text = getenv(name);
  return text == NULL ? otherwise : atol(text);
}

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static void begin(void) {
  if (ready) return;
  ready = 1;
  root = getenv("FAULT_ROOT");
  if (root == NULL || strcmp(program_invocation_short_name, "node") != 0) {
    root = NULL;
    return;
  }
  root_length = strlen(root);
  at = number("FAULT_AT", 0);
  times = number("FAULT_TIMES", 1);
  failure = number("FAULT_ERRNO", 0);
  snapshots = getenv("FAULT_SNAPSHOTS");
  only = getenv("FAULT_CALL");
  const char *log = getenv("FAULT_LOG");
  int (*really)(const char *, int, ...) = next("open");
  if (log != NULL) log_file = really(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void copy_root(void) {
  char target[PATH_MAX];
  snprintf(target, sizeof target, "%s/%ld", snapshots, calls);
  char *words[] = {"cp", "-a", (char *)root, target, NULL}, *none[] = {"PATH=/usr/bin:/bin", NULL};
  pid_t child;
  if (posix_spawnp(&child, "cp", NULL, NULL, words, none) == 0)
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR);
}

/* The errno with which the call is to fail; 0: it is to be made. The turn is the caller's until `done`. */
static int fault(const char *call, const char *path) {
  pthread_mutex_lock(&turn);
  begin();
  if (root == NULL || path == NULL || strncmp(path, root, root_length) != 0) return 0;
  if (only != NULL && strcmp(call, only) != 0) return 0;
  calls++;
  if (log_file >= 0) dprintf(log_file, "%ld %s %s\n", calls, call, path + root_length);
  if (snapshots != NULL) copy_root();
  if (at == 0 || calls < at || calls >= at + times) return 0;
  if (failure != 0) return (int)failure;
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static int fault_of(const char *call, int file) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  return fault(call, file == log_file ? "" : path);
}

#define DONE(type, made)                       \
  type answer = code == 0 ? (made) : (type)-1; \
  int said = code == 0 ? errno : code;         \
  pthread_mutex_unlock(&turn);                 \
  errno = said;                                \
  return answer;

#define BY_PATH(type, name, parameters, path, arguments) \
  type name parameters {                                 \
    static type(*really) parameters;                     \
    if (really == NULL) really = next(#name);            \
    int code = fault(#name, path);                       \
    DONE(type, really arguments)                         \
  }

#define BY_FILE(type, name, parameters, file, arguments) \
  type name parameters {                                 \
    static type(*really) parameters;                     \
    if (really == NULL) really = next(#name);            \
    int code = fault_of(#name, file);                    \
    DONE(type, really arguments)                         \
  }

BY_PATH(int, rename, (const char *from, const char *to), to, (from, to))
BY_PATH(int, link, (const char *from, const char *to), to, (from, to))
BY_PATH(int, symlink, (const char *from, const char *to), to, (from, to))
BY_PATH(int, unlink, (const char *path), path, (path))
BY_PATH(int, rmdir, (const char *path), path, (path))
BY_PATH(int, mkdir, (const char *path, mode_t mode), path, (path, mode))
BY_PATH(int, chmod, (const char *path, mode_t mode), path, (path, mode))
BY_PATH(int, chown, (const char *path, uid_t user, gid_t group), path, (path, user, group))
BY_FILE(int, fchmod, (int file, mode_t mode), file, (file, mode))
BY_FILE(int, fchown, (int file, uid_t user, gid_t group), file, (file, user, group))
BY_FILE(int, fsync, (int file), file, (file))
BY_FILE(int, fdatasync, (int file), file, (file))
BY_FILE(int, ftruncate, (int file, off_t length), file, (file, length))
BY_FILE(int, ftruncate64, (int file, off64_t length), file, (file, length))
BY_FILE(ssize_t, write, (int file, const void *bytes, size_t count), file, (file, bytes, count))
BY_FILE(ssize_t, pwrite, (int file, const void *bytes, size_t count, off_t to), file, (file, bytes, count, to))
BY_FILE(ssize_t, pwrite64, (int file, const void *bytes, size_t count, off64_t to), file, (file, bytes, count, to))
BY_FILE(ssize_t, writev, (int file, const struct iovec *parts, int count), file, (file, parts, count))
BY_FILE(ssize_t, pwritev, (int file, const struct iovec *parts, int count, off_t to), file, (file, parts, count, to))
BY_FILE(ssize_t, pwritev64, (int file, const struct iovec *parts, int count, off64_t to), file, (file, parts, count, to))

/* Opening for reading changes nothing. */
#define OPEN(name)                                                                           \
  int name(const char *path, int flags, ...) {                                               \
    static int (*really)(const char *, int, ...);                                            \
    if (really == NULL) really = next(#name);                                                \
    va_list rest;                                                                            \
    va_start(rest, flags);                                                                   \
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;                                \
    va_end(rest);                                                                            \
    if (!(flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC))) return really(path, flags, mode); \
    int code = fault(#name, path);                                                           \
    DONE(int, really(path, flags, mode))                                                     \
  }
OPEN(open)
OPEN(open64)
