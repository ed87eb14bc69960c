#pragma once
/* libmtbert: a trained model applied to text, for programs in C and for whatever can call C.
 * Everything that a function returns is the model's: a result and all it points to are good
 * until the next call with the same model, and until mtbert_close. One model serves one thread
 * at a time; no function ends the process, prints anything but warnings on standard error, or
 * opens a network connection. Text is UTF-8; positions are bytes of the text that was passed,
 * half open. */
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define MTBERT_API __attribute__((visibility("default")))
#else
#define MTBERT_API
#endif

typedef struct mtbert mtbert;
typedef struct mtbert_result mtbert_result;

typedef struct mtbert_answer {
    const char *task;  /* as the model names it */
    const char *label; /* class, label or type of a mention; "": a number, or a bare mention */
    double score;      /* probability, or the number */
    size_t start, end; /* of a mention; both 0: the answer is about the whole text */
} mtbert_answer;

/* How many threads all models of this process compute with; 0: every processor. At first 1. */
MTBERT_API void mtbert_threads(int n);
/* device: "auto" or "cpu". NULL on failure, with one line in why[why_size]. */
MTBERT_API mtbert *mtbert_open(const char *model, const char *device, char *why, size_t why_size);
/* All tasks of the model that fit one text (which may hold masked arguments such as @GENE$), and
 * one pair of texts. NULL on failure, which mtbert_why explains. Of several labels a text may
 * have, those above one half are answers. */
MTBERT_API const mtbert_result *mtbert_annotate(mtbert *m, const char *text, size_t bytes);
MTBERT_API const mtbert_result *mtbert_annotate_pair(mtbert *m, const char *text, size_t bytes,
                                                     const char *text2, size_t bytes2);
MTBERT_API size_t mtbert_count(const mtbert_result *r);
/* NULL where i is too large. */
MTBERT_API const mtbert_answer *mtbert_at(const mtbert_result *r, size_t i);
/* The line that `mtbert predict --offsets bytes` prints, without its newline. */
MTBERT_API const char *mtbert_json(const mtbert_result *r);
MTBERT_API const char *mtbert_why(const mtbert *m);
MTBERT_API void mtbert_close(mtbert *m); /* NULL is fine */

#ifdef __cplusplus
}
#endif
