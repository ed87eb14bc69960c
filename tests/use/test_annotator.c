/* The annotator: all heads over one encoding, windows joined again, offsets, masked arguments. */
#include "model/infer.h"
#include "tests.h"
#include "use/annotator.h"
#include "use/put.h"
#include "use/small_model.h"
#include <math.h>
#include <string.h>

static const char *const texts[] = {
    "Naloxone reverses the effect of clonidine.", "", "IL-2 activates T cells.",
    "Patients with renal failure had no fever and no loss of heart effect in the renal patients "
    "with "
    "fever; the patients had renal failure, heart failure and loss of the effect of naloxone.",
    "@GENE$ binds @CHEMICAL$ in T cells."};
enum { TEXTS = sizeof texts / sizeof *texts };

typedef struct fixture {
    arena mem;
    annotator a;
    input in[TEXTS + 1];
    annotation out[TEXTS + 1];
    pack_counts counts;
} fixture;

static void open_fixture(fixture *f, int max_pieces)
{
    err e = {0};
    const char *dir = str_format(&f->mem, "%s/model", test_dir());
    small_model(dir);
    const annotator_plan plan = {
        .model = dir, .device = "cpu", .wordpiece_mode = -1, .max_pieces = max_pieces};
    if (!annotator_open(&f->a, &plan, &e)) fail_msg("%s", e.text);
    for (int i = 0; i < TEXTS; i++) f->in[i] = input_of(str_of(texts[i]), (str){0}, &f->mem);
    f->in[TEXTS] = input_of(STR("heart loss"), STR("loss of heart"), &f->mem);
    if (!annotator_run(&f->a, f->in, TEXTS + 1, &f->mem, f->out, &f->counts, &e))
        fail_msg("%s", e.text);
}

static void close_fixture(fixture *f)
{
    annotator_close(&f->a);
    arena_close(&f->mem);
}

static const task_answer *answer_of(const annotation *x, const char *task_name)
{
    for (int i = 0; i < x->n; i++)
        if (!strcmp(x->at[i].t->name, task_name)) return &x->at[i];
    return NULL;
}

/* The same text through infer_all, which runs one task at a time. */
static answer infer_one(fixture *f, int t, int text_number)
{
    err e = {0};
    const input *in = &f->in[text_number];
    example x = {.id = "x",
                 .doc = "x",
                 .text = in->text,
                 .text2 = in->text2,
                 .words = in->words,
                 .n_words = in->n_words,
                 .label = -1};
    x.args[0] = in->args[0], x.args[1] = in->args[1];
    examples all = {.at = &x, .n = 1, .path = "test"};
    packs p = {0};
    answer one = {0};
    const task *tk = &f->a.m.tasks[t];
    if (!pack_examples(&p, &f->a.m.v, tk, &all, &f->a.rules, &f->mem, &e)) fail_msg("%s", e.text);
    if (!infer_all(f->a.n, t, tk, &all, &p, 0, &f->mem, &one, NULL, NULL, NULL, &e))
        fail_msg("%s", e.text);
    return one;
}

void heads_agree_with_one_task_at_a_time(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, 24);
    int compared = 0;
    for (int i = 0; i <= TEXTS; i++)
        for (int t = 0; t < f.a.m.n_tasks; t++) {
            const task *tk = &f.a.m.tasks[t];
            const task_answer *got = answer_of(&f.out[i], tk->name);
            if (!got || !got->scores) continue;
            answer want = infer_one(&f, t, i);
            for (int k = 0; k < task_classes(tk); k++)
                assert_true(fabsf(got->scores[k] - want.scores[k]) < 1e-5f);
            compared++;
        }
    assert_int_equal(
        compared, 2 * TEXTS + 1 + 2); /* two tasks of sentences, one relation, a pair and a score */
    close_fixture(&f);
}

