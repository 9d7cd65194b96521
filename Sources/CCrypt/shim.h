#ifndef VETCHIUM_CCRYPT_SHIM_H
#define VETCHIUM_CCRYPT_SHIM_H
#include <crypt.h>
#endif
