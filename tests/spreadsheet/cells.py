"""Compares what LibreOffice makes of a report's workbook (a CSV per sheet) with the report's own tables.

cells.py REPORT_FOLDER FOLDER_OF_CSVS
"""

import csv
import glob
import os
import re
import sys

NUMBER = re.compile(r"-?\d+(\.\d+)?%?")


def rows(name):
    with open(name, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def same(shown, said):
    """A cell as LibreOffice shows it and as the CSV tables say it."""
    if shown == said or "'" + shown == said:
        return True
    if said in ("true", "false"):
        return shown == said.upper()
    if said.endswith("Z") and said[4:5] == "-":
        # A column of midnights shows days.
        time = said[:-1].replace("T", " ")
        return shown in (time, time[:10])
    if NUMBER.fullmatch(shown) and NUMBER.fullmatch(said):
        if shown.endswith("%"):
            return abs(float(shown[:-1]) - float(said) * 100) <= 0.0500001
        return abs(float(shown) - float(said)) <= 1e-9 * max(1, abs(float(said)))
    return False


def main():
    report, shown = sys.argv[1:3]
    compared = 0
    tables = glob.glob(f"{report}/tables/*.csv") + [f"{report}/targets/{name}.csv" for name in ("targets", "excluded")]
    for table in sorted(tables):
        name = os.path.splitext(os.path.basename(table))[0]
        ours, theirs = rows(table), rows(f"{shown}/report-{name}.csv")
        assert len(ours) == len(theirs), f"{name}: {len(theirs)} rows, not {len(ours)}"
        for at, (said, seen) in enumerate(zip(ours, theirs)):
            for column, text in enumerate(said):
                assert same(seen[column], text), f"{name}, row {at + 1}, column {said[column] if at == 0 else ours[0][column]}: {seen[column]!r} is not {text!r}"
                compared += 1
    cover = rows(f"{shown}/report-cover.csv")
    assert re.match(r"\d+ of \d+ active people", cover[0][0]), cover[0]
    first = {}
    for row in cover:
        first.setdefault(row[0], row[1:])
    assert re.fullmatch(r"\d+", first["token-stale and unregistered"][0]), first["token-stale and unregistered"]
    assert first["as of"][0].startswith("2026-11-22 00:00:00"), first["as of"]
    data = rows(f"{shown}/report-chart data.csv")
    assert ["active"] == [row[0] for row in data if row[0] == "active"], "the funnel's numbers"
    assert compared > 8_000, f"only {compared} cells were compared"
    print(f"LibreOffice shows {len(tables)} tables of the workbook with the same {compared} cells")


main()
