#include "corpus/formats/whole.h"
#include "base/file.h"

bool whole_bytes(str *to, const char *path, arena *mem, err *e)
{
    file f = {0};
    if (!file_open(&f, path, e)) return false;
    *to = str_copy(mem, f.bytes);
    file_close(&f);
    return true;
}

bool whole_check(str *bytes, const char *path, err *e)
{
    if (!format_bytes(path, *bytes, false, e)) return false;
    *bytes = utf8_body(*bytes);
    return true;
}

bool whole_read(str *to, const char *path, arena *mem, err *e)
{
    return whole_bytes(to, path, mem, e) && whole_check(to, path, e);
}

int whole_fields(str line, str *to, int most)
{
    int n = 0;
    str rest = line;
    for (; rest.at && n < most - 1; n++) to[n] = str_cut(&rest, '\t');
    if (rest.at) to[n++] = rest;
    return n;
}
