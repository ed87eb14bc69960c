/* Any bytes as brat's two files, cut at 0x1e: the text, and what is said of it. */
#include "documents_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena mem = {0};
    str rest = {(const char *)data, size};
    const char *in = in_dir("brat", &mem);
    mkdir(in, 0777);
    put(path_join(&mem, in, "a.txt"), rest.at ? str_cut(&rest, 0x1e) : STR(""));
    put(path_join(&mem, in, "a.ann"), rest.at ? rest : STR(""));
    fuzz_documents("brat", in, NULL, &mem);
    arena_close(&mem);
    return 0;
}
