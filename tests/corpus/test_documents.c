/* Documents: places in all units, what a format keeps, and the public corpora where they are. */
#include "base/file.h"
#include "base/table.h"
#include "reading.h"
#include <stdlib.h>

typedef struct shelf {
    arena mem;
    err e;
    document_list d;
} shelf;

static void shelve(shelf *s, const char *form, const char *bytes)
{
    *s = (shelf){0};
    if (!documents_parse(&s->d, form, "file", str_of(bytes), &s->mem, &s->e))
        fail_msg("%s", s->e.text);
}

/* The bytes of a mention as text. */
static void stands(const shelf *s, int doc, int mention, const char *is)
{
    const document *d = &s->d.at[doc];
    arena mem = {0};
    text_is(mention_text(d, &d->mentions[mention], &mem), is);
    arena_close(&mem);
}

void pubtator_keeps_bars_and_blanks(void **state)
{
    (void)state;
    shelf s;
    shelve(&s, "pubtator",
           "7|t| A |t| title.\n7|a|Of α-tocopherol.\n7\t17\t29\tα-tocopherol\tChemical\tD1|D2\n"
           "7\tCID\tD1\tD3\n\n8|t|Alone\n8|a|\n");
    assert_int_equal(s.d.n, 2);
    text_is(s.d.at[0].text, " A |t| title.\nOf α-tocopherol.");
    stands(&s, 0, 0, "α-tocopherol");
    assert_int_equal(s.d.at[0].n_relations, 1);
    text_is(s.d.at[1].text, "Alone");
    arena_close(&s.mem);
}

void units_are_found(void **state)
{
    (void)state;
    /* The same mention of a text with an emoji and a Greek letter, counted in three ways. */
    static const struct {
        const char *numbers;
        enum unit unit;
    } of[] = {{"5\t11", UNIT_POINT}, {"6\t12", UNIT_UTF16}, {"9\t15", UNIT_BYTE}};
    for (int i = 0; i < 3; i++) {
        arena mem = {0};
        shelf s;
        shelve(&s, "pubtator",
               str_format(&mem, "1|t|😀 β, asthma\n1\t%s\tasthma\tDisease\n", of[i].numbers));
        assert_int_equal(s.d.at[0].unit, of[i].unit);
        assert_int_equal(s.d.at[0].misses, 0);
        stands(&s, 0, 0, "asthma");
        arena_close(&s.mem);
        arena_close(&mem);
    }
}

void mention_outside_is_refused(void **state)
{
    (void)state;
    arena mem = {0};
    err e = {0};
    document_list d = {0};
    assert_false(documents_parse(&d, "pubtator", "file", STR("1|t|short\n1\t3\t9\tort\tDisease\n"),
                                 &mem, &e));
    assert_non_null(strstr(e.text, "file:2: a mention that lies inside"));
    arena_close(&mem);
}

static const char *corpora(const char *path, arena *mem)
{
    const char *at = getenv("MTBERT_CORPORA");
    return at ? path_join(mem, at, path) : NULL;
}

/* Mentions of the gold found again in the tags made from it: strict F1 at least `least`. */
/* Gold mentions that no tags gave back, each with its place. */
static void print_misses(const document_list *d, const char *type, const table *places,
                         const bool *found, arena *mem)
{
    for (int i = 0; i < d->n; i++)
        for (int k = 0; k < d->at[i].n_mentions; k++) {
            const doc_mention *m = &d->at[i].mentions[k];
            const char *key =
                str_format(mem, "%s %zu %zu", d->at[i].id, m->at[0].start, m->at[0].end);
            if (!str_is(m->type, type) || found[table_get(places, str_of(key))]) continue;
            str s = mention_text(&d->at[i], m, mem);
            print_message("  not given back: %s '%.*s'\n", key, (int)s.len, s.at);
        }
}

