/* What the doctor finds by comparing examples, splits and documents. All text is invented. */
#include "doctor.h"

#define TABLE "kind: sentence, format: tsv"
#define ROWS  "id\ttext\tlabel\n"

void doctor_finds_examples_of_train_in_test(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, TABLE,
        ROWS "a1\tThe knee was swollen for weeks\tx\na2\tNothing of note was found there\ty\n",
        ROWS "b1\tA cough that comes at night\tx\n",
        ROWS "a1\tthe knee  was swollen for WEEKS\tx\nc2\tNothing of note was found there\ty\n"
             "c3\tA cough that comes at night\tx\na2\tAnother text with that id here\ty\n");
    finds(&p, FINDING_LEAK, "test", 2, "with its id a1");
    finds(&p, FINDING_SAME_TEXT, "test", 3, "train:3, which is train");
    finds(&p, FINDING_SAME_TEXT, "test", 4, "dev:2, which is dev");
    finds(&p, FINDING_SAME_ID, "test", 5, "the id a2");
    finds_nothing_else(&p, 5); /* and that dev has no y */
    assert_int_equal(finding_severity(FINDING_LEAK), SEVERITY_ERROR);
    arena_close(&p.mem);
}

void doctor_does_not_take_row_numbers_for_ids(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, TABLE,
        ROWS "0\tThe knee was swollen for weeks\tx\n1\tNothing of note was found there\ty\n", NULL,
        ROWS "0\tThe knee was swollen for weeks\tx\n1\tSomething else was found there today\ty\n");
    finds(&p, FINDING_SAME_TEXT, "test", 2, "which is train");
    finds_nothing_else(&p, 1);
    arena_close(&p.mem);
}

void doctor_lets_short_texts_repeat(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, TABLE, ROWS "a\tResults were these :\tx\nb\tMethods\ty\nc\tMethods\ty\n", NULL,
        ROWS "d\tMethods\ty\ne\tresults were these :\tx\n");
    finds_nothing_else(&p, 0);
    arena_close(&p.mem);
}

void doctor_says_when_much_of_test_is_in_train(void **state)
{
    (void)state;
    patient p = {0};
    text t = {0};
    text_add(&t, STR("text\tlabel\n"));
    for (int i = 0; i < 20; i++) text_format(&t, "a sentence of enough words %d\t%d\n", i, i & 1);
    see(&p, TABLE, t.at, NULL, t.at);
    finds(&p, FINDING_LEAK, "test", 0, "20 of 20 texts stand in train");
    finds_times(&p, FINDING_LEAK, 1);
    finds_times(&p, FINDING_SAME_TEXT, 20);
    text_close(&t);
    arena_close(&p.mem);
}

void doctor_finds_documents_in_two_splits(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, "kind: words, format: conll, labels: [D]",
        "no\t7\t0\tO\ngout\t-\t3\tB-D\n\nso\t8\t0\tO\nit\t-\t3\tO\n", NULL,
        "other\t7\t9\tO\nwords\t-\t15\tB-D\n\nin\t7\t30\tO\nit\t-\t33\tO\n");
    finds(&p, FINDING_DOCUMENT, "test", 1, "document 7 stands in train, too");
    finds_nothing_else(&p, 1);
    patient q = {0};
    see(&q, "kind: words, format: conll, labels: [D]", "-DOCSTART- O\n\na O\nb B-D\n", NULL,
        "-DOCSTART- O\n\nc O\nd B-D\n"); /* which are doc1 both, by the reader */
    finds_nothing_else(&q, 0);
    arena_close(&p.mem);
    arena_close(&q.mem);
}

void doctor_finds_duplicates_and_contradictions(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, "kind: pair, format: jsonl",
        "{\"text\":\"The knee was swollen\",\"text2\":\"no pain\",\"label\":\"a\"}\n"
        "{\"text\":\"The knee was swollen\",\"text2\":\"pain\",\"label\":\"b\"}\n"
        "{\"text\":\"The knee was swollen\",\"text2\":\"no pain\",\"label\":\"a\"}\n"
        "{\"text\":\"The knee was swollen\",\"text2\":\"no pain\",\"label\":\"b\"}\n",
        NULL, NULL);
    finds(&p, FINDING_TWICE, "train", 3, "the text of line 1 again");
    finds(&p, FINDING_CONTRADICTION, "train", 4, "the text of line 1 again, with another answer");
    finds_nothing_else(&p, 2);
    arena_close(&p.mem);
}

