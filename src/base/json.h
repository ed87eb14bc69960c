#pragma once
/* JSON, by jansson: strict (duplicate keys, bad UTF-8, trailing text are refused), at most 512
 * levels and 16 MiB a string, integers too large for 64 bits become reals. Complaints say file, line and what was
 * expected. A value is jansson's json_t; this is the one file that includes its header, so others
 * see an opaque type and go through these functions. */
#include "base/fail.h"
#include "base/str.h"

typedef struct json_t json;
/* jansson exports functions of these names; ours have names of their own for the linker. */
#define json_real json_real_of
#define json_true json_true_of

/* name and line are for messages: line is the number of the first line of bytes. Close with json_close. */
MUST_USE bool json_parse(json **to, str bytes, const char *name, int line, err *e);
MUST_USE bool json_read(json **to, const char *path, err *e);
void json_close(json *j);

enum json_type {
    JSON_NONE,
    JSON_IS_NULL,
    JSON_IS_BOOL,
    JSON_IS_INT,
    JSON_IS_REAL,
    JSON_IS_TEXT,
    JSON_IS_LIST,
    JSON_IS_OBJECT
};
enum json_type json_type_of(const json *j); /* JSON_NONE for NULL */
json *json_at(const json *object,
              const char *key); /* NULL if it is not there; the object owns it */
json *json_item(const json *list, size_t i);
size_t json_count(const json *list_or_object);
str json_text(const json *j);    /* empty unless a text; may hold zero bytes */
double json_real(const json *j); /* also of an int; 0 unless a number */
int64_t json_int(const json *j); /* also of a whole real; 0 unless a whole number */
bool json_true(const json *j);
/* A text, or what a number, true or false is written as; a list or object as compact JSON; empty of null and of nothing. */
str json_as_text(const json *j, arena *mem);
/* Walks an object in the order of the file: for (void *i = json_first(o); i; i = json_next(o, i)) */
void *json_first(const json *object);
void *json_next(const json *object, void *at);
str json_key(void *at);
json *json_value(void *at);

/* Wanted values with a complaint: name is put in front. Absent keys, and null, leave *to alone and are fine. */
MUST_USE bool json_get_int(const json *object, const char *key, int64_t low, int64_t high,
                           int64_t *to, const char *name, err *e);
MUST_USE bool json_get_real(const json *object, const char *key, double *to, const char *name,
                            err *e);
MUST_USE bool json_get_bool(const json *object, const char *key, bool *to, const char *name,
                            err *e);
MUST_USE bool json_get_text(const json *object, const char *key, arena *mem, const char **to,
                            const char *name, err *e);

/* Writing: appends to a text. A string is quoted and escaped; invalid UTF-8 becomes U+FFFD. A real is
 * written with the fewest digits that read back the same (a float: as a float). nan and inf: null. */
void json_put_str(text *t, str s);
void json_put_real(text *t, double x);
void json_put_float(text *t, float x);
void json_put(text *t, const json *j); /* compact, keys in their order */
/* The same, indented by two spaces a level and with a newline at the end: for files people look into. */
void json_put_pretty(text *t, const json *j);
/* Makes and changes values, for configs that keep the keys they came with. */
json *json_new_object(void);
json *json_new_list(void);
void json_set(json *object, const char *key, json *value); /* takes the value over */
void json_append(json *list, json *value);
json *json_new_str(str s);
json *json_new_int(int64_t i);
json *json_new_real(double x);
json *json_new_bool(bool b);
json *json_new_null(void);
