/* Folding to ASCII (printable.h): the same characters to the same as in the released data, so that its rows can be compared. */
#include "corpus/prepare/printable.h"
#include <string.h>

/* Pairs: a character and what stands for it. What is neither here nor Greek is left out. */
static const char folds[] =
    "\u00a0 \u2002 \u2005 \u2009 \u200a \u00a9c\u00aer\u00b1+\u00b0*\u00b7*\u00b22\u00b33\u00b4'"
    "\u00b5m\u00b91\u00d7*\u00c3A\u00c5A\u00dfb\u00e1a\u00e7c\u00e9e\u00efi\u00f6o\u00f8m\u00fcu"
    "\u00ffy\u0153o\u0192f\u025be\u0303~\u043ak\u2022*\u2026.\u2033\"\u2034\"\u20755\u20777\u20799"
    "\u207a+\u207b-\u20800\u20811\u20822\u20833\u20844\u20855\u208b-\u2122T\u2192>\u2193<\u2194<"
    "\u2211E\u2217*\u221e~\u223c~\u2243=\u2248=\u2264<\u2265>\u226a<\u226b>\u22c5*\u2550=\u2a7d<"
    "\u2a7e>\u3008(\u3009)\ue232x\ue2f6x\uf8ff*"
    "\u03aca\u03ade\u03aeh\u03afe\u03cdu\u03cco\u03cew\u0389H\u038eY\u038cO\u038fw";
/* U+03B1 to U+03C9, capitals U+0391 to U+03A9; theta and psi become two letters, the capital omega a small w. */
static const char greek[] = "abgdezh.iklmnxoprsstyfx.w";

static void put_greek(text *to, uint32_t c)
{
    bool capital = c <= 0x3a9;
    uint32_t i = c - (capital ? 0x391 : 0x3b1);
    if (greek[i] == '.')
        text_add(to, str_of(i == 7 ? (capital ? "TH" : "th") : (capital ? "PS" : "ps")));
    else
        text_char(to, (char)(capital && greek[i] != 'w' ? greek[i] - 32 : greek[i]));
}

static void put_code(text *to, uint32_t c)
{
    if ((c >= 0x391 && c <= 0x3a9) || (c >= 0x3b1 && c <= 0x3c9)) {
        put_greek(to, c);
        return;
    }
    for (size_t at = 0; at < sizeof folds - 1;) {
        uint32_t from = utf8_next((str){folds, sizeof folds - 1}, &at);
        if (from == c) {
            text_char(to, folds[at]);
            return;
        }
        at++;
    }
}

void printable_put(text *to, str s)
{
    for (size_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        if (c < 0x7f && (c >= ' ' || strchr("\t\n\v\f\r", (int)c)))
            text_char(to, (char)c);
        else
            put_code(to, c);
    }
}