void doctor_finds_labels_alike_and_absent(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, TABLE, "text\tlabel\na\tFirst visit\nb\tfirst_visit\nc\tother\n",
        "text\tlabel\nd\tother\ne\tFirst visit\n", NULL);
    finds(&p, FINDING_ALIKE, "train", 0, "'First visit' (1) and 'first_visit' (1)");
    finds(&p, FINDING_ABSENT, "dev", 0, "'first_visit' of train does not occur");
    finds_nothing_else(&p, 2);
    arena_close(&p.mem);
}

void doctor_counts_labels_and_mentions(void **state)
{
    (void)state;
    patient p = {0}, q = {0};
    see(&p, "kind: words, format: conll", "a B-Drug\nb I-Drug\nc B-Gene\n\nd B-Drug\n", NULL, NULL);
    assert_int_equal(p.d.files[0].n_labels, 2);
    assert_string_equal(p.d.files[0].labels[0].name, "Drug");
    assert_int_equal(p.d.files[0].labels[0].n, 2);
    assert_int_equal(p.d.files[0].labels[1].n, 1);
    see(&q, "kind: labels, format: jsonl",
        "{\"text\":\"a\",\"label\":[\"x\",\"y\"]}\n{\"text\":\"b\",\"label\":[\"y\"]}\n", NULL,
        NULL);
    assert_int_equal(q.d.files[0].labels[0].n, 1);
    assert_int_equal(q.d.files[0].labels[1].n, 2);
    arena_close(&p.mem);
    arena_close(&q.mem);
}

void doctor_finds_candidates_without_arguments(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, "kind: relation, format: blue-tsv",
        "index\tsentence\tlabel\na.1\t@A$ x @B$\tyes\na.2\tnothing is masked\tno\n", NULL, NULL);
    finds(&p, FINDING_ARGUMENT, "train", 3, "two argument tags");
    finds_nothing_else(&p, 1);
    arena_close(&p.mem);
}

#define WORDS    "kind: words, format: pubtator"
#define DOCUMENT "7|t|Tovixan\n7|a|Tovixan caused edema.\n7\t0\t7\tTovixan\tChemical\tC1\n"

void doctor_finds_every_faulty_line_of_pubtator(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, WORDS,
        "8|t|Nothing\n\n" DOCUMENT "7\t23\t28\tedema\tDisease\n7\t90\t95\tedema\tDisease\n7 0 7 "
        "Tovixan Chemical\n7\t24\t29\tedema"
        "\tDisease\n7\t8\t8\t\tDisease\n7\t0\t7\tTovixan\tChemical\tC1\n",
        NULL, NULL);
    finds(&p, FINDING_OFFSET, "train", 7, "inside the text of document 7");
    finds(&p, FINDING_READ, "train", 8, "with tabs");
    finds(&p, FINDING_OFFSET, "train", 9, "'edema' is recorded, but 'dema.' stands");
    finds(&p, FINDING_EMPTY, "train", 10, "has no text");
    finds(&p, FINDING_TWICE, "train", 11, "'Tovixan' of document 7 again (line 5)");
    finds(&p, FINDING_OVERLAP, "train", 9, "'dema.' of document 7 overlaps 'edema'");
    finds_nothing_else(&p, 6);
    assert_int_equal(p.d.files[0].documents.n, 2);
    arena_close(&p.mem);
}

void doctor_lets_a_mention_be_recorded_in_other_words(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, WORDS, "7|t|TNF-\xce\xb1 rose\n7\t0\t5\tTNF-a\tGene\n", NULL, NULL);
    finds(&p, FINDING_RECORDED, "train", 2, "'TNF-a' is recorded, but 'TNF-α' stands");
    finds_nothing_else(&p, 1);
    arena_close(&p.mem);
}

