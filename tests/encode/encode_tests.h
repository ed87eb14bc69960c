#pragma once
/* Small vocabularies in the test's directory, and what comes out of them. */
#include "base/file.h"
#include "base/json.h"
#include "encode/wordpiece.h"
#include "tests.h"
#include <string.h>

/* Writes a file of that name into the test's directory; returns its path, which the next call overwrites. */
const char *vocab_file(const char *name, str bytes);
/* Opens the test's directory, or fails the test. */
void open_vocab(vocab *v, int mode);
/* Opening it must fail, with part in the message and the directory in front; nothing is left open. */
void refuse_vocab(const char *part);
/* "play ##ing|0-4 4-7": pieces with the bytes they came from. Valid until the next call. */
const char *cut_shown(const vocab *v, str s, bool parse_special);
