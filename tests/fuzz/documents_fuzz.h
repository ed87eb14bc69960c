#pragma once
/* What the fuzz entries of document formats share: any bytes as a file. Refused in one line that begins with the file; or every span holds, and what is
 * written loses nothing that the writer did not tell: read again it has the same texts and the same mentions at the same bytes. */
#include "base/file.h"
#include "base/log.h"
#include "corpus/document.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[100];

static void remove_dir(void)
{
    err e = {0};
    (void)!dir_remove(dir, &e);
}

static const char *in_dir(const char *name, arena *mem)
{
    if (!*dir) {
        snprintf(dir, sizeof dir, "/dev/shm/fuzz-%ld", (long)getpid());
        mkdir(dir, 0777);
        atexit(remove_dir);
    }
    return path_join(mem, dir, name);
}

static void put(const char *path, str bytes)
{
    FILE *f = fopen(path, "wb");
    if (!f) abort();
    fwrite(bytes.at, 1, bytes.len, f);
    fclose(f);
}

/* Half open, in the text, at the bounds of characters. */
static void hold_span(const document *d, span s)
{
    ASSERT(s.start <= s.end && s.end <= d->text.len, "%s: a span outside", d->id);
    ASSERT(s.start == d->text.len || ((unsigned char)d->text.at[s.start] & 0xc0) != 0x80, "inside");
    ASSERT(s.end == d->text.len || ((unsigned char)d->text.at[s.end] & 0xc0) != 0x80, "inside");
}

static void hold(const document *d)
{
    ASSERT(d->id && utf8_invalid(d->text) == d->text.len, "no id, or no UTF-8");
    for (int i = 0; i < d->n_mentions; i++) {
        ASSERT(d->mentions[i].n > 0, "%s: no piece", d->id);
        for (int k = 0; k < d->mentions[i].n; k++) hold_span(d, d->mentions[i].at[k]);
    }
    for (int i = 0; i < d->n_passages; i++) hold_span(d, d->passages[i].at);
    for (int i = 0; i < d->n_sentences; i++) hold_span(d, d->sentences[i].at);
    for (int i = 0; i < d->n_relations; i++)
        for (int k = 0; k < d->relations[i].n; k++)
            ASSERT(d->relations[i].args[k].mention < d->n_mentions, "%s: no mention", d->id);
}

/* BioC has mentions passage by passage, so that their order may change. */
static int by_place(const void *a, const void *b)
{
    const doc_mention *m = a, *n = b;
    for (int k = 0; k < m->n && k < n->n; k++) {
        if (m->at[k].start != n->at[k].start) return m->at[k].start < n->at[k].start ? -1 : 1;
        if (m->at[k].end != n->at[k].end) return m->at[k].end < n->at[k].end ? -1 : 1;
    }
    return m->n != n->n ? m->n - n->n : str_cmp(m->type, n->type);
}

static doc_mention *sorted(const document *d, arena *mem)
{
    doc_mention *to = TAKE(mem, doc_mention, d->n_mentions);
    memcpy(to, d->mentions, (size_t)d->n_mentions * sizeof *to);
    qsort(to, (size_t)d->n_mentions, sizeof *to, by_place);
    return to;
}

static void same(const char *in, const document *a, const document *b, arena *mem)
{
    ASSERT(str_eq(a->text, b->text), "%s in %s: another text", a->id, in);
    ASSERT(a->n_mentions == b->n_mentions && a->n_relations == b->n_relations, "%s in %s: others",
           a->id, in);
    if (a->misses || !a->n_mentions) return; /* of texts that stand elsewhere the unit is a guess */
    const doc_mention *m = sorted(a, mem), *n = sorted(b, mem);
    for (int i = 0; i < a->n_mentions; i++, m++, n++) {
        ASSERT(m->n == n->n && str_eq(m->type, n->type), "%s in %s: another mention", a->id, in);
        for (int k = 0; k < m->n; k++)
            ASSERT(m->at[k].start == n->at[k].start && m->at[k].end == n->at[k].end,
                   "%s in %s: moved", a->id, in);
    }
}

/* To another format and read again. */
static void pass(const document_list *d, const char *format, arena *mem)
{
    err e = {0};
    losses lost = {0};
    document_list again = {0};
    const char *to = in_dir("written", mem);
    (void)!dir_remove(to, &e);
    unlink(to);
    e = (err){0};
    if (!documents_write(d, format, to, &lost, &e)) {
        ASSERT(e.set && !strchr(e.text, '\n'), "no line");
        return;
    }
    ASSERT(documents_read(&again, format, to, mem, &e), "%s", e.text);
    if (lost.n) return;
    ASSERT(d->n == again.n, "%s: %d documents, not %d", format, again.n, d->n);
    for (int i = 0; i < d->n; i++) same(format, &d->at[i], &again.at[i], mem);
}

/* `at` is the file that `bytes` stand in; of brat the folder. */
static void fuzz_documents(const char *format, const char *at, const str *bytes, arena *mem)
{
    static const char *const targets[] = {"pubtator", "bioc-xml", "bioc-json",
                                          "brat",     "conll",    "jsonl"};
    err e = {0};
    document_list d = {0};
    log_at(LOG_QUIET);
    if (!(bytes ? documents_parse(&d, format, at, *bytes, mem, &e)
                : documents_read(&d, format, at, mem, &e))) {
        ASSERT(e.set && !strncmp(e.text, at, strlen(at)) && !strchr(e.text, '\n'), "%s", e.text);
        return;
    }
    for (int i = 0; i < d.n; i++) hold(&d.at[i]);
    for (int i = 0; d.n && i < 6; i++) pass(&d, targets[i], mem);
}
