/* The public library: what mtbert.h promises. */
#include "tests.h"
#include "use/mtbert.h"
#include "use/small_model.h"
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static mtbert *open_small(void)
{
    static char dir[400], why[300];
    snprintf(dir, sizeof dir, "%s/model", test_dir());
    small_model(dir);
    mtbert *m = mtbert_open(dir, "cpu", why, sizeof why);
    if (!m) fail_msg("%s", why);
    return m;
}

void library_answers_text_and_pairs(void **state)
{
    (void)state;
    mtbert *m = open_small();
    const char s[] = "Patients with renal failure had no fever.";
    const mtbert_result *r = mtbert_annotate(m, s, strlen(s));
    assert_non_null(r);
    int mentions = 0, classes = 0;
    for (size_t i = 0; i < mtbert_count(r); i++) {
        const mtbert_answer *a = mtbert_at(r, i);
        if (!strcmp(a->task, "disease")) {
            mentions++;
            assert_true(a->start < a->end && a->end <= strlen(s));
            assert_string_equal(a->label, "Disease");
        }
        classes += !strcmp(a->task, "kind");
        assert_true(a->score > 0 && a->score <= 1);
    }
    assert_true(mentions > 0 && classes == 1);
    assert_null(mtbert_at(r, mtbert_count(r)));
    assert_non_null(strstr(mtbert_json(r), "\"unit\":\"bytes\""));
    r = mtbert_annotate_pair(m, "heart loss", 10, "loss of heart", 13);
    assert_non_null(r);
    assert_int_equal(mtbert_count(r), 2); /* sts and nli */
    mtbert_close(m);
    mtbert_close(NULL);
}

void library_takes_empty_and_invalid_text(void **state)
{
    (void)state;
    mtbert *m = open_small();
    assert_non_null(mtbert_annotate(m, "", 0));
    assert_non_null(mtbert_annotate(m, "\xFF\xFE\0x", 4));
    assert_non_null(mtbert_annotate_pair(m, "a", 1, "", 0));
    mtbert_close(m);
}

void library_says_why_a_model_does_not_open(void **state)
{
    (void)state;
    char why[300] = "", tiny[8];
    assert_null(mtbert_open("build/no-such-model", "cpu", why, sizeof why));
    assert_non_null(strstr(why, "build/no-such-model"));
    assert_null(mtbert_open("build/no-such-model", "cpu", tiny, sizeof tiny));
    assert_int_equal(strlen(tiny), 7);
    assert_null(mtbert_open("build/no-such-model", "cpu", NULL, 0));
}

/* Where memory ends, the call fails and the process lives. */
void library_outlives_a_lack_of_memory(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    test_skip("the address sanitizer needs the address space that this test takes away");
#endif
    mtbert *m = open_small();
    size_t n = 40 << 20;
    char *s = malloc(n);
    memset(s, 'a', n);
    for (size_t i = 1; i < n; i += 2) s[i] = ' ';
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_true(f && fscanf(f, "%ld", &pages) == 1);
    fclose(f);
    rlim_t now = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
    struct rlimit limit = {now + (96 << 20), RLIM_INFINITY};
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    assert_null(mtbert_annotate(m, s, n));
    assert_non_null(strstr(mtbert_why(m), "memory"));
    assert_null(
        mtbert_annotate(m, "a", 1)); /* a model that was left in the middle answers nothing more */
    mtbert_close(m);
    free(s);
}
