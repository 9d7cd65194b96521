#define _GNU_SOURCE
#include "CHashingMemory.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HUGE_PAGE = 2 << 20 }; // bytes; where they are larger the mapping is not aligned to them, which costs speed only

static _Thread_local bool entered;
static _Thread_local size_t asked_for;

void hashing_memory_enter(void) {
  entered = true;
  asked_for = 0;
}

size_t hashing_memory_leave(void) {
  entered = false;
  return asked_for;
}

// The sanitizers have an `mmap` of their own, which must stay the first.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer) && !__has_feature(memory_sanitizer)

// Linux's huge pages begin at multiples of their size, mappings only where the kernel aligns them: more is mapped, then cut to size.
static void *map_aligned(size_t length, int protection, int flags) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  length = (length + page - 1) / page * page;
  // Pages that come with the mapping would be small ones.
  char *const mapped = mmap64(NULL, length + HUGE_PAGE, protection, flags & ~MAP_POPULATE, -1, 0);
  if (mapped == MAP_FAILED) return MAP_FAILED;
  const size_t before = -(uintptr_t)mapped % HUGE_PAGE;
  if (before > 0) munmap(mapped, before);
  munmap(mapped + before + length, HUGE_PAGE - before);
  return mapped + before;
}

// The same function as the C library's `mmap64` where pointers have 64 bits.
void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
  const bool is_ours = entered && address == NULL && length >= HUGE_PAGE && file == -1 && (flags & MAP_PRIVATE);
  if (!is_ours) return mmap64(address, length, protection, flags, file, offset);
  void *const memory = map_aligned(length, protection, flags);
  if (memory == MAP_FAILED) return MAP_FAILED;
  asked_for += length;
  // Both may be refused: by a kernel without huge pages, by one before 5.14. The pages then come one by one.
  madvise(memory, length, MADV_HUGEPAGE);
  madvise(memory, length, MADV_POPULATE_WRITE);
  return memory;
}

#endif
