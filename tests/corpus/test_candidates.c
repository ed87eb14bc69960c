/* Pairs of mentions as masked candidates. */
#include "corpus/candidates.h"
#include "corpus/split.h"
#include "reading.h"

static const char corpus[] =
    "9|t|Genes of interest.\n"
    "9|a|BRCA1 binds aspirin. Aspirin binds BRCA1-aspirin. TP53 does not.\n"
    "9\t19\t24\tBRCA1\tGene\tG1\n"
    "9\t31\t38\taspirin\tChemical\tD1|D9\n"
    "9\t40\t47\tAspirin\tChemical\tD1\n"
    "9\t54\t67\tBRCA1-aspirin\tChemical\tD2\n"
    "9\t54\t59\tBRCA1\tGene\tG1\n"
    "9\t69\t73\tTP53\tGene\tG2\n"
    "9\tBIND\tD1\tG1\n";
static const char map[] =
    "kind: relation, format: pubtator, arguments: [Chemical, Gene], labels: [BIND, \"false\"]";

void candidates_are_masked_in_text_order(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, map, corpus);
    assert_int_equal(b.x.n, 3); /* of one sentence each; TP53 has no chemical beside it */
    text_is(b.x.at[0].text, "@Gene$ binds @Chemical$.");
    assert_int_equal(b.x.at[0].label, 0);
    text_is(b.x.at[1].text, "@Chemical$ binds @Gene$-aspirin.");
    assert_int_equal(b.x.at[1].label, 0);
    text_is(b.x.at[2].text, "Aspirin binds @Chemical-Gene$.");
    assert_int_equal(b.x.at[2].label, 1);
    assert_int_equal(b.x.at[2].args[0].start, b.x.at[2].args[1].start);
    assert_string_equal(b.x.at[0].doc, "9");
    arena_close(&b.mem);
}

void candidates_of_the_authors_keep_the_order_of_arguments(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b,
          "kind: relation, format: pubtator, arguments: [Chemical, Gene], masking: authors, "
          "both-tag: CHEM-GENE, labels: [BIND, \"false\"]",
          corpus);
    text_is(b.x.at[0].text, "@Chemical$ binds @Gene$.");
    text_is(b.x.at[1].text, "@Chemical$ binds @Gene$-aspirin.");
    text_is(b.x.at[2].text, "Aspirin binds @CHEM-GENE$.");
    arena_close(&b.mem);
}

void candidates_of_any_types(void **state)
{
    (void)state;
    bench b = {0};
    reads(&b, "kind: relation, format: pubtator, labels: [BIND, \"false\"]", corpus);
    assert_int_equal(b.x.n, 4); /* the two chemicals of the second sentence, too */
    arena_close(&b.mem);
}

void pairs_with_two_labels_have_two_candidates(void **state)
{
    (void)state;
    bench b = {0};
    arena mem = {0};
    reads(&b, "kind: relation, format: pubtator, arguments: [Chemical, Gene]",
          str_format(&mem, "%s9\tHALT\tG1\tD1\n9\tHALT\tD1\tG1\n", corpus));
    assert_int_equal(b.x.n, 5);
    text_is(b.x.at[0].text, "@Gene$ binds @Chemical$.");
    text_is(b.x.at[1].text, "@Gene$ binds @Chemical$.");
    assert_true(b.x.at[0].label != b.x.at[1].label);
    arena_close(&mem);
    arena_close(&b.mem);
}

void sentences_lose_no_character(void **state)
{
    (void)state;
    arena mem = {0};
    str s = STR(" Dr. Smith gave i.v. Naloxone. It (vs. Placebo) helped!  Why? no idea.\n\nnew "
                "part\nof β. Δ follows. X");
    static const char *const are[] = {"Dr. Smith gave i.v. Naloxone.", "It (vs. Placebo) helped!",
                                      "Why? no idea.", "new part\nof β. Δ follows.", "X"};
    span *at;
    int n = split_sentences(s, &mem, &at);
    assert_int_equal(n, 5);
    size_t end = 0;
    for (int i = 0; i < n; i++) {
        text_is(str_sub(s, at[i].start, at[i].end), are[i]);
        assert_int_equal(str_trim(str_sub(s, end, at[i].start)).len, 0);
        end = at[i].end;
    }
    assert_int_equal(str_trim(str_sub(s, end, s.len)).len, 0);
    arena_close(&mem);
}
