/* MedSTS as its owners send it: clinicalSTS.train.txt (sentence, sentence, score, no header) and clinicalSTS.test.txt (sentence, sentence), whose
 * scores stand in clinicalSTS.test.gs.sim.txt beside it, one a line. Quotes are text. */
#include "base/file.h"
#include "corpus/formats/collect.h"
#include "corpus/formats/readers.h"
#include "corpus/formats/whole.h"
#include <string.h>

/* The scores beside NAME.txt: NAME.gs.sim.txt, or NAME.gs.txt; *rest.at is NULL where there are none. */
static bool scores_beside(const reading *r, str *rest, const char **path, err *e)
{
    static const char *const names[] = {".gs.sim.txt", ".gs.txt"};
    str stem = str_of(r->path);
    *rest = (str){0};
    if (str_ends(stem, ".txt")) stem = str_sub(stem, 0, stem.len - 4);
    for (int i = 0; i < 2; i++) {
        *path = str_format(r->mem, "%.*s%s", (int)stem.len, stem.at, names[i]);
        if (path_exists(*path)) return whole_read(rest, *path, r->mem, e);
    }
    return true;
}

static bool read_row(collect *c, str line, int number, str *scores, const char *scores_path, err *e)
{
    str f[4], score;
    int n = whole_fields(line, f, 4);
    if (n != 2 && n != 3)
        return fail(e, "%s:%d: sentence, sentence and a score, with tabs between, are expected",
                    c->r->path, number);
    example *x = collect_add(c, number);
    if (!collect_text(c, x, f[0], f[1], e)) return false;
    if (n == 3) {
        score = f[2];
    } else if (!scores->at || !str_line(scores, &score)) {
        if (scores->at)
            return fail(e, "%s:%d: a score is expected for line %d of %s", scores_path, c->to->n,
                        number, c->r->path);
        score = (str){"", 0};
    }
    return collect_label(c, x, score, e) && collect_id(c, x, (str){0}, (str){0}, e);
}

bool medsts_read(examples *to, const reading *r, err *e)
{
    collect c = collect_of(to, r);
    str scores, score;
    const char *path;
    int number = 0;
    if (!scores_beside(r, &scores, &path, e)) return false;
    for (str rest = r->bytes, line; str_line(&rest, &line);) {
        number++;
        if (str_trim(line).len && !read_row(&c, line, number, &scores, path, e)) return false;
    }
    while (scores.at && str_line(&scores, &score))
        if (str_trim(score).len)
            return fail(e, "%s: %d scores are expected, as %s has pairs; here are more", path,
                        to->n, r->path);
    return collect_close(&c, e);
}
