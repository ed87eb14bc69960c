#pragma once
/* What is wrong with a corpus: everything in it that a reader would refuse, and what it would accept to the harm of training or of scores. Readers stop at
 * the first fault; here lines are looked at one by one, what is faulty is reported and passed over, and what is left is read as training would
 * read it. Nothing in a file can make this fail but that it cannot be opened. Everything lives in the arena of the doctor. */
#include "base/table.h"
#include "corpus/document.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };
enum { SEVERITIES = 3 };
extern const char *const severity_names[SEVERITIES]; /* "error", "warning", "note" */

enum finding_kind {
#define KIND(id, name, severity, of_task, about) FINDING_##id,
#include "corpus/doctor/kinds.def"
#undef KIND
    FINDINGS
};
extern const char *const finding_names[FINDINGS]; /* "encoding", "columns", .. */
enum severity finding_severity(enum finding_kind kind);

typedef struct finding {
    enum finding_kind kind;
    int file; /* index in doctor.files */
    const char *path;
    int line; /* from 1; 0: of the whole file */
    const char *message;
} finding;

typedef struct checked_label {
    const char *name;
    size_t n; /* examples with this label, or mentions of this type */
} checked_label;
typedef struct checked_file {
    const task *t; /* as it is when train has been read */
    const char *path;
    enum split split;
    const char *format;      /* as given, or as found out */
    const char *scheme;      /* of tags: "IOB2" ..; NULL: none was seen */
    bool again;              /* checked for another task already */
    document_list documents; /* n 0: its format knows none */
    examples x;              /* what a model would be given; n 0: not readable */
    checked_label *labels;
    int n_labels;
    double low, high;        /* KIND_SCORE: the least and the greatest gold score */
    size_t counts[FINDINGS]; /* also of those that are not listed */
} checked_file;

typedef struct doctor {
    arena *mem;
    bool all; /* list every finding, and not the first ten of a kind and file */
    finding *at;
    int n;
    size_t cap;
    checked_file *files; /* [n_files] in the order in which they were checked */
    int n_files;
    size_t files_cap;
    table paths; /* of files -> index */
    /* Of the task being checked, a split each: what stands in it already. See same.c. */
    struct items *items;
} doctor;

enum { LISTED_MOST = 10 };

/* Checks train, dev and test of a task, as far as there are files. Labels that are open become those of train. Fails where a file cannot be opened. */
MUST_USE bool doctor_check(doctor *d, task *t, err *e);
/* A finding in the file checked last (or in file `in`, for who comes back to one). path NULL: the file's own. */
void finding_add(doctor *d, enum finding_kind kind, const char *path, int line, const char *format,
                 ...) PRINTF(5, 6);
void finding_add_in(doctor *d, int in, enum finding_kind kind, const char *path, int line,
                    const char *format, ...) PRINTF(6, 7);
size_t doctor_errors(const doctor *d);

/* The report: findings, what the files hold, counts. lengths: a line on whether lengths were looked at, as JSON `null` or an object in the other form. */
void doctor_put_text(text *to, doctor *d, const char *lengths);
void doctor_put_json(text *to, doctor *d, const char *lengths);

/* Settles format and kind of a task that says neither, or only one, from train. */
MUST_USE bool doctor_guess(task *t, bool kind_given, arena *mem, err *e);
