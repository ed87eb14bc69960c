#pragma once
/* Zip archives as PyTorch writes them: entries that are stored, not packed. Sizes come from the directory at the end, since the local
 * headers have zeros. Refused: encrypted and packed entries, names that are there twice or lead elsewhere, entries that overlap each other
 * or the directory, and a directory that does not agree with the entries. */
#include "base/table.h"

typedef struct zip_entry {
    str name, bytes; /* in the archive's bytes */
    uint32_t crc;    /* of bytes: zip_check */
} zip_entry;
typedef struct zip {
    const char *path; /* for messages */
    zip_entry *list;
    int n;
    table index; /* name -> place in list */
} zip;
/* Everything lies in the arena or in bytes, which must outlive it. */
MUST_USE bool zip_read(zip *z, str bytes, const char *path, arena *mem, err *e);
const zip_entry *zip_find(const zip *z, str name); /* NULL if it is not there */
/* Verifies the checksum of an entry. */
MUST_USE bool zip_check(const zip *z, const zip_entry *x, err *e);