void windows_are_joined_on_words(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, 16);
    assert_true(f.counts.cut_windows > 0);
    answer want = infer_one(&f, 0, 3);
    tagset tags;
    err e = {0};
    assert_true(tagset_of(&tags, &f.a.m.tasks[0], &f.mem, &e));
    chunk chunks[100];
    int n = tags_chunks(&tags, want.best, f.in[3].n_words, chunks);
    const task_answer *got = answer_of(&f.out[3], "disease");
    assert_int_equal(got->n_mentions, n);
    assert_true(n > 2);
    for (int i = 0; i < n; i++) {
        assert_int_equal(got->mentions[i].at.start, f.in[3].words[chunks[i].first].start);
        assert_int_equal(got->mentions[i].at.end, f.in[3].words[chunks[i].last].end);
        assert_true(got->mentions[i].score > 0 && got->mentions[i].score <= 1);
    }
    close_fixture(&f);
}

/* What attention computed for one text, in GFLOP: it grows with every sequence that is encoded. */
static double attention_for(annotator *a, const input *in, arena *mem)
{
    err e = {0};
    annotation out;
    net_time times[64];
    double gflop = 0;
    if (!annotator_run(a, in, 1, mem, &out, NULL, &e)) fail_msg("%s", e.text);
    int n = net_times(a->n, times, 64);
    for (int i = 0; i < n; i++)
        if (!strcmp(times[i].op, "attention")) gflop = times[i].gflop;
    return gflop;
}

void one_encoding_serves_all_heads(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, 64);
    net_time times[64];
    (void)net_times(f.a.n, times, 64);
    input in = input_of(STR("@GENE$ binds heart failure"), (str){0}, &f.mem);
    double all = attention_for(&f.a, &in, &f.mem); /* words, relation, labels and sentence */
    f.a.chosen[0] = false;                         /* without words, */
    f.a.chosen[1] = false;                         /* relation */
    f.a.chosen[4] = false;                         /* and labels */
    double one = attention_for(&f.a, &in, &f.mem);
    assert_true(one > 0);
    assert_true(fabs(all - one) < 1e-12);
    close_fixture(&f);
}

/* Arguments given beside the text: the relation reads the masked text, all else the text. */
void masked_text_is_for_the_relation_alone(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, 64);
    err e = {0};
    annotation x[3];
    const span args[2] = {{0, 4}, {11, 19}};
    const str types[2] = {STR("GENE"), STR("CHEMICAL")};
    input in[3];
    in[0] = input_of(STR("il-2 binds naloxone"), (str){0}, &f.mem);
    in[1] = in[0];
    in[2] = input_of(STR("@GENE$ binds @CHEMICAL$"), (str){0}, &f.mem);
    input_mask(&in[0], args, types, &f.mem);
    if (!annotator_run(&f.a, in, 3, &f.mem, x, NULL, &e)) fail_msg("%s", e.text);
    float ddi = answer_of(&x[0], "ddi")->scores[0], kind = answer_of(&x[0], "kind")->scores[0];
    assert_true(fabsf(ddi - answer_of(&x[2], "ddi")->scores[0]) < 1e-5f);
    assert_true(fabsf(kind - answer_of(&x[1], "kind")->scores[0]) < 1e-5f);
    assert_true(fabsf(kind - answer_of(&x[2], "kind")->scores[0]) >
                1e-3f); /* the texts do differ */
    close_fixture(&f);
}

void tasks_answer_only_what_fits(void **state)
{
    (void)state;
    fixture f = {0};
    open_fixture(&f, 64);
    assert_null(answer_of(&f.out[0], "nli"));
    assert_null(answer_of(&f.out[0], "ddi"));
    assert_non_null(answer_of(&f.out[0], "disease"));
    assert_non_null(answer_of(&f.out[4], "ddi"));
    assert_non_null(answer_of(&f.out[TEXTS], "sts"));
    assert_null(answer_of(&f.out[TEXTS], "kind"));
    close_fixture(&f);
}

