/* Lines in blocks, from files and from a stream that is still being written. */
#include "base/file.h"
#include "tests.h"
#include "verbs/lines.h"
#include "verbs/table_in.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *write_file(const char *name, const char *at, size_t len)
{
    static char path[4][300];
    static int turn;
    char *p = path[turn++ % 4];
    err e = {0};
    snprintf(p, 300, "%s/%s", test_dir(), name);
    if (!file_write(p, (str){at, len}, &e)) fail_msg("%s", e.text);
    return p;
}

void lines_come_whole_and_numbered(void **state)
{
    (void)state;
    size_t n = 3 << 20;
    char *big = malloc(n);
    for (size_t i = 0; i < n; i++) big[i] = i % 1000 == 999 ? '\n' : 'x';
    memset(big + (1 << 20), 'y', 1 << 20); /* one line that is longer than a block */
    const char *paths[] = {write_file("big", big, n), write_file("none", "", 0),
                           write_file("two", "a\nb", 3)};
    lines l;
    lines_open(&l, paths, 3);
    err e = {0};
    str block, line;
    bool ends_with_b = false;
    size_t seen = 0;
    while (lines_next(&l, &block, &e)) {
        if (l.path == paths[0]) {
            assert_memory_equal(block.at, big + seen, block.len);
            assert_true(seen == 0 || big[seen - 1] == '\n');
            int64_t number = 1;
            for (size_t i = 0; i < seen; i++) number += big[i] == '\n';
            assert_int_equal(l.line, number);
            seen += block.len;
        }
        while (str_line(&block, &line)) ends_with_b = str_is(line, "b");
    }
    assert_false(e.set);
    assert_int_equal(seen, n);
    assert_true(ends_with_b);
    lines_close(&l);
    free(big);
}

void a_stream_is_answered_line_by_line(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    lines l;
    lines_open(&l, NULL, 0);
    err e = {0};
    str block;
    assert_int_equal(write(ends[1], "a\nb", 3), 3);
    assert_true(lines_next(&l, &block, &e));
    assert_true(str_is(block, "a\n")); /* although nobody closed the pipe */
    assert_int_equal(write(ends[1], "c\nd", 3), 3);
    assert_true(lines_next(&l, &block, &e));
    assert_true(str_is(block, "bc\n"));
    assert_int_equal(l.line, 2);
    close(ends[1]);
    assert_true(lines_next(&l, &block, &e));
    assert_true(str_is(block, "d"));
    assert_false(lines_next(&l, &block, &e));
    assert_false(e.set);
    lines_close(&l);
}

static bool read_line(table_in *t, const char *line, int64_t number, arena *mem, input *in,
                      bool *none, err *e)
{
    return table_in_line(t, str_of(line), "t.tsv", number, mem, in, none, e);
}

void tables_are_read_by_named_columns(void **state)
{
    (void)state;
    arena mem = {0};
    table_in t = {.form = FORM_TSV, .column_text = "abstract"};
    input in;
    bool none;
    err e = {0};
    assert_true(read_line(&t, "\xEF\xBB\xBFid\ttitle\tabstract", 1, &mem, &in, &none, &e) && none);
    assert_true(read_line(&t, "7\t\"T\"\tan \"old\" text", 2, &mem, &in, &none, &e) && !none);
    assert_true(str_is(in.text, "an \"old\" text"));
    assert_string_equal(in.id, "7");
    assert_null(in.text2.at);
    assert_true(read_line(&t, "", 3, &mem, &in, &none, &e) && none);
    assert_false(read_line(&t, "7\tT", 4, &mem, &in, &none, &e));
    assert_string_equal(e.text, "t.tsv:4: 3 columns are needed, as in the header; here are 2");
    table_in_file(&t); /* another file has a header of its own */
    e = (err){0};
    assert_true(read_line(&t, "abstract", 1, &mem, &in, &none, &e) && none);
    assert_true(read_line(&t, "x", 2, &mem, &in, &none, &e) && !in.id);
    arena_close(&mem);
}

void objects_are_read_with_their_arguments(void **state)
{
    (void)state;
    arena mem = {0};
    table_in t = {.form = FORM_JSONL, .unit = UNIT_POINT};
    input in;
    bool none;
    err e = {0};
    assert_true(
        read_line(&t,
                  "{\"id\": 3, \"text\": \"\xCE\xB1 binds \xCE\xB2\", \"arguments\": [{\"start\": "
                  "0, \"end\": 1, \"type\": \"A\"}, {\"start\": 8, \"end\": 9, \"type\": \"B\"}]}",
                  1, &mem, &in, &none, &e));
    assert_string_equal(str_keep(&mem, in.masked), "@A$ binds @B$");
    assert_string_equal(str_keep(&mem, in.text), "\xCE\xB1 binds \xCE\xB2");
    assert_string_equal(in.id, "3");
    const char *const bad[] = {"[]", "{\"text\": 1}", "{\"text\": \"a\", \"arguments\": 1}",
                               "{\"text\": \"a\", \"arguments\": [{\"start\": 0, \"end\": 1}, {}]}",
                               ("{\"text\": \"ab\", \"arguments\": [{\"start\": 1, \"end\": 1, "
                                "\"type\": \"A\"}, {\"start\": 0, \"end\": 1, \"type\": \"B\"}]}")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        e = (err){0};
        assert_false(read_line(&t, bad[i], 5, &mem, &in, &none, &e));
        assert_memory_equal(e.text, "t.tsv:5: ", 9);
    }
    arena_close(&mem);
}
