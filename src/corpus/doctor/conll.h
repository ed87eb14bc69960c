#pragma once
/* Tags of a file one by one (scheme.c), for those who cut its lines (conll.c). */
#include "corpus/doctor/parts.h"

typedef struct seen_tag {
    int line, type; /* index of its type */
    char prefix;    /* as written, 'B' 'I' 'O' 'E' 'S' 'L' 'U'; 0: a sentence ends here */
} seen_tag;
typedef struct tag_reader {
    const task *t; /* its labels, if they are fixed, are those that may stand here */
    arena *mem;
    seen_tag *at; /* [n] */
    int n;
    size_t cap;
    table types;
    const char **names; /* [n_types] */
    int *first_line;    /* [n_types] */
    size_t *times;      /* [n_types] */
    int n_types;
    size_t names_cap, lines_cap, times_cap;
} tag_reader;

/* False, with a finding, if it is no tag, or of a type that the task does not have. */
bool tags_take(doctor *d, tag_reader *r, str tag, int line);
void tags_end_sentence(tag_reader *r);
/* The scheme that most of the tags follow, "IOB2" or the like, and a finding for each tag that does not; NULL if there is none. */
const char *tags_judge(doctor *d, tag_reader *r);
