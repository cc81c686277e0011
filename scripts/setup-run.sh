#!/bin/sh
# Everything that building and running Millpond takes on Debian 12.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh 'building and running' \
    gcc libc6-dev make meson ninja-build pkg-config ca-certificates nodejs npm node-llhttp \
    libuv1-dev libpq-dev libcurl4-openssl-dev libsodium-dev libssl-dev libjansson-dev libicu-dev \
    libvips-dev libqrencode-dev libcmark-gfm-dev libcmark-gfm-extensions-dev libgumbo-dev libpcre2-dev \
    libxml2-dev libmaxminddb-dev libpsl-dev libseccomp-dev zlib1g-dev ffmpeg \
    libpango1.0-dev fonts-noto-cjk fonts-dejavu-core
