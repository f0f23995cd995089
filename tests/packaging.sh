#!/usr/bin/env bash
# Builds the Debian package of a binary, installs it into a scratch root and uses what was installed.
# tests/packaging.sh [BINARY]; without one the development build is taken (the same files, quicker to make).
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kmsift-target}"

if [ $# -ge 1 ]; then
  binary="$1"
else
  cargo build --locked --quiet --bin kmsift
  binary="$CARGO_TARGET_DIR/debug/kmsift"
fi

# One and a half minutes of one core, once a machine.
tools="$CARGO_TARGET_DIR/tools"
export PATH="$tools/bin:$PATH"
command -v cargo-deb >/dev/null \
  || cargo install --locked --quiet --target-dir "$tools/build" --root "$tools" cargo-deb@3.8.0

work="$(mktemp -d)"
trap 'rm -rf "$work" packaging/stage' EXIT
fail() { echo "packaging: $*" >&2; exit 1; }

bash packaging/deb.sh "$binary" "$work" --fast
deb="$(find "$work" -maxdepth 1 -name 'kmsift_*.deb')"
[ -f "$deb" ] || fail 'no package was made'

# dpkg's own installation where it may be done, its unpacking elsewhere.
root="$work/root"
mkdir -p "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/info"
touch "$root/var/lib/dpkg/status"
if [ "$(id -u)" = 0 ]; then
  # Nothing else is in that root, so what the package depends on is not either.
  dpkg --root="$root" --force-depends --force-script-chrootless -i "$deb" >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log" >&2; fail 'dpkg -i'; }
  dpkg --root="$root" -s kmsift | grep -qx 'Status: install ok installed' || fail 'not installed'
else
  dpkg-deb -x "$deb" "$root"
fi

installed="$root/usr/bin/kmsift"
version="$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)"
[ "$("$installed" --version)" = "kmsift $version" ] || fail 'kmsift --version'
[ "$(dpkg-deb -f "$deb" Version)" = "$version-1" ] || fail 'the version of the package'
grep -q "^kmsift ($version-1) " packaging/changelog || fail 'packaging/changelog lacks this version'
dpkg-deb -f "$deb" Depends | grep -q libc6 || fail 'no dependency on libc6'

# A page for kmsift and one for each command, and groff finds nothing wrong with them.
pages=0
for command in '' $("$installed" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\+\) .*/\1/p'); do
  [ "$command" != help ] || continue
  page="$root/usr/share/man/man1/kmsift${command:+-$command}.1.gz"
  [ -f "$page" ] || fail "no man page: $page"
  groff -man -Tutf8 -ww -z <(gzip -dc "$page") 2>"$work/groff.log" || fail "groff: $page"
  [ ! -s "$work/groff.log" ] || { cat "$work/groff.log" >&2; fail "groff warns of $page"; }
  pages=$((pages + 1))
done
[ "$pages" -ge 14 ] || fail "only $pages man pages"

completed() { # completed WORD...: what bash offers for the last word
  # shellcheck disable=SC2016 # expanded by the inner bash
  bash -c '
    source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _kmsift "$1" "${COMP_WORDS[$COMP_CWORD]}" "${COMP_WORDS[$((COMP_CWORD - 1))]}"
    echo "${COMPREPLY[*]}"' bash "$root/usr/share/bash-completion/completions/kmsift" "$@"
}
[ "$(completed kmsift rep)" = report ] || fail 'bash does not complete a command'
[ "$(completed kmsift report --break-g)" = --break-glass ] || fail 'bash does not complete an option'
[ "$(completed kmsift stale --goal ss)" = sspr ] || fail 'bash does not complete a value'

for file in zsh/vendor-completions/_kmsift fish/vendor_completions.d/kmsift.fish doc/kmsift/completions/kmsift.ps1 \
  doc/kmsift/completions/kmsift.elv doc/kmsift/copyright doc/kmsift/changelog.Debian.gz doc/kmsift/README.md doc/kmsift/CLI.md; do
  [ -s "$root/usr/share/$file" ] || [ -s "$root/usr/share/$file.gz" ] || fail "the package lacks usr/share/$file"
done
checked=''
for shell in zsh fish; do
  file="$root/usr/share/zsh/vendor-completions/_kmsift"
  [ "$shell" = zsh ] || file="$root/usr/share/fish/vendor_completions.d/kmsift.fish"
  if command -v "$shell" >/dev/null; then
    "$shell" -n "$file" || fail "$shell cannot read $file"
    checked+=" $shell"
  fi
done
echo "packaged and installed: $(basename "$deb"), $(du -h "$deb" | cut -f1), $pages man pages; completions run: bash; read:${checked:- no other shell is here}"
