#!/bin/sh
# Every test function stands in its folder's tests.def: prints those that nobody runs.
cd "$(dirname "$0")/../tests" || exit 2
bad=0
for f in */test_*.c; do
    for t in $(sed -n 's/^void \([a-z0-9_]*\)(void \*\*state)$/\1/p' "$f"); do
        grep -q "TEST($t," "${f%/*}/tests.def" || { echo "tests/$f: $t is not in tests.def"; bad=1; }
    done
done
exit $bad
