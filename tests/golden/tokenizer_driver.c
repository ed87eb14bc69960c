/* What tokenizer.py talks to: DIR MODE PARSE on the command line; on stdin texts, each a 32-bit length and its bytes; on
 * stdout for each text a 32-bit count and (id, start, end) in bytes for each piece. */
#include "encode/wordpiece.h"
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    vocab v;
    err e = {0};
    int mode = -1;
    if (argc != 4) return 2;
    for (int i = 0; i < 3; i++)
        if (!strcmp(argv[2], wordpiece_mode_names[i])) mode = i;
    if (!vocab_open(&v, argv[1], mode, &e)) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    arena mem = {0};
    pieces p = {0};
    uint32_t n;
    char *bytes = NULL;
    size_t room = 0;
    while (fread(&n, sizeof n, 1, stdin) == 1) {
        if (n > room) bytes = realloc(bytes, room = n);
        if (n && (!bytes || fread(bytes, 1, n, stdin) != n)) return 1;
        p.n = 0;
        wordpiece_cut(&v, (str){bytes, n}, argv[3][0] == '1', &mem, &p);
        fwrite(&p.n, sizeof p.n, 1, stdout);
        fwrite(p.at, sizeof *p.at, (size_t)p.n, stdout);
    }
    free(bytes);
    arena_close(&mem);
    vocab_close(&v);
    return fflush(stdout) ? 1 : 0;
}