static void self_f1(const char *name, const char *type, size_t gold, double least)
{
    arena mem = {0};
    bench b = {0};
    document_list d = {0};
    const char *path = corpora(name, &mem);
    const char *map = str_format(&mem, "kind: words, format: pubtator, labels: [%s]", type);
    if (!task_from(&b, map) || !documents_read(&d, "pubtator", path, &mem, &b.e) ||
        !examples_read_file(&b.x, &b.t, path, true, &b.mem, &b.e))
        fail_msg("%s", b.e.text);
    table places = {0};
    size_t have = 0, found = 0, made = 0;
    for (int i = 0; i < d.n; i++)
        for (int k = 0; k < d.at[i].n_mentions; k++) {
            const doc_mention *m = &d.at[i].mentions[k];
            if (!str_is(m->type, type)) continue;
            table_set(
                &places, &mem,
                str_of(str_format(&mem, "%s %zu %zu", d.at[i].id, m->at[0].start, m->at[0].end)),
                (int)have++);
        }
    bool *seen = TAKE(&mem, bool, have + 1);
    tagset s;
    assert_true(tagset_of(&s, &b.t, &mem, &b.e));
    int doc = -1;
    const char *base = NULL, *last = "";
    /* Texts of examples are slices of the texts of their documents, which were read twice: places count from the first sentence. */
    for (int i = 0; i < b.x.n; i++) {
        const example *x = &b.x.at[i];
        if (strcmp(last, x->doc) != 0) doc++, base = x->text.at, last = x->doc;
        chunk *c = TAKE(&mem, chunk, x->n_words);
        int n = tags_chunks(&s, x->tags, x->n_words, c);
        for (int k = 0; k < n; k++) {
            size_t at = (size_t)(x->text.at - base);
            made++;
            int which = table_get(&places, str_of(str_format(&mem, "%s %zu %zu", d.at[doc].id,
                                                             at + x->words[c[k].first].start,
                                                             at + x->words[c[k].last].end)));
            found += which >= 0;
            if (which >= 0) seen[which] = true;
        }
    }
    double f1 = 2.0 * (double)found / (double)(have + made);
    print_message("%s %s: %zu mentions, %d sentences, %.4f\n", name, type, have, b.x.n, f1);
    print_misses(&d, type, &places, seen, &mem);
    assert_int_equal(have, gold);
    assert_true(f1 >= least);
    arena_close(&mem);
    arena_close(&b.mem);
}

void bc5cdr_self_f1(void **state)
{
    (void)state;
    if (!getenv("MTBERT_CORPORA")) test_skip("MTBERT_CORPORA is not set");
    self_f1("BC5CDR/CDR_TrainingSet.PubTator.txt", "Disease", 4182, 0.999);
    self_f1("BC5CDR/CDR_DevelopmentSet.PubTator.txt", "Disease", 4244, 0.999);
    self_f1("BC5CDR/CDR_TestSet.PubTator.txt", "Disease", 4424, 0.999);
    self_f1("BC5CDR/CDR_TrainingSet.PubTator.txt", "Chemical", 5203, 0.997);
    self_f1("BC5CDR/CDR_DevelopmentSet.PubTator.txt", "Chemical", 5347, 0.997);
    self_f1("BC5CDR/CDR_TestSet.PubTator.txt", "Chemical", 5385, 0.997);
}

/* As PubTator's service sends them: a document a line, blank lines between, the fault in its line. */
void bioc_json_has_a_document_a_line(void **state)
{
    (void)state;
    shelf s;
    static const char two[] =
        "\n{\"id\":1,\"passages\":[{\"offset\":0,\"text\":\"TNF binds\"}]}\n\n"
        "{\"id\":\"2\",\"passages\":[{\"offset\":0,\"text\":\"IL-2\",\"annotations\":[{\"id\":"
        "\"a\","
        "\"infons\":{\"type\":\"Gene\"},\"text\":\"IL\",\"locations\":[{\"offset\":0,\"length\":2}]"
        "}]}]}\n";
    shelve(&s, "bioc-json", two);
    assert_int_equal(s.d.n, 2);
    assert_string_equal(s.d.at[0].id, "1");
    stands(&s, 1, 0, "IL");
    arena_close(&s.mem);
    s = (shelf){0};
    str bad = str_of(str_format(&s.mem, "%s{\"id\":\"3\",\"passages\":[{}]}\n", two));
    assert_false(documents_parse(&s.d, "bioc-json", "file", bad, &s.mem, &s.e));
    assert_int_equal(strncmp(s.e.text, "file:5: ", 8), 0);
    arena_close(&s.mem);
}
