/* Metrics against scipy and scikit-learn: golden.txt, which make_score_golden.py wrote. A case is lines
 *   case KIND NEGATIVE(or -) LABELS..
 *   expect METRIC VALUE
 * then a TSV of predictions up to an empty line. */
#include "base/file.h"
#include "score/given.h"
#include <math.h>
#include <string.h>

static const double tolerance = 1e-13; /* sums in another order */

static int index_of(const char *const *names, int n, str name)
{
    for (int i = 0; i < n; i++)
        if (str_is(name, names[i])) return i;
    fail_msg("%.*s is unknown", (int)name.len, name.at);
    return -1;
}

static void check_case(str lines)
{
    static arena mem;
    str line, expected[METRICS + 1];
    int n = 0;
    if (!str_line(&lines, &line)) return;
    str_cut(&line, ' ');
    enum task_kind kind = (enum task_kind)index_of(kind_names, KINDS, str_cut(&line, ' '));
    str negative = str_cut(&line, ' ');
    const task *t = given_task(kind, line.at ? str_keep(&mem, line) : "", str_keep(&mem, negative));
    while (str_starts(lines, "expect ")) str_line(&lines, &expected[n++]);
    predictions *p = given(t, str_keep(&mem, lines));
    for (int i = 0; i < n; i++) {
        double want;
        str_cut(&expected[i], ' ');
        enum metric m = (enum metric)index_of(metric_names, METRICS, str_cut(&expected[i], ' '));
        assert_true(str_real(expected[i], &want));
        double got = metric_of(p, m);
        if (fabs(got - want) > tolerance)
            fail_msg("%s %s: %.17g is expected, here is %.17g", kind_names[kind], metric_names[m],
                     want, got);
    }
    predictions_close(p);
}

static int golden(const char *first, void (*check)(str))
{
    file f = {0};
    err e = {0};
    int n = 0;
    if (!file_open(&f, "tests/score/golden.txt", &e)) fail_msg("%s", e.text);
    for (str rest = f.bytes; rest.len;) {
        ptrdiff_t end = str_find_str(rest, STR("\n\n"));
        str block = end < 0 ? rest : str_sub(rest, 0, (size_t)end + 1);
        rest = end < 0 ? (str){0} : str_sub(rest, (size_t)end + 2, rest.len);
        if (str_starts(block, first)) check(block), n++;
    }
    file_close(&f);
    return n;
}

void metrics_equal_those_of_scipy_and_scikit_learn(void **state)
{
    (void)state;
    assert_true(golden("case ", check_case) >= 20);
}

static void check_quantile(str line)
{
    double v[100], q, want;
    int n = 0;
    line = str_trim(line);
    str_cut(&line, ' ');
    assert_true(str_real(str_cut(&line, ' '), &q) && str_real(str_cut(&line, ' '), &want));
    while (line.at && n < 100) assert_true(str_real(str_cut(&line, ' '), &v[n++]));
    assert_true(fabs(score_quantile(v, n, q) - want) < 1e-12);
}

void quantiles_equal_those_of_numpy(void **state)
{
    (void)state;
    assert_true(golden("quantile ", check_quantile) >= 10);
}