void doctor_finds_overlaps_and_margins(void **state)
{
    (void)state;
    patient p = {0}, q = {0};
    static const char bytes[] =
        "7|t|Choline kinase is blue\n7\t0\t7\tCholine\tChemical\n7\t0\t14\tCholine "
        "kinase\tGene\n7\t17\t22\t blue\tGene\n7\t18\t22\tblue\tGene\n";
    see(&p, WORDS, bytes, NULL, NULL);
    finds(&p, FINDING_OVERLAP, "train", 2, "'Choline' of document 7 overlaps 'Choline kinase'");
    finds(&p, FINDING_OVERLAP, "train", 5, "'blue'");
    finds(&p, FINDING_MARGIN, "train", 4, "' blue'");
    finds_nothing_else(&p, 3);
    see(&q, WORDS ", labels: [Chemical]", bytes, NULL, NULL); /* the task has but one of them */
    finds_times(&q, FINDING_OVERLAP, 0);
    arena_close(&p.mem), arena_close(&q.mem);
}

void doctor_knows_the_range_of_scores(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, "kind: score, format: medsts", "a\tb\t3.5\nc\td\t-1\ne\tf\t2\n", NULL, NULL);
    assert_true(p.d.files[0].low == -1 && p.d.files[0].high == 3.5);
    arena_close(&p.mem);
}

void doctor_compares_documents(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, WORDS,
        DOCUMENT "\n8|t|Tovixan\n8|a|Tovixan  caused edema.\n8\t0\t7\tTovixan\tDisease\n"
                 "\n9|t|Another\n\n9|t|Text\n\n9|t|Another\n",
        NULL, DOCUMENT "\n9|t|Third text\n");
    finds(&p, FINDING_CONTRADICTION, "train", 5, "the text of line 1 again, with another answer");
    finds(&p, FINDING_ID, "train", 11, "document 9 again, with another text");
    finds(&p, FINDING_LEAK, "test", 1, "with its id 7");
    finds(&p, FINDING_DOCUMENT, "test", 1, "document 7");
    finds(&p, FINDING_DOCUMENT, "test", 5, "document 9");
    finds_times(&p, FINDING_LEAK, 1);
    finds_times(&p, FINDING_ID, 1); /* with the same text it is but a copy */
    arena_close(&p.mem);
}

void doctor_finds_relations_to_nothing_and_types_unseen(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, WORDS, DOCUMENT "7\tCID\tC1\tC9\n",
        "9|t|Edema again\n9\t0\t5\tEdema\tDisease\tD1|D2\n9\tCID\tD2\tD1\n", NULL);
    finds(&p, FINDING_ARGUMENT, "train", 4, "'C9' is no mention");
    finds(&p, FINDING_UNSEEN, "dev", 2, "type Disease");
    finds(&p, FINDING_ABSENT, "dev", 0, "'Chemical'");
    finds_nothing_else(&p, 3);
    arena_close(&p.mem);
}

static void put(patient *p, const char *name, const char *bytes)
{
    patient_file(p, name, bytes, strlen(bytes));
}

void doctor_checks_each_file_of_a_folder(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, "kind: words, format: brat", NULL, NULL, NULL);
    put(&p, "b/1.txt", "No gout.\n");
    put(&p, "b/1.ann", "T1\tDisease 3 7\tgout\nT2\tDisease 30 70\tgout\n");
    put(&p, "b/2.txt", "Some gout.\n");
    put(&p, "b/2.ann", "T1\tDisease x\tgout\n");
    put(&p, "b/3.txt", "Much gout.\n");
    put(&p, "b/3.ann", "T1\tDisease 4 8\tgout\n");
    p.t.files[SPLIT_TRAIN] = path_join(&p.mem, test_dir(), "b");
    assert_true(doctor_check(&p.d, &p.t, &p.e));
    finds(&p, FINDING_OFFSET, "b/1.ann", 2, "inside the text");
    finds(&p, FINDING_READ, "b/2.ann", 1, "expected");
    finds(&p, FINDING_OFFSET, "b/3.ann", 1, "'gout' is recorded");
    finds_nothing_else(&p, 3);
    arena_close(&p.mem);
}

