"""Reads the star schema of a report with DuckDB: keys, agreement with the CSV tables, and the queries of docs/STAR_SCHEMA.md.

star.py REPORT_FOLDER DOCUMENT
"""

import csv
import io
import os
import re
import sys

import duckdb

TABLES = ["people", "activity", "moments", "calendar"]


def rows(name):
    with open(name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ask(connection, query):
    return connection.execute(query).fetchall()


def none(connection, what, query):
    found = ask(connection, query)
    assert not found, f"{what}: {found[:5]}"


def keys(connection):
    """Every key is one, and every foreign key finds its own."""
    for table, key in [
        ("people", "user_key"),
        ("people", "user_id"),
        ("calendar", "day"),
        ("activity", "user_key, day, kind, success, app_id, client"),
        ("moments", "user_key, happened_at, kind, detail, code, success"),
    ]:
        none(connection, f"{table} by {key}", f"SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1")
    for fact in ["activity", "moments"]:
        none(connection, f"{fact} without its person", f"FROM {fact} ANTI JOIN people USING (user_key)")
        none(connection, f"{fact} without its day", f"FROM {fact} ANTI JOIN calendar USING (day)")
    none(connection, "days of moments", "FROM moments WHERE strftime(happened_at, '%Y-%m-%d') <> strftime(day, '%Y-%m-%d')")
    first, last, days = ask(connection, "SELECT min(day), max(day), count(*) FROM calendar")[0]
    assert days == (last - first).days + 1, "the calendar has a hole"
    for day, week, weekday, weekend in ask(connection, "SELECT day, iso_week, weekday, weekend FROM calendar"):
        year, number, iso = day.isocalendar()
        assert (week, weekday, weekend) == (f"{year}-W{number:02}", iso, iso > 5), day


def types(connection):
    """Columns are typed, not texts."""
    wanted = {
        "people": {"user_key": "INTEGER", "created_at": "TIMESTAMP WITH TIME ZONE", "active": "BOOLEAN", "staleness_min_days": "BIGINT"},
        "activity": {"day": "DATE", "success": "BOOLEAN", "first_at": "TIMESTAMP WITH TIME ZONE"},
        "moments": {"happened_at": "TIMESTAMP WITH TIME ZONE", "day": "DATE", "code": "BIGINT"},
        "calendar": {"day": "DATE", "interactive_covered": "BOOLEAN", "interactive_hours": "INTEGER"},
    }
    for table, columns in wanted.items():
        told = {name: kind for name, kind, *_ in ask(connection, f"DESCRIBE {table}")}
        for name, kind in columns.items():
            assert told.get(name) == kind, f"{table}.{name} is {told.get(name)}, not {kind}"


def agreement(connection, report):
    """What the other outputs say, which come another way from the same facts."""
    users = rows(f"{report}/tables/users.csv")
    told = ask(connection, "SELECT user_id, label, active FROM people ORDER BY user_key")
    said = [(u["user_id"], u["label"], u["active"] == "true") for u in users]
    assert told == said, "people are not the table users"

    prompts = dict(ask(connection, "SELECT user_id, count(*) FROM moments JOIN people USING (user_key) WHERE kind = 'prompt' GROUP BY ALL"))
    for user in users:
        assert prompts.get(user["user_id"], 0) == int(user["prompt_episodes"]), f"prompts of {user['user_id']}"
    registered = dict(
        ask(connection, "SELECT user_id, strftime(happened_at, '%Y-%m-%dT%H:%M:%SZ') FROM moments JOIN people USING (user_key) WHERE kind = 'registered'")
    )
    assert registered == {u["user_id"]: u["registered_at"] for u in users if u["registered_at"]}, "registrations"

    mix = rows(f"{report}/tables/sign_in_mix.csv")
    days = {
        str(day): counts
        for day, *counts in ask(
            connection,
            """SELECT day, count(DISTINCT user_key) FILTER (kind = 'page'),
                      count(DISTINCT user_key) FILTER (kind = 'windows_logon'),
                      count(DISTINCT user_key) FILTER (kind IN ('token', 'page_by_token'))
               FROM activity JOIN people USING (user_key) WHERE stage IS NOT NULL GROUP BY day""",
        )
    }
    compared = 0
    for line in mix:
        counts = days.get(line["day"][:10], [0, 0, 0])
        for name, count in zip(["interactive", "logon", "token"], counts):
            if line[name]:
                compared += 1
                assert int(line[name]) == count, f"{name} on {line['day']}: {line[name]} or {count}"
    assert compared > 60, f"only {compared} counts of the sign-in mix were compared"

    spans = ask(connection, "SELECT count(*) FROM activity WHERE last_at < first_at OR first_at::DATE <> day OR last_at::DATE <> day")
    assert spans == [(0,)], "instants lie on their days"
    seen = dict(ask(connection, "SELECT user_id, strftime(max(last_at), '%Y-%m-%dT%H:%M:%SZ') FROM activity JOIN people USING (user_key) WHERE kind = 'page' GROUP BY ALL"))
    pages = {u["user_id"]: u["last_promptable"] for u in users if u["last_promptable_source"].startswith("sign_in")}
    assert len(pages) > 5, "people seen at a page"
    for user, at in pages.items():
        assert seen.get(user) == at, f"{user}: {seen.get(user)} is not {at}"


def text(rows, names):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return out.getvalue()


def documented(connection, document):
    """Runs the queries that the document shows and compares their answers."""
    with open(document, encoding="utf-8") as file:
        blocks = re.findall(r"```sql\n(.*?)```(?:\n\n```csv\n(.*?)```)?", file.read(), re.DOTALL)
    answered = 0
    for query, answer in blocks:
        result = connection.execute(query)
        if not answer:
            continue
        told = text(result.fetchall(), [column[0] for column in result.description])
        assert told == answer, f"{query}\nanswers\n{told}\nand not\n{answer}"
        answered += 1
    assert answered == 3, f"{answered} queries have an answer"


def main():
    report, document = (os.path.abspath(path) for path in sys.argv[1:3])
    os.chdir(report)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    documented(connection, document)  # makes the views, as a reader does
    keys(connection)
    types(connection)
    agreement(connection, report)
    counts = {table: ask(connection, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}
    print(f"DuckDB {duckdb.__version__} reads the star schema: {counts}")


main()
