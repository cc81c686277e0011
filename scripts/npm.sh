#!/bin/sh
# Brings the npm packages of package-lock.json into node_modules; does nothing when they are there.
# npm.sh run: what the program embeds.  npm.sh test: also what the tests use.
set -eu
cd "$(dirname "$0")/.."
mode=${1:-run}
hash=$(sha256sum package-lock.json | cut -c1-16)
stamp=node_modules/.millpond
have=$(cat "$stamp" 2>/dev/null || true)
[ "$have" = "test $hash" ] && exit 0
[ "$have" = "$mode $hash" ] && exit 0
omit=
[ "$mode" = run ] && omit=--omit=dev
echo "npm: fetching the pinned packages ($mode)"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error $omit
echo "$mode $hash" > "$stamp"
