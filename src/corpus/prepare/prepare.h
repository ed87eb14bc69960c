#pragma once
/* A corpus as its owners publish it -> BLUE's files train.tsv, dev.tsv, test.tsv, and what is in them by split and label. recipes.def lists the corpora:
 * each has a task as a study would have it, a function that finds and reads the owners' files (gather), and what its lists of ids are of.
 * Texts become examples by the same code as in a study from the originals. */
#include "corpus/examples_documents.h"
#include "corpus/prepare/where.h"
#include "corpus/tree.h"

typedef struct tally {
    const char *label;
    size_t n;
} tally;
typedef struct tallies {
    tally *at;
    int n;
    size_t cap;
} tallies;
void tally_add(tallies *to, arena *mem, str label, size_t n); /* n 0: the label is listed */

typedef struct part {   /* one split */
    document_list docs; /* of corpora of documents; else empty */
    examples x;
    size_t cap;    /* of x, for gather */
    int documents; /* of corpora of pairs: pairs, each a document of its own */
    int sentences;
    tallies mentions, pairs;
    lost_golds lost;
} part;

typedef struct prepared {
    const struct recipe *of;
    const char *from;
    tree files; /* below from */
    task t;
    part parts[SPLITS];
    bool unsplit; /* gather put all into train, since the owners do not split */
    bool authors;
    where missing; /* of the authors' form */
    int left_out;  /* documents or pairs that the split does not name */
    int blanks;    /* texts in which a line end or tab is written as a blank */
    arena *mem;
} prepared;

enum split_unit { BY_DOCUMENT, BY_SENTENCE, BY_EXAMPLE };
/* How cells of the authors' released data differ from ours: in ASCII (printable.h), or a quote in them not doubled and quoted. */
enum released_form { LIKE_OURS, IN_ASCII, UNQUOTED };
typedef bool gather(prepared *p, err *e);
typedef struct recipe {
    const char *name, *task, *about;
    gather *read;
    enum split_unit by;
    enum released_form released;
    bool blue; /* BLUE's split is known: it is in blue_splits.def, or it is the owners' */
} recipe;
const recipe *recipe_named(const char *name);
const char *recipe_names(arena *mem);

typedef struct prepare_asked {
    const char *corpus, *from;
    const char *split;     /* "blue", "official", NULL: by default */
    const char *split_ids; /* a file, or NULL */
    bool authors;
} prepare_asked;
MUST_USE bool prepare_read(prepared *p, const prepare_asked *a, arena *mem, err *e);
MUST_USE bool prepare_write(prepared *p, const char *to, bool overwrite, err *e);
void prepare_count(prepared *p); /* fills documents, sentences and tallies */
void prepare_json(text *to, const prepared *p);
void prepare_table(text *to, const prepared *p);

/* For those that gather: the file of a split by patterns, read as documents; a file that is not there is an error if needed. */
MUST_USE bool gather_documents(prepared *p, enum split which, const char *form,
                               const char *patterns, bool needed, err *e);
/* Does a path of p->files, below the corpus, match the pattern (fnmatch, * also over /, without regard to case)? */
bool gather_within(const prepared *p, const char *path, const char *pattern);
/* A file as examples in the format of that name. */
MUST_USE bool gather_examples(prepared *p, enum split which, const char *form, const char *patterns,
                              bool needed, err *e);
/* A document with these sentences alone, their mentions and relations. */
void document_of_sentences(document *to, const document *d, const int *wanted, int n, arena *mem);
