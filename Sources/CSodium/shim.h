#ifndef VETCHIUM_CSODIUM_SHIM_H
#define VETCHIUM_CSODIUM_SHIM_H
#include <sodium.h>
#endif