void argument_tags_are_found(void **state)
{
    (void)state;
    arena mem = {0};
    input in = input_of(STR("a @GENE$ and @DRUG-x$ and @Z$"), (str){0}, &mem);
    assert_true(in.has_relation);
    assert_int_equal(in.args[0].start, 2);
    assert_int_equal(in.args[0].end, 8);
    assert_int_equal(in.args[1].start, 13);
    assert_int_equal(in.args[1].end, 21);
    in = input_of(STR("only @CHEM-GENE$"), (str){0}, &mem);
    assert_true(in.has_relation && in.args[0].start == 5 && in.args[1].start == 5);
    assert_false(input_of(STR("mail@home.org costs 5$ @$ @ x$ @x"), (str){0}, &mem).has_relation);
    arena_close(&mem);
}

static void check_mask(span a, span b, const char *want)
{
    arena mem = {0};
    input in = input_of(STR("il-2 binds naloxone now"), (str){0}, &mem);
    const span args[2] = {a, b};
    const str types[2] = {STR("GENE"), STR("CHEM")};
    input_mask(&in, args, types, &mem);
    assert_string_equal(str_keep(&mem, in.masked), want);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(in.masked.at[in.args[i].start], '@');
        assert_int_equal(in.masked.at[in.args[i].end - 1], '$');
    }
    assert_int_equal(in.masked.at[in.args[0].start + 1], a.start <= b.start || want[1] == 'G'
                                                             ? 'G'
                                                             : in.masked.at[in.args[0].start + 1]);
    arena_close(&mem);
}

void arguments_are_masked(void **state)
{
    (void)state;
    check_mask((span){0, 4}, (span){11, 19}, "@GENE$ binds @CHEM$ now");
    check_mask((span){11, 19}, (span){0, 4}, "@CHEM$ binds @GENE$ now");
    check_mask((span){0, 10}, (span){5, 19}, "@GENE-CHEM$ now");
    check_mask((span){0, 19}, (span){5, 10}, "@GENE-CHEM$ now");
    check_mask((span){0, 4}, (span){4, 10}, "@GENE$@CHEM$ naloxone now");
    check_mask((span){0, 23}, (span){0, 23}, "@GENE-CHEM$");
}

void offsets_in_every_unit(void **state)
{
    (void)state;
    str s = STR("a\xC3\xA9\xF0\x9D\x84\x9Ez"); /* a, e acute, a clef beyond the first plane, z */
    const size_t bytes[] = {0, 1, 3, 7, 8, 1}, points[] = {0, 1, 2, 3, 4, 1},
                 utf16[] = {0, 1, 2, 4, 5, 1};
    offsets b = offsets_of(s, UNIT_BYTE), p = offsets_of(s, UNIT_POINT),
            u = offsets_of(s, UNIT_UTF16);
    for (int i = 0; i < 6; i++) { /* the last goes back */
        assert_int_equal(offsets_at(&b, bytes[i]), bytes[i]);
        assert_int_equal(offsets_at(&p, bytes[i]), points[i]);
        assert_int_equal(offsets_at(&u, bytes[i]), utf16[i]);
    }
}

void unknown_tasks_and_missing_weights_are_told(void **state)
{
    (void)state;
    arena mem = {0};
    annotator a;
    err e = {0}, e2 = {0};
    const char *dir = str_format(&mem, "%s/model", test_dir()), *only[] = {"desease"};
    small_model(dir);
    annotator_plan plan = {.model = dir,
                           .device = "cpu",
                           .wordpiece_mode = -1,
                           .max_pieces = 64,
                           .only = only,
                           .n_only = 1};
    assert_false(annotator_open(&a, &plan, &e));
    assert_non_null(strstr(e.text, "did you mean 'disease'?"));
    if (remove(str_format(&mem, "%s/model.safetensors", dir))) fail_msg("no weights to remove");
    plan.n_only = 0;
    assert_false(annotator_open(&a, &plan, &e2));
    assert_non_null(strstr(e2.text, "there are no weights"));
    arena_close(&mem);
}
