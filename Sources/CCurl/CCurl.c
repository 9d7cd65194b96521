// All shims are inline in the header; SwiftPM wants a C target to have one source file.
#include "CCurl.h"
