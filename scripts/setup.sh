#!/bin/sh
# Installs Debian packages that are missing: setup.sh PURPOSE PACKAGE... One question to dpkg when all
# is there; otherwise apt, as root or through sudo.
set -eu
purpose=$1
shift
missing=
installed=$(dpkg-query -W -f '${Package} ${Status}\n' "$@" 2>/dev/null | sed -n 's/ install ok installed$//p')
for package in "$@"; do
    # Node.js may come from elsewhere and bring npm along: what counts is that the command is there.
    case $package in
        nodejs) command -v node > /dev/null && continue ;;
        npm) command -v npm > /dev/null && continue ;;
    esac
    echo "$installed" | grep -qx "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "setup: installing for $purpose:$missing"
if [ "$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
apt() { $as_root apt-get -o Dpkg::Use-Pty=0 "$@" > "$log" 2>&1 || { cat "$log"; echo "setup: apt-get $1 failed" >&2; exit 1; }; }
echo 'setup: apt-get update'
apt update
echo 'setup: apt-get install (this may take a few minutes)'
# shellcheck disable=SC2086
apt install -y --no-install-recommends $missing
rm -f "$log"
echo 'setup: installed'
