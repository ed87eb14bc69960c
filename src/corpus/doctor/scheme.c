/* Tags in all the customary schemes, and which of them a file follows. IOB2 begins every mention with B; IOB1 with I, and with B only behind another of its
 * type; IO knows no B; IOBES (BIOLU) marks last and single words as E and S (L and U). */
#include "corpus/doctor/conll.h"
#include <string.h>

/* Of what people write instead of a tag, what they meant. */
static const char *meant(str tag)
{
    if (str_is(tag, "0")) return "; is it a zero for the letter O?";
    if (tag.len > 2 && strchr("BIOESLU", tag.at[0]) && (tag.at[1] == '_' || tag.at[1] == ' '))
        return "; a - is expected behind its first letter";
    if (tag.len && strchr("bioeslu", tag.at[0]) && (tag.len == 1 || tag.at[1] == '-'))
        return "; its first letter is a capital";
    if (tag.len > 2 && tag.at[tag.len - 2] == '-' && strchr("BIESLU", tag.at[tag.len - 1]))
        return "; the letter stands in front, as in B-Disease";
    return "";
}

static bool cut_tag(str tag, char *prefix, str *type)
{
    *type = (str){"", 0};
    if (!tag.len || !tag.at[0] || !strchr("BIOESLU", tag.at[0])) return false;
    *prefix = tag.at[0];
    if (tag.len == 1) return true;
    *type = str_sub(tag, 2, tag.len);
    return tag.at[0] != 'O' && tag.at[1] == '-' && type->len;
}

/* A bare tag in a corpus of a task with one type is of that type, as for the reader. */
static bool has_type(const task *t, str type)
{
    if (t->open_labels || (!type.len && t->n_labels == 3)) return true;
    for (int i = 1; i < t->n_labels; i += 2)
        if (str_is(type, t->labels[i][1] ? t->labels[i] + 2 : "")) return true;
    return false;
}

static int type_index(tag_reader *r, str type, int line)
{
    int old;
    if (table_get(&r->types, type) >= 0) return table_get(&r->types, type);
    const char *kept = str_keep(r->mem, type);
    if (!table_add(&r->types, r->mem, str_of(kept), r->n_types, &old)) return old;
    GROW(r->mem, r->names, r->n_types, r->names_cap);
    GROW(r->mem, r->first_line, r->n_types, r->lines_cap);
    GROW(r->mem, r->times, r->n_types, r->times_cap);
    r->names[r->n_types] = kept, r->first_line[r->n_types] = line, r->times[r->n_types] = 0;
    return r->n_types++;
}

static void note(tag_reader *r, char prefix, int type, int line)
{
    GROW(r->mem, r->at, r->n, r->cap);
    r->at[r->n++] = (seen_tag){line, type, prefix};
}

bool tags_take(doctor *d, tag_reader *r, str tag, int line)
{
    char prefix;
    str type;
    bool is_tag = cut_tag(tag, &prefix, &type);
    if (!tag.len) {
        finding_add(d, FINDING_BLANK, NULL, line, "a tag is expected, here it is blank");
    } else if (!is_tag) {
        finding_add(d, FINDING_TAG, NULL, line,
                    "a tag O, B-TYPE or I-TYPE (or bare O, B, I) is expected, here is '%.*s'%s",
                    SHOWN(tag), meant(tag));
    } else if (prefix != 'O' && !has_type(r->t, type)) {
        finding_add(d, FINDING_LABEL, NULL, line,
                    "a type of train, or of the labels given, is expected, here is '%.*s'",
                    SHOWN(tag));
        is_tag = false;
    }
    if (!is_tag || !tag.len) {
        note(r, 'O', 0, line);
        return false;
    }
    int index = prefix == 'O' ? 0 : type_index(r, type, line);
    if (prefix != 'O') r->times[index]++;
    note(r, prefix, index, line);
    return true;
}

void tags_end_sentence(tag_reader *r)
{
    if (r->n && r->at[r->n - 1].prefix) note(r, 0, 0, r->at[r->n - 1].line);
}

