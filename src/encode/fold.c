/* The three variants of BERT's basic tokenizer differ here and nowhere else, but for the final sigma:
 *                hf (Hugging Face's fast)       google (research HEAD)   bluebert (pytorch-pretrained-bert)
 *   dropped      U+0 U+FFFD Cc Cf Co            U+0 U+FFFD Cc Cf         U+0 U+FFFD Cc Cf Co Cn Cs
 *   ideographs   without U+2B820 .. U+2B91F     all                      all
 *   accents      may differ from lower          off if lower             off if lower
 *   sigma        always U+03C3                  final: U+03C2            final: U+03C2
 * Tab, newline and carriage return are blanks in all of them. */
#include "encode/fold.h"

static bool is_dropped(const fold *f, uint32_t c)
{
    if (!f->clean || c == '\t' || c == '\n' || c == '\r') return false;
    if (!c || c == 0xFFFD || unicode_is_control(c)) return true;
    if (f->mode != WORDPIECE_GOOGLE && unicode_is_private(c)) return true;
    return f->mode == WORDPIECE_BLUEBERT && unicode_is_unassigned(c);
}

static folded as(enum fold_class class, uint32_t code, int order)
{
    folded r = {.code = code, .class = class, .order = (uint32_t)order};
    return r;
}

/* Marks are put into canonical order only where text is decomposed. */
static folded kept(const fold *f, uint32_t c)
{
    return as(unicode_is_punctuation(c) ? FOLD_SPLIT : FOLD_WORD, c,
              f->accents_off ? unicode_order(c) : 0);
}

/* Decomposed, marks off, small: Hugging Face's order. Google's makes small first; no single code
 * point tells the two apart. */
int fold_sequence(const fold *f, uint32_t c, folded to[UNICODE_LONGEST])
{
    uint32_t codes[UNICODE_LONGEST] = {c};
    int n = f->accents_off ? unicode_decompose(c, codes) : 1, left = 0;
    for (int i = 0; i < n && left < UNICODE_LONGEST; i++) {
        if (f->accents_off && unicode_is_mark(codes[i])) continue;
        to[left++] = kept(f, f->lower ? unicode_lower(codes[i]) : codes[i]);
        /* The one lower case of two code points: an i with the dot that it had. */
        if (f->lower && codes[i] == 0x130 && left < UNICODE_LONGEST) to[left++] = kept(f, 0x307);
    }
    return left;
}

static folded compute(const fold *f, uint32_t c)
{
    if (is_dropped(f, c)) return as(FOLD_DROP, c, 0);
    if (unicode_is_space(c)) return as(FOLD_SPACE, ' ', 0);
    if (c == 0x3A3 && f->lower && f->mode != WORDPIECE_HF) return as(FOLD_SIGMA, 0x3C3, 0);
    folded left[UNICODE_LONGEST];
    int n = fold_sequence(f, c, left);
    if (!n) {
        uint32_t codes[UNICODE_LONGEST];
        unicode_decompose(c, codes);
        return as(FOLD_MARK, c, unicode_order(codes[0]));
    }
    if (f->chinese && unicode_is_ideograph(c, f->mode == WORDPIECE_HF))
        return as(FOLD_ALONE, left[0].code, 0);
    return n == 1 ? left[0] : as(FOLD_MANY, c, 0);
}

void fold_fill(fold *f, arena *mem)
{
    f->low = TAKE(mem, folded, FOLD_TABLE);
    for (uint32_t c = 0; c < FOLD_TABLE; c++) f->low[c] = compute(f, c);
    for (int b = 0; b < 256; b++) {
        f->byte[b] = b < 0x80 ? (uint8_t)f->low[b].class : FOLD_MANY;
        f->small[b] = (uint8_t)(b < 0x80 ? f->low[b].code : (uint32_t)b);
    }
}

folded fold_of(const fold *f, uint32_t c)
{
    return c < FOLD_TABLE ? f->low[c] : compute(f, c);
}
