#include "corpus/formats/whole.h"
#include "base/file.h"

bool whole_read(str *to, const char *path, arena *mem, err *e)
{
    file f = {0};
    if (!file_open(&f, path, e)) return false;
    *to = str_copy(mem, f.bytes);
    file_close(&f);
    if (!format_bytes(path, *to, false, e)) return false;
    if (str_starts(*to, "\xef\xbb\xbf")) *to = str_sub(*to, 3, to->len);
    return true;
}

int whole_fields(str line, str *to, int most)
{
    int n = 0;
    str rest = line;
    for (; rest.at && n < most - 1; n++) to[n] = str_cut(&rest, '\t');
    if (rest.at) to[n++] = rest;
    return n;
}
