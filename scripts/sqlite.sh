#!/bin/sh
# Compiles SQLite's amalgamation (from the npm package better-sqlite3) once for all builds of this
# machine and prints the folder that holds sqlite3.h and libsqlite3-millpond.a.
# sqlite.sh FLAVOUR [SOURCE]: plain, or thread (ThreadSanitizer). The folder's name is the hash of
# source, compiler and flags, so a change of any of them makes a new one.
set -eu
flavour=${1:-plain}
root=$(cd "$(dirname "$0")/.." && pwd)
source=${2:-$root/node_modules/better-sqlite3/deps/sqlite3}
cc=${SQLITE_CC:-cc}
flags="-O2 -g -fPIC -w
 -DSQLITE_DQS=0 -DSQLITE_THREADSAFE=2 -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_DEFAULT_FOREIGN_KEYS=1
 -DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_MAX_EXPR_DEPTH=1000 -DSQLITE_OMIT_DEPRECATED
 -DSQLITE_OMIT_SHARED_CACHE -DSQLITE_OMIT_LOAD_EXTENSION
 -DSQLITE_USE_ALLOCA -DSQLITE_STRICT_SUBTYPE=1 -DSQLITE_ENABLE_FTS5
 -DSQLITE_ENABLE_STAT4 -DSQLITE_ENABLE_DBSTAT_VTAB
 -DSQLITE_ENABLE_COLUMN_METADATA -DHAVE_FDATASYNC=1 -DHAVE_USLEEP=1"
[ "$flavour" = thread ] && flags="$flags -fsanitize=thread"
hash=$({ cat "$source/sqlite3.c" "$source/sqlite3.h"; $cc --version; echo "$flags"; } | sha256sum | cut -c1-16)
cache=${MILLPOND_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/millpond}
folder=$cache/sqlite-$flavour-$hash
if [ ! -f "$folder/libsqlite3-millpond.a" ]; then
    mkdir -p "$cache"
    exec 9> "$cache/sqlite-$flavour.lock"
    flock 9
    if [ ! -f "$folder/libsqlite3-millpond.a" ]; then
        echo "sqlite: compiling the amalgamation ($flavour), once, half a minute to two" >&2
        work=$(mktemp -d "$cache/work.XXXXXX")
        cp "$source/sqlite3.h" "$work/"
        # shellcheck disable=SC2086
        $cc $flags -c "$source/sqlite3.c" -o "$work/sqlite3.o"
        ar rcs "$work/libsqlite3-millpond.a" "$work/sqlite3.o"
        rm "$work/sqlite3.o"
        rm -rf "$folder"
        mv "$work" "$folder"
    fi
fi
echo "$folder"
