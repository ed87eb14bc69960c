#pragma once
/* A small model of every kind of task, made anew where it is needed: the configs and vocabulary
 * of tests/cli/data/tiny with numbers drawn by a seed, large enough that answers differ from
 * text to text. Nothing was learned. */

/* Writes the directory; fails the test where it cannot. */
void small_model(const char *dir);
