/* Corpora as their owners publish them, to the splits of BLUE: golden numbers on the real ones, where MTBERT_CORPORA has them. */
#include "corpus/prepare/prepare.h"
#include "reading.h"

static const char *prepared_json(arena *mem, const char *corpus, const char *from,
                                 const char *split)
{
    err e = {0};
    prepared *p = TAKE(mem, prepared, 1);
    text shown = {0};
    if (!prepare_read(p, &(prepare_asked){.corpus = corpus, .from = from, .split = split}, mem, &e))
        fail_msg("%s", e.text);
    prepare_json(&shown, p);
    const char *kept = str_keep(mem, text_str(&shown));
    text_close(&shown);
    return kept;
}

/* What is printed about a real corpus holds each of these. */
static void golden(const char *corpus, const char *folder, const char *split,
                   const char *const holds[])
{
    arena mem = {0};
    const char *from = path_join(&mem, test_corpora(), folder);
    const char *all = prepared_json(&mem, corpus, from, split);
    for (int i = 0; holds[i]; i++)
        if (!strstr(all, holds[i])) fail_msg("'%s' is not in %s", holds[i], all);
    arena_close(&mem);
}
#define GOLDEN(corpus, folder, split, ...) \
    golden(corpus, folder, split, (const char *const[]){__VA_ARGS__, NULL})

void golden_bc5cdr(void **state)
{
    (void)state;
    GOLDEN("bc5cdr-disease", "BC5CDR", NULL, "\"train\": {\"documents\": 500", "\"Disease\": 4182}",
           "\"Disease\": 4244}", "\"Disease\": 4424}");
    GOLDEN("bc5cdr-chemical", "BC5CDR", NULL, "\"Chemical\": 5203}", "\"Chemical\": 5347}",
           "\"Chemical\": 5385}");
}

/* As many B in the file as mentions in the corpus: one that goes over the end of a sentence goes on with I. */
void golden_bc5cdr_begins_each_mention_once(void **state)
{
    (void)state;
    static const int mentions[] = {4182, 4244, 4424};
    arena mem = {0};
    err e = {0};
    prepared p;
    const prepare_asked a = {.corpus = "bc5cdr-disease",
                             .from = path_join(&mem, test_corpora(), "BC5CDR")};
    if (!prepare_read(&p, &a, &mem, &e)) fail_msg("%s", e.text);
    for (int s = 0; s < SPLITS; s++) {
        int begins = 0;
        for (int i = 0; i < p.parts[s].x.n; i++)
            for (int k = 0; k < p.parts[s].x.at[i].n_words; k++)
                begins += p.t.labels[p.parts[s].x.at[i].tags[k]][0] == 'B';
        assert_int_equal(begins, mentions[s]);
    }
    arena_close(&mem);
}
