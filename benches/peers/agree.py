"""Whether results agree: the peers' tables with one another, row for row, and with what kmsift shows of each person."""

import csv
import datetime
import json
import pathlib
import sys

import duckdb

import reduction as r

# Tables in one form, whatever wrote them: ids as text, lists as text, no empty list for a missing one.
COLUMNS = {
    "activity": f"user::VARCHAR, {', '.join(f'{c}::VARCHAR' for c in r.CHANNEL)}, first, last, days::VARCHAR, returns::VARCHAR",
    "sessions": "user::VARCHAR, session::VARCHAR, token, trust, first, last, days::VARCHAR, returns::VARCHAR",
    "moments": "user::VARCHAR, ts, code, surface, correlation::VARCHAR",
    "people": """user::VARCHAR, upns::VARCHAR, name, guest, coalesce(homes, [])::VARCHAR, persistent, last_grant""",
    "apps": "app::VARCHAR, name", "coverage": "interactive, hour, first, last", "tenants": "tenant::VARCHAR",
}


# Columns of `kmsift stale --all --format csv` that the tables decide alone, and the codes of each goal's page.
SHOWN = ("user_principal_name", "last_promptable", "last_interactive", "last_token_activity",
         "prompt_episodes", "first_prompt", "last_prompt")
GOALS = {"mfa": (50072, 50079), "sspr": (50125,), "app": (50203, 502031)}
FLOW_SECONDS = 600


class Disagreement(Exception):
    """Two results differ: the run ends."""


def same_tables(a: pathlib.Path, b: pathlib.Path) -> dict[str, int]:
    """Rows by table, after both were found equal."""
    db, counts = duckdb.connect(), {}
    for table, columns in COLUMNS.items():
        rows = [f"SELECT {columns} FROM '{folder / table}.parquet'" for folder in (a, b)]
        for one, other in (rows, reversed(rows)):
            odd = db.execute(f"({one}) EXCEPT ALL ({other}) LIMIT 3").fetchall()
            if odd:
                raise Disagreement(f"{table} of {a} and {b} differ, for example {odd}")
        counts[table] = db.execute(f"SELECT count(*) FROM ({rows[0]})").fetchall()[0][0]
    return counts


def classes(db: duckdb.DuckDBPyConnection, tables: pathlib.Path) -> None:
    """A view `judged`: each channel of a person with its class, as src/judge/class.rs derives it."""
    rows = [line.split("\t") for line in r.CODES.read_text().splitlines() if line and not line.startswith("#")]
    db.execute("CREATE TABLE codes (code INTEGER, class VARCHAR, first_factor VARCHAR)")
    db.executemany("INSERT INTO codes VALUES (?, ?, ?)", [(int(row[0]), row[1], row[2].strip()) for row in rows])
    db.execute(f"""CREATE VIEW judged AS SELECT a.*, CASE
        WHEN client = {r.CLIENT["legacy"]} OR ropc THEN 'legacy'
        WHEN NOT interactive THEN CASE WHEN code = 0 THEN 'token' ELSE 'token_failed' END
        WHEN first_factor IS NULL OR first_factor = '?' THEN 'unknown'
        WHEN first_factor = 'no' THEN CASE WHEN class = 'ATT' THEN 'attack' ELSE 'sso' END
        WHEN app::VARCHAR = '{r.WINDOWS_LOGON}' THEN 'logon'
        WHEN code <> 0 THEN 'interactive'
        WHEN fresh = {r.FRESH["claim"]} OR (fresh >= {r.FRESH["missing"]} AND token IN ({r.TOKEN["prt"]}, {r.TOKEN["refresh"]})) THEN 'by_token'
        WHEN fresh = {r.FRESH["missing"]} THEN 'unsettled'
        ELSE 'interactive' END AS class FROM '{tables / "activity"}.parquet' AS a LEFT JOIN codes USING (code)""")


def episodes(moments: list[tuple], codes: tuple[int, ...]) -> list[int]:
    """First instants of the flows in which a page was shown (src/judge/prompts.rs)."""
    begun: dict[str | None, int] = {}
    found = []
    for ts, code, surface, correlation in moments:
        if surface and code in codes and (correlation not in begun or ts - begun[correlation] > FLOW_SECONDS):
            begun[correlation] = ts
            found.append(ts)
    return found


def shown(db: duckdb.DuckDBPyConnection, tables: pathlib.Path, codes: tuple[int, ...]) -> dict[str, tuple]:
    """What a peer's tables imply for each person's row of `kmsift stale --all`; the UPN is one of several."""
    time = "strftime(make_timestamp(max(last) FILTER (class IN ({})) * 1000000), '%Y-%m-%dT%H:%M:%SZ')".format
    clocks = db.execute(f"""SELECT user::VARCHAR, {time("'interactive'")},
        greatest({time("'interactive', 'logon'")}, strftime(make_timestamp(max(last) FILTER (class = 'legacy' AND code = 0) * 1000000), '%Y-%m-%dT%H:%M:%SZ')),
        {time("'token', 'by_token'")} FROM judged GROUP BY 1""").fetchall()
    upns = dict(db.execute(f"SELECT user::VARCHAR, upns FROM '{tables / 'people'}.parquet'").fetchall())
    moments: dict[str, list[tuple]] = {}
    for user, *moment in db.execute(f"""SELECT user::VARCHAR, ts, code, surface, nullif(correlation::VARCHAR, '')
            FROM '{tables / 'moments'}.parquet' ORDER BY 1, 2""").fetchall():
        moments.setdefault(user, []).append(tuple(moment))
    people = {}
    for user, *words in clocks:
        pages = [_time(ts) for ts in episodes(moments.get(user, []), codes)]
        ends = (pages[0], pages[-1]) if pages else ("", "")
        people[user] = (set(upns[user]), *(word or "" for word in words), str(len(pages)), *ends)
    return people


def same_people(table: pathlib.Path, tables: pathlib.Path, codes: tuple[int, ...]) -> int:
    """People, after kmsift's table was found to say of each what the peer's tables imply."""
    db = duckdb.connect()
    classes(db, tables)
    theirs = shown(db, tables, codes)
    with open(table, newline="", encoding="utf-8") as source:
        ours = {row["user_id"]: tuple(row[column] for column in SHOWN) for row in csv.DictReader(source)}
    for user in sorted(ours.keys() | theirs.keys()):
        (upn, *said), (upns, *implied) = ours.get(user, ("",)), theirs.get(user, ([],))
        if upn not in upns or said != implied:
            raise Disagreement(f"{user}: kmsift says {ours.get(user)}, {tables} imply {theirs.get(user)}; of {SHOWN}")
    return len(ours)


def _time(ts: int) -> str:
    return datetime.datetime.fromtimestamp(ts, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def main() -> None:
    """`agree.py tables A B` or `agree.py people TABLE.csv PEER GOAL`: prints what was compared, as JSON."""
    what, *rest = sys.argv[1:]
    try:
        if what == "tables":
            found = same_tables(pathlib.Path(rest[0]), pathlib.Path(rest[1]))
        else:
            found = {"people": same_people(pathlib.Path(rest[0]), pathlib.Path(rest[1]), GOALS[rest[2]])}
    except Disagreement as disagreement:
        sys.exit(f"the results disagree: {disagreement}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
