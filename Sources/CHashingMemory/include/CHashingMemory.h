#ifndef VETCHIUM_CHASHINGMEMORY_H
#define VETCHIUM_CHASHINGMEMORY_H
// The memory that libsodium's Argon2id works in, as huge pages.
//
// libsodium maps these 19 MiB anew for each computation and returns them after it, as it should: what they hold would let passwords
// be guessed quickly. But it has no way to say how: where huge pages are for those who ask for them (`madvise` in
// /sys/kernel/mm/transparent_hugepage/enabled), the kernel clears and maps 4,864 small pages each time, which takes as long as
// half the computation. So this target stands between libsodium and the C library: the program's own `mmap` is found
// before the C library's. It hands every call on unchanged, but for those of a thread that is between `enter` and `leave`.
//
// Failure: where no huge pages are to be had the same memory comes in small ones; where this `mmap` is not the one that libsodium
// calls, `leave` returns 0 and nothing else is different.
#include <stddef.h>

// From here to `leave`, private memory that this thread maps is asked for in huge pages. Not nested.
void hashing_memory_enter(void);

// Returns how many bytes were asked for in huge pages since `enter`.
size_t hashing_memory_leave(void);
#endif
