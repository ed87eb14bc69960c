/* Folding to ASCII (printable.h); the facts give the kinds of its rules and examples of each. */
#include "corpus/prepare/printable.h"

static const struct fold {
    uint32_t code;
    const char *as;
} folds[] = {
    {0x00a0, " "},  {0x00a9, "c"},  {0x00ab, "\""}, {0x00ad, "-"}, {0x00ae, "r"}, {0x00b0, "o"},
    {0x00b1, "+"},  {0x00b2, "2"},  {0x00b3, "3"},  {0x00b4, "'"}, {0x00b5, "m"}, {0x00b7, "."},
    {0x00b9, "1"},  {0x00bb, "\""}, {0x00bd, "1"},  {0x00d7, "x"}, {0x00f7, "/"}, {0x2002, " "},
    {0x2003, " "},  {0x2009, " "},  {0x200a, " "},  {0x2010, "-"}, {0x2011, "-"}, {0x2012, "-"},
    {0x2013, "-"},  {0x2014, "-"},  {0x2015, "-"},  {0x2018, "'"}, {0x2019, "'"}, {0x201c, "\""},
    {0x201d, "\""}, {0x2020, "t"},  {0x2022, "."},  {0x2026, "."}, {0x2032, "'"}, {0x2033, "\""},
    {0x2212, "-"},  {0x223c, "~"},  {0x2264, "<"},  {0x2265, ">"}, {0x2a7d, "<"}, {0x2a7e, ">"},
};

/* Latin letters with marks, U+00C0 to U+00FF; a point: none. */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOO.OUUUUYTsaaaaaaaceeeeiiiidnooooo.ouuuuyty";
/* Greek, U+0391 to U+03A9 and, in small, U+03B1 to U+03C9; theta and psi have two letters. */
static const char greek[] = "abgdezhTiklmnxopr.stufcPo";

static void put_greek(text *to, char c, bool capital)
{
    if (c == 'T')
        text_add(to, capital ? STR("Th") : STR("th"));
    else if (c == 'P')
        text_add(to, capital ? STR("Ps") : STR("ps"));
    else
        text_char(to, (char)(c == '.' ? 's' : capital ? c - 32 : c));
}

static void put_code(text *to, uint32_t c)
{
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++)
        if (folds[i].code == c) {
            text_add(to, str_of(folds[i].as));
            return;
        }
    if (c >= 0xc0 && c <= 0xff && latin[c - 0xc0] != '.') text_char(to, latin[c - 0xc0]);
    if (c >= 0x391 && c <= 0x3a9) put_greek(to, greek[c - 0x391], true);
    if (c >= 0x3b1 && c <= 0x3c9) put_greek(to, greek[c - 0x3b1], false);
}

void printable_put(text *to, str s)
{
    for (size_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        if (c < 0x80)
            text_char(to, (char)c);
        else
            put_code(to, c);
    }
}
