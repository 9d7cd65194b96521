#ifndef VETCHIUM_CCRYPTO_SHIM_H
#define VETCHIUM_CCRYPTO_SHIM_H
#include <openssl/evp.h>
#endif
