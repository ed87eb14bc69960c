/* What a file's bytes tell before anybody reads it: encoding, line ends, characters that went through a wrong decoder. */
#include "base/utf8.h"
#include "corpus/doctor/parts.h"
#include <string.h>

/* What Windows-1252 and Latin-1 have at a byte from 0xa0 on is the code point of that number. */
static void say_bad(doctor *d, const char *path, int line, unsigned char byte, bool mended)
{
    char shown[5] = {0};
    if (byte >= 0xa0) utf8_put(byte, shown);
    if (mended && byte)
        finding_add(d, FINDING_MANGLED, path, line,
                    "byte 0x%02x is not UTF-8; it is read as Latin-1%s%s", byte, *shown ? ": " : "",
                    shown);
    else if (byte == 0)
        finding_add(d, FINDING_ENCODING, path, line, "text is expected, here is a zero byte");
    else if (*shown)
        finding_add(d, FINDING_ENCODING, path, line,
                    "UTF-8 is expected, byte 0x%02x is not; in Latin-1 it would be '%s'", byte,
                    shown);
    else
        finding_add(d, FINDING_ENCODING, path, line, "UTF-8 is expected, byte 0x%02x is not", byte);
}

/* UTF-8 that was taken for Latin-1 and encoded again: a letter that begins two bytes, then one of the second byte. Greek, Latin and the quotes of Windows. */
static bool is_mangled(str line)
{
    static const char *const twice[] = {"\xc3\x83\xc2", "\xc3\x82\xc2", "\xc3\x8e\xc2",
                                        "\xc3\x8f\xc2", "\xc3\xa2\xe2\x82\xac"};
    for (int i = 0; i < 5; i++)
        if (str_find_str(line, str_of(twice[i])) >= 0) return true;
    return false;
}

static bool has_control(str line)
{
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.at[i];
        bool c1 = c == 0xc2 && i + 1 < line.len && (unsigned char)line.at[i + 1] < 0xa0;
        if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7f || c1) return true;
    }
    return false;
}

static void look_at_line(doctor *d, const char *path, str line, int number)
{
    bool plain = true;
    for (size_t i = 0; i < line.len && plain; i++)
        plain = (line.at[i] >= ' ' && line.at[i] < 0x7f) || line.at[i] == '\t';
    if (plain) return;
    if (str_find_str(line, STR("\xef\xbf\xbd")) >= 0)
        finding_add(d, FINDING_MANGLED, path, number,
                    "U+FFFD: a character was lost before this file was written");
    if (is_mangled(line))
        finding_add(d, FINDING_MANGLED, path, number,
                    "UTF-8 was taken for Latin-1 and encoded twice");
    if (has_control(line)) finding_add(d, FINDING_CONTROL, path, number, "a control character");
    if (memchr(line.at, '\r', line.len))
        finding_add(d, FINDING_LINE_ENDS, path, number, "a carriage return inside the line");
}

/* Every line with a bad byte; each bad byte becomes a question mark. */
static void mend(doctor *d, const char *path, char *at, size_t len, bool mended)
{
    int line = 1, said = 0;
    size_t from = 0;
    for (;;) {
        str rest = {at + from, len - from};
        size_t bad = utf8_invalid(rest);
        const char *zero = rest.len ? memchr(rest.at, 0, bad) : NULL;
        if (zero) bad = (size_t)(zero - rest.at);
        for (size_t i = 0; i < bad; i++) line += rest.at[i] == '\n';
        if (bad == rest.len) return;
        if (line != said) say_bad(d, path, line, (unsigned char)rest.at[bad], mended);
        said = line;
        at[from + bad] = '?';
        from += bad + 1;
    }
}

str bytes_check(doctor *d, const char *path, str bytes, bool mended, arena *mem)
{
    bool wide = str_starts(bytes, "\xff\xfe") || str_starts(bytes, "\xfe\xff");
    if (wide) {
        finding_add(d, FINDING_ENCODING, path, 1, "UTF-8 is expected, the file looks like UTF-16");
        return (str){NULL, 0};
    }
    if (str_starts(bytes, "\xef\xbb\xbf")) {
        finding_add(d, FINDING_MARK, path, 1, "a byte order mark, which is passed over");
        bytes = str_sub(bytes, 3, bytes.len);
    }
    char *copy = TAKE(mem, char, bytes.len + 1);
    if (bytes.len) memcpy(copy, bytes.at, bytes.len);
    mend(d, path, copy, bytes.len, mended);
    str clean = {copy, bytes.len}, line;
    size_t crlf = 0, lines = 0;
    for (str rest = clean; rest.len;) {
        const char *end = memchr(rest.at, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.at) : rest.len;
        bool cr = len && rest.at[len - 1] == '\r';
        line = str_sub(rest, 0, len - cr);
        lines++, crlf += cr && end;
        look_at_line(d, path, line, (int)lines);
        rest = str_sub(rest, len + (end != NULL), rest.len);
    }
    if (crlf)
        finding_add(d, FINDING_LINE_ENDS, path, 0, "%zu of %zu lines end in CRLF%s", crlf, lines,
                    crlf + 1 < lines ? ", the others do not" : "");
    return clean;
}
