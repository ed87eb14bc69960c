/* Puts together what a vocabulary's files say. Who is heard, from the last to the first: the mode, tokenizer_config.json,
 * special_tokens_map.json, tokenizer.json; and where no file tells the casing, the pieces. */
#include "encode/vocab.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include "encode/vocab_files.h"
#include <string.h>

const char *const wordpiece_mode_names[3] = {"hf", "google", "bluebert"};

int vocab_id(const vocab *v, str piece)
{
    return table_get(&v->ids, piece);
}

void vocab_close(vocab *v)
{
    arena_close(&v->mem);
    memset(v, 0, sizeof *v);
}

static bool is_bracketed(str s)
{
    return s.len > 2 && s.at[0] == '[' && s.at[s.len - 1] == ']';
}

static bool has_capital(str s)
{
    for (size_t i = 0; i < s.len;)
        if (unicode_is_capital(utf8_next(s, &i))) return true;
    return false;
}

/* A vocabulary is cased where a piece in a hundred has a capital: uncased ones have none but in
 * brackets, cased ones have them in every fifth piece or so; a few added by hand decide nothing. */
static bool is_cased(const vocab *v)
{
    int capitals = 0;
    for (int i = 0; i < v->n; i++)
        capitals += !is_bracketed(v->pieces[i]) && has_capital(v->pieces[i]);
    return (int64_t)capitals * 100 >= v->n && capitals;
}

static void decide_casing(vocab *v, const vocab_says *says, const char *dir)
{
    v->lower = says->lower_by ? says->lower == 1 : !is_cased(v);
    v->why_lower = says->lower_by ? says->lower_by
                   : v->lower     ? "the vocabulary has no capitals"
                                  : "the vocabulary has capitals";
    if (!says->lower_by && !v->lower)
        warn("%s: no file says whether text is lower-cased; the vocabulary has capitals, so it is "
             "not "
             "(Hugging Face's tools would lower it)",
             dir);
}

static bool find_specials(vocab *v, const vocab_says *says, const char *dir, err *e)
{
    int *const to[SPECIALS] = {&v->pad, &v->unk, &v->cls, &v->sep, &v->mask};
    for (int i = 0; i < SPECIALS; i++) {
        *to[i] = vocab_id(v, str_of(says->names[i]));
        bool needed = i == SPECIAL_UNK || i == SPECIAL_CLS || i == SPECIAL_SEP;
        if (*to[i] < 0 && needed)
            return fail(e, "%s: the vocabulary must have the piece %s, which it lacks", dir,
                        says->names[i]);
        if (*to[i] < 0) continue;
        int at = v->n_special++;
        for (; at && v->pieces[v->special[at - 1]].len < v->pieces[*to[i]].len; at--)
            v->special[at] = v->special[at - 1];
        v->special[at] = *to[i];
    }
    return true;
}

static bool is_special(const vocab *v, int id)
{
    for (int i = 0; i < v->n_special; i++)
        if (v->special[i] == id) return true;
    return false;
}

/* Special tokens are left out, so that no text can bring one in. */
static void fill_tries(vocab *v)
{
    arena mem = {0};
    str *keys = TAKE(&mem, str, v->n);
    int *ids = TAKE(&mem, int, v->n);
    for (int tail = 0; tail < 2; tail++) {
        int n = 0;
        for (int i = 0; i < v->n; i++) {
            str s = v->pieces[i];
            if (!s.at || s.len > 4 * WORD_MOST || is_special(v, i)) continue;
            if (tail && !str_starts(s, "##")) continue;
            keys[n] = str_sub(s, tail ? 2 : 0, s.len);
            ids[n++] = i;
        }
        trie_build(tail ? &v->tail : &v->whole, keys, ids, n, &v->mem);
    }
    arena_close(&mem);
    for (int b = 0; b < 128; b++) {
        int node = trie_step(&v->whole, TRIE_ROOT, v->folding.small[b]);
        v->single[b] = node ? v->whole.at[node].id : -1;
    }
}

static void decide_cutting(vocab *v, const vocab_says *says, int mode)
{
    v->mode = (enum wordpiece_mode)(mode >= 0 ? mode : says->mode >= 0 ? says->mode : WORDPIECE_HF);
    v->clean = v->chinese = true;
    v->strip_accents = v->lower;
    v->word_most = v->mode == WORDPIECE_GOOGLE ? 200 : 100;
    if (v->mode == WORDPIECE_HF) { /* the others have no such switches */
        if (says->strip != SAYS_NOTHING) v->strip_accents = says->strip == 1;
        if (says->chinese != SAYS_NOTHING) v->chinese = says->chinese == 1;
        if (says->clean != SAYS_NOTHING) v->clean = says->clean == 1;
        if (says->word_most) v->word_most = says->word_most;
    }
    v->folding = (fold){.mode = v->mode,
                        .clean = v->clean,
                        .lower = v->lower,
                        .accents_off = v->strip_accents,
                        .chinese = v->chinese};
    fold_fill(&v->folding, &v->mem);
}

static bool read_files(vocab *v, vocab_says *says, const char *dir, err *e)
{
    if (!path_is_dir(dir))
        return str_ends(str_of(dir), ".json") ? vocab_files_json(v, says, dir, e)
                                              : vocab_files_txt(v, dir, e);
    const char *whole = path_join(&v->mem, dir, "tokenizer.json");
    const char *lines = path_join(&v->mem, dir, "vocab.txt");
    if (path_exists(whole)) {
        if (!vocab_files_json(v, says, whole, e)) return false;
    } else if (path_exists(lines)) {
        if (!vocab_files_txt(v, lines, e)) return false;
    } else {
        return fail(e, "%s: a vocab.txt or a tokenizer.json is expected, here is neither", dir);
    }
    return vocab_files_configs(v, says, dir, e);
}

bool vocab_open(vocab *v, const char *dir, int mode, err *e)
{
    memset(v, 0, sizeof *v);
    ASSERT(mode < 3, "mode %d", mode);
    vocab_says says = {.lower = SAYS_NOTHING,
                       .strip = SAYS_NOTHING,
                       .chinese = SAYS_NOTHING,
                       .clean = SAYS_NOTHING,
                       .mode = SAYS_NOTHING,
                       .names = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}};
    if (!unicode_check(e) || !read_files(v, &says, dir, e) || !find_specials(v, &says, dir, e)) {
        vocab_close(v);
        return false;
    }
    decide_casing(v, &says, dir);
    decide_cutting(v, &says, mode);
    fill_tries(v);
    return true;
}
