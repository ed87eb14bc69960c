/* BLUE's files, as its trainers read them: of tagged words token, document, offset in characters, B I or O; of relations index, sentence, label; of
 * pairs label, index, sentence1, sentence2; of similarity ten columns of which the last three are sentence1, sentence2, score; of HoC labels,
 * sentence, index. Cells with quotes are quoted as csv does; the released DDI files are not, and so they are not in the authors' form. */
#include "base/json.h"
#include "base/log.h"
#include "corpus/formats/blue.h"
#include "corpus/prepare/prepare.h"
#include "corpus/prepare/printable.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static void put_cell(prepared *p, FILE *to, str s)
{
    p->blanks += blue_cell_put(to, s, p->authors && p->of->released == UNQUOTED);
}

static void put_text(prepared *p, FILE *to, str s)
{
    if (!p->authors || p->of->released != IN_ASCII) {
        put_cell(p, to, s);
        return;
    }
    text t = {0};
    printable_put(&t, s);
    put_cell(p, to, text_str(&t));
    text_close(&t);
}

/* The document whose text holds an example's; examples stand in the order of their documents. */
static const document *document_of(const part *of, const example *x, int *at)
{
    for (; *at < of->docs.n; ++*at) {
        str s = of->docs.at[*at].text;
        uintptr_t start = (uintptr_t)s.at, here = (uintptr_t)x->text.at;
        if (here >= start && here + x->text.len <= start + s.len) return &of->docs.at[*at];
    }
    ASSERT(false, "example %s lies in none of the documents", x->id);
    return NULL;
}

static void put_words(const prepared *p, const part *of, FILE *to)
{
    int at = 0, last = -1;
    unit_map o = {0};
    text t = {0};
    for (int i = 0; i < of->x.n; i++) {
        const example *x = &of->x.at[i];
        const document *d = document_of(of, x, &at);
        size_t from = (size_t)(x->text.at - d->text.at);
        if (at != last) o = unit_map_of(d->text, UNIT_POINT, p->mem), last = at;
        for (int k = 0; k < x->n_words; k++) {
            span w = x->words[k];
            blue_word_put(&t, str_sub(x->text, w.start, w.end), k ? "-" : d->id,
                          unit_map_units(&o, from + w.start), (str){p->t.labels[x->tags[k]], 1});
        }
        text_char(&t, '\n');
        fwrite(t.at, 1, t.len, to);
        t.len = 0;
    }
    text_close(&t);
}

static void put_labels(prepared *p, const example *x, FILE *to)
{
    for (int k = 0; k < p->t.n_labels; k++)
        fprintf(to, "%s%d_%d", k ? "," : "", k, (int)(x->set[k / 64] >> (k % 64) & 1));
    putc('\t', to);
    put_text(p, to, x->text);
    putc('\t', to);
    put_cell(p, to, str_of(x->id));
    putc('\n', to);
}

static void put_example(prepared *p, const example *x, FILE *to)
{
    str id = p->t.kind == KIND_RELATION ? blue_pair_id(str_of(x->id)) : str_of(x->id);
    const char *label = x->label >= 0 ? p->t.labels[x->label] : "";
    if (p->t.kind == KIND_LABELS) {
        put_labels(p, x, to);
        return;
    }
    if (p->t.kind == KIND_PAIR) fprintf(to, "%s\t", label);
    put_cell(p, to, id);
    if (p->t.kind == KIND_SCORE) {
        fprintf(to, "\t%s\t\t\t", p->of->name);
        put_cell(p, to, id);
        fputs("\t\t", to);
    }
    putc('\t', to);
    put_text(p, to, x->text);
    putc('\t', to);
    if (p->t.kind == KIND_RELATION) {
        fprintf(to, "%s\n", label);
        return;
    }
    put_text(p, to, x->text2);
    if (p->t.kind == KIND_SCORE) {
        text score = {0};
        json_put_real(&score, x->score);
        fprintf(to, "\t%s", score.at);
        text_close(&score);
    }
    putc('\n', to);
}

static const char *header_of(enum task_kind kind)
{
    switch (kind) {
    case KIND_PAIR: return "label\tindex\tsentence1\tsentence2\n";
    case KIND_RELATION: return "index\tsentence\tlabel\n";
    case KIND_LABELS: return "labels\tsentence\tindex\n";
    default:
        return "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\t"
               "sentence2\tscore\n";
    }
}

static bool put_part(prepared *p, const part *of, const char *path, err *e)
{
    const char *header = header_of(p->t.kind);
    out o = {0};
    if (!out_open(&o, path, e)) return false;
    if (p->t.kind == KIND_WORDS) {
        put_words(p, of, o.to);
    } else {
        fputs(header, o.to);
        for (int i = 0; i < of->x.n; i++) put_example(p, &of->x.at[i], o.to);
    }
    return out_close(&o, e);
}

/* Gold relations that became no row: the split, the document, the label, its arguments, and why. */
static bool put_lost(const prepared *p, const char *path, int n, err *e)
{
    out o = {0};
    if (!out_open(&o, path, e)) return false;
    fputs("split\tdocument\trelation\tlabel\targument1\targument2\twhy\n", o.to);
    for (int s = 0; s < SPLITS; s++)
        for (int i = 0; i < p->parts[s].lost.n; i++) {
            const lost_gold *l = &p->parts[s].lost.at[i];
            fprintf(o.to, "%s\t%s\t%.*s\t%.*s", split_names[s], l->d->id, (int)l->r->id.len,
                    l->r->id.at, (int)l->r->type.len, l->r->type.at);
            for (int k = 0; k < 2; k++) {
                str ref = k < l->r->n ? l->r->args[k].ref : (str){"", 0};
                fprintf(o.to, "\t%.*s", (int)ref.len, ref.at);
            }
            fprintf(o.to, "\t%s\n", l->why);
        }
    say("%d relations of the gold are in no row: %s lists them", n, path);
    return out_close(&o, e);
}

/* A file that another split left here would be taken for one of this. */
static bool gone(const char *path, err *e)
{
    return !path_exists(path) || !unlink(path) ||
           fail(e, "%s: cannot be removed: %s", path, strerror(errno));
}

bool prepare_write(prepared *p, const char *to, bool overwrite, err *e)
{
    const char *paths[SPLITS + 1] = {[SPLITS] = path_join(p->mem, to, "left-out.tsv")};
    int lost = 0;
    if (!dir_make(to, e)) return false;
    for (int s = 0; s < SPLITS; s++)
        paths[s] = path_join(p->mem, to, str_format(p->mem, "%s.tsv", split_names[s]));
    for (int i = 0; i <= SPLITS && !overwrite; i++)
        if (path_exists(paths[i]))
            return fail(e, "%s is there already; give another --to, or --overwrite", paths[i]);
    for (int s = 0; s < SPLITS; s++) {
        const part *of = &p->parts[s];
        lost += of->lost.n;
        if (of->x.n ? !put_part(p, of, paths[s], e) : !gone(paths[s], e)) return false;
    }
    if (p->blanks) say("%d texts have a line end or a tab, written as a blank", p->blanks);
    return lost ? put_lost(p, paths[SPLITS], lost, e) : gone(paths[SPLITS], e);
}
