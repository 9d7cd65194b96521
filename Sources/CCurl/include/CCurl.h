#ifndef VETCHIUM_CCURL_H
#define VETCHIUM_CCURL_H
// libcurl's setters and getters are variadic C functions, which Swift cannot call: typed shims, one per argument type.
#include <curl/curl.h>

static inline CURLcode vetchium_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode vetchium_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

// libcurl copies the string.
static inline CURLcode vetchium_curl_set_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

// The pointer must outlive the transfer.
static inline CURLcode vetchium_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

// Reading what to send, and taking what was received (headers and body alike), have one signature in C.
typedef size_t (*vetchium_curl_data_callback)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode vetchium_curl_set_data_callback(
    CURL *handle, CURLoption option, vetchium_curl_data_callback callback) {
  return curl_easy_setopt(handle, option, callback);
}

static inline CURLcode vetchium_curl_set_progress_callback(CURL *handle, curl_xferinfo_callback callback) {
  return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

static inline CURLcode vetchium_curl_get_long(CURL *handle, CURLINFO information, long *value) {
  return curl_easy_getinfo(handle, information, value);
}

static inline CURLcode vetchium_curl_get_socket(CURL *handle, curl_socket_t *value) {
  return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, value);
}

// The certificates stay the handle's.
static inline CURLcode vetchium_curl_get_certificates(CURL *handle, struct curl_certinfo **value) {
  return curl_easy_getinfo(handle, CURLINFO_CERTINFO, value);
}
#endif