void doctor_finds_every_slip_in_the_rows_of_chemprot(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, "kind: words, format: chemprot", NULL, NULL, NULL);
    put(&p, "c/x_abstracts.tsv",
        "1\tTovixan\tIt acts .\n2\tOfenolol\tSo what .\n3\tOther Words .\n");
    put(&p, "c/x_entities.tsv",
        "1\tT1\tCHEMICAL\t0\t7\tTovixan\n1\tT2\tCHEMICAL\t0\tTovixan\n2\tT1\tCHEMICAL\t0\t8\tOfenol"
        "ol\n");
    p.t.files[SPLIT_TRAIN] = path_join(&p.mem, test_dir(), "c");
    assert_true(doctor_check(&p.d, &p.t, &p.e));
    finds(&p, FINDING_COLUMNS, "x_abstracts.tsv", 3, "3 columns are expected");
    finds(&p, FINDING_COLUMNS, "x_entities.tsv", 2, "6 columns are expected");
    finds_nothing_else(&p, 2); /* the reader's own word on the first is not said again */
    arena_close(&p.mem);
}

void doctor_finds_every_faulty_document_of_json_lines(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, "kind: words",
        "{\"id\":\"7\",\"text\":\"Gout "
        "hurts\",\"mentions\":[{\"type\":\"D\",\"start\":0,\"end\":4,\"text\":"
        "\"Gout\"}]}\n{\"id\":\"8\",\"text\":\n"
        "{\"id\":\"9\",\"text\":\"Some "
        "gout\",\"mentions\":[{\"type\":\"D\",\"start\":0,\"end\":4,\"text\":"
        "\"gout\"}]}\n{\"id\":\"10\",\"text\":\"No "
        "gout\",\"mentions\":[{\"type\":\"D\",\"start\":3,\"end\":70}]}\n",
        NULL, NULL);
    finds(&p, FINDING_READ, "train", 2, "not valid JSON");
    finds(&p, FINDING_OFFSET, "train", 3, "'gout' is recorded");
    finds(&p, FINDING_OFFSET, "train", 4, "inside the text");
    finds_nothing_else(&p, 3);
    assert_int_equal(p.d.files[0].documents.n, 2);
    assert_string_equal(p.d.files[0].format, "jsonl");
    arena_close(&p.mem);
}

void doctor_warns_of_bytes_that_the_reader_mends(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, "kind: labels, format: hoc-folder", NULL, NULL, NULL);
    put(&p, "h/90000031.txt", "A na\xefve cell grew .\t['resisting cell death']\nIt died .\t[]\n");
    p.t.files[SPLIT_TRAIN] = path_join(&p.mem, test_dir(), "h");
    assert_true(doctor_check(&p.d, &p.t, &p.e));
    finds(&p, FINDING_MANGLED, "90000031.txt", 1, "it is read as Latin-1: ï");
    finds_nothing_else(&p, 1);
    assert_int_equal(p.d.files[0].x.n, 2);
    arena_close(&p.mem);
}

void doctor_says_once_what_two_tasks_share(void **state)
{
    (void)state;
    patient p = {0};
    see(&p, "kind: words, format: pubtator, labels: [Chemical]",
        DOCUMENT "7\t24\t29\tedema\tDisease\n", NULL, NULL);
    finds_times(&p, FINDING_OFFSET, 1);
    task other = p.t;
    assert_true(doctor_check(&p.d, &other, &p.e));
    finds_times(&p, FINDING_OFFSET, 1);
    assert_int_equal(p.d.n_files, 2);
    arena_close(&p.mem);
}

