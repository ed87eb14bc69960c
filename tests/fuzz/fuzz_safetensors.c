/* Any bytes as a weight file, read and laid onto a small net; or, if the first byte is odd, as an index of shards. Refused with a
 * line, or every value of it can be read and no byte belongs to two tensors (of PyTorch's files, which share, to a few). */
#include "persist/torch.h"
#include "weights_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool index = size && data[0] & 1;
    if (size) data++, size--;
    const char *path = memory_file(data, size);
    if (index) {
        static char name[100];
        snprintf(name, sizeof name, "/dev/shm/fuzz-%ld.json", (long)getpid());
        path = name;
        FILE *f = fopen(path, "wb");
        fwrite(data, 1, size, f);
        fclose(f);
    }
    check_file(path, torch_is((str){(const char *)data, size}) ? 8 * size + 8 : size);
    if (index) unlink(path);
    return 0;
}
