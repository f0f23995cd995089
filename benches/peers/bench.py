"""The benchmark: data, rounds, comparison of results, results.json. Called by run.sh, which installs what this needs."""

import argparse
import datetime
import filecmp
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from importlib.metadata import version

import measure
import tenants
from measure import Contestant
from tenants import Export, Tenant

HERE = pathlib.Path(__file__).parent
AS_OF = "2026-11-22T00:00:00Z"  # where the logs of `kmsift demo` end
PEERS = {"DuckDB": "duckdb_sql.py", "Polars": "polars_lazy.py", "pandas + pyarrow": "pandas_arrow.py"}
KEYS = ("User ID", "Sign-in error code", "Application ID ", "Resource ID ", "Client app", "Incoming token type",
        "Authentication Protocol", "Multifactor authentication result", "Join Type")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the main CSV, about")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="ten times the rows too: 25 GB of disk at a time, an hour or so")
    parser.add_argument("--full50", action="store_true", help="fifty times the rows of the growth series too, as gz only")
    parser.add_argument("--only", default="", help="sets to measure, by the beginnings of their names, joined with commas")
    parser.add_argument("--keep", action="store_true", help="leave the data where they are")
    parser.add_argument("--no-build", action="store_true", help="do not measure `cargo build`")
    parser.add_argument("--kmsift", required=True)
    parser.add_argument("--tool", default="", help="the example `peers`, for inflating alone")
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results.json")
    return parser.parse_args()


def say(text: str) -> None:
    print(text, flush=True)


