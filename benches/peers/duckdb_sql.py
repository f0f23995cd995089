"""The reduction in DuckDB: one scan into a table of the wanted columns, then a GROUP BY for each table of facts."""

import duckdb

import reduction as r

# A day's first and last row of a channel first; the day list and the returns of a channel from these.
SPAN = f"""min(first)::BIGINT AS first, max(last)::BIGINT AS last, list_sort(list({{'day': day, 'first': first}})) AS l"""
LISTS = f"""first, last, list_transform(l, lambda x: x.day) AS days,
    list_transform(list_filter(l, lambda x, i: i > 1 AND x.day - l[i - 1].day > {r.QUIET_DAYS}), lambda x: x.first::BIGINT) AS returns"""
CLIENT = """CASE WHEN client IS NULL OR client = '' THEN 3 WHEN client ILIKE 'browser' THEN 0
    WHEN client ILIKE 'mobile apps and desktop clients' THEN 1 ELSE 2 END::TINYINT"""
TOKEN = """CASE WHEN token IS NULL OR token = '' OR token ILIKE 'none' THEN 0 WHEN token ILIKE '%primaryrefreshtoken%' THEN 1
    WHEN token ILIKE 'refreshtoken' THEN 2 ELSE 3 END::TINYINT"""
TRUST = """CASE WHEN trust ILIKE '%join%' THEN 0 WHEN trust ILIKE '%regist%' OR trust ILIKE 'workplace' THEN 1 ELSE 2 END::TINYINT"""
COMMON = f"""coalesce(user::VARCHAR, 'upn:' || lower(trim(upn))) AS user, upn, name, user_type ILIKE 'guest' AS guest, app,
    trim(app_name) AS app_name, resource, resource_tenant, home, correlation, session, reason,
    {CLIENT} AS client, {TOKEN} AS token, {TRUST} AS trust,
    coalesce(protocol ILIKE 'ropc', false) AS ropc, coalesce(cross_type ILIKE 'passthrough', false) AS passthrough"""


def claim(text: str) -> str:
    return f"(replace(lower({text}), chr(160), ' ') LIKE '%previously satisfied%' OR replace(lower({text}), chr(160), ' ') LIKE '%satisfied by%')"


def csv_base(files: list[str]) -> str:
    parts = []
    for interactive, group in r.by_kind(files):
        names = r.header(group[0])
        kind = {"ts": "TIMESTAMP", "code": "INTEGER"} | {name: "UUID" for name in r.UUIDS}
        columns = ", ".join(f"'{name}': '{kind.get(r.PORTAL.get(name, ''), 'VARCHAR')}'" for name in names)
        wanted = ", ".join(f'"{h}" AS "{"cross_type" if n == "cross" else n}"' for h, n in r.PORTAL.items())
        fresh = f"CASE WHEN {claim('mfa')} THEN 1 WHEN replace(lower(mfa), chr(160), ' ') LIKE '%mfa completed%' THEN 0 ELSE 3 END::TINYINT"
        parts.append(f"""SELECT {COMMON}, epoch(ts)::BIGINT AS ts, {str(interactive).lower()} AS interactive,
            coalesce(code, 0) AS code, {fresh if interactive else '3::TINYINT'} AS fresh, false AS persistent
            FROM (SELECT {wanted} FROM read_csv({group}, header = true, auto_detect = false, delim = ',', quote = '"',
                escape = '"', timestampformat = '%Y-%m-%dT%H:%M:%SZ', columns = {{{columns}}}))
            WHERE code IS NOT NULL OR status ILIKE 'success'""")
    return " UNION ALL ".join(parts)


def ndjson_base(files: list[str]) -> str:
    kind = {name: "UUID" for name in r.UUIDS}
    plain = ", ".join(f'"{key}" {kind.get(name, "VARCHAR")}' for key, name in r.MONITOR.items())
    step = 'STRUCT("authenticationMethod" VARCHAR, "authenticationStepResultDetail" VARCHAR, succeeded BOOLEAN)'
    struct = f"""STRUCT({plain}, "isInteractive" BOOLEAN, status STRUCT("errorCode" INTEGER, "failureReason" VARCHAR,
        "additionalDetails" VARCHAR), "deviceDetail" STRUCT("trustType" VARCHAR), "authenticationDetails" {step}[],
        "appliedConditionalAccessPolicies" STRUCT(result VARCHAR, "enforcedSessionControls" VARCHAR[])[])"""
    wanted = ", ".join(f'p."{k}" AS "{"cross_type" if n == "cross" else n}"' for k, n in r.MONITOR.items() if n != "ts")
    method, result = 'd."authenticationMethod"', 'd."authenticationStepResultDetail"'
    a_claim = f"coalesce({claim(method)}, false) OR coalesce({claim(result)}, false)"
    own = f"({method} <> '' AND d.succeeded IS DISTINCT FROM false) OR (d.succeeded AND {result} <> '')"
    said = f"NOT (coalesce({method}, '') = '' AND lower({result}) LIKE '%requirement skipped%')"
    fresh = f"""CASE WHEN NOT interactive OR details IS NULL THEN 3
        WHEN len(list_filter(details, lambda d: {said} AND NOT ({a_claim}) AND ({own}))) > 0 THEN 0
        WHEN len(list_filter(details, lambda d: {a_claim})) > 0 OR {claim('additional')} THEN 1 ELSE 2 END::TINYINT"""
    names = "lower(replace(array_to_string(c.\"enforcedSessionControls\", ' '), ' ', ''))"
    kept = f"len(list_filter(policies, lambda c: c.result ILIKE 'success' AND {names} LIKE '%persistentbrowser%')) > 0"
    return f"""SELECT {COMMON}, ts, interactive, code, {fresh} AS fresh, coalesce({kept}, false) AS persistent FROM (
        SELECT {wanted}, epoch(left(p."createdDateTime", 19)::TIMESTAMP)::BIGINT AS ts,
            coalesce(p."isInteractive", category ILIKE 'SignInLogs') AS interactive,
            coalesce(p.status."errorCode", "resultType"::INTEGER) AS code, p.status."failureReason" AS reason,
            p.status."additionalDetails" AS additional, p."deviceDetail"."trustType" AS trust,
            p."authenticationDetails" AS details, p."appliedConditionalAccessPolicies" AS policies
        FROM (SELECT category, "resultType", properties AS p FROM read_json({files}, format = 'newline_delimited',
            columns = {{'category': 'VARCHAR', 'resultType': 'VARCHAR', 'properties': '{struct}'}})))"""


