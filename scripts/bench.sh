#!/bin/sh
# bench.sh BUILD [NAME]: runs the benches of tests/bench, one after the other, and installs what makes their load and
# what they are compared with; each ends with a JSON line.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh 'measuring' wrk nginx-light
found=0
for bench in tests/bench/*${2:-}*.mjs; do
    [ -f "$bench" ] || continue
    found=1
    echo "== $bench"
    MILLPOND_BIN=$1/millpond node "$bench"
done
[ $found = 1 ] || { echo "bench: there is no bench called '${2:-}' in tests/bench"; exit 1; }
