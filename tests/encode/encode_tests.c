#include "encode_tests.h"

const char *vocab_file(const char *name, str bytes)
{
    static char path[600];
    err e = {0};
    snprintf(path, sizeof path, "%s/%s", test_dir(), name);
    if (!file_write(path, bytes, &e)) fail_msg("%s", e.text);
    return path;
}

void open_vocab(vocab *v, int mode)
{
    err e = {0};
    if (!vocab_open(v, test_dir(), mode, &e)) fail_msg("%s", e.text);
}

void refuse_vocab(const char *part)
{
    err e = {0};
    vocab v;
    if (vocab_open(&v, test_dir(), -1, &e)) fail_msg("accepted, though: %s", part);
    if (!strstr(e.text, part) || strncmp(e.text, test_dir(), strlen(test_dir())))
        fail_msg("'%s' lacks '%s'", e.text, part);
    assert_null(strchr(e.text, '\n'));
    assert_null(v.pieces);
}

const char *cut_shown(const vocab *v, str s, bool parse_special)
{
    static char line[20000];
    arena mem = {0};
    pieces p = {0};
    size_t n = 0;
    wordpiece_cut(v, s, parse_special, &mem, &p);
    line[0] = 0;
    for (int i = 0; i < p.n; i++) {
        str shown = v->pieces[p.at[i].id];
        n += (size_t)snprintf(line + n, sizeof line - n, "%s%.*s", i ? " " : "", (int)shown.len,
                              shown.at);
    }
    for (int i = 0; i < p.n; i++)
        n += (size_t)snprintf(line + n, sizeof line - n, "%c%u-%u", i ? ' ' : '|', p.at[i].start,
                              p.at[i].end);
    assert_true(n < sizeof line);
    arena_close(&mem);
    return line;
}
