/* Any bytes as text, in all three modes: offsets ascend, lie in the text, and split no valid character. */
#include "base/file.h"
#include "base/utf8.h"
#include "encode/wordpiece.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const lists[2] = {"tests/golden/tokenizer_uncased_vocab.txt",
                                     "tests/golden/tokenizer_cased_vocab.txt"};
static vocab vocabs[6];

static void check(const vocab *v, str s, bool parse)
{
    arena mem = {0};
    pieces p = {0};
    char *border = calloc(s.len + 1, 1);
    for (size_t at = 0; at < s.len; utf8_next(s, &at)) border[at] = 1;
    border[s.len] = 1;
    wordpiece_cut(v, s, parse, &mem, &p);
    for (int i = 0; i < p.n; i++) {
        const piece *q = &p.at[i];
        ASSERT(q->id >= 0 && q->id < v->n, "id %d", q->id);
        ASSERT(q->start < q->end && q->end <= s.len, "%u to %u of %zu", q->start, q->end, s.len);
        ASSERT(border[q->start] && border[q->end], "%u to %u", q->start, q->end);
        ASSERT(!i || (q->start >= q[-1].start && q->end >= q[-1].end), "piece %d goes back", i);
        for (int k = 0; !parse && k < v->n_special; k++)
            ASSERT(q->id != v->special[k] || q->id == v->unk, "a special token from text");
    }
    free(border);
    arena_close(&mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    err e = {0};
    for (int i = 0; i < 6; i++)
        if (!vocabs[i].n && !vocab_open(&vocabs[i], lists[i / 3], i % 3, &e)) die("%s", e.text);
    if (!size) return 0;
    str s = {(const char *)data + 1, size - 1};
    check(&vocabs[data[0] % 6], s, data[0] & 128);
    return 0;
}
