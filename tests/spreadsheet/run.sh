#!/usr/bin/env bash
# The workbook opened by LibreOffice, the star schema read by DuckDB. run.sh REPORT_FOLDER
set -euo pipefail
report="$(cd "$1" && pwd)"
here="$(cd "$(dirname "$0")" && pwd)"
duckdb_version=2.0.0

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# A profile of its own, so that an open LibreOffice is not disturbed and none is needed.
convert() { # convert FORMAT
  timeout 300 soffice --headless --norestore "-env:UserInstallation=file://$work/profile" --convert-to "$1" \
    --outdir "$work/shown" "$report/report.xlsx" >"$work/log" 2>&1 || { cat "$work/log" >&2; return 1; }
}

# Comma, double quote, UTF-8, cells as shown, every sheet into a file.
convert 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1'
python3 "$here/cells.py" "$report" "$work/shown"

# Printing draws everything: colours, charts, pages.
convert pdf
pages="$(grep -a -c '/Type */Page\b' "$work/shown/report.pdf" || true)"
[ "$pages" -gt 20 ] || { echo "the printed workbook has $pages pages" >&2; cat "$work/log" >&2; exit 1; }
echo "LibreOffice prints the workbook on $pages pages"

packages="${XDG_CACHE_HOME:-$HOME/.cache}/kmsift-tests/duckdb-$duckdb_version-$(python3 -c 'import sys; print(sys.implementation.cache_tag)')"
if [ ! -d "$packages" ]; then
  mkdir -p "$(dirname "$packages")"
  fetched="$(mktemp -d "$packages.XXXXXX")"
  python3 -m pip install --quiet --no-deps --only-binary :all: --disable-pip-version-check --root-user-action ignore \
    --target "$fetched" "duckdb==$duckdb_version"
  mv -T "$fetched" "$packages" || rm -rf "$fetched" # another run was first
fi
PYTHONPATH="$packages" python3 "$here/star.py" "$report" "$here/../../docs/STAR_SCHEMA.md"
