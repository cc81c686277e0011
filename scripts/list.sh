#!/bin/sh
# Prints the files below a folder that match find's expression, sorted: list.sh ROOT FOLDER EXPR...
# A folder that does not exist holds nothing. Used by meson.build, so that a new file needs no edit there.
cd "$1" && folder=$2 && shift 2 || exit 1
[ -d "$folder" ] || exit 0
find "$folder" -type f "$@" | LC_ALL=C sort
