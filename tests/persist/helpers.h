#pragma once
/* Files for the tests of persist/: made on the spot, whole or broken, in the test's own directory. */
#include "persist/safetensors.h"
#include "tests.h"

#define DATA "tests/persist/data/"

/* Without file_write's fsync, which a test that writes hundreds of files would wait for. */
void put_file(const char *path, str bytes);
/* A safetensors file of the given header and so many bytes of values (0, 1, 2, ..); its path. */
const char *made(const char *header, size_t bytes);
/* weights_open must fail on it, in one line that holds `why`. */
void refused_file(const char *path, const char *why);
