"""Tenants for the benchmark: written by `kmsift demo`, only the sign-in logs kept, parts of one log put into one file."""

import json
import pathlib
import re
import shutil
import subprocess
import time
from typing import NamedTuple

COPY = 1 << 20
LOGS = {"portal": ("InteractiveSignIns.csv", "NonInteractiveSignIns.csv"),
        "monitor": ("insights-logs-signinlogs.json", "insights-logs-noninteractiveusersigninlogs.json")}


class Tenant(NamedTuple):
    """What `kmsift demo` is asked for."""

    layout: str
    people: int
    days: int
    rows_per_day: int

    def command(self, kmsift: str, out: str) -> list[str]:
        return [kmsift, "demo", "--layout", self.layout, "--users", str(self.people), "--days", str(self.days),
                "--rows-per-day", str(self.rows_per_day), "--out", out, "--force", "--quiet"]


class Export(NamedTuple):
    """Files of one form of one tenant."""

    form: str
    files: list[str]
    rows: int
    bytes: int
    plain_bytes: int


def write(tenant: Tenant, kmsift: str, folder: pathlib.Path) -> Export:
    """The sign-in logs of a tenant, one file each; what is there from an earlier run is used again."""
    note = folder / "data.json"
    if note.exists():
        kept = json.loads(note.read_text())
        if kept.pop("tenant") == list(tenant):
            return Export(**kept)
    shutil.rmtree(folder, ignore_errors=True)
    room(folder, tenant)
    subprocess.run(tenant.command(kmsift, str(folder)), check=True)
    rows, files = 0, []
    for name in LOGS[tenant.layout]:
        rows += _one_file(_parts(folder, name), folder / name, header=tenant.layout == "portal")
        files.append(str(folder / name))
    for entry in folder.iterdir():
        if str(entry) not in files:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    size = sum(pathlib.Path(f).stat().st_size for f in files)
    data = Export("csv" if tenant.layout == "portal" else "ndjson", files, rows, size, size)
    note.write_text(json.dumps(data._asdict() | {"tenant": list(tenant)}))
    return data


def room(folder: pathlib.Path, tenant: Tenant) -> None:
    """Ends the run before the disk is full: a row takes about 1.1 KB, or 2.7 as JSON; the interactive rows and packed copies are the margin."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    rows = tenant.people * tenant.days * (tenant.rows_per_day + 1)
    need = rows * (1_100 if tenant.layout == "portal" else 2_800) * 1.15 + (2 << 30)
    free = shutil.disk_usage(folder.parent).free
    if free < need:
        raise SystemExit(f"{folder}: about {need / 1e9:.0f} GB are needed and {free / 1e9:.0f} GB are free")


def _parts(folder: pathlib.Path, name: str) -> list[pathlib.Path]:
    stem, suffix = name.rsplit(".", 1)
    found = [p for p in folder.rglob(f"{stem}*.{suffix}") if re.fullmatch(rf"{stem}(_[-0-9]+)*(_part[0-9]+)?\.{suffix}", p.name)]
    return sorted(found, key=lambda p: [int(n) if n.isdigit() else n for n in re.split(r"([0-9]+)", p.name)])


def _one_file(parts: list[pathlib.Path], out: pathlib.Path, header: bool) -> int:
    """Moves the first part and appends the others without their headers, each deleted as soon as it is copied."""
    if not parts:
        raise SystemExit(f"kmsift demo wrote no {out.name}")
    shutil.move(parts[0], out)
    with open(out, "ab") as whole:
        for part in parts[1:]:
            with open(part, "rb") as source:
                if header:
                    source.readline()
                shutil.copyfileobj(source, whole, COPY)
            part.unlink()
    return lines(str(out)) - header


def lines(file: str) -> int:
    """Rows: no cell of the demo holds a line end (checked by the comparison with DuckDB's count of rows)."""
    return int(subprocess.run(["wc", "-l", file], check=True, capture_output=True, text=True).stdout.split()[0])


def packed(data: Export, how: str) -> Export:
    """The same files as .gz (level 6, what most exports come in) or .zst (level 3), beside the plain ones."""
    command = {"gz": ["gzip", "-6kf"], "zst": ["zstd", "-qfk", "-3"]}[how]
    files = [f"{file}.{how}" for file in data.files]
    for file, out in zip(data.files, files, strict=True):
        if not pathlib.Path(out).exists() or pathlib.Path(out).stat().st_mtime < pathlib.Path(file).stat().st_mtime:
            subprocess.run([*command, file], check=True)
    return data._replace(form=data.form, files=files, bytes=sum(pathlib.Path(f).stat().st_size for f in files))


def twice(data: Export) -> Export:
    """Each row twice: the same bytes under other names too, as overlapping exports are."""
    again = []
    for file in map(pathlib.Path, data.files):
        other = file.with_name(file.name.replace("SignIns", "SignIns_again"))
        other.unlink(missing_ok=True)
        other.hardlink_to(file)
        again.append(str(other))
    size = 2 * data.bytes
    return Export(data.form, [*data.files, *again], 2 * data.rows, size, size)


def packed_while_written(tenant: Tenant, kmsift: str, folder: pathlib.Path) -> Export:
    """A tenant too large for the disk: each part of a log is packed and deleted while the next one is written."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    child = subprocess.Popen(tenant.command(kmsift, str(folder)))
    rows, plain = 0, 0
    while True:
        ended = child.poll() is not None
        for root in _written(folder):
            for name in LOGS[tenant.layout]:
                parts = _parts(root, name)
                for part in parts if ended else parts[:-1]:
                    more = _pack(part)
                    rows, plain = rows + more[0], plain + more[1]
        if ended:
            break
        time.sleep(1)
    if child.returncode:
        raise SystemExit(f"kmsift demo ended with {child.returncode}")
    if left := [p for name in LOGS[tenant.layout] for p in _parts(folder, name)]:
        raise SystemExit(f"not packed: {left}")
    files = sorted(str(p) for p in folder.rglob("*nteractiveSignIns*.gz") if "AuthDetails" not in p.name)
    size = sum(pathlib.Path(f).stat().st_size for f in files)
    return Export("csv", files, rows, size, plain)


def _pack(part: pathlib.Path) -> tuple[int, int]:
    """Rows and bytes of a part, packed and deleted; none where the folder got its last name meanwhile: then the next look finds it."""
    try:
        found = lines(str(part)) - 1, part.stat().st_size
        subprocess.run(["gzip", "-1f", str(part)], check=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return 0, 0
    return found


def _written(folder: pathlib.Path) -> list[pathlib.Path]:
    """Where demo writes: a hidden folder beside the output until it is done."""
    return [p for p in folder.parent.iterdir() if p.is_dir() and folder.name in p.name]
