/* Tagged words as documents. In BLUE's form (conll.h) words stand at their offsets, and what lies between them is blanks; else words and sentences are joined
 * by a blank each. A document is what BLUE's second column names, or what -DOCSTART- begins; in a file without either each sentence is one.
 * Mentions begin and end as conlleval has it, whatever the scheme. In BLUE's form an I behind an O is a further piece of the mention before it in
 * its sentence, and an I at the start of a sentence goes on with the mention that ended the one before, since that is how BLUE's writer tags them.
 * Where split_words would cut the words otherwise, and blanks cut them as the file does, a note "words" on the document says so (document_words). */
#include "corpus/formats/collect.h"
#include "corpus/formats/conll.h"
#include "corpus/formats/readers.h"
#include "corpus/split.h"
#include "corpus/tree.h"
#include <string.h>

enum { BLANKS_FREE = 1 << 24, BLANKS_A_BYTE = 64 };

typedef struct builder {
    const source *s;
    document_list *to;
    conll_rows rows;
    document *d; /* being built, or NULL */
    str name;    /* of d in the file, in BLUE's form */
    text t;
    size_t points;            /* of t */
    size_t blanks;            /* that offsets may still ask for */
    bool by_sentence, begins; /* the next word begins a sentence */
    int open;                 /* mention of d that may go on, or -1 */
    char before;              /* prefix of the word before */
    span *words;              /* [n_words] of d */
    int n_words;
    size_t cap_words;
} builder;

/* Does document_words cut the document as its file did? */
static bool cut_as_given(const builder *b)
{
    const document *d = b->d;
    arena mem = {0};
    bool same = true;
    int next = 0;
    for (int i = 0; same && i < d->n_sentences; i++) {
        arena_mark here = arena_here(&mem);
        span in = d->sentences[i].at, *words;
        int n = document_words(d, str_sub(d->text, in.start, in.end), &mem, &words);
        same = next + n <= b->n_words;
        for (int k = 0; same && k < n; k++, next++)
            same = words[k].start + in.start == b->words[next].start &&
                   words[k].end + in.start == b->words[next].end;
        arena_rewind(&mem, here);
    }
    arena_close(&mem);
    return same && next == b->n_words;
}

static void finish(builder *b)
{
    document *d = b->d;
    if (!d) return;
    d->text = str_copy(b->s->mem, text_str(&b->t));
    if (!cut_as_given(b)) {
        infon_add(&d->more, b->s->mem, STR("words"), STR("blanks"));
        if (!cut_as_given(b)) d->more.n--;
    }
    b->d = NULL, b->n_words = 0;
}

static void begin(builder *b)
{
    const char *id;
    str stem = str_is(str_of(b->s->path), "-") ? STR("document") : tree_stem(b->s->path);
    finish(b);
    if (b->rows.blue)
        id = str_keep(b->s->mem, b->rows.doc);
    else
        id = str_format(b->s->mem, "%.*s-%d", (int)stem.len, stem.at, b->to->n + 1);
    b->d = document_add(b->to, b->s->mem, id, b->s->path, b->rows.line);
    b->name = b->rows.doc;
    b->t.len = 0, b->points = 0;
    b->open = -1, b->before = 'O';
}

/* Puts blanks before a word; false with a complaint if it cannot stand where it says. */
static bool put_gap(builder *b, err *e)
{
    const conll_rows *s = &b->rows;
    size_t wanted = s->blue ? (size_t)s->offset : b->points + (b->t.len > 0);
    if (wanted < b->points)
        return fail(e,
                    "%s:%d: an offset behind the word before is expected, %zu or more, here is %zu",
                    s->path, s->line, b->points, wanted);
    if (wanted - b->points > b->blanks)
        return fail(e, "%s:%d: an offset near the word before is expected (%zu), here is %zu",
                    s->path, s->line, b->points, wanted);
    if (s->blue) b->blanks -= wanted - b->points;
    for (; b->points < wanted; b->points++) text_char(&b->t, ' ');
    return true;
}

static void tag(builder *b, char now, str type, span at)
{
    document *d = b->d;
    doc_mention *m = b->open >= 0 ? &d->mentions[b->open] : NULL;
    bool same = m && str_eq(m->type, type), goes_on = strchr("IEL", now) && same;
    bool here = m && m->at[m->n - 1].end > d->sentences[d->n_sentences - 1].at.start;
    if (now == 'O') {
        /* it may have a further piece */
    } else if (goes_on && strchr("BI", b->before)) {
        m->at[m->n - 1].end = at.end;
    } else if (goes_on && b->rows.blue && b->before == 'O' && here) {
        mention_piece(m, b->s->mem, at.start, at.end);
    } else {
        b->open = d->n_mentions;
        m = document_mention(d, b->s->mem, (str){"", 0}, type, b->rows.line);
        mention_piece(m, b->s->mem, at.start, at.end);
    }
    b->before = now;
}

static bool put_word(builder *b, err *e)
{
    const conll_rows *s = &b->rows;
    char now = 'O';
    str type = {"", 0};
    bool other = b->d && s->blue && !str_eq(b->name, s->doc);
    bool again = b->d && s->blue && b->begins && (size_t)s->offset < b->points;
    if (s->tag.len && !tag_cut(s->tag, &now, &type))
        return fail(
            e, "%s:%d: a tag O, B-TYPE or I-TYPE (or bare O, B, I) is expected, here is '%.*s'",
            s->path, s->line, (int)(s->tag.len < 60 ? s->tag.len : 60), s->tag.at);
    if (!b->d || other || again) begin(b); /* again: a document that the file has twice */
    if (!put_gap(b, e)) return false;
    span at = {b->t.len, b->t.len + s->word.len};
    text_add(&b->t, s->word);
    GROW(b->s->mem, b->words, b->n_words, b->cap_words);
    b->words[b->n_words++] = at;
    b->points += utf8_points(s->word);
    if (b->begins) document_sentence(b->d, b->s->mem, at);
    if (b->begins && !s->blue) b->open = -1, b->before = 'O';
    b->begins = false;
    b->d->sentences[b->d->n_sentences - 1].at.end = at.end;
    tag(b, now, type, at);
    return true;
}

static bool has_starts(str bytes)
{
    for (str line; str_line(&bytes, &line);)
        if (str_starts(line, "-DOCSTART-")) return true;
    return false;
}

bool conll_documents(document_list *to, const source *s, err *e)
{
    str bytes = utf8_body(s->bytes);
    builder b = {.s = s, .to = to, .begins = true, .open = -1, .before = 'O'};
    b.rows = (conll_rows){.path = s->path, .rest = bytes, .mem = s->mem};
    b.by_sentence = !has_starts(bytes);
    b.blanks = BLANKS_FREE + bytes.len * BLANKS_A_BYTE;
    bool ok = true;
    for (enum conll_row kind = CONLL_WORD; ok && kind != CONLL_END;) {
        ok = conll_next(&b.rows, &kind, e);
        if (ok && kind == CONLL_WORD) ok = put_word(&b, e);
        if (kind == CONLL_WORD) continue;
        b.begins = true;
        if (kind == CONLL_START || (b.by_sentence && !b.rows.blue)) finish(&b);
    }
    finish(&b);
    text_close(&b.t);
    return ok;
}
