// Linux's socket filters (socket(7), SO_ATTACH_FILTER), which Swift's Glibc module leaves out.
#pragma once
#include <linux/filter.h>
