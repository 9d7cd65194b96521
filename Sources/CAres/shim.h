#ifndef VETCHIUM_CARES_SHIM_H
#define VETCHIUM_CARES_SHIM_H
#include <ares.h>
#include <poll.h>
#include <sys/eventfd.h>
#endif
