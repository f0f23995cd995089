"""docs/BENCHMARKS.md and its charts, from results.json and nothing else."""

import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
Runs = list[dict[str, float]]
OPEN = "not measured"


class Ratio:
    """A ratio taken round by round."""

    def __init__(self, values: list[float]) -> None:
        self.median, self.least, self.most = statistics.median(values), min(values), max(values)

    def __str__(self) -> str:
        return f"{figure(self.median)} ({figure(self.least)}–{figure(self.most)})"


def figure(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def mega(size: float) -> str:
    return f"{size / 1e6:,.0f} MB" if size < 10e9 else f"{size / 1e9:,.1f} GB"


def when(measured: dict) -> str:
    return f"{measured['when']}, {measured['kmsift']}, {measured['cpu']}"


def median(runs: Runs, what: str) -> float:
    return statistics.median(run[what] for run in runs)


def spread(runs: Runs, what: str) -> str:
    values = [run[what] for run in runs]
    if len(values) == 1:
        return f"{figure(values[0])} (one run)"
    return f"{figure(statistics.median(values))} ({figure(min(values))}–{figure(max(values))})"


def ratio(ours: Runs, theirs: Runs, what: str, scale: float = 1.0) -> Ratio:
    return Ratio([a[what] / b[what] * scale for a, b in zip(ours, theirs)])


class Document:
    """The measured values and the lines written of them."""

    def __init__(self, results: dict) -> None:
        self.results = results
        self.sets = results["sets"]
        self.lines: list[str] = []

    def put(self, *lines: str) -> None:
        for line in lines:
            self.lines += [line, ""] if line.startswith("#") else [line]
        if self.lines[-1]:
            self.lines.append("")

    def table(self, head: list[str], rows: list[list[str]]) -> None:
        self.put(f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows))

    def runs(self, name: str, who: str) -> Runs | None:
        return self.sets.get(name, {}).get("runs", {}).get(who)

    # Goals.

    def against(self, name: str, ours: str, theirs: str, what: str = "wall", scale: float = 1.0) -> Ratio | None:
        a, b = self.runs(name, ours), self.runs(name, theirs)
        return ratio(a, b, what, scale) if a and b else None

    def peak(self, name: str) -> float | None:
        runs = self.runs(name, "kmsift")
        return median(runs, "rss") / 1e6 if runs else None

    def goals(self) -> None:
        k = "kmsift"
        twice = self.sets.get("twice")
        per_byte = 1 / 2 if twice else 1.0
        rows: list[tuple[str, Ratio | float | None, float | None, float | None, str]] = [
            ("CSV, all quoted, wall time / DuckDB", self.against("csv", k, "DuckDB"), 0.33, 0.20, ""),
            ("the same / Polars", self.against("csv", k, "Polars"), 0.40, 0.25, ""),
            ("CSV, processor time / DuckDB", self.against("csv", k, "DuckDB", "cpu"), 0.33, 0.20, ""),
            ("CSV, ten times the rows, wall time / DuckDB", self.against("10x", k, "DuckDB"), 0.25, 0.17, ""),
            ("the same / Polars", self.against("10x", k, "Polars"), 0.33, 0.22, ""),
            ("each row twice / DuckDB reading each once, per byte", self.against("twice", k, "DuckDB, each row once", scale=per_byte), 0.40, 0.28, ""),
            ("NDJSON, wall time / DuckDB", self.against("ndjson", k, "DuckDB"), 0.33, 0.18, ""),
            ("the same / Polars", self.against("ndjson", k, "Polars"), 0.20, 0.10, ""),
            ("NDJSON, processor time / DuckDB", self.against("ndjson", k, "DuckDB", "cpu"), 0.35, 0.20, ""),
            ("gz, wall time / DuckDB", self.against("gz", k, "DuckDB"), 0.60, 0.40, ""),
            ("gz, processor time / inflating alone", self.against("gz", k, "inflating alone, kmsift's library", "cpu"), 2.2, 1.5, ""),
            ("zst, wall time / DuckDB", self.against("zst", k, "DuckDB"), 0.50, 0.33, ""),
            ("plain path, CSV, wall time / DuckDB", self.against("csv", "kmsift, plain path", "DuckDB"), 0.80, None, ""),
            ("plain path, NDJSON, wall time / DuckDB", self.against("ndjson", "kmsift, plain path", "DuckDB"), 0.80, None, ""),
            ("CSV, wall time / `wc -l`", self.against("csv", k, "wc -l"), 3.5, 2.5, ""),
            ("peak memory, CSV", self.peak("csv"), 120, 80, " MB"),
            ("peak memory, ten times the rows", self.peak("10x"), 200, 150, " MB"),
            ("peak memory, ten times the rows / once", self.times(self.peak("10x"), self.peak("csv")), 1.2, 1.0, ""),
            ("peak memory a person, few rows each", self.per_person(), 1.0, 0.7, " KB"),
            ("`report` of many people, reading included (goal: all after the fold)", self.wall("many", "kmsift report"), 10, 3, " s"),
            ("`kmsift --version`", self.startup(), 20, None, " ms"),
        ]
        shown = [self.goal(*row) for row in rows]
        gain = self.against("10x", "kmsift, 1 thread", k)
        shown.insert(15, self.goal("1 → 2 threads, ten times the rows (more is better)", gain, 1.6, 1.8, "", more=True))
        met = sum(row[4] == "yes" for row in shown)
        known = sum(row[3] != OPEN for row in shown)
        self.put("## Goals", f"Of {len(shown)} goals {known} were measured in these runs, and {met} of their *must* figures are met. Smaller is better, "
                 "unless it is said otherwise. Ratios are taken round by round; behind the median stand the least and the most.")
        self.table(["what", "must", "stretch", "measured", "must met", "stretch met"], shown)

    @staticmethod
    def goal(what: str, value: Ratio | float | None, must: float, stretch: float | None, unit: str, more: bool = False) -> list[str]:
        sign = "≥" if more else "≤"
        limits = [f"{sign} {must:g}{unit}", f"{sign} {stretch:g}{unit}" if stretch is not None else "–"]
        if value is None:
            return [what, *limits, OPEN, "–", "–"]
        number = value.median if isinstance(value, Ratio) else value
        met = ["–" if limit is None else "yes" if (number >= limit if more else number <= limit) else "no" for limit in (must, stretch)]
        return [what, *limits, str(value) if isinstance(value, Ratio) else f"{figure(value)}{unit}", *met]

    @staticmethod
    def times(a: float | None, b: float | None) -> float | None:
        return a / b if a and b else None

    def per_person(self) -> float | None:
        many = self.sets.get("many", {})
        runs, known = self.runs("many", "kmsift"), many.get("known")
        return median(runs, "rss") / known / 1e3 if runs and known else None

    def wall(self, name: str, who: str) -> float | None:
        runs = self.runs(name, who)
        return median(runs, "wall") if runs else None

    def startup(self) -> float | None:
        return statistics.median(self.results["startup"]) * 1e3 if "startup" in self.results else None

    # Tables.

    def head(self) -> None:
        m, v = self.results["machine"], self.results["versions"]
        self.put("# Benchmarks", "Written by `benches/peers/run.sh` from `benches/peers/results.json`; not edited by hand.")
        self.put(f"Measured {self.results['measured']} with {self.results['kmsift']} on {m['cores']} cores of {m['cpu']} ({m['architecture']}), "
                 f"{m['memory'] / 2**30:.0f} GiB of memory, Linux {m['kernel']}. {', '.join(f'{n} {s}' for n, s in v.items())}.")
        self.put("What is compared: every peer does the product's own reduction of sign-in rows, all of it: each person's channels (interactive, code, "
                 "application, resource, client, token, password grant, freshness, device trust) with first and last row, set of days and first row after each "
                 "quiet week; browser sessions with the same; moments; names; home tenants; coverage by hour. The tables are in `benches/peers/reduction.py`. "
                 "Peers run at two threads in the best form found, read only the wanted columns with given types, and are timed until their tables "
                 "are in memory: they need not write them. kmsift is timed as the command people type, `kmsift stale … --format csv`: it recognises the "
                 "formats, checks every row, reduces, judges everybody and writes its table. Times of peers hold the start of Python and their import"
                 f"{self.imports()}.")
        self.put("How: all contestants run in turn, round after round, on files that were read just before, so that storage is not compared "
                 "(inputs larger than memory excepted). Wall and processor seconds and peak memory are what the system says of the process. A table shows "
                 "the median and, in brackets, the least and the most. Compare lines of one table, not seconds of two: each names the processor that it was measured on, of machines of the same size. Data are synthetic, written by `kmsift demo`.")

    def imports(self) -> str:
        found = self.results.get("imports", {})
        said = ", ".join(f"{name} {statistics.median(walls):.2f} s" for name, walls in found.items())
        return f" (median of five: {said})" if said else ""

    def agreement(self) -> None:
        found = self.results.get("agree", {})
        if not found:
            return
        self.put("## Do the results agree?", "Yes: a disagreement ends the run before anything is timed. Peers' tables are compared row for row; of every person "
                 "UPN, last promptable, last interactive, last token activity, and first, last and number of prompts for three goals, as kmsift writes them, "
                 "are compared with what the first peer's tables imply. kmsift's bytes are the same with one thread and two, plain and packed, once and twice.")
        self.table(["set", "peers compared", "rows compared in peers' tables", "people compared with kmsift"],
                   [[name, ", ".join(f["peers"]), ", ".join(f"{n:,} {t}" for t, n in f.get("tables", {}).items()) or "–", f"{f['people']:,}"]
                    for name, f in found.items()])

    def peers(self) -> None:
        self.put("## Against peers")
        for name in ("csv", "10x", "ndjson", "gz", "zst", "twice", "many"):
            if name in self.sets:
                self.contest(name)
        self.put("*Subset*: one `GROUP BY` of the raw channel columns with first, last and count; no words, day sets, returns, moments, sessions or names. "
                 "`cat`, `wc -l`, the decompressors and inflating alone are floors: they do none of the work.")

    def contest(self, name: str) -> None:
        s = self.sets[name]
        t = s["tenant"]
        packed = f" packed to {mega(s['bytes'])}, {mega(s['plain_bytes'])} of text" if s["bytes"] != s["plain_bytes"] else f", {mega(s['bytes'])}"
        self.put(f"### {s['title']}", f"{s['rows']:,} rows{packed}; {t['people']:,} people, {t['days']} days. {when(s)}.")
        duck = s["runs"].get("DuckDB") or s["runs"].get("DuckDB, each row once")
        rows = []
        for who, runs in s["runs"].items():
            walls, cpus = (str(ratio(runs, duck, what)) if duck and len(runs) > 1 else "–" for what in ("wall", "cpu"))
            rows.append([f"**{who}**" if who == "kmsift" else who, spread(runs, "wall"), spread(runs, "cpu"), f"{median(runs, 'rss') / 1e6:,.0f}",
                         f"{s['plain_bytes'] / median(runs, 'wall') / 1e6:,.0f}", walls, cpus])
        if name == "twice":
            rows[1][4] = f"{s['plain_bytes'] / 2 / median(duck, 'wall') / 1e6:,.0f}"
        self.table(["program", "wall, s", "processor, s", "peak MB", "MB of text a second", "wall / DuckDB", "processor / DuckDB"], rows)
        self.winner(name)

    def winner(self, name: str) -> None:
        """Says so where somebody else is ahead."""
        runs, floors = self.sets[name]["runs"], ("cat", "wc -l", "gzip", "zstd", "inflating", "kmsift")
        others = {who: r for who, r in runs.items() if not who.startswith(floors) and "each row once" not in who}
        ours = runs["kmsift"]
        ahead = [f"{who} needs less {word}" for who, r in others.items() for what, word in
                 (("wall", "wall time"), ("cpu", "processor time"), ("rss", "memory")) if median(r, what) < median(ours, what)]
        if others:
            self.put(f"Ahead of kmsift here: {'; '.join(ahead)}." if ahead else "Nobody is ahead of kmsift here.")

    def tenant(self) -> None:
        found = self.results.get("tenant")
        if not found:
            return
        t, names = found["tenant"], ("whole", "without Parquet")
        self.put("## A whole tenant, after the fold", f"{t['people']:,} people, {t['days']} days, all exports ({mega(found['bytes'])}), of which `kmsift ledger add` made a ledger of "
                 f"{mega(found['ledger_bytes'])} in {figure(found['added']['wall'])} s; then `kmsift report LEDGER`, which reads no log. {when(found)}. Written: "
                 + "; ".join(f"{name}, {found[name]['files']:,} files of {mega(found[name]['bytes'])} in all (peak memory {median(found[name]['runs'], 'rss') / 1e6:,.0f} MB)" for name in names)
                 + ". All of it is hashed and flushed to the disk within the time.")
        reading = "read and fold"
        order = [phase for phase, seconds in found["whole"]["runs"][0]["phases"].items() if seconds >= 0.05]
        row = lambda name, of: [name, *(spread([{"s": of(run)} for run in found[n]["runs"]], "s") for n in names)]  # noqa: E731
        rows = [row("read the ledger" if phase == reading else phase, lambda run, phase=phase: run["phases"][phase]) for phase in order]
        rows.append(row("**all after the fold**", lambda run: sum(s for phase, s in run["phases"].items() if phase != reading)))
        rows.append(row("the whole command", lambda run: run["wall"]))
        self.table(["phase, seconds", *names], rows)

    def growth(self) -> dict[str, list[tuple[str, str, dict]]]:
        names = {"csv": "CSV", "ndjson": "NDJSON", "gz": "gz of the CSV"}
        found = [(form, n, self.sets[f"growth-{form}-{n}"]) for form in names for n in range(4) if f"growth-{form}-{n}" in self.sets]
        if not found:
            return {}
        self.put("## Growth", "The same people and days, ever more rows: `kmsift stale`, two threads. The curve is flat where a row costs the same however "
                 "many there are; small inputs carry the fixed cost of a run. One gz is inflated by one thread; the largest set is many files. Files "
                 f"larger than memory are read from storage, which is timed with them. Measured on {' and '.join(sorted({s['cpu'] for _, _, s in found}))}.")
        self.put("![Time a row by format and number of rows](benchmarks-growth.svg)", "", "![Peak memory by format and number of rows](benchmarks-memory.svg)")
        self.table(["form", "rows", "text", "wall, s", "ns a row", "processor ns a row", "peak MB", "bytes of peak a row"],
                   [[names[form], f"{s['rows']:,}", mega(s["plain_bytes"]), spread(s["runs"]["kmsift"], "wall"),
                     *(f"{median(s['runs']['kmsift'], w) / s['rows'] * 1e9:,.0f}" for w in ("wall", "cpu")),
                     f"{median(s['runs']['kmsift'], 'rss') / 1e6:,.0f}", f"{median(s['runs']['kmsift'], 'rss') / s['rows']:,.0f}"] for form, _, s in found])
        ratios = []
        for form in names:
            of = [s for f, _, s in found if f == form]
            if len(of) > 1:
                first, last = (s["runs"]["kmsift"] for s in (of[-2], of[-1]))
                ratios.append(f"{names[form]}: {of[-1]['rows'] / of[-2]['rows']:.1f} times the rows take {median(last, 'rss') / median(first, 'rss'):.2f} "
                              f"times the memory and {median(last, 'wall') / median(first, 'wall'):.1f} times the time")
        if ratios:
            self.put(f"Between the two largest of each: {'; '.join(ratios)}.")
            self.put("What memory there is beyond people and channels is days and browser sessions, which facts keep one by one: a sign-in in a browser "
                     "makes one, and rows of that day inherit it. Rows of the same people and days add few new ones.")
        label = lambda form, s: f"{names[form]}, {s['rows'] / 1e6:.2g} million rows" if s["rows"] >= 1e5 else f"{names[form]}, {s['rows']:,} rows"  # noqa: E731
        return {"growth": [(label(f, s), median(s["runs"]["kmsift"], "wall") / s["rows"] * 1e9) for f, _, s in found],
                "memory": [(label(f, s), median(s["runs"]["kmsift"], "rss") / 1e6) for f, _, s in found]}

    def footprint(self) -> None:
        r, rows = self.results, []
        if "startup" in r:
            walls = [w * 1e3 for w in r["startup"]]
            rows.append(["`kmsift --version`, wall", f"{statistics.median(walls):.1f} ms (median of {len(walls)}; {min(walls):.1f}–{max(walls):.1f})"])
        if "binary_bytes" in r:
            rows.append(["release binary", mega(r["binary_bytes"])])
        if "memory_bandwidth" in r:
            rows.append(["memory: copying between two buffers, one thread", f"{r['memory_bandwidth'] / 1e9:.1f} GB/s"])
        what = {"touch_dev": "`cargo build` after touching one file", "touch_release": "`cargo build --release` after touching one file",
                "clean_dev": "clean `cargo build`", "clean_release": "clean `cargo build --release`"}
        rows += [[what[name], f"{figure(b['wall'])} s wall, {figure(b['cpu'])} s processor"] for name, b in r.get("build", {}).items()]
        if rows:
            self.put("## Start-up and footprint")
            self.table(["what", "measured"], rows)
        if any(name.startswith("clean") for name in r.get("build", {})):
            self.put("Clean builds are measured apart, and other work may have gone on beside them: their processor seconds count.")

    def commands(self) -> None:
        self.put("## Commands", "Anew: `benches/peers/run.sh` (`--full` for ten times the rows, `--render` for this document alone). One set as an example, folders left out:")
        example = self.sets.get("csv") or next(iter(self.sets.values()))
        self.put("```text", *(f"{who:<24} {command}" for who, command in example["commands"].items()), "```")
        tenants = {tuple(s["tenant"].values()) for s in self.sets.values()}
        self.put("Data:", "", "```text", *(f"kmsift demo --layout {t[0]} --users {t[1]} --days {t[2]} --rows-per-day {t[3]}" for t in sorted(tenants)), "```")


def draw(tool: str, name: str, title: str, axis: str, bars: list[tuple[str, float]]) -> None:
    said = "; ".join(f"{label}: {value:,.0f}" for label, value in bars)
    chart = {"title": title, "axis": axis, "alt": f"{title}. {said}.", "bars": [(label, round(value)) for label, value in bars]}
    subprocess.run([tool, "chart", str(DOCS / f"benchmarks-{name}.svg")], input=json.dumps(chart), text=True, check=True)


def main() -> None:
    results, tool = json.loads(pathlib.Path(sys.argv[1]).read_text()), sys.argv[2]
    document = Document(results)
    document.head()
    document.goals()
    document.peers()
    document.tenant()
    charts = document.growth()
    document.footprint()
    document.agreement()
    document.commands()
    (DOCS / "BENCHMARKS.md").write_text("\n".join(document.lines).rstrip() + "\n")
    if charts:
        draw(tool, "growth", "Time a row, the same people and days, ever more rows", "nanoseconds a row, wall time, two threads", charts["growth"])
        draw(tool, "memory", "Peak memory, the same people and days, ever more rows", "megabytes at the peak, two threads", charts["memory"])


if __name__ == "__main__":
    main()
