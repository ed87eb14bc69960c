/* PubTator, a document at a time: where its reader stops at a line, that line is reported and left out, and the document is read again, so that every faulty
 * line is found. */
#include "corpus/doctor/parts.h"
#include <string.h>

enum { WORK_MOST = 1 << 28 }; /* bytes read for one document; each fault costs a reading of it */

typedef struct block { /* the lines of one document */
    str *at;
    int *number; /* in the file */
    int n;
    size_t cap, number_cap;
} block;

static str join(const block *b, arena *mem)
{
    size_t len = 0, at = 0;
    for (int i = 0; i < b->n; i++) len += b->at[i].len + 1;
    char *to = TAKE(mem, char, len + 1);
    for (int i = 0; i < b->n; i++) {
        memcpy(to + at, b->at[i].at, b->at[i].len);
        at += b->at[i].len;
        to[at++] = '\n';
    }
    return (str){to, len};
}

/* Lines of a part are counted from 1; in the file they have numbers of their own. */
static void renumber(document_list *part, const block *b)
{
    for (int i = 0; i < part->n; i++) {
        document *x = &part->at[i];
        if (x->line > 0 && x->line <= b->n) x->line = b->number[x->line - 1];
        for (int k = 0; k < x->n_mentions; k++)
            if (x->mentions[k].line > 0 && x->mentions[k].line <= b->n)
                x->mentions[k].line = b->number[x->mentions[k].line - 1];
        for (int k = 0; k < x->n_relations; k++)
            if (x->relations[k].line > 0 && x->relations[k].line <= b->n)
                x->relations[k].line = b->number[x->relations[k].line - 1];
    }
}

static void leave_out(block *b, int i)
{
    memmove(b->at + i, b->at + i + 1, (size_t)(b->n - i - 1) * sizeof *b->at);
    memmove(b->number + i, b->number + i + 1, (size_t)(b->n - i - 1) * sizeof *b->number);
    b->n--;
}

static void read_block(doctor *d, document_list *to, const char *path, block *b)
{
    for (size_t work = 0; b->n;) {
        arena_mark here = arena_here(d->mem);
        document_list part = {0};
        err e = {0};
        str bytes = join(b, d->mem);
        work += bytes.len;
        if (documents_parse(&part, "pubtator", path, bytes, d->mem, &e)) {
            renumber(&part, b);
            for (int i = 0; i < part.n; i++) {
                GROW(d->mem, to->at, to->n, to->cap);
                to->at[to->n++] = part.at[i];
            }
            return;
        }
        arena_rewind(d->mem, here);
        int at = reader_line(path, &e);
        finding_of_reader(d, path, at > 0 && at <= b->n ? b->number[at - 1] - at + 1 : 1, &e);
        if (at < 1 || at > b->n) return;
        bool text_line = str_find(b->at[at - 1], '\t') < 0;
        leave_out(b, at - 1);
        if (work > WORK_MOST) {
            finding_add(d, FINDING_READ, path, 0, "there were too many faults to look for more");
            return;
        }
        if (text_line && at == 1) return; /* without a title nothing below it belongs anywhere */
    }
}

void pubtator_check(doctor *d, document_list *to, const char *path, str bytes)
{
    block b = {0};
    int number = 0;
    for (str rest = bytes, line; str_line(&rest, &line);) {
        number++;
        if (!str_trim(line).len) {
            read_block(d, to, path, &b);
            b.n = 0;
            continue;
        }
        GROW(d->mem, b.at, b.n, b.cap);
        GROW(d->mem, b.number, b.n, b.number_cap);
        b.number[b.n] = number;
        b.at[b.n++] = line;
    }
    read_block(d, to, path, &b);
}
