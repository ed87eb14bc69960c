#include "letters.h"
#include "encode_tests.h"

vocab letters;
arena letters_mem;

static const char *tag_names[] = {"O", "B", "I"};
static const char *class_names[] = {"no", "yes", "maybe"};

void letters_open(void)
{
    vocab_file(
        "vocab.txt",
        STR("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\nd\ne\n##a\n##b\n##c\n##d\n##e\n@\n$\n"));
    open_vocab(&letters, -1);
}

void letters_close(void)
{
    vocab_close(&letters);
    arena_close(&letters_mem);
}

task letters_task(enum task_kind kind)
{
    task t = {.name = "t",
              .kind = kind,
              .labels = kind == KIND_WORDS ? tag_names : class_names,
              .n_labels = 3};
    return t;
}

examples letters_list(example *x, int n)
{
    return (examples){.at = x, .n = n, .path = "x.tsv"};
}

/* n words of `pieces` pieces each, with tags (NULL: none), joined by blanks. */
example letters_words(int n, int n_pieces, const int *tags)
{
    example x = {.id = "w", .line = 7, .n_words = n, .label = -1};
    x.words = TAKE(&letters_mem, span, n);
    x.tags = tags ? TAKE(&letters_mem, int, n) : NULL;
    text s = {0};
    for (int i = 0; i < n; i++) {
        if (i) text_char(&s, ' ');
        x.words[i].start = s.len;
        for (int k = 0; k < n_pieces; k++) text_char(&s, (char)('a' + (i + k) % 5));
        x.words[i].end = s.len;
        if (tags) x.tags[i] = tags[i];
    }
    x.text = str_copy(&letters_mem, text_str(&s));
    text_close(&s);
    return x;
}

packs letters_pack(const task *t, examples *x, const pack_rules *rules)
{
    packs p;
    err e = {0};
    if (!pack_examples(&p, &letters, t, x, rules, &letters_mem, &e)) fail_msg("%s", e.text);
    for (int i = 0; i < p.n; i++) {
        assert_true(p.at[i].n <= rules->most);
        assert_int_equal(p.at[i].ids[0], letters.cls);
        assert_int_equal(p.at[i].ids[p.at[i].n - 1], letters.sep);
    }
    return p;
}

/* "CLS a b SEP c SEP": the pieces of a sequence. */
const char *letters_shown(const packed *p)
{
    static char line[4000];
    size_t n = 0;
    line[0] = 0;
    for (int i = 0; i < p->n; i++) {
        str s = letters.pieces[p->ids[i]];
        n += (size_t)snprintf(line + n, sizeof line - n, "%s%.*s", i ? " " : "", (int)s.len, s.at);
    }
    return line;
}
