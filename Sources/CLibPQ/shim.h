#ifndef VETCHIUM_CLIBPQ_SHIM_H
#define VETCHIUM_CLIBPQ_SHIM_H
#include <libpq-fe.h>
#endif
