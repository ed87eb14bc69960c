/* Corpora as their owners publish them, to the splits of BLUE: golden numbers on the real ones, where MTBERT_CORPORA has them. */
#include "corpus/prepare/prepare.h"
#include "reading.h"
#include <sys/stat.h>
#include <unistd.h>

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

static size_t bytes_of(const char *path)
{
    struct stat st;
    if (stat(path, &st)) fail_msg("%s", path);
    return (size_t)st.st_size;
}

/* All that documents and examples of the three files take, by the files' own size. */
static void takes_less_than_ten_times(const char *form, const char *suffix)
{
    static const char *const names[] = {"Training", "Development", "Test"};
    arena mem = {0}, paths = {0};
    size_t all = 0;
    for (int i = 0; i < 3; i++) {
        bench b = {0};
        examples x;
        const char *path = path_join(&paths, test_corpora(),
                                     str_format(&paths, "BC5CDR/CDR_%sSet.%s", names[i], suffix));
        if (!task_from(&b,
                       str_format(&paths, "kind: words, format: %s, labels: [Disease]", form)) ||
            !examples_read_file(&x, &b.t, path, true, &mem, &b.e))
            fail_msg("%s", b.e.text);
        all += bytes_of(path);
        arena_close(&b.mem);
    }
    if (mem.taken >= 10 * all) fail_msg("%s: %zu bytes for files of %zu", form, mem.taken, all);
    arena_close(&mem);
    arena_close(&paths);
}

void bc5cdr_takes_less_than_ten_times_its_files(void **state)
{
    (void)state;
    takes_less_than_ten_times("pubtator", "PubTator.txt");
    takes_less_than_ten_times("bioc-xml", "BioC.xml");
}

/* 27,792 pairs with the one that has no type, which is in no row; 5,716 in test. */
void golden_ddi(void **state)
{
    (void)state;
    GOLDEN("ddi", "DDI2013", NULL, "\"dev\": {\"documents\": 403, \"sentences\": 942",
           "\"DDI-advise\": 633, \"DDI-effect\": 1291, \"DDI-int\": 146, \"DDI-mechanism\": 946",
           "\"DDI-advise\": 193, \"DDI-effect\": 396, \"DDI-int\": 42, \"DDI-mechanism\": 373",
           "\"DDI-advise\": 221, \"DDI-effect\": 360, \"DDI-int\": 96, \"DDI-mechanism\": 302",
           "\"DDI-false\": 4737}");
    GOLDEN("ddi", "DDI2013", "official",
           "\"train\": {\"documents\": 714, \"sentences\": 6976, \"examples\": 27791",
           "\"dev\": {\"documents\": 0", "\"DDI-false\": 23771}",
           "\"test\": {\"documents\": 191, \"sentences\": 1299, \"examples\": 5716");
}

static const char *authors_json(const char *corpus, const char *folder, arena *mem)
{
    err e = {0};
    prepared *p = TAKE(mem, prepared, 1);
    text shown = {0};
    const prepare_asked a = {
        .corpus = corpus, .from = path_join(mem, test_corpora(), folder), .authors = true};
    if (!prepare_read(p, &a, mem, &e)) fail_msg("%s", e.text);
    prepare_json(&shown, p);
    const char *kept = str_keep(mem, text_str(&shown));
    text_close(&shown);
    return kept;
}

void golden_authors_positives(void **state)
{
    (void)state;
    static const char *const ddi[] = {
        "\"DDI-advise\": 633, \"DDI-effect\": 1212, \"DDI-int\": 146, \"DDI-mechanism\": 946, "
        "\"DDI-false\": 15842",
        "\"DDI-advise\": 193, \"DDI-effect\": 396, \"DDI-int\": 42, \"DDI-mechanism\": 373",
        "\"DDI-advise\": 221, \"DDI-effect\": 360, \"DDI-int\": 96, \"DDI-mechanism\": 302"};
    static const char *const chemprot[] = {
        "\"CPR:3\": 768, \"CPR:4\": 2254, \"CPR:5\": 170, \"CPR:6\": 235, \"CPR:9\": 727",
        "\"CPR:3\": 550, \"CPR:4\": 1094, \"CPR:5\": 116, \"CPR:6\": 199, \"CPR:9\": 457",
        "\"CPR:3\": 665, \"CPR:4\": 1661, \"CPR:5\": 195, \"CPR:6\": 293, \"CPR:9\": 644"};
    arena mem = {0};
    const char *of[] = {authors_json("ddi", "DDI2013", &mem),
                        authors_json("chemprot", "ChemProt", &mem)};
    for (int i = 0; i < 3; i++) {
        if (!strstr(of[0], ddi[i])) fail_msg("'%s' is not in %s", ddi[i], of[0]);
        if (!strstr(of[1], chemprot[i])) fail_msg("'%s' is not in %s", chemprot[i], of[1]);
    }
    arena_close(&mem);
}

