/* XML and JSON that were made to hurt: one line that names file and line, in less than a second of processor time and 100 MB of memory. Each
 * is read by a process of its own, whose resources the kernel counts. */
#include "base/file.h"
#include "base/log.h"
#include "corpus/document.h"
#include "tests.h"
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 1 << 16, BLOCKS = 512, KB_MOST = 100 << 10 }; /* 32 MiB, 100 MB */
static char xs[BLOCK + 1];
#ifdef __SANITIZE_ADDRESS__
enum { WATCHED = 1 }; /* slower, larger */
#else
enum { WATCHED = 0 };
#endif

static void read_in_child(const char *form, const char *path, const char *report)
{
    arena mem = {0};
    err e = {0}, ignored = {0};
    document_list d = {0};
    log_at(LOG_QUIET);
    if (documents_read(&d, form, path, &mem, &e)) _exit(7);
    (void)!file_write(report, str_of(e.text), &ignored);
    _exit(strchr(e.text, '\n') ? 8 : 1);
}

static void put(str bytes)
{
    arena mem = {0};
    err e = {0};
    out o;
    if (!out_open(&o, path_join(&mem, test_dir(), "hostile"), &e)) fail_msg("%s", e.text);
    o.no_sync = true;
    fwrite(bytes.at, 1, bytes.len, o.to);
    if (!out_close(&o, &e)) fail_msg("%s", e.text);
    arena_close(&mem);
}

/* What put wrote; the child begins small. */
static void what_was_put_is_refused(const char *form, const char *says)
{
    arena mem = {0};
    err e = {0};
    file said = {0};
    int status;
    struct rusage used;
    const char *path = path_join(&mem, test_dir(), "hostile"),
               *report = path_join(&mem, test_dir(), "report");
    (void)!fflush(NULL);
    pid_t child = fork();
    if (!child) read_in_child(form, path, report);
    if (wait4(child, &status, 0, &used) != child) fail_msg("no child");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 1)
        fail_msg("%s: '%s' is expected; status %d", form, says, status);
    if (!file_open(&said, report, &e)) fail_msg("%s", e.text);
    const char *line = str_keep(&mem, said.bytes);
    if (!strstr(line, says) || strncmp(line, path, strlen(path)) != 0)
        fail_msg("%s: '%s' does not say '%s'", form, line, says);
    double seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                     1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    if (!WATCHED && (seconds >= 1 || used.ru_maxrss > KB_MOST))
        fail_msg("%s, %s: %.2f s, %ld KB", form, says, seconds, used.ru_maxrss);
    file_close(&said);
    arena_close(&mem);
}

static void is_refused(const char *form, str bytes, const char *says)
{
    put(bytes);
    what_was_put_is_refused(form, says);
}

/* head, n times what is repeated, tail. */
static void is_refused_long(const char *form, const char *head, const char *again, size_t n,
                            const char *tail, const char *says)
{
    text t = {0};
    text_add(&t, str_of(head));
    for (size_t i = 0; i < n; i++) text_add(&t, str_of(again));
    text_add(&t, str_of(tail));
    put(text_str(&t));
    text_close(&t);
    what_was_put_is_refused(form, says);
}

void hostile_xml_is_refused_soon(void **state)
{
    (void)state;
    memset(xs, 'x', BLOCK);
    static const char *const forms[] = {"bioc-xml", "ddi-xml"};
    for (int i = 0; i < 2; i++) {
        const char *f = forms[i];
        is_refused(f,
                   STR("<!DOCTYPE c [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;'><!ENTITY c "
                       "'&b;&b;&b;&b;&b;'>]>"
                       "<collection>&c;</collection>"),
                   ":1: a file that declares no entities");
        is_refused(f,
                   STR("<!DOCTYPE c [\n<!ENTITY x SYSTEM "
                       "'file:///etc/hostname'>]>\n<collection>&x;</collection>"),
                   ":2: a file that declares no entities");
        is_refused(f, STR("<!DOCTYPE c [<!ENTITY % x SYSTEM 'x.dtd'> %x;]><collection/>"),
                   ":1: a file that declares no entities");
        is_refused(f, STR("<collection>\n<source>\xff\xfe</source></collection>"), ":2: UTF-8");
        is_refused(f, STR("<collection>\n&#0;</collection>"), ":2: XML is expected");
        is_refused_long(f, "", "<a>", 100000, "", ":1: at most 64 levels");
        is_refused_long(f, "<a k='", xs, BLOCKS, "'/>", ":1: attributes, tags and comments");
        is_refused_long(f, "<a", " k='1'", 1000000, "/>", "");
        is_refused_long(f, "<", xs, BLOCKS, "/>", ":1: attributes, tags and comments");
        is_refused_long(f, "<a><!--", xs, BLOCKS, "--></a>", ":1: attributes, tags and comments");
        is_refused_long(f, "<a><![CDATA[", xs, BLOCKS, "", ":1: XML is expected");
    }
}

void hostile_json_is_refused_soon(void **state)
{
    (void)state;
    memset(xs, 'x', BLOCK);
    static const char *const f = "bioc-json";
    is_refused_long(f, "", "[", 100000, "", ":1: JSON nested deeper");
    is_refused_long(f, "", "{\"a\":", 100000, "", ":1: JSON nested deeper");
    is_refused_long(f, "{\"documents\":[{\"id\":\"", xs, BLOCKS, "\"}]}",
                    ":1: JSON strings of at most");
    is_refused_long(f, "{\"documents\":[{\"id\":\"", xs, BLOCKS, "", ":1: JSON strings of at most");
    is_refused_long(f, "{\"documents\":[{\"passages\":[{\"offset\":", "9", 1000000, "}]}]}", ":1:");
    is_refused(f, STR("{\"documents\":[{\"id\":\"\xff\"}]}"), ":1: UTF-8");
    is_refused(f, STR("{\"documents\":[{\"id\":\"\\ud800\"}]}"), ":1: not valid JSON");
    is_refused(f, STR("{\"documents\":[],\n\"documents\":[]}"), ":2: not valid JSON: duplicate");
    is_refused(f, STR("{\"documents\":[{\"passages\":[{\"offset\":-1,\"text\":\"a\"}]}]}"), ":1: ");
    is_refused(f,
               STR("{\"documents\":[{\"passages\":[{\"offset\":9223372036854775807,\"text\":\"a\","
                   "\"annotations\":["
                   "{\"locations\":[{\"offset\":9223372036854775807,\"length\":9223372036854775807}"
                   "]}]}]}]}"),
               ":1: ");
}
