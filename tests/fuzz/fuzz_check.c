/* Any bytes as train and dev of a corpus, cut at 0x1e, for the doctor: the first byte chooses the task. Whatever it is, there is a report; it is JSON, each
 * finding is a line, and what the doctor calls free of errors training reads. */
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "corpus/doctor/doctor.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const maps[] = {
    "kind: words, format: conll",
    "kind: words, labels: [D], format: conll",
    "kind: words",
    "kind: words, labels: [O, B, I]",
    "kind: relation, format: blue-tsv",
    "kind: pair, format: mednli",
    "kind: score, format: sts, range: [0, 5]",
    "kind: labels, format: hoc",
    "kind: score, format: biosses",
    "kind: score, format: medsts",
    "kind: sentence, format: csv, text: t, label: l",
    "kind: pair, labels: [a, b], format: mt-dnn",
    "kind: words, format: mt-dnn",
    "kind: sentence, format: tsv",
    "kind: sentence",
    "kind: words, format: jsonl",
    "kind: labels, format: jsonl",
    "kind: words, format: pubtator",
    "kind: relation, format: pubtator",
    "kind: words, format: bioc-xml",
    "kind: words, format: bioc-json",
    "kind: relation, format: ddi-xml",
};
enum { MAPS = sizeof maps / sizeof *maps };

static const char *folder(void)
{
    static char dir[32];
    if (!*dir) {
        strcpy(dir, "/dev/shm/check.XXXXXX");
        if (!mkdtemp(dir)) abort();
    }
    return dir;
}

static void put(const char *path, str bytes)
{
    FILE *to = fopen(path, "wb");
    if (!to) abort();
    fwrite(bytes.at, 1, bytes.len, to);
    fclose(to);
}

static void make_task(task *t, int map, str rest, arena *mem)
{
    yaml *all;
    err e = {0};
    str text_of_map = str_of(str_format(mem, "it: {%s}\n", maps[map]));
    if (!yaml_parse(text_of_map, "study", mem, &all, &e) ||
        !task_read(t, all->first, NULL, mem, &e))
        abort();
    for (int i = 0; i < 2 && rest.at; i++) {
        t->files[i] = path_join(mem, folder(), split_names[i]);
        put(t->files[i], str_cut(&rest, 0x1e));
    }
}

static void hold(doctor *d)
{
    text shown = {0};
    json *j = NULL;
    err e = {0};
    for (int i = 0; i < d->n; i++) {
        str s = str_of(d->at[i].message);
        if (!s.len || str_find(s, '\n') >= 0 || utf8_invalid(s) < s.len || d->at[i].line < 0)
            abort();
    }
    doctor_put_text(&shown, d, "none");
    text_close(&shown);
    doctor_put_json(&shown, d, "null");
    if (!json_parse(&j, text_str(&shown), "report", 1, &e)) abort();
    json_close(j);
    text_close(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) return 0;
    arena mem = {0};
    err e = {0};
    task t, again;
    log_at(LOG_QUIET);
    const str rest = {(const char *)data + 1, size - 1};
    doctor d = {.mem = &mem, .all = size & 1};
    make_task(&t, data[0] % MAPS, rest, &mem);
    again = t;
    bool opened =
        doctor_check(&d, &t, &e); /* no bytes can prevent it but those of a broken gzip file */
    if (!opened && !(e.set && strstr(e.text, "gzip"))) abort();
    if (opened) hold(&d);
    for (int i = 0; i < 2 && opened && !doctor_errors(&d); i++) {
        examples x;
        if (again.files[i] && !examples_read(&x, &again, (enum split)i, true, &mem, &e)) {
            fprintf(stderr, "%s\n", e.text);
            abort();
        }
    }
    task guessed = t;
    guessed.format = NULL;
    err none = {0};
    if (!doctor_guess(&guessed, false, &mem, &none) && !none.set) abort();
    arena_close(&mem);
    return 0;
}