class Bench:
    """One run of the benchmark."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.folder = asked.folder / "data"
        self.log = str(asked.folder / "stderr.log")
        self.table = str(asked.folder / "kmsift.csv")
        self.folder.mkdir(parents=True, exist_ok=True)
        old = json.loads(asked.results.read_text()) if asked.results.exists() and asked.only else {}
        self.results = {"sets": {}, **old}
        self.scale = asked.rows / 1_000_000

    def wanted(self, name: str) -> bool:
        return not self.asked.only or any(name.startswith(w) for w in self.asked.only.split(","))

    def people(self, count: int) -> int:
        return max(20, round(count * self.scale))

    # Contestants.

    def kmsift(self, files: list[str], threads: int, *more: str) -> list[str]:
        return [self.asked.kmsift, "stale", *files, "--format", "csv", "--out", self.table, "--force", "--as-of", AS_OF,
                "--threads", str(threads), "--quiet", *more]

    def ours(self, files: list[str], both: bool = True) -> list[Contestant]:
        found = [Contestant("kmsift", self.kmsift(files, 2))]
        if both:
            found.append(Contestant("kmsift, 1 thread", self.kmsift(files, 1)))
        return found

    def plain_path(self, files: list[str]) -> list[Contestant]:
        """The reference readers, where kmsift has a way to ask for them: KMSIFT_PLAIN='NAME=value' or '--option'."""
        how = os.environ.get("KMSIFT_PLAIN", "")
        if not how:
            return []
        if how.startswith("--"):
            return [Contestant("kmsift, plain path", self.kmsift(files, 2, *how.split()))]
        return [Contestant("kmsift, plain path", self.kmsift(files, 2), env=dict([how.split("=", 1)]))]

    @staticmethod
    def peer(name: str, d: Export, *more: str, threads: int = 2) -> list[str]:
        return [sys.executable, str(HERE / PEERS[name]), d.form, *d.files, "--threads", str(threads), *more]

    def peers(self, d: Export, *names: str) -> list[Contestant]:
        return [Contestant(name, self.peer(name, d)) for name in names]

    @staticmethod
    def toolkits(d: Export) -> list[Contestant]:
        """CSV toolkits, where they are installed: a subset, one GROUP BY with first and last."""
        found = []
        keys = ",".join(KEYS)
        if xan := os.environ.get("XAN"):
            each = 'lex_first(col("Date (UTC)")) as first, lex_last(col("Date (UTC)")) as last, count() as n'
            found.append(Contestant("xan (subset)", [xan, "parallel", "groupby", "-t", "2", keys, each, *d.files]))
        if mlr := os.environ.get("MLR"):
            found.append(Contestant("Miller (subset)", [mlr, "--icsv", "--ocsv", "stats1", "-a", "min,max,count", "-f", "Date (UTC)",
                                                        "-g", keys, *d.files], rounds=1, env={"GOMEMLIMIT": "4GiB"}))
        return found

    def floors(self, d: Export) -> list[Contestant]:
        if d.files[0].endswith(".gz"):
            alone = [Contestant("inflating alone, kmsift's library", [self.asked.tool, "inflate", *d.files])] if self.asked.tool else []
            return [*alone, Contestant("gzip -dc", ["gzip", "-dc", *d.files])]
        if d.files[0].endswith(".zst"):
            return [Contestant("zstd -dc", ["zstd", "-dcq", *d.files])]
        return [Contestant("wc -l", ["wc", "-l", *d.files]), Contestant("cat", ["cat", *d.files])]

    # Sets.

    def measure(self, name: str, title: str, d: Export, tenant: Tenant, contestants: list[Contestant]) -> None:
        say(f"{name}: {title}, {d.rows:,} rows, {d.bytes / 1e6:,.0f} MB")
        measure.warm(d.files)
        runs = measure.rounds(contestants, self.asked.rounds, say, self.log)
        self.results["sets"][name] = {
            "title": title, "rows": d.rows, "bytes": d.bytes, "plain_bytes": d.plain_bytes, "tenant": tenant._asdict(),
            "runs": runs, "commands": {c.name: self.shown(c) for c in contestants},
            "when": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"), "kmsift": self.results["kmsift"],
            "cpu": self.results["machine"]["cpu"],
        }
        self.save()

    def shown(self, contestant: Contestant) -> str:
        """A command line as it is told, without the folders of this machine."""
        words = [*(f"{k}={v}" for k, v in (contestant.env or {}).items()), *contestant.command]
        short = {self.asked.kmsift: "kmsift", sys.executable: "python", self.asked.tool: "peers", os.environ.get("XAN", " "): "xan",
                 os.environ.get("MLR", " "): "mlr"}
        words = [short.get(w, w).replace(f"{HERE}/", "").replace(f"{self.asked.folder}/", "") for w in words]
        words = [f"'{w}'" if set(w) & set(" ()\"") else w for w in words]
        return " ".join(words)

    def save(self) -> None:
        self.asked.results.write_text(json.dumps(self.results, indent=1) + "\n")

    def agree(self, name: str, d: Export, peers: list[str]) -> None:
        """Every peer's tables against the first one's, and kmsift's table of people against these; ends the run if they differ."""
        out = self.asked.folder / "tables"
        shutil.rmtree(out, ignore_errors=True)
        for peer in peers:
            done = subprocess.run(self.peer(peer, d, "--out", str(out / peer)), check=True, capture_output=True, text=True)
            counts = dict(word.split("=") for word in done.stdout.split())
            if int(counts.get("rows", d.rows)) != d.rows:
                raise SystemExit(f"{peer} read {counts['rows']} rows of {d.rows}")
        found = {"peers": peers}
        for peer in peers[1:]:
            found["tables"] = self.compare("tables", str(out / peers[0]), str(out / peer))
        for goal in ("mfa", "sspr", "app"):
            tables = []
            for threads in (2, 1):
                more = ["--all", "--goal", goal, "--settle-hours", "0"]
                subprocess.run(self.kmsift(d.files, threads, *more), check=True)
                tables.append(shutil.copy(self.table, self.asked.folder / f"kmsift-{threads}.csv"))
            if not filecmp.cmp(*tables, shallow=False):
                raise SystemExit(f"{name}, {goal}: kmsift writes other bytes with one thread than with two")
            found |= self.compare("people", tables[0], str(out / peers[0]), goal)
        shutil.rmtree(out)
        say(f"  results agree: {found}")
        self.results.setdefault("agree", {})[name] = found

    @staticmethod
    def compare(*words: str) -> dict[str, int]:
        done = subprocess.run([sys.executable, str(HERE / "agree.py"), *words], stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(done.returncode)
        return json.loads(done.stdout)

    def same_as(self, d: Export, other: Export) -> None:
        """kmsift's table of everybody must not depend on how the rows come."""
        tables = []
        for files in (d.files, other.files):
            subprocess.run(self.kmsift(files, 2, "--all"), check=True)
            tables.append(shutil.copy(self.table, self.asked.folder / f"kmsift-{len(tables)}.csv"))
        if not filecmp.cmp(*tables, shallow=False):
            raise SystemExit(f"kmsift says other things of {other.files} than of {d.files}")

    def remove(self, name: str) -> None:
        if not self.asked.keep:
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def csv(self) -> None:
        names = ("csv", "gz", "zst", "twice")
        if not any(map(self.wanted, names)):
            return
        tenant = Tenant("portal", self.people(20_000), 30, 1)
        d = tenants.write(tenant, self.asked.kmsift, self.folder / "csv")
        if self.wanted("csv"):
            self.agree("csv", d, list(PEERS))
            more = [Contestant("DuckDB, 1 thread", self.peer("DuckDB", d, threads=1)), *self.toolkits(d)]
            self.measure("csv", "CSV, every field quoted", d, tenant,
                         [*self.ours(d.files), *self.peers(d, *PEERS), *self.plain_path(d.files), *more, *self.floors(d)])
        for how in ("gz", "zst"):
            if self.wanted(how):
                p = tenants.packed(d, how)
                self.same_as(d, p)
                self.measure(how, f"The same CSV as .{how}", p, tenant, [*self.ours(p.files), *self.peers(p, "DuckDB", "Polars"), *self.floors(p)])
        if self.wanted("twice"):
            t = tenants.twice(d)
            self.same_as(d, t)
            once = Contestant("DuckDB, each row once", self.peer("DuckDB", d))
            self.measure("twice", "The same CSV given twice under two names: each row twice", t, tenant, [*self.ours(t.files, both=False), once])
        self.remove("csv")

    def ndjson(self) -> None:
        if not self.wanted("ndjson"):
            return
        tenant = Tenant("monitor", self.people(20_000), 15, 1)
        d = tenants.write(tenant, self.asked.kmsift, self.folder / "ndjson")
        self.agree("ndjson", d, list(PEERS))
        self.measure("ndjson", "Azure Monitor NDJSON", d, tenant,
                     [*self.ours(d.files), *self.peers(d, *PEERS), *self.plain_path(d.files), *self.floors(d)])
        self.remove("ndjson")

    def many(self) -> None:
        if not self.wanted("many"):
            return
        tenant = Tenant("portal", self.people(300_000), 2, 1)
        d = tenants.write(tenant, self.asked.kmsift, self.folder / "many")
        self.agree("many", d, ["DuckDB"])
        out = str(self.asked.folder / "report")
        report = [self.asked.kmsift, "report", *d.files, "--out", out, "--force", "--as-of", AS_OF, "--no-break-glass-list",
                  "--threads", "2", "--quiet"]
        self.measure("many", "Many people, few rows each", d, tenant,
                     [*self.ours(d.files, both=False), *self.peers(d, "DuckDB", "Polars"), Contestant("kmsift report", report)])
        self.results["sets"]["many"]["known"] = self.results["agree"]["many"]["people"]
        shutil.rmtree(out, ignore_errors=True)
        self.remove("many")

    def tenant(self) -> None:
        """All exports of a large tenant, kept as a ledger; then the whole report over it, phase by phase."""
        if not self.wanted("tenant"):
            return
        tenant = Tenant("portal", self.people(300_000), 30, 1)
        exports, ledger, out = (self.folder / name for name in ("tenant", "tenant-ledger", "tenant-report"))
        tenants.room(exports, tenant)
        subprocess.run(tenant.command(self.asked.kmsift, str(exports)), check=True)
        size = sum(f.stat().st_size for f in exports.rglob("*") if f.is_file())
        shutil.rmtree(ledger, ignore_errors=True)
        say(f"tenant: {tenant.people:,} people, {size / 1e6:,.0f} MB")
        added = measure.run([self.asked.kmsift, "ledger", "add", str(ledger), str(exports), "--threads", "2", "--quiet"], log=self.log)
        emergency = shutil.copy(exports / "break-glass.txt", self.asked.folder / "break-glass.txt")
        shutil.rmtree(exports)
        found = {"tenant": tenant._asdict(), "bytes": size, "added": added, "ledger_bytes": sum(f.stat().st_size for f in ledger.iterdir()),
                 "when": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"), "kmsift": self.results["kmsift"],
                 "cpu": self.results["machine"]["cpu"]}
        for name, more in (("whole", []), ("without Parquet", ["--no-parquet"])):
            runs = []
            for _ in range(self.asked.rounds):
                shutil.rmtree(out, ignore_errors=True)
                command = [self.asked.kmsift, "report", str(ledger), "--out", str(out), "--break-glass", emergency, "--as-of", AS_OF,
                           "--threads", "2", "--verbose", *more]
                runs.append(measure.run(command, log=self.log) | {"phases": phases(pathlib.Path(self.log).read_text())})
                say(f"  {name}: {runs[-1]['wall']:.2f} s")
            files = [f for f in out.rglob("*") if f.is_file()]
            found[name] = {"runs": runs, "files": len(files), "bytes": sum(f.stat().st_size for f in files)}
        self.results["tenant"] = found
        self.save()
        for folder in (ledger, out):
            shutil.rmtree(folder)

    def ten_times(self) -> None:
        if not (self.asked.full and self.wanted("10x")):
            return
        tenant = Tenant("portal", self.people(20_000), 30, 17)
        d = tenants.write(tenant, self.asked.kmsift, self.folder / "10x")
        self.agree("10x", d, ["DuckDB", "Polars"])
        self.measure("10x", "Ten times the rows of the same people and days, CSV", d, tenant,
                     [*self.ours(d.files), *self.peers(d, "DuckDB", "Polars"), *self.floors(d)])
        self.remove("10x")

    def growth(self) -> None:
        """The same people and days with ever more rows, in each form; only kmsift runs."""
        sizes = [1, 17] + ([178] if self.asked.full else [])
        for form, layout in (("csv", "portal"), ("ndjson", "monitor")):
            for number, per_day in enumerate(sizes):
                if not self.wanted("growth"):
                    return
                name, tenant = f"growth-{form}-{number}", Tenant(layout, self.people(2_000), 30, per_day)
                d = tenants.write(tenant, self.asked.kmsift, self.folder / name)
                self.measure(name, form, d, tenant, self.ours(d.files, both=False))
                if form == "csv":
                    p = tenants.packed(d, "gz")
                    self.measure(f"growth-gz-{number}", "gz", p, tenant, self.ours(p.files, both=False))
                self.remove(name)
        if self.asked.full50:
            tenant = Tenant("portal", self.people(2_000), 30, 890)
            d = tenants.packed_while_written(tenant, self.asked.kmsift, self.folder / "growth-gz-3")
            self.measure("growth-gz-3", "gz", d, tenant, self.ours(d.files, both=False))
            self.remove("growth-gz-3")

    # What belongs to no set.

    def footprint(self) -> None:
        if not self.wanted("footprint"):
            return
        starts = [measure.run([self.asked.kmsift, "--version"])["wall"] for _ in range(20)]
        imports = {name: [measure.run([sys.executable, "-c", f"import {module}"])["wall"] for _ in range(5)]
                   for name, module in (("DuckDB", "duckdb"), ("Polars", "polars"), ("pandas + pyarrow", "pandas, pyarrow.csv, pyarrow.json"))}
        self.results |= {"startup": starts, "imports": imports, "binary_bytes": os.stat(self.asked.kmsift).st_size,
                         "memory_bandwidth": measure.memory_bandwidth()}
        if not self.asked.no_build:
            self.results["build"] = self.results.get("build", {}) | builds()
        for name in ("clean_dev", "clean_release"):
            if said := os.environ.get(f"KMSIFT_{name.upper()}"):  # "WALL CPU", in seconds, measured elsewhere
                wall, cpu = map(float, said.split())
                self.results.setdefault("build", {})[name] = {"wall": wall, "cpu": cpu}
        self.save()

    def about(self) -> None:
        root = HERE.parents[1]
        commit = subprocess.run(["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"], capture_output=True, text=True).stdout.strip()
        self.results["kmsift"] = f"kmsift {measure.version([self.asked.kmsift, '--version'])} ({commit or 'no commit'})"
        versions = {name: version(module) for name, module in
                    (("DuckDB", "duckdb"), ("Polars", "polars"), ("pandas", "pandas"), ("pyarrow", "pyarrow"))}
        programs = {"Python": sys.executable, "xan": os.environ.get("XAN", ""), "Miller": os.environ.get("MLR", ""), "gzip": "gzip",
                    "zstd": "zstd", "rustc": "rustc"}
        # With --only some programs are not asked for: what is kept of them was measured with the versions named then.
        versions = self.results.get("versions", {}) | versions
        versions |= {name: said for name, path in programs.items() if path and (said := measure.version([path, "--version"]))}
        self.results |= {"machine": measure.machine(), "versions": versions, "rounds": self.asked.rounds,
                         "measured": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d")}


def phases(said: str) -> dict[str, float]:
    """Seconds of each phase, as --verbose tells them."""
    return {what: float(seconds) for what, seconds in re.findall(r"^(\S.*?)\s+([0-9.]+) s$", said, re.MULTILINE)}


def builds() -> dict[str, dict[str, float]]:
    """`cargo build` after one file was touched, as somebody who changes kmsift waits for it; what was built before is not counted."""
    root, found = HERE.parents[1], {}
    for name, command in (("touch_dev", ["cargo", "build", "--locked", "--quiet"]), ("touch_release", ["cargo", "build", "--locked", "--quiet", "--release"])):
        say(f"build: {' '.join(command)} after touching src/judge/class.rs")
        subprocess.run(command, cwd=root, check=True)
        (root / "src/judge/class.rs").touch()
        before = os.times()
        run = measure.run(["env", "-C", str(root), *command])
        after = os.times()
        found[name] = {"wall": run["wall"], "cpu": after.children_user + after.children_system - before.children_user - before.children_system}
    return found


def main() -> None:
    bench = Bench(arguments())
    bench.about()
    bench.footprint()
    for part in (bench.csv, bench.ndjson, bench.many, bench.tenant, bench.growth, bench.ten_times):
        part()
    bench.save()


if __name__ == "__main__":
    main()
