/* What a document writer cannot hold is said and leaves a file that can be read; hostile ids, types and notes do not make lines of their own. */
#include "base/file.h"
#include "reading.h"

typedef struct passage_way {
    arena mem;
    document_list d, back;
    losses lost;
} passage_way;

static document *begin(passage_way *w, const char *id, const char *words)
{
    document *d = document_add(&w->d, &w->mem, id, "made", 1);
    d->text = str_of(words);
    return d;
}

/* Written as `form`, and read again. */
static const document *through(passage_way *w, const char *form)
{
    err e = {0}, none = {0};
    const char *path = str_format(&w->mem, "%s/written-%s", test_dir(), form);
    (void)!dir_remove(path, &none);
    w->back = (document_list){0}, w->lost = (losses){0};
    if (!documents_write(&w->d, form, path, &w->lost, &e) ||
        !documents_read(&w->back, form, path, &w->mem, &e))
        fail_msg("%s: %s", form, e.text);
    assert_int_equal(w->back.n, w->d.n);
    return &w->back.at[0];
}

static bool lost(const passage_way *w, const char *what)
{
    for (int i = 0; i < w->lost.n; i++)
        if (strstr(w->lost.at[i].what, what)) return true;
    return false;
}

static void name(passage_way *w, document *d, const char *id, const char *type)
{
    mention_piece(document_mention(d, &w->mem, str_of(id), str_of(type), 1), &w->mem, 0, 3);
}

void pubtator_says_what_its_columns_cannot_hold(void **state)
{
    (void)state;
    passage_way w = {0};
    document *d = begin(&w, "1|t|x\ty", "TNF binds");
    name(&w, d, "", "Ge\tne\r");
    name(&w, d, "", "");
    const document *back = through(&w, "pubtator");
    assert_string_equal(back->id, "1_t_x_y");
    text_is(back->mentions[0].type, "Ge ne ");
    text_is(back->mentions[1].type, "none");
    assert_true(lost(&w, "tabs and line ends") && lost(&w, "without a type") && lost(&w, "ids"));
    arena_close(&w.mem);
}

void pubtator_leaves_out_mentions_behind_its_text(void **state)
{
    (void)state;
    passage_way w = {0};
    document *d = begin(&w, "1", "TNF\n");
    name(&w, d, "", "Gene");
    mention_piece(document_mention(d, &w.mem, STR(""), STR("Gene"), 1), &w.mem, 4, 4);
    assert_int_equal(through(&w, "pubtator")->n_mentions, 1);
    assert_true(lost(&w, "behind the last letter"));
    arena_close(&w.mem);
}

void pubtator_abstract_without_title_counts_from_one(void **state)
{
    (void)state;
    passage_way w = {0};
    err e = {0};
    if (!documents_parse(&w.d, "pubtator", "f", STR("1|a|TNF binds\n1\t1\t4\tTNF\tGene\n"), &w.mem,
                         &e))
        fail_msg("%s", e.text);
    const document *back = through(&w, "bioc-json");
    text_is(back->text, "\nTNF binds");
    text_is(mention_text(back, &back->mentions[0], &w.mem), "TNF");
    assert_int_equal(w.lost.n, 0);
    arena_close(&w.mem);
}

void brat_says_what_its_lines_cannot_hold(void **state)
{
    (void)state;
    passage_way w = {0};
    document *d = begin(&w, "1", "TNF binds");
    name(&w, d, "T1", "");
    relation *r = document_relation(d, &w.mem, STR("R1"), STR("has"), 1);
    relation_argument(r, &w.mem, STR("of:whom"), STR("T1"));
    document_relation(d, &w.mem, STR("R2"), STR("alone"), 1);
    infon_add(&d->more, &w.mem, STR("brat"), STR("T9\tGene 0 2\tTN"));
    infon_add(&d->more, &w.mem, STR("brat"), STR("E1\tx:T1\nT8\tGene 0 2\tTN"));
    document_link(d);
    const document *back = through(&w, "brat");
    assert_int_equal(back->n_mentions, 1);
    assert_int_equal(back->n_relations, 1);
    text_is(back->relations[0].args[0].role, "of_whom");
    assert_true(lost(&w, "mentions without a type") && lost(&w, "colons") &&
                lost(&w, "without arguments") && lost(&w, "notes on documents"));
    arena_close(&w.mem);
}

void bioc_json_has_one_value_a_key(void **state)
{
    (void)state;
    passage_way w = {0};
    document *d = begin(&w, "1", "TNF binds");
    relation *r = document_relation(d, &w.mem, STR("R1"), STR("CID"), 1);
    relation_argument(r, &w.mem, STR("Arg"), STR("D1"));
    relation_argument(r, &w.mem, STR("Arg"), STR("D2"));
    assert_int_equal(through(&w, "bioc-json")->n_relations, 1);
    assert_true(lost(&w, "same key"));
    arena_close(&w.mem);
}

void bioc_says_what_stands_outside_passages(void **state)
{
    (void)state;
    passage_way w = {0};
    document *d = begin(&w, "1", "TNF binds. It");
    document_passage(d, &w.mem, (span){0, 10});
    document_passage(d, &w.mem, (span){11, 13});
    through(&w, "bioc-xml");
    assert_true(lost(&w, "outside passages"));
    arena_close(&w.mem);
}

