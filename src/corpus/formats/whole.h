#pragma once
/* For readers of folders: a file of the folder as checked bytes that live in the arena. */
#include "corpus/formats.h"

/* A byte order mark is passed over. */
MUST_USE bool whole_read(str *to, const char *path, arena *mem, err *e);
/* The same in two steps, for who mends bytes between them: unchecked bytes, and their check. */
MUST_USE bool whole_bytes(str *to, const char *path, arena *mem, err *e);
MUST_USE bool whole_check(str *bytes, const char *path, err *e);
/* Cuts a line at tabs into at most `most` fields (the last one keeps what is left); returns how many there are. */
int whole_fields(str line, str *to, int most);
