#!/bin/sh
# A folder of src/ includes only itself and the folders above it (the alphabet is the flow). Prints each include that looks down.
cd "$(dirname "$0")/../src" || exit 2
grep -rnE '^ *# *include "' --include='*.[ch]' --include='*.cu' --include='*.def' . |
    LC_ALL=C awk -F/ '{ to = $0; sub(/.*include "/, "", to); sub(/\/.*/, "", to)
                        if ($2 < to) { print $0 "  looks down"; bad = 1 } } END { exit bad }'
