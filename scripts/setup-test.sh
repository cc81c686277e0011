#!/bin/sh
# What the tests take beyond building and running: a PostgreSQL of their own, a browser, cmocka, clang.
set -eu
cd "$(dirname "$0")/.."
scripts/setup-run.sh
scripts/setup.sh 'testing' \
    libcmocka-dev clang curl openssl postgresql postgresql-client chromium-headless-shell poppler-utils \
    util-linux ccache dpkg-dev systemd
scripts/npm.sh test
