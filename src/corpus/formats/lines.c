/* For prediction: a text a line; of pairs and scores two with a tab between. Blank lines are left out, ids are line numbers. */
#include "corpus/formats/collect.h"
#include "corpus/formats/readers.h"
#include "corpus/split.h"

bool lines_read(examples *to, const reading *r, err *e)
{
    if (r->gold)
        return fail(e, "%s: plain lines hold no answers; another format is expected", r->path);
    collect c = collect_of(to, r);
    bool two = r->t->kind == KIND_PAIR || r->t->kind == KIND_SCORE;
    int number = 0;
    for (str rest = r->bytes, line; str_line(&rest, &line);) {
        number++;
        if (!str_trim(line).len) continue;
        str second = line, first = two ? str_cut(&second, '\t') : line;
        if (two && (!second.at || str_find(second, '\t') >= 0))
            return fail(e, "%s:%d: two texts with a tab between them are expected", r->path,
                        number);
        example *x = collect_add(&c, number);
        if (!collect_text(&c, x, first, second, e) || !collect_id(&c, x, (str){0}, (str){0}, e))
            return false;
        if (r->t->kind == KIND_WORDS) x->n_words = split_words(first, r->mem, &x->words);
    }
    return collect_close(&c, e);
}
