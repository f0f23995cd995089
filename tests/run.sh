#!/usr/bin/env bash
# Passes all tests: format, lints, docs, tests, browser tests, supply chain. Installs what it needs.
# Under CI=true a missing part is a failure; elsewhere too, except that what cannot be installed is named.
set -euo pipefail
cd "$(dirname "$0")/.."

# One target folder for all clones of this machine, unless told otherwise; never needed, only faster.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kmsift-target}"
export CARGO_TERM_COLOR=never

step() { printf '\n== %s\n' "$*"; }

need() { # need COMMAND PACKAGE
  command -v "$1" >/dev/null 2>&1 && return 0
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    [ -n "${APT_UPDATED:-}" ] || { apt-get update -qq; APT_UPDATED=1; }
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null
  fi
  command -v "$1" >/dev/null 2>&1 || { echo "missing: $1 (Debian package $2); install it and run again" >&2; exit 1; }
}

step 'tools'
need cargo cargo
need node nodejs
need npm npm
need chromium chromium
need shellcheck shellcheck
rustup component add rustfmt clippy >/dev/null 2>&1 || true # there already where the toolchain is whole
cargo fmt --version
cargo clippy --version
chromium --version

step 'format'
cargo fmt --all --check

step 'lints'
cargo clippy --locked --all-targets -- -D warnings

step 'docs'
RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps --document-private-items --quiet

step 'shell scripts'
shellcheck tests/run.sh tests/regenerate.sh .ci/run

step 'tests'
cargo test --locked

step 'emitted shell scripts'
emitted=$(mktemp -d)
trap 'rm -rf "$emitted"' EXIT
cargo run --locked --quiet -- report sample-data --break-glass sample-data/break-glass.txt --out "$emitted/report" --quiet
shellcheck "$emitted"/report/targets/*.sh

step 'browser tests'
( cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --silent && npm test )

step 'all passed'
