"""The reduction in pandas: pyarrow reads the wanted columns, pandas groups. All rows are in memory."""

import os
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json

import reduction as r

DAY, HOUR = 86_400, 3_600
TEXT = pd.ArrowDtype(pa.string())


def claim(text: pd.Series) -> pd.Series:
    plain = text.fillna("").str.lower().str.replace("\u00a0", " ", regex=False)
    return plain.str.contains("previously satisfied", regex=False) | plain.str.contains("satisfied by", regex=False)


def by_value(column: pd.Series, word) -> pd.Series:
    """A column of few values, each looked at once."""
    coded = column.fillna("").astype("category")
    return coded.cat.rename_categories(range(len(coded.cat.categories))).astype("int32").map(
        pd.Series([word(v) for v in coded.cat.categories]))


def client(text: str) -> int:
    return {"": 3, "browser": 0, "mobile apps and desktop clients": 1}.get(text.lower(), 2)


def token(text: str) -> int:
    lower = text.lower()
    return 1 if "primaryrefreshtoken" in lower else {"": 0, "none": 0, "refreshtoken": 2}.get(lower, 3)


def trust(text: str) -> int:
    lower = text.lower()
    return 0 if "join" in lower else 1 if "regist" in lower or lower == "workplace" else 2


def words(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that all forms have, as ids and numbers."""
    rows["ts"] = pd.to_datetime(rows["ts"].str.slice(0, 19), format="%Y-%m-%dT%H:%M:%S").astype("datetime64[s]").astype("int64")
    for name, word in (("client", client), ("token", token), ("trust", trust)):
        rows[name] = by_value(rows[name], word).astype("int8")
    rows["ropc"] = by_value(rows.pop("protocol"), lambda t: t.lower() == "ropc").astype(bool)
    rows["passthrough"] = by_value(rows.pop("cross"), lambda t: t.lower() == "passthrough").astype(bool)
    rows["guest"] = by_value(rows.pop("user_type"), lambda t: t.lower() == "guest").astype(bool)
    for name in ("app", "resource", "resource_tenant", "home", "app_name"):
        rows[name] = rows[name].fillna("").astype("category")
    for name in ("correlation", "session"):
        rows[name] = rows[name].fillna("")
    known = rows["user"].fillna("") != ""
    rows["user"] = rows["user"].where(known, "upn:" + rows["upn"].str.strip().str.lower()).astype("category")
    return rows


def csv_base(files: list[str]) -> pd.DataFrame:
    parts = []
    for interactive, group in r.by_kind(files):
        names = r.header(group[0])
        read = pa.csv.ReadOptions(column_names=names, skip_rows=1)
        wanted = pa.csv.ConvertOptions(include_columns=list(r.PORTAL), column_types=dict.fromkeys(r.PORTAL, pa.string()))
        how = pa.csv.ParseOptions(newlines_in_values=True)
        for file in group:
            table = pa.csv.read_csv(file, read, how, wanted).rename_columns(list(r.PORTAL.values()))
            rows = table.to_pandas(types_mapper=pd.ArrowDtype)
            success = by_value(rows.pop("status"), lambda t: t.lower() == "success")
            rows["code"] = pd.to_numeric(rows["code"].where(rows["code"] != "", None)).astype("Int32")
            rows.loc[rows["code"].isna() & success, "code"] = 0
            mfa, rows["interactive"], rows["fresh"] = rows.pop("mfa"), interactive, 3
            if interactive:
                done = mfa.fillna("").str.lower().str.replace("\u00a0", " ", regex=False).str.contains("mfa completed", regex=False)
                rows.loc[done, "fresh"] = 0
                rows.loc[claim(mfa), "fresh"] = 1
            rows["persistent"] = False
            parts.append(rows[rows["code"].notna()])
    return words(pd.concat(parts, ignore_index=True))


def freshness(details: list | None, additional: str | None) -> int:
    if details is None:
        return 3
    claims = False
    for step in details:
        method, result = step["authenticationMethod"] or "", step["authenticationStepResultDetail"] or ""
        if not method and "requirement skipped" in result.lower():
            continue
        if any(mark in text.lower().replace("\u00a0", " ") for text in (method, result) for mark in ("previously satisfied", "satisfied by")):
            claims = True
        elif (method and step["succeeded"] is not False) or (step["succeeded"] and result):
            return 0
    text = (additional or "").lower().replace("\u00a0", " ")
    return 1 if claims or "previously satisfied" in text or "satisfied by" in text else 2


def keeps(policies: list | None) -> bool:
    return any((p["result"] or "").lower() == "success" and any("persistentbrowser" in (c or "").lower().replace(" ", "") for c in
               p["enforcedSessionControls"] or []) for p in policies or [])


def ndjson_base(files: list[str]) -> pd.DataFrame:
    text = pa.string()
    step = pa.struct([("authenticationMethod", text), ("authenticationStepResultDetail", text), ("succeeded", pa.bool_())])
    policy = pa.struct([("result", text), ("enforcedSessionControls", pa.list_(text))])
    properties = pa.struct([(key, text) for key in r.MONITOR if key != "createdDateTime"] + [
        # A field that looks like a time is read as one, whatever the schema says of text.
        ("createdDateTime", pa.timestamp("ns", "UTC")), ("isInteractive", pa.bool_()),
        ("status", pa.struct([("errorCode", pa.int32()), ("failureReason", text), ("additionalDetails", text)])),
        ("deviceDetail", pa.struct([("trustType", text)])),
        ("authenticationDetails", pa.list_(step)), ("appliedConditionalAccessPolicies", pa.list_(policy)),
    ])
    schema = pa.schema([("category", text), ("resultType", text), ("properties", properties)])
    how = pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    parts = []
    for file in files:
        table = pa.json.read_json(file, pa.json.ReadOptions(block_size=8 << 20), how)
        field = lambda *path: pc.struct_field(table["properties"], list(path))  # noqa: E731
        columns = {name: field(key) for key, name in r.MONITOR.items()}
        columns["ts"] = pc.strftime(columns["ts"], "%Y-%m-%dT%H:%M:%S")
        columns |= {"code": pc.coalesce(field("status", "errorCode"), pc.cast(table["resultType"], pa.int32())),
                    "reason": field("status", "failureReason"), "trust": field("deviceDetail", "trustType"),
                    "interactive": pc.coalesce(field("isInteractive"), pc.equal(table["category"], "SignInLogs"))}
        rows = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
        rows["interactive"] = rows["interactive"].astype(bool)
        asked = rows["interactive"].to_numpy().nonzero()[0]
        details = field("authenticationDetails").take(asked).to_pylist()
        additional = field("status", "additionalDetails").take(asked).to_pylist()
        rows["fresh"], rows["persistent"] = 3, False
        rows.loc[asked, "fresh"] = [freshness(d, a) for d, a in zip(details, additional, strict=True)]
        policies = field("appliedConditionalAccessPolicies")
        some = pc.greater(pc.fill_null(pc.list_value_length(policies), 0), 0).to_numpy().nonzero()[0]
        rows.loc[some, "persistent"] = [keeps(p) for p in policies.take(some).to_pylist()]
        parts.append(rows)
    return words(pd.concat(parts, ignore_index=True))


def spans(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    daily = rows.assign(day=(rows["ts"] // DAY).astype("int32")).groupby([*keys, "day"], observed=True, dropna=False)["ts"]
    daily = daily.agg(first="min", last="max").reset_index()  # sorted by key, then day
    group = daily.groupby(keys, observed=True, dropna=False, sort=False)
    quiet = group["day"].diff() > r.QUIET_DAYS
    number = group.ngroup()
    whole = group.agg(first=("first", "min"), last=("last", "max")).reset_index()
    starts = number.drop_duplicates().index.to_numpy()
    days = pa.LargeListArray.from_arrays(pa.array([*starts, len(daily)]), pa.array(daily["day"].to_numpy()))
    met = number[quiet].value_counts().reindex(range(len(whole)), fill_value=0).sort_index().cumsum()
    returns = pa.LargeListArray.from_arrays(pa.array([0, *met]), pa.array(daily.loc[quiet, "first"].to_numpy()))
    return whole.assign(days=pd.Series(days, dtype=pd.ArrowDtype(days.type)), returns=pd.Series(returns, dtype=pd.ArrowDtype(returns.type)))


def listed(rows: pd.DataFrame, column: str) -> pd.Series:
    pairs = rows[["user", column]].drop_duplicates().sort_values(["user", column])
    return pairs.groupby("user")[column].agg(list)


def people(rows: pd.DataFrame) -> pd.DataFrame:
    def by_person(column: pd.Series, how: str) -> pd.Series:
        found = column.groupby(rows["user"].loc[column.index], observed=True).agg(how)
        return found.set_axis(found.index.astype(str))

    upns = rows.loc[rows["upn"].fillna("") != "", ["user", "upn"]].drop_duplicates().astype(str)
    upns["upn"] = upns["upn"].str.strip().str.lower()
    names = rows.loc[rows["name"].fillna("") != "", ["user", "name"]].drop_duplicates()["name"]
    both = (rows["home"] != "") & (rows["resource_tenant"] != "")
    pairs = rows.loc[both, ["user", "home", "resource_tenant"]].drop_duplicates().astype(str)
    revoked = rows.loc[rows["code"].isin(r.GRANT_CODES), "reason"].astype(object)
    grant = pd.to_datetime(revoked.str.extract(r.GRANT, expand=False), format="%Y-%m-%dT%H:%M:%S").dropna()
    table = pd.DataFrame({"guest": by_person(rows["guest"], "any")})
    table["upns"], table["name"] = listed(upns, "upn"), by_person(names, "min")
    table["homes"] = listed(pairs[pairs["home"] != pairs["resource_tenant"]], "home")
    table["persistent"] = by_person(rows.loc[rows["persistent"], "ts"], "max")
    table["last_grant"] = by_person(grant.astype("datetime64[s]").astype("int64"), "max")
    return table.rename_axis("user").reset_index()


def tables(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    coverage = rows.groupby(["interactive", (rows["ts"] // HOUR).rename("hour")])["ts"].agg(first="min", last="max").reset_index()
    rows = rows[~rows["passthrough"] & rows["user"].notna()]
    surface = rows["interactive"] & (rows["client"] != 2) & ~rows["ropc"] & (rows["app"] != r.WINDOWS_LOGON)
    silent = (rows["client"] == 0) & (rows["code"] == 0) & (~rows["interactive"] | (rows["fresh"] == 1)) & (rows["session"] != "")
    kept = rows["code"].isin(r.moment_codes())
    own = rows[["home", "resource_tenant"]].drop_duplicates().astype(str)
    own = own[(own["home"] != "") & (own["home"] == own["resource_tenant"])]
    named = rows.loc[(rows["app"] != "") & (rows["app_name"] != ""), ["app", "app_name"]].drop_duplicates().astype(str)
    named["app_name"] = named["app_name"].str.strip()
    return {
        "activity": spans(rows, ["user", *r.CHANNEL]),
        "sessions": spans(rows[silent], ["user", "session", "token", "trust"]),
        "moments": rows.assign(surface=surface)[kept][["user", "ts", "code", "surface", "correlation"]].drop_duplicates(),
        "people": people(rows),
        "apps": named.groupby("app")["app_name"].min().rename("name").reset_index(),
        "coverage": coverage,
        "tenants": own[["home"]].drop_duplicates().rename(columns={"home": "tenant"}),
    }


def main() -> None:
    asked = r.arguments("pandas with pyarrow")
    pa.set_cpu_count(asked.threads)
    done = tables((csv_base if asked.form == "csv" else ndjson_base)(asked.files))
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        for name, table in done.items():
            for column in table.columns[table.dtypes == "category"]:
                table[column] = table[column].astype(str)
            table.to_parquet(asked.out / f"{name}.parquet")
    print(" ".join(f"{name}={len(table)}" for name, table in done.items()))


if __name__ == "__main__":
    main()
