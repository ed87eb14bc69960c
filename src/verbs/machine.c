/* What this machine is. */
#include "verbs/machine.h"
#include "base/file.h"
#include <sched.h>

static str value_of(str from, const char *key)
{
    str line;
    while (str_line(&from, &line)) {
        str name = str_cut(&line, ':');
        if (str_is(str_trim(name), key)) return str_trim(line);
    }
    return (str){0};
}

static double kilobytes(str from, const char *key)
{
    str value = value_of(from, key);
    int64_t n = 0;
    return str_int(str_cut(&value, ' '), &n) ? 1024.0 * (double)n : 0;
}

static const char *features_in(str flags, arena *mem)
{
    static const char *const known[] = {"avx2",     "fma",         "f16c",     "avx512f",
                                        "avx512bw", "avx512_bf16", "amx_bf16", "asimd"};
    text found = {0};
    str flag;
    while (flags.at) {
        flag = str_cut(&flags, ' ');
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (str_is(flag, known[i])) text_format(&found, "%s%s", found.len ? " " : "", known[i]);
    }
    const char *kept = found.len ? str_keep(mem, text_str(&found)) : "";
    text_close(&found);
    return kept;
}

static double last_cache(void)
{
    double most = 0;
    for (int i = 0; i < 6; i++) {
        char path[100];
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", i);
        file f;
        if (!file_open(&f, path, &(err){0})) break;
        str size = str_trim(f.bytes);
        double unit = str_ends(size, "M") ? 1 << 20 : str_ends(size, "K") ? 1 << 10 : 1;
        int64_t n = 0;
        if (unit > 1) size.len--;
        if (str_int(size, &n) && unit * (double)n > most) most = unit * (double)n;
        file_close(&f);
    }
    return most;
}

void machine_read(machine *m, arena *mem)
{
    *m = (machine){.processor = "unknown", .features = "", .processors = 1, .cache = last_cache()};
    cpu_set_t may;
    if (!sched_getaffinity(0, sizeof may, &may)) m->processors = CPU_COUNT(&may);
    file f;
    if (file_open(&f, "/proc/cpuinfo", &(err){0})) {
        str name = value_of(f.bytes, "model name"), flags = value_of(f.bytes, "flags");
        if (!flags.len) flags = value_of(f.bytes, "Features"); /* Arm */
        if (name.len) m->processor = str_keep(mem, name);
        m->features = features_in(flags, mem);
        file_close(&f);
    }
    if (file_open(&f, "/proc/meminfo", &(err){0})) {
        m->memory = kilobytes(f.bytes, "MemTotal");
        m->memory_free = kilobytes(f.bytes, "MemAvailable");
        file_close(&f);
    }
}
