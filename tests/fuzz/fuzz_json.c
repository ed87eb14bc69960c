/* Any bytes through the JSON reader: what is read has to come back the same from both writers. */
#include "base/json.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(str s, str want)
{
    err e = {0};
    json *j;
    text t = {0};
    if (!json_parse(&j, s, "again", 1, &e)) abort();
    json_put(&t, j);
    if (!str_eq(text_str(&t), want)) abort();
    text_close(&t);
    json_close(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    err e = {0};
    json *j;
    if (!json_parse(&j, (str){(const char *)data, size}, "fuzz", 1, &e)) {
        if (!e.set || j) abort();
        return 0;
    }
    text flat = {0}, pretty = {0};
    json_put(&flat, j);
    json_put_pretty(&pretty, j);
    json_close(j);
    again(text_str(&flat), text_str(&flat));
    again(text_str(&pretty), text_str(&flat));
    text_close(&flat);
    text_close(&pretty);
    return 0;
}
