#!/usr/bin/env bash
# The benchmark against peers, in one command: installs DuckDB, Polars and pandas, generates the data, lets everybody do the same
# reduction in turn, compares the results person by person, and writes docs/BENCHMARKS.md with its charts.
#
#   benches/peers/run.sh [--rows 1000000] [--rounds 3] [--full] [--full50] [--only SETS] [--keep] [--no-build] [--with-xan]
#   benches/peers/run.sh --render      writes the document from results.json, without measuring
#
# Sets: footprint, csv, gz, zst, twice, ndjson, many, tenant, growth, 10x; with --only the others keep their earlier figures.
# Variables: KMSIFT_PEERS (folder for packages and data, default ~/.cache/kmsift-peers; 18 GB, with --full 30 GB),
# KMSIFT (a binary, else the release build), KMSIFT_PLAIN ('NAME=value' or '--option' that asks for the plain readers),
# KMSIFT_CLEAN_DEV, KMSIFT_CLEAN_RELEASE ('WALL CPU' seconds of clean builds, measured elsewhere).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
folder="${KMSIFT_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/kmsift-peers}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kmsift-target}"
export CARGO_TERM_COLOR=never PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python="$folder/venv/bin/python"
render='' with_xan='' arguments=()
for argument in "$@"; do
  case "$argument" in
    --render) render=1 ;;
    --with-xan) with_xan=1 ;;
    *) arguments+=("$argument") ;;
  esac
done

# A tool that may be missing: the tables then have no row of it.
try() { # try COMMAND PACKAGE
  command -v "$1" >/dev/null 2>&1 && return 0
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null 2>&1 || true
  fi
  command -v "$1" >/dev/null 2>&1 || echo "without $1 (Debian package $2)" >&2
}

mkdir -p "$folder"
if [ -z "${KMSIFT:-}" ]; then
  cargo build --locked --quiet --release --manifest-path "$root/Cargo.toml"
  KMSIFT="$CARGO_TARGET_DIR/release/kmsift"
fi
tool="${KMSIFT_TOOL:-$CARGO_TARGET_DIR/release/peers}"
[ -n "${KMSIFT_TOOL:-}" ] || cargo build --locked --quiet --release --features benches --bin peers --manifest-path "$root/Cargo.toml"

if [ -z "$render" ]; then
  try zstd zstd
  try mlr miller
  [ -x "$python" ] || python3 -m venv "$folder/venv"
  "$python" -m pip install --quiet --upgrade duckdb polars pandas pyarrow
  if [ -n "$with_xan" ] && [ ! -x "$folder/xan/bin/xan" ]; then
    CARGO_TARGET_DIR="$folder/xan-target" cargo install xan --locked --quiet --root "$folder/xan"
    rm -rf "$folder/xan-target"
  fi
  XAN="$(command -v xan || true)"
  [ ! -x "$folder/xan/bin/xan" ] || XAN="$folder/xan/bin/xan"
  MLR="$(command -v mlr || true)"
  export XAN MLR
  "$python" "$here/bench.py" "${arguments[@]}" --kmsift "$KMSIFT" --tool "$tool" --folder "$folder"
fi
python3 "$here/render.py" "$here/results.json" "$tool"
echo "wrote docs/BENCHMARKS.md"
