#ifndef VETCHIUM_CCRYPTO_SHIM_H
#define VETCHIUM_CCRYPTO_SHIM_H
// SHA-256 as it has been since OpenSSL 0.9.8, a state of 112 bytes that lies anywhere and is copied like any value. OpenSSL 3 would
// rather have all hashes go through EVP, which allocates, copies and wipes three pieces of memory for each.
#define OPENSSL_API_COMPAT 10100
#include <openssl/sha.h>
#endif
