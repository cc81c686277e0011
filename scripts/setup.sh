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
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# apt tells among its words how far it is ("dlstatus:3:12.5:...", "pmstatus:gcc:40.1:..."): a line for every
# tenth, the rest to the log.
show_progress() {
    doing= next=0 code=1
    while IFS=: read -r kind what percent rest; do
        case $kind in
            dlstatus) now=downloading ;;
            pmstatus) now=installing ;;
            exit) code=$what; continue ;;
            *) echo "$kind${what:+:$what}${percent:+:$percent}${rest:+:$rest}" >> "$log"; continue ;;
        esac
        [ "$now" = "$doing" ] || { doing=$now; next=0; }
        percent=${percent%%.*}
        [ "${percent:-0}" -ge "$next" ] || continue
        echo "setup: $doing, $percent %"
        next=$((percent / 10 * 10 + 10))
    done
    return "$code"
}
apt() {
    { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 -o APT::Status-Fd=1 "$@" 2>&1 && echo exit:0 ||
        echo exit:1; } | show_progress ||
        { grep -E "^(dpkg|E|W): |error" "$log" | head -20; tail -30 "$log"
          echo "setup: apt-get $1 failed; above are its last words" >&2; exit 1; }
}

echo 'setup: apt-get update'
apt update
echo 'setup: apt-get install (a few minutes the first time)'
# shellcheck disable=SC2086
apt install -y --no-install-recommends $missing
echo 'setup: installed'
