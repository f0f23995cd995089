#!/usr/bin/env bash
# Makes everything generated anew: sample-data, reports/example, docs/{METRICS,FORMATS,CLI}.md. The tests only compare.
# Read what changed before committing it: numbers in EXPECTED.toml come from the generator, never from kmsift.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kmsift-target}"
cargo build --locked --bin kmsift --example regenerate
kmsift="$CARGO_TARGET_DIR/debug/kmsift"
"$CARGO_TARGET_DIR/debug/examples/regenerate"
rm -rf sample-data reports/example
"$kmsift" demo --users 48 --days 40 --rows-per-day 1 --out sample-data
"$kmsift" report sample-data --break-glass sample-data/break-glass.txt --out reports/example
