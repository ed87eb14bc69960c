#pragma once
/* Cases of the command line: a file of commands, each with what it prints and its status. A case is
 *     $ mtbert tokenize -@ $N --model model
 *     > a line of standard output
 *     ! a line of standard error
 *     = 0
 * and what stands between cases is comment. The lines are compared as they are, but: `...` stands for
 * anything up to what follows in its line, a line that is only `...` for any lines; numbers with a
 * fraction may differ by 1e-4 of their size, since kernels sum in different orders.
 *
 * Each file runs twice, with N=1 and N=2, and what is printed must be the same to the byte. Commands
 * run in a directory of their own that has `model`, a small model of every kind of task, and `data`,
 * which is tests/cli/data. REDO=1 in the environment writes what was printed into the file where it
 * did not match. */
void cases_run(const char *name);

/* The commands of a document, once each, from a directory that has `corpora`, `studies` and an empty `build`. In its fenced blocks
 * a command stands behind `$ ` and what it prints on standard output below it, compared as above; its status is 0. A block that
 * begins with `# build/NAME` is written to that file, without this line. */
void cases_run_document(const char *path);
