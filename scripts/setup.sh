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
if [ -n "$as_root" ] && ! command -v sudo > /dev/null; then
    echo "setup: they need root, and there is no sudo here. As root:" >&2
    echo "    apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkfifo "$work/status"

# How far apt is ("dlstatus:3:12.5:...", "pmstatus:gcc:40.1:..."): a line for every tenth.
show_progress() {
    doing= next=0
    while IFS=: read -r kind _ percent _; do
        case $kind in
            dlstatus) now=downloading ;;
            pmstatus) now=installing ;;
            *) continue ;;
        esac
        [ "$now" = "$doing" ] || { doing=$now; next=0; }
        percent=${percent%%.*}
        case $percent in ''|*[!0-9]*) continue ;; esac
        [ "$percent" -ge "$next" ] || continue
        echo "setup: $doing, $percent %"
        next=$((percent / 10 * 10 + 10))
    done
}
# The descriptor is opened behind sudo, which closes what it is given; and it is none of 1 and 2, because apt makes it
# non-blocking, which scripts of packages that print do not survive.
apt() {
    show_progress < "$work/status" &
    shower=$!
    # shellcheck disable=SC2016
    if $as_root env DEBIAN_FRONTEND=noninteractive sh -c 'status=$1; log=$2; shift 2
           exec apt-get -o Dpkg::Use-Pty=0 -o APT::Status-Fd=9 "$@" 9> "$status" > "$log" 2>&1 < /dev/null' \
           sh "$work/status" "$work/log" "$@"; then
        wait "$shower"
    else
        kill "$shower" 2> /dev/null || true
        grep -E '^(dpkg|E|W): |error' "$work/log" | head -20
        tail -20 "$work/log"
        echo "setup: apt-get $1 failed; above are its last words" >&2
        exit 1
    fi
}

echo 'setup: apt-get update'
apt update
echo 'setup: apt-get install (a few minutes the first time)'
# shellcheck disable=SC2086
apt install -y --no-install-recommends $missing
echo 'setup: installed'