typedef struct tally {
    size_t letters[128];
    size_t by_b, by_i; /* mentions that begin so, where IOB1 would have I */
} tally;

/* Does nothing of this type go on at tag i? */
static bool fresh(const tag_reader *r, int i)
{
    if (!i) return true;
    char before = r->at[i - 1].prefix;
    return !before || strchr("OESLU", before) || r->at[i - 1].type != r->at[i].type;
}

static tally count(const tag_reader *r)
{
    tally y = {{0}, 0, 0};
    for (int i = 0; i < r->n; i++) {
        char p = r->at[i].prefix;
        y.letters[(unsigned char)p & 127]++;
        y.by_b += p == 'B' && fresh(r, i);
        y.by_i += p == 'I' && fresh(r, i);
    }
    return y;
}

static void say(doctor *d, const tag_reader *r, int i, const char *what)
{
    const char *type = r->names[r->at[i].type];
    finding_add(d, FINDING_BIO, NULL, r->at[i].line, "%c%s%s %s", r->at[i].prefix, *type ? "-" : "",
                type, what);
}

/* Where a mention begins with I. */
static void judge_i(doctor *d, const tag_reader *r, int i)
{
    if (r->at[i].prefix != 'I' || !fresh(r, i)) return;
    char before = i ? r->at[i - 1].prefix : 0;
    say(d, r, i,
        !before ? "begins a sentence; B is expected, unless a mention goes on from the one before"
        : before == 'O' ? "follows O; B is expected where a mention begins"
                        : "follows a mention that does not go on here; B is expected");
}

static void judge_b(doctor *d, const tag_reader *r, int i)
{
    if (r->at[i].prefix == 'B' && fresh(r, i))
        say(d, r, i,
            "begins a mention; I is expected, as in most of the file, which will be read as IOB2");
}

/* Mentions of several words must end in E (L), those of one word be S (U). */
static void judge_last(doctor *d, const tag_reader *r, int i, bool *open)
{
    char p = r->at[i].prefix;
    bool goes_on = p && strchr("IEL", p);
    bool fits = *open && i && goes_on && r->at[i - 1].type == r->at[i].type;
    if (*open && !fits)
        say(d, r, i - 1, "is the last of its mention; E (L), or S (U) of one word, is expected");
    if (!fits && goes_on) say(d, r, i, "goes on with no mention; B, or S (U), is expected");
    *open = p == 'B' || p == 'I';
}

/* Types with and without a name cannot be told apart from each other. */
static void judge_names(doctor *d, tag_reader *r)
{
    int bare = table_get(&r->types, STR(""));
    if (bare < 0 || r->n_types == 1 || !r->t->open_labels) return;
    size_t with = 0;
    int first = 0;
    for (int i = r->n_types; i-- > 0;)
        if (i != bare) with += r->times[i], first = i;
    bool rare = r->times[bare] < with;
    finding_add(d, FINDING_TAG, NULL, r->first_line[rare ? bare : first],
                "tags with a type (%zu) and without one (%zu) are mixed; one or the other is "
                "expected, here is the first of the rarer",
                with, r->times[bare]);
}

const char *tags_judge(doctor *d, tag_reader *r)
{
    tally y = count(r);
    size_t es = y.letters['E'] + y.letters['S'], lu = y.letters['L'] + y.letters['U'];
    bool open = false, last = es || lu;
    bool iob1 = !last && y.by_i > y.by_b;
    judge_names(d, r);
    for (int i = 0; i < r->n; i++) {
        if (last)
            judge_last(d, r, i, &open);
        else if (iob1)
            judge_b(d, r, i);
        else
            judge_i(d, r, i);
    }
    if (es && lu)
        finding_add(d, FINDING_BIO, NULL, 0,
                    "E and S of IOBES (%zu) and L and U of BIOLU (%zu) are mixed", es, lu);
    if (last) return es >= lu ? "IOBES" : "BIOLU";
    if (!y.letters['B'] && !y.letters['I']) return NULL;
    return iob1 ? y.letters['B'] ? "IOB1" : "IO" : "IOB2";
}
