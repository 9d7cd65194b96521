#ifndef VETCHIUM_CPSL_SHIM_H
#define VETCHIUM_CPSL_SHIM_H
#include <libpsl.h>
#endif
