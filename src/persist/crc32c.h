#pragma once
/* CRC-32C (Castagnoli, reflected 0x82F63B78), and as LevelDB's and TensorFlow's files store it: masked, so that a checksum of bytes
 * that hold checksums stays a good one. By the processor's instruction where it has one. */
#include "base/str.h"

uint32_t crc32c(str bytes);
uint32_t crc32c_by_table(str bytes); /* as any processor can */
uint32_t crc32c_masked(str bytes);
