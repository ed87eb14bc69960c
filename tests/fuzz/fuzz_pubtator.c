/* Any bytes as PubTator. */
#include "documents_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena mem = {0};
    fuzz_documents("pubtator", "file", &(str){(const char *)data, size}, &mem);
    arena_close(&mem);
    return 0;
}
