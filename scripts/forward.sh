#!/bin/sh
# forward.sh FOLDER NAME HEADER: writes FOLDER/NAME/HEADER, which includes the generated HEADER of the build folder.
set -eu
mkdir -p "$1/$2"
line="#include \"../../$3\""
[ "$(cat "$1/$2/$3" 2>/dev/null)" = "$line" ] || echo "$line" > "$1/$2/$3"
