#pragma once
/* SHA-256 (FIPS 180-4), for hashes that people compare with those of other programs. Our own files use digest.h. */
#include "base/str.h"

/* 64 hexadecimal digits and a zero byte. */
void sha256(str bytes, char to[65]);
