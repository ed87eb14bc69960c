#!/bin/sh
# How much of the readers of checkpoints the tests of persist/ run, by gcov: for each file its branches and how many of them were taken, and each
# line that has one which never was. The tests of persist/ alone, since fuzzing and other folders' tests must not be needed for it.
set -eu
b=build/coverage
files="crc32c pickle safetensors snappy table_file tensorflow torch varint weights weights_values zip"
find "$b" -name '*.gcda' -delete
"$b/test" persist/ "$@" >"$b/test.log" 2>&1 || { tail -n 20 "$b/test.log"; exit 1; }
for f in $files; do gcov -b -t -o "$b/persist" "src/persist/$f.c" 2>/dev/null; done | awk '
    /: *0:Source:/ { file = $0; sub(/.*\//, "", file) }
    /^ *[0-9#=*-]+: *[0-9]+:/ { line = $0; split($0, part, ":"); at = part[2] + 0; printed = 0 }
    /^branch/ {
        all[file]++; n_all++
        if ($0 ~ /taken [1-9]/) { taken[file]++; n_taken++ }
        else if (!printed++) { sub(/^[^:]*:[^:]*:/, "", line); missed[++n] = file ":" at ":" line }
    }
    END {
        for (i = 1; i <= n; i++) print missed[i]
        for (f in all) printf "%-20s %4d of %4d branches\n", f, taken[f], all[f] | "sort"
        close("sort")
        printf "%-20s %4d of %4d branches, %.1f %%\n", "all", n_taken, n_all, 100 * n_taken / n_all
        exit n_taken < n_all
    }'
