#pragma once
/* Which kinds of arguments a task of relations was trained on, by the tags that mask them. A model keeps the list, so that it is asked of new documents only
 * what it has learned: pairs of drugs, not whatever two things stand in a sentence. */
#include "corpus/examples.h"

/* The distinct pairs of tags, sorted: "CHEMICAL GENE" for @GENE$ .. @CHEMICAL$ in whatever order, "CHEM-GENE" alone for one tag that masks both. *n 0 where
 * no example has tags, or where there are more kinds than a list should have. In mem. */
const char **arguments_seen(const examples *x, arena *mem, int *n);
/* The tag among those seen that is this one, capitals aside; at NULL: none. */
str arguments_tag(const task *t, str tag);
/* Were these two seen together? */
bool arguments_pair(const task *t, str a, str b);
/* The one tag for both where arguments overlap, if there was just one kind of it; else NULL. */
const char *arguments_both(const task *t);