void doctor_guesses_format_and_kind(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *format;
        enum task_kind kind;
    } files[] = {
        {"a\tO\nb\tB-D\n", "conll", KIND_WORDS},
        {"7|t|Text\n", "pubtator", KIND_WORDS},
        {"<?xml version='1.0'?><collection></collection>", "bioc-xml", KIND_WORDS},
        {"<document id='d'></document>", "ddi-xml", KIND_WORDS},
        {"{\"documents\": []}", "bioc-json", KIND_WORDS},
        {"{\"text\": \"a\", \"mentions\": [], \"passages\": []}\n", "jsonl", KIND_WORDS},
        {"text\tlabel\na\tb\n", NULL, KIND_SENTENCE},
        {"text,label\n@GENE$ a @DRUG$,b\n", NULL, KIND_RELATION},
        {"sentence1\tsentence2\tlabel\na\tb\tyes\n", NULL, KIND_PAIR},
        {"sentence1\tsentence2\tscore\na\tb\t3.5\n", NULL, KIND_SCORE},
        {"labels\tsentence\tindex\n0_1\ta\t1_s0\n", NULL, KIND_LABELS},
        {"{\"text\":\"a\",\"text2\":\"b\",\"label\":\"c\"}\n", NULL, KIND_PAIR},
        {"{\"words\":[\"a\"],\"tags\":[\"O\"]}\n", NULL, KIND_WORDS},
        {"{\"text\":\"a\",\"label\":[\"c\"]}\n", NULL, KIND_LABELS},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        patient p = {0};
        if (!task_named(&p.t, STR("it"), "", 0, &p.mem, &p.e)) fail_msg("%s", p.e.text);
        p.t.files[SPLIT_TRAIN] = patient_file(&p, "guess", files[i].bytes, strlen(files[i].bytes));
        assert_true(doctor_guess(&p.t, false, &p.mem, &p.e));
        if (p.t.kind != files[i].kind)
            fail_msg("%s: kind %s", files[i].bytes, kind_names[p.t.kind]);
        if (files[i].format) assert_string_equal(p.t.format, files[i].format);
        if (!files[i].format) assert_null(p.t.format);
        arena_close(&p.mem);
    }
}

/* The public corpora are what their owners published; some have slips, and none has an error but those that we know. */
void doctor_finds_no_errors_in_public_corpora(void **state)
{
    (void)state;
    static const struct {
        const char *map, *train, *dev, *test;
    } corpora[] = {
        {"kind: words, format: conll", "BC5CDR/BC5CDR-chem-IOB/train.tsv",
         "BC5CDR/BC5CDR-chem-IOB/devel.tsv", "BC5CDR/BC5CDR-chem-IOB/test.tsv"},
        {"kind: words, format: pubtator", "BC5CDR/CDR_TrainingSet.PubTator.txt",
         "BC5CDR/CDR_DevelopmentSet.PubTator.txt", "BC5CDR/CDR_TestSet.PubTator.txt"},
        {"kind: words, format: bioc-xml", "BC5CDR/CDR_TrainingSet.BioC.xml",
         "BC5CDR/CDR_DevelopmentSet.BioC.xml", "BC5CDR/CDR_TestSet.BioC.xml"},
        {"kind: words, format: pubtator", "NCBI-disease/original-data/train",
         "NCBI-disease/original-data/devel", "NCBI-disease/original-data/test"},
        {"kind: relation, format: ddi-xml", "DDI2013/DDICorpus/Train",
         "DDI2013/DDICorpus/Test/Test for DDI Extraction task", NULL},
        {"kind: relation, format: chemprot, arguments: [CHEMICAL, GENE]",
         "ChemProt/chemprot_training", "ChemProt/chemprot_development",
         "ChemProt/chemprot_test_gs"},
        {"kind: score, format: tsv, text: sentence_A, text2: sentence_B, label: relatedness_score, "
         "id: pair_ID",
         "SICK/SICK_train.txt", "SICK/SICK_trial.txt", "SICK/SICK_test_annotated.txt"},
    };
    const char *folder = test_corpora();
    for (size_t i = 0; i < sizeof corpora / sizeof *corpora; i++) {
        patient p = {0};
        see(&p, corpora[i].map, NULL, NULL, NULL);
        const char *files[] = {corpora[i].train, corpora[i].dev, corpora[i].test};
        for (int s = 0; s < SPLITS; s++)
            p.t.files[s] = files[s] ? path_join(&p.mem, folder, files[s]) : NULL;
        if (!doctor_check(&p.d, &p.t, &p.e)) fail_msg("%s", p.e.text);
        if (doctor_errors(&p.d)) {
            show_all(&p);
            fail_msg("%s: %zu errors", corpora[i].train, doctor_errors(&p.d));
        }
        arena_close(&p.mem);
    }
}