void golden_chemprot(void **state)
{
    (void)state;
    GOLDEN("chemprot", "ChemProt", NULL, "\"train\": {\"documents\": 1020", "\"examples\": 18551",
           "\"dev\": {\"documents\": 612", "\"examples\": 11621", "\"test\": {\"documents\": 800",
           "\"examples\": 16112",
           "{\"CPR:3\": 768, \"CPR:4\": 2254, \"CPR:5\": 170, \"CPR:6\": 235, \"CPR:9\": 727, ",
           "{\"CPR:3\": 550, \"CPR:4\": 1094, \"CPR:5\": 116, \"CPR:6\": 199, \"CPR:9\": 457, ",
           "{\"CPR:3\": 664, \"CPR:4\": 1661, \"CPR:5\": 195, \"CPR:6\": 293, \"CPR:9\": 644, ");
}

/* Kept and lost are all that is in the gold: 4157, 2416 and 3458. */
void golden_chemprot_lists_what_is_lost(void **state)
{
    (void)state;
    static const int lost[] = {3, 0, 1};
    arena mem = {0};
    err e = {0};
    prepared p;
    const prepare_asked a = {.corpus = "chemprot",
                             .from = path_join(&mem, test_corpora(), "ChemProt")};
    if (!prepare_read(&p, &a, &mem, &e)) fail_msg("%s", e.text);
    for (int s = 0; s < SPLITS; s++) assert_int_equal(p.parts[s].lost.n, lost[s]);
    text_is(str_of(p.parts[SPLIT_TEST].lost.at[0].d->id), "12472888");
    arena_close(&mem);
}

void golden_hoc(void **state)
{
    (void)state;
    GOLDEN("hoc", "HoC", NULL,
           "\"train\": {\"documents\": 1108, \"sentences\": 10527, \"examples\": 10527",
           "\"dev\": {\"documents\": 157, \"sentences\": 1496, \"examples\": 1496",
           "\"test\": {\"documents\": 315, \"sentences\": 2896, \"examples\": 2896",
           "\"resisting cell death\": 145, \"sustaining proliferative signaling\": 184, "
           "\"tumor promoting inflammation\": 119}");
}

void golden_biosses_and_ncbi(void **state)
{
    (void)state;
    GOLDEN("biosses", "BIOSSES", NULL, "\"sentences\": 128, \"examples\": 64",
           "\"sentences\": 32, \"examples\": 16", "\"sentences\": 40, \"examples\": 20");
    GOLDEN("ncbi-disease", "NCBI-disease", NULL, "\"train\": {\"documents\": 593",
           "\"dev\": {\"documents\": 100", "\"test\": {\"documents\": 100", "\"Disease\": 787}",
           "\"Disease\": 960}");
}

/* clinicalsts has no dev without a list: what another split wrote must not stay beside its train and test. */
void prepare_leaves_no_file_of_another_split(void **state)
{
    (void)state;
    static const char *const others[] = {"dev.tsv", "left-out.tsv"};
    arena mem = {0};
    err e = {0};
    prepared p;
    const prepare_asked a = {.corpus = "clinicalsts", .from = "corpora/owners/clinicalsts"};
    const char *dir = test_dir();
    assert_true(prepare_read(&p, &a, &mem, &e));
    for (int i = 0; i < 2; i++) {
        const char *path = path_join(&mem, dir, others[i]);
        assert_true(file_write(path, STR("old\n"), &e));
        assert_false(prepare_write(&p, dir, false, &e));
        assert_non_null(strstr(e.text, others[i]));
        assert_false(path_exists(path_join(&mem, dir, "train.tsv")));
        e = (err){0};
        assert_true(prepare_write(&p, dir, true, &e));
        assert_false(path_exists(path));
        assert_true(!unlink(path_join(&mem, dir, "train.tsv")) &&
                    !unlink(path_join(&mem, dir, "test.tsv")));
    }
    arena_close(&mem);
}
