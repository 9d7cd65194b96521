#ifndef VETCHIUM_CEPOLL_SHIM_H
#define VETCHIUM_CEPOLL_SHIM_H
// Linux's event interface, which Swift's Glibc module leaves out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// prctl is variadic, which Swift cannot call.
static inline void cepoll_name_this_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
#endif