def reduce(base: str) -> list[str]:
    channel = ", ".join(r.CHANNEL)
    surface = f"interactive AND client <> 2 AND NOT ropc AND app IS DISTINCT FROM '{r.WINDOWS_LOGON}'::UUID"
    tenant = "home IS NOT NULL AND resource_tenant IS NOT NULL"
    grant = f"max(epoch(try_cast(nullif(regexp_extract(reason, '{r.GRANT.replace(chr(39), chr(39) * 2)}', 1), '') AS TIMESTAMP))::BIGINT)"
    return [
        f"CREATE TEMP TABLE base AS {base}",
        "CREATE TEMP TABLE coverage AS SELECT interactive, ts // 3600 AS hour, min(ts) AS first, max(ts) AS last FROM base GROUP BY ALL",
        "DELETE FROM base WHERE passthrough OR user IS NULL",
        f"""CREATE TEMP TABLE activity AS SELECT user, {channel}, {LISTS} FROM (SELECT user, {channel}, {SPAN} FROM (
            SELECT user, {channel}, (ts // 86400)::INTEGER AS day, min(ts) AS first, max(ts) AS last FROM base GROUP BY ALL)
            GROUP BY user, {channel})""",
        f"""CREATE TEMP TABLE sessions AS SELECT user, session, token, trust, {LISTS} FROM (SELECT user, session, token, trust, {SPAN}
            FROM (SELECT user, session, token, trust, (ts // 86400)::INTEGER AS day, min(ts) AS first, max(ts) AS last FROM base
            WHERE client = 0 AND code = 0 AND (NOT interactive OR fresh = 1) AND session IS NOT NULL GROUP BY ALL)
            GROUP BY user, session, token, trust)""",
        f"""CREATE TEMP TABLE moments AS SELECT DISTINCT user, ts, code, {surface} AS surface, correlation FROM base
            WHERE code IN ({", ".join(map(str, r.moment_codes()))})""",
        f"""CREATE TEMP TABLE people AS SELECT user, list_sort(list(DISTINCT lower(trim(upn))) FILTER (upn <> '')) AS upns,
            min(name) FILTER (name <> '') AS name, coalesce(bool_or(guest), false) AS guest,
            list_sort(list(DISTINCT home::VARCHAR) FILTER ({tenant} AND home <> resource_tenant)) AS homes,
            max(ts) FILTER (persistent) AS persistent, {grant} FILTER (code IN {r.GRANT_CODES}) AS last_grant FROM base GROUP BY user""",
        "CREATE TEMP TABLE apps AS SELECT app, min(app_name) AS name FROM base WHERE app IS NOT NULL AND app_name <> '' GROUP BY app",
        f"CREATE TEMP TABLE tenants AS SELECT DISTINCT home AS tenant FROM base WHERE {tenant} AND home = resource_tenant",
    ]


def main() -> None:
    asked = r.arguments("DuckDB")
    db = duckdb.connect()
    db.execute(f"SET threads = {asked.threads}")
    db.execute("SET preserve_insertion_order = false")
    db.execute("SET TimeZone = 'UTC'")
    scan, *rest = reduce(csv_base(asked.files) if asked.form == "csv" else ndjson_base(asked.files))
    rows = db.execute(scan).fetchall()[0][0]
    for statement in rest:
        db.execute(statement)
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        for table in r.TABLES:
            db.execute(f"COPY {table} TO '{asked.out / table}.parquet'")
    print(f"rows={rows}", *(f"{t}={db.execute(f'SELECT count(*) FROM {t}').fetchall()[0][0]}" for t in r.TABLES))


if __name__ == "__main__":
    main()
