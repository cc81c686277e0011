#!/bin/sh
# Packs what was built into BUILD/millpond_VERSION_ARCH.deb: deb.sh BUILD [OPTIONS OF dpkg-deb]. Wants dpkg-dev; runs as
# anybody.
set -eu
cd "$(dirname "$0")/.."
build=$1
shift
command -v dpkg-shlibdeps > /dev/null || { echo 'deb: please install dpkg-dev (apt-get install dpkg-dev)' >&2; exit 1; }
version=$("$build/millpond" version | cut -d' ' -f2)
maintainer="${DEBFULLNAME:-$(git config user.name || echo Millpond)} <${DEBEMAIL:-$(git config user.email || echo root@localhost)}>"
arch=$(dpkg --print-architecture)
root=$build/deb
rm -rf "$root"
mkdir -p "$root/debian"
tree=$root/debian/millpond
docs=$tree/usr/share/doc/millpond
install -d -m 0755 "$tree/DEBIAN" "$tree/usr/bin" "$tree/usr/lib/systemd/system" "$tree/etc/default" "$docs/examples"

for program in millpond millpond-media; do
    install -m 0755 "$build/$program" "$tree/usr/bin/$program"
    strip --strip-unneeded --remove-section=.comment --remove-section=.note "$tree/usr/bin/$program"
done
install -m 0644 packaging/millpond.service packaging/millpond.socket "$tree/usr/lib/systemd/system/"
install -m 0644 packaging/millpond.default "$tree/etc/default/millpond"
install -m 0644 packaging/ports.conf "$docs/examples/"
install -m 0644 docs/OPERATING.md README.md "$docs/"
for script in postinst prerm postrm; do install -m 0755 "packaging/$script" "$tree/DEBIAN/$script"; done
echo /etc/default/millpond > "$tree/DEBIAN/conffiles"

# The terms of what the program carries inside, as its packages state them.
notice() { printf '\n---- %s\n\n' "$1"; cat "$2"; }
{
    echo "Millpond $version. The terms of Millpond itself are those that come with its source."
    echo 'Compiled into the program or embedded in it are the following works.'
    notice llhttp /usr/share/doc/node-llhttp/copyright
    notice 'SQLite, as better-sqlite3 carries it (SQLite itself is in the public domain)' node_modules/better-sqlite3/LICENSE
    notice htmx node_modules/htmx.org/LICENSE
    notice uPlot node_modules/uplot/LICENSE
    notice crawler-user-agents node_modules/crawler-user-agents/LICENSE
} > "$docs/copyright"
printf 'millpond (%s) unstable; urgency=medium\n\n  * Packed from source.\n\n -- %s  %s\n' \
    "$version" "$maintainer" "$(date -R)" | gzip -9n > "$docs/changelog.gz"

# What the programs are linked with, as the names and versions of Debian packages.
printf 'Source: millpond\nPackage: millpond\nArchitecture: any\n' > "$root/debian/control"
depends=$(cd "$root" && dpkg-shlibdeps -O --warnings=1 -e debian/millpond/usr/bin/millpond -e debian/millpond/usr/bin/millpond-media |
    sed -n 's/^shlibs:Depends=//p')
size=$(du -sk --exclude=DEBIAN "$tree" | cut -f1)
cat > "$tree/DEBIAN/control" <<CONTROL
Package: millpond
Version: $version
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $size
Depends: $depends, adduser, ca-certificates
Recommends: fonts-noto-cjk, fonts-dejavu-core
Suggests: postgresql-client, nginx
Section: web
Priority: optional
Description: social commerce server in one program and one folder
 A storefront, a social network whose posts can be bought, a checkout inside a
 chat, one inbox, and the accounting of where every visitor and order came
 from. It keeps everything in /var/lib/millpond, or in PostgreSQL.
CONTROL
package=$build/millpond_${version}_$arch.deb
dpkg-deb "$@" --root-owner-group --build "$tree" "$package" > /dev/null
echo "$package"
