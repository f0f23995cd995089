#!/usr/bin/env bash
# Makes a Debian package of a kmsift that is built already: packaging/deb.sh BINARY FOLDER [options of cargo deb].
# What is in it says [package.metadata.deb] in Cargo.toml; man pages and completions come from the binary itself.
set -euo pipefail

[ $# -ge 2 ] || { echo 'usage: packaging/deb.sh BINARY FOLDER [options of cargo deb]' >&2; exit 2; }
binary="$(realpath "$1")"
mkdir -p "$2"
folder="$(realpath "$2")"
shift 2
cd "$(dirname "$0")/.."
command -v cargo-deb >/dev/null || { echo 'missing: cargo-deb; install it with: cargo install --locked cargo-deb' >&2; exit 1; }

# Everything lies in one folder, whatever profile the binary was built with.
stage=packaging/stage
rm -rf "$stage"
mkdir -p "$stage/completions"
install -m 755 "$binary" "$stage/kmsift"
strip "$stage/kmsift"
"$binary" man --out "$stage/man" --quiet
"$binary" completions bash >"$stage/completions/kmsift"
"$binary" completions zsh >"$stage/completions/_kmsift"
"$binary" completions fish >"$stage/completions/kmsift.fish"
"$binary" completions powershell >"$stage/completions/kmsift.ps1"
"$binary" completions elvish >"$stage/completions/kmsift.elv"

# The same binary makes the same package.
SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}"
export SOURCE_DATE_EPOCH
cargo deb --no-build --no-strip --no-dbgsym --quiet --output "$folder/" "$@"
