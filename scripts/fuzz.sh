#!/bin/sh
# fuzz.sh BUILD SECONDS: runs every libFuzzer target of a build for so long, starting from its corpus.
# New inputs that reach new code stay in BUILD/corpus; an input that breaks something stays in BUILD.
set -eu
cd "$(dirname "$0")/.."
build=$1
seconds=$2
find src tests/fuzz -name 'fuzz_*.c' 2>/dev/null | LC_ALL=C sort | while read -r source; do
    name=$(basename "$source" .c)
    corpus=$(dirname "$source")/corpus/${name#fuzz_}
    mkdir -p "$build/corpus/$name"
    echo "fuzz: $name for $seconds s"
    "$build/$name" -max_total_time="$seconds" -max_len=65536 -timeout=10 -print_final_stats=1 \
        -artifact_prefix="$build/$name-" "$build/corpus/$name" $([ -d "$corpus" ] && echo "$corpus") \
        2> "$build/$name.log" || { tail -60 "$build/$name.log"; exit 1; }
    grep -E 'stat::number_of_executed_units' "$build/$name.log"
done
