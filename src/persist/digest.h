#pragma once
/* A checksum of a file's bytes, 64 bits, for finding damage and mixed-up files; no protection from
 * somebody who wants to deceive. The same on every machine. */
#include "base/file.h"

uint64_t digest(str bytes);
uint64_t
digest_file(const file *f); /* of its bytes; a mapped file takes no memory, however large it is */
