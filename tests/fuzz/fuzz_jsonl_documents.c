/* Any bytes as documents of JSON lines. */
#include "documents_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena mem = {0};
    fuzz_documents("jsonl", "file", &(str){(const char *)data, size}, &mem);
    arena_close(&mem);
    return 0;
}
