#!/bin/sh
# configure.sh FOLDER MESON-OPTIONS...: configures a build folder, again when the list of sources, the
# options or the npm packages changed (meson.build lists folders, so Ninja alone would not notice).
set -eu
cd "$(dirname "$0")/.."
folder=$1
shift
list=$folder/sources.stamp
now=$(echo "$@"; sha256sum package-lock.json scripts/*.sh;
      find src web tools tests -type f ! -name '*.mjs' ! -name '*.md' ! -path '*/corpus/*' 2>/dev/null | LC_ALL=C sort)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ -f "$folder/build.ninja" ]; then
    [ "$now" = "$(cat "$list" 2>/dev/null)" ] && exit 0
    echo "configure: $folder (the list of sources changed)"
    meson setup --reconfigure "$folder" "$@" > "$log" 2>&1 || { cat "$log"; exit 1; }
else
    echo "configure: $folder"
    scripts/sqlite.sh > /dev/null
    meson setup "$folder" "$@" > "$log" 2>&1 || { cat "$log"; rm -rf "$folder"/meson-*; exit 1; }
fi
cp "$log" "$folder/configure.log"
echo "$now" > "$list"
