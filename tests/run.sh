#!/usr/bin/env bash
# Passes all tests: format, lints, docs, tests, browser tests, supply chain. Installs what it needs.
# Under CI=true a missing part is a failure; elsewhere too, except that what cannot be installed is named.
set -euo pipefail
cd "$(dirname "$0")/.."

# One target folder for all clones of this machine, unless told otherwise; never needed, only faster.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kmsift-target}"
export CARGO_TERM_COLOR=never

step() { printf '\n== %s\n' "$*"; }

need() { # need COMMAND PACKAGE [APT OPTION...]
  command -v "$1" >/dev/null 2>&1 && return 0
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    [ -n "${APT_UPDATED:-}" ] || { apt-get update -qq; APT_UPDATED=1; }
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${@:3}" "$2" >/dev/null
  fi
  command -v "$1" >/dev/null 2>&1 || { echo "missing: $1 (Debian package $2); install it and run again" >&2; exit 1; }
}

step 'tools'
need cargo cargo
need node nodejs
need npm npm
need chromium chromium
need shellcheck shellcheck
need c++ g++ # libFuzzer is C++
need soffice libreoffice-calc --no-install-recommends # two minutes, 210 MB on disk
need python3 python3
python3 -m pip --version >/dev/null 2>&1 || need pip3 python3-pip
need dpkg-shlibdeps dpkg-dev
need groff groff-base
rustup component add rustfmt clippy >/dev/null 2>&1 || true # there already where the toolchain is whole
cargo fmt --version
cargo clippy --version
chromium --version

step 'format'
cargo fmt --all --check

step 'lints'
cargo clippy --locked --all-targets --features benches -- -D warnings

step 'docs'
RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps --document-private-items --quiet

step 'shell scripts'
shellcheck tests/run.sh tests/regenerate.sh tests/spreadsheet/run.sh tests/packaging.sh packaging/deb.sh benches/peers/run.sh .ci/run

step 'tests'
cargo test --locked

# libFuzzer's counters by stable flags alone, no sanitizer: kmsift has no unsafe code to watch. Two to three minutes to build
# from nothing and a minute to run; the same invariants are tests of tests/it/fuzz.rs too.
step 'fuzz targets over their seeds'
cargo fmt --manifest-path fuzz/Cargo.toml --check
fuzz_host="$(rustc -vV | sed -n 's/^host: //p')"
fuzz_flags='--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4'
fuzz_flags+=' -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table'
fuzz_flags+=' -Cllvm-args=-sanitizer-coverage-trace-compares'
# With --target the flags stay away from build scripts and macros.
RUSTFLAGS="$fuzz_flags" cargo build --locked --release --quiet --manifest-path fuzz/Cargo.toml \
  --target "$fuzz_host" --target-dir "$CARGO_TARGET_DIR/fuzz"
for fuzz_seeds in fuzz/corpus/*/; do
  fuzz_target="$(basename "$fuzz_seeds")"
  fuzz_finds="$(mktemp -d)" # what is found goes there, not among the seeds
  echo "$fuzz_target"
  "$CARGO_TARGET_DIR/fuzz/$fuzz_host/release/$fuzz_target" "$fuzz_finds" "$fuzz_seeds" -seed=1 -runs=2000 -timeout=10 \
    -max_len=4096 -artifact_prefix="$fuzz_finds/" >"$fuzz_finds/log" 2>&1 \
    || { tail -n 60 "$fuzz_finds/log" >&2; echo "fuzz target $fuzz_target failed; the input is in $fuzz_finds" >&2; exit 1; }
  tail -n 1 "$fuzz_finds/log"
  rm -r "$fuzz_finds"
done
step 'emitted shell scripts'
emitted=$(mktemp -d)
trap 'rm -rf "$emitted"' EXIT
cargo run --locked --quiet -- report sample-data --break-glass sample-data/break-glass.txt --out "$emitted/report" --quiet
shellcheck "$emitted"/report/targets/*.sh

step 'workbook in LibreOffice, star schema in DuckDB'
bash tests/spreadsheet/run.sh "$emitted/report"

step 'Debian package: built, installed, used'
bash tests/packaging.sh

step 'browser tests'
( cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --silent && npm test )

step 'all passed'