/* brat itself counts a byte order mark as a character; it stays with the text. */
void brat_counts_a_byte_order_mark(void **state)
{
    (void)state;
    passage_way w = {0};
    document *d = begin(&w, "1", "\xef\xbb\xbfTNF binds");
    mention_piece(document_mention(d, &w.mem, STR("T1"), STR("Gene"), 1), &w.mem, 3, 6);
    const document *back = through(&w, "brat");
    text_is(back->text, "\xef\xbb\xbfTNF binds");
    text_is(mention_text(back, &back->mentions[0], &w.mem), "TNF");
    arena_close(&w.mem);
}

void no_unit_ends_inside_a_character(void **state)
{
    (void)state;
    passage_way w = {0};
    err e = {0};
    /* Two of three fit in bytes, in no other unit as many; the third ends inside the first letter. */
    str bytes =
        STR("1|t|\xce\xb2 TNF IL\n1\t3\t6\tTNF\tGene\n1\t7\t9\tIL\tGene\n1\t0\t1\tb\tGene\n");
    assert_false(documents_parse(&w.d, "pubtator", "f", bytes, &w.mem, &e));
    assert_non_null(strstr(e.text, "f:4: a mention that lies inside the text"));
    arena_close(&w.mem);
}

/* Passages at 0 and 20 (the file counts six characters of blank that nobody has), a mention from the first into the second and one in pieces of both. */
void bioc_mentions_count_from_their_own_passage(void **state)
{
    (void)state;
    static const char *const form = "bioc-json";
    passage_way w = {0};
    err e = {0};
    str bytes =
        STR("{\"documents\":[{\"id\":\"1\",\"passages\":[{\"offset\":0,\"text\":\"TNF binds it\","
            "\"annotations\":[{\"id\":\"a\",\"text\":\"it "
            "TNF\",\"locations\":[{\"offset\":10,\"length\":13}]},"
            "{\"id\":\"b\",\"text\":\"TNF ends\",\"locations\":[{\"offset\":0,\"length\":3},"
            "{\"offset\":24,\"length\":4}]}]},{\"offset\":20,\"text\":\"TNF ends\"}]}]}");
    if (!documents_parse(&w.d, form, "f", bytes, &w.mem, &e)) fail_msg("%s", e.text);
    for (int round = 0; round < 2; round++) {
        const document *d = round ? through(&w, form) : &w.d.at[0];
        text_is(mention_text(d, &d->mentions[0], &w.mem), "it\nTNF");
        text_is(mention_text(d, &d->mentions[1], &w.mem), "TNF ends");
        assert_int_equal(d->passages[1].offset, 20);
    }
    assert_int_equal(w.lost.n, 0);
    arena_close(&w.mem);
}

void bioc_mentions_between_passages_are_refused(void **state)
{
    (void)state;
    passage_way w = {0};
    err e = {0};
    str bytes =
        STR("{\"documents\":[{\"id\":\"1\",\"passages\":[{\"offset\":0,\"text\":\"TNF binds it\","
            "\"annotations\":[{\"id\":\"a\",\"locations\":[{\"offset\":14,\"length\":2}]}]},"
            "{\"offset\":20,\"text\":\"TNF ends\"}]}]}");
    assert_false(documents_parse(&w.d, "bioc-json", "f", bytes, &w.mem, &e));
    assert_non_null(strstr(e.text, "a location inside a passage is expected"));
    arena_close(&w.mem);
}

void empty_abstracts_begin_behind_their_newline(void **state)
{
    (void)state;
    passage_way w = {0};
    err e = {0};
    if (!documents_parse(&w.d, "pubtator", "f", STR("1|t|\xce\xb2 it\n1|a|\n"), &w.mem, &e))
        fail_msg("%s", e.text);
    assert_int_equal(w.d.at[0].passages[1].offset, 5);
    const document *back = through(&w, "bioc-xml");
    text_is(back->text, "\xce\xb2 it");
    assert_int_equal(back->passages[1].offset, 5);
    arena_close(&w.mem);
}

void brat_names_documents_of_one_id_apart(void **state)
{
    (void)state;
    passage_way w = {0};
    begin(&w, "a/b", "one");
    begin(&w, "a/b", "two");
    through(&w, "brat");
    assert_string_equal(w.back.at[0].id, "a_b");
    assert_string_equal(w.back.at[1].id, "a_b_2");
    assert_true(lost(&w, "names of files"));
    arena_close(&w.mem);
}

void brat_leaves_nothing_half_written(void **state)
{
    (void)state;
    passage_way w = {0};
    err e = {0};
    const char *at = test_dir();
    begin(&w, "a", "one");
    begin(&w, "b", "two");
    if (!file_write(path_join(&w.mem, at, "b.ann"), STR("T1\tOld 0 1\to\n"), &e))
        fail_msg("%s", e.text);
    assert_false(documents_write(&w.d, "brat", at, &w.lost, &e));
    assert_non_null(strstr(e.text, "b.ann: is there already"));
    assert_false(path_exists(path_join(&w.mem, at, "a.txt")));
    assert_false(path_exists(path_join(&w.mem, at, "b.txt")));
    assert_true(path_exists(path_join(&w.mem, at, "b.ann")));
    arena_close(&w.mem);
}

void a_unit_without_places_is_none(void **state)
{
    (void)state;
    passage_way w = {0};
    err e = {0};
    /* In bytes the second fits, but the first would end inside a letter; in code points both are places, and neither fits. */
    str bytes = STR("1|t|IL-2R\xce\xb1 TNF it\n1\t0\t6\tI\tGene\n1\t8\t11\tTNF\tGene\n");
    if (!documents_parse(&w.d, "pubtator", "f", bytes, &w.mem, &e)) fail_msg("%s", e.text);
    assert_int_equal(w.d.at[w.d.n - 1].unit, UNIT_POINT);
    arena_close(&w.mem);
}
