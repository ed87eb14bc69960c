/* The one file that includes utf8proc. */
#include "encode/unicode.h"
#include <string.h>
#include <utf8proc.h>

const char *unicode_version(void)
{
    return utf8proc_unicode_version();
}

bool unicode_check(err *e)
{
    if (!strncmp(utf8proc_unicode_version(), "15.0", 4)) return true;
    return fail(e, "libutf8proc has the tables of Unicode %s, but text is cut by those of 15.0",
                utf8proc_unicode_version());
}

static utf8proc_category_t category(uint32_t c)
{
    return c > 0x10FFFF ? UTF8PROC_CATEGORY_CN : utf8proc_category((utf8proc_int32_t)c);
}

bool unicode_is_control(uint32_t c)
{
    utf8proc_category_t k = category(c);
    return k == UTF8PROC_CATEGORY_CC || k == UTF8PROC_CATEGORY_CF;
}

bool unicode_is_private(uint32_t c)
{
    return category(c) == UTF8PROC_CATEGORY_CO;
}

bool unicode_is_unassigned(uint32_t c)
{
    utf8proc_category_t k = category(c);
    return k == UTF8PROC_CATEGORY_CN || k == UTF8PROC_CATEGORY_CS;
}

bool unicode_is_space(uint32_t c)
{
    if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
    if (c == 0x85) return true;
    utf8proc_category_t k = category(c);
    return k == UTF8PROC_CATEGORY_ZS || k == UTF8PROC_CATEGORY_ZL || k == UTF8PROC_CATEGORY_ZP;
}

bool unicode_is_punctuation(uint32_t c)
{
    if (c < 0x80)
        return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) ||
               (c >= 123 && c <= 126);
    utf8proc_category_t k = category(c);
    return k >= UTF8PROC_CATEGORY_PC && k <= UTF8PROC_CATEGORY_PO;
}

bool unicode_is_mark(uint32_t c)
{
    return category(c) == UTF8PROC_CATEGORY_MN;
}

bool unicode_is_capital(uint32_t c)
{
    utf8proc_category_t k = category(c);
    return k == UTF8PROC_CATEGORY_LU || k == UTF8PROC_CATEGORY_LT;
}

typedef struct range {
    uint32_t first, last;
} range;

static bool within(const range *r, int n, uint32_t c)
{
    int low = 0, high = n - 1;
    while (low <= high) {
        int mid = (low + high) / 2;
        if (c < r[mid].first)
            high = mid - 1;
        else if (c > r[mid].last)
            low = mid + 1;
        else
            return true;
    }
    return false;
}
#define WITHIN(list, c) within(list, (int)(sizeof(list) / sizeof *(list)), c)

bool unicode_is_ideograph(uint32_t c, bool as_hf)
{
    static const range blocks[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},
                                   {0x20000, 0x2A6DF}, {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F},
                                   {0x2B820, 0x2CEAF}, {0x2F800, 0x2FA1F}};
    if (as_hf && c >= 0x2B820 && c < 0x2B920) return false;
    return WITHIN(blocks, c);
}

/* Other_Lowercase and Other_Uppercase of PropList: cased, though not of the classes Ll, Lu, Lt. */
static const range other_cased[] = {
    {0xAA, 0xAA},       {0xBA, 0xBA},       {0x2B0, 0x2B8},     {0x2C0, 0x2C1},
    {0x2E0, 0x2E4},     {0x345, 0x345},     {0x37A, 0x37A},     {0x10FC, 0x10FC},
    {0x1D2C, 0x1D6A},   {0x1D78, 0x1D78},   {0x1D9B, 0x1DBF},   {0x2071, 0x2071},
    {0x207F, 0x207F},   {0x2090, 0x209C},   {0x2160, 0x217F},   {0x24B6, 0x24E9},
    {0x2C7C, 0x2C7D},   {0xA69C, 0xA69D},   {0xA770, 0xA770},   {0xA7F2, 0xA7F4},
    {0xA7F8, 0xA7F9},   {0xAB5C, 0xAB5F},   {0xAB69, 0xAB69},   {0x10780, 0x10780},
    {0x10783, 0x10785}, {0x10787, 0x107B0}, {0x107B2, 0x107BA}, {0x1E030, 0x1E06D},
    {0x1F130, 0x1F149}, {0x1F150, 0x1F169}, {0x1F170, 0x1F189}};

bool unicode_is_cased(uint32_t c)
{
    utf8proc_category_t k = category(c);
    return k == UTF8PROC_CATEGORY_LU || k == UTF8PROC_CATEGORY_LL || k == UTF8PROC_CATEGORY_LT ||
           WITHIN(other_cased, c);
}

/* Word_Break MidLetter, MidNumLet and Single_Quote. */
static const range inside_words[] = {
    {'\'', '\''},     {'.', '.'},       {':', ':'},       {0xB7, 0xB7},
    {0x387, 0x387},   {0x55F, 0x55F},   {0x5F4, 0x5F4},   {0x2018, 0x2019},
    {0x2024, 0x2024}, {0x2027, 0x2027}, {0xFE13, 0xFE13}, {0xFE52, 0xFE52},
    {0xFE55, 0xFE55}, {0xFF07, 0xFF07}, {0xFF0E, 0xFF0E}, {0xFF1A, 0xFF1A}};

bool unicode_is_case_ignorable(uint32_t c)
{
    utf8proc_category_t k = category(c);
    return k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_ME || k == UTF8PROC_CATEGORY_CF ||
           k == UTF8PROC_CATEGORY_LM || k == UTF8PROC_CATEGORY_SK || WITHIN(inside_words, c);
}

int unicode_order(uint32_t c)
{
    if (c > 0x10FFFF) return 0;
    return utf8proc_get_property((utf8proc_int32_t)c)->combining_class;
}

uint32_t unicode_lower(uint32_t c)
{
    return c > 0x10FFFF ? c : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

int unicode_decompose(uint32_t c, uint32_t to[UNICODE_LONGEST])
{
    utf8proc_int32_t out[UNICODE_LONGEST];
    int unused = UTF8PROC_BOUNDCLASS_START;
    utf8proc_ssize_t n = 0;
    if (c <= 0x10FFFF)
        n = utf8proc_decompose_char((utf8proc_int32_t)c, out, UNICODE_LONGEST, UTF8PROC_DECOMPOSE,
                                    &unused);
    if (n < 1 || n > UNICODE_LONGEST) {
        to[0] = c;
        return 1;
    }
    for (int i = 0; i < (int)n; i++) to[i] = (uint32_t)out[i];
    return (int)n;
}
