"""The reduction in Polars: scan and projection materialised by the streaming engine, then one plan for each table of facts."""

import os
import sys

import reduction as r

os.environ["POLARS_MAX_THREADS"] = sys.argv[sys.argv.index("--threads") + 1] if "--threads" in sys.argv else "2"

import polars as pl  # noqa: E402  (reads the number of threads when it is imported)

C = pl.col


def word(name: str) -> pl.Expr:
    return C(name).fill_null("").str.to_lowercase()


def empty_to_null(name: str) -> pl.Expr:
    return pl.when(C(name) != "").then(C(name))


def claim(text: pl.Expr) -> pl.Expr:
    plain = text.str.to_lowercase().str.replace_all("\u00a0", " ", literal=True)
    return (plain.str.contains("previously satisfied", literal=True) | plain.str.contains("satisfied by", literal=True)).fill_null(False)


def channel_words() -> list[pl.Expr]:
    client, token, trust = word("client"), word("token"), word("trust")
    app = client == "mobile apps and desktop clients"
    joined = trust.str.contains("join", literal=True)
    registered = trust.str.contains("regist", literal=True) | (trust == "workplace")
    number = lambda n: pl.lit(n, pl.Int8)  # noqa: E731
    return [
        pl.when(client == "").then(number(3)).when(client == "browser").then(number(0)).when(app).then(number(1))
        .otherwise(number(2)).alias("client"),
        pl.when(token.is_in(["", "none"])).then(number(0)).when(token.str.contains("primaryrefreshtoken", literal=True))
        .then(number(1)).when(token == "refreshtoken").then(number(2)).otherwise(number(3)).alias("token"),
        pl.when(joined).then(number(0)).when(registered).then(number(1)).otherwise(number(2)).alias("trust"),
        (word("protocol") == "ropc").alias("ropc"),
        (word("cross") == "passthrough").alias("passthrough"),
        (word("user_type") == "guest").alias("guest"),
        C("app_name").str.strip_chars(),
        empty_to_null("user").fill_null("upn:" + C("upn").str.strip_chars().str.to_lowercase()),
        *[empty_to_null(n) for n in ("app", "resource", "resource_tenant", "home", "correlation", "session")],
    ]


def seconds(text: pl.Expr) -> pl.Expr:
    return text.str.slice(0, 19).str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="ms").dt.epoch("s").alias("ts")


def csv_base(files: list[str]) -> pl.LazyFrame:
    parts = []
    for interactive, group in r.by_kind(files):
        mfa = C("mfa").str.to_lowercase().str.replace_all("\u00a0", " ", literal=True)
        done = mfa.str.contains("mfa completed", literal=True).fill_null(False)
        fresh = pl.when(claim(C("mfa"))).then(pl.lit(1, pl.Int8)).when(done).then(pl.lit(0, pl.Int8)).otherwise(pl.lit(3, pl.Int8))
        code = pl.when(word("code") != "").then(C("code").cast(pl.Int32, strict=False)).when(word("status") == "success").then(0)
        rows = pl.scan_csv(group, infer_schema=False).select(C(h).alias(n) for h, n in r.PORTAL.items())
        parts.append(rows.select(
            "name", "upn", "reason", seconds(C("ts")), *channel_words(), code.alias("code"),
            pl.lit(interactive).alias("interactive"),
            (fresh if interactive else pl.lit(3, pl.Int8)).alias("fresh"),
            pl.lit(False).alias("persistent"),
        ))
    return pl.concat(parts).filter(C("code").is_not_null())


def ndjson_base(files: list[str]) -> pl.LazyFrame:
    step = pl.Struct({"authenticationMethod": pl.String, "authenticationStepResultDetail": pl.String, "succeeded": pl.Boolean})
    policy = pl.Struct({"result": pl.String, "enforcedSessionControls": pl.List(pl.String)})
    properties = pl.Struct({key: pl.String for key in r.MONITOR} | {
        "isInteractive": pl.Boolean,
        "status": pl.Struct({"errorCode": pl.Int32, "failureReason": pl.String, "additionalDetails": pl.String}),
        "deviceDetail": pl.Struct({"trustType": pl.String}),
        "authenticationDetails": pl.List(step), "appliedConditionalAccessPolicies": pl.List(policy),
    })
    p = C("properties").struct
    own = lambda name: pl.element().struct.field(name)  # noqa: E731
    method, result, done = (own(f.name) for f in step.fields)
    named, told = method.fill_null("") != "", result.fill_null("") != ""
    said = ~(~named & result.str.to_lowercase().str.contains("requirement skipped", literal=True).fill_null(False))
    a_claim = claim(method) | claim(result)
    a_factor = said & ~a_claim & ((named & done.fill_null(True)) | (done.fill_null(False) & told))
    control = own("enforcedSessionControls").list.join(" ", ignore_nulls=True).str.to_lowercase().str.replace_all(" ", "", literal=True)
    kept = (own("result").str.to_lowercase() == "success") & control.str.contains("persistentbrowser", literal=True)
    details, policies = p.field("authenticationDetails"), p.field("appliedConditionalAccessPolicies")
    some = lambda items, test: items.list.eval(test.fill_null(False)).list.any().fill_null(False)  # noqa: E731
    rows = pl.scan_ndjson(files, schema={"category": pl.String, "resultType": pl.String, "properties": properties}).select(
        *[p.field(k).alias(n) for k, n in r.MONITOR.items()],
        p.field("isInteractive").fill_null(word("category") == "signinlogs").alias("interactive"),
        p.field("status").struct.field("errorCode").fill_null(C("resultType").cast(pl.Int32, strict=False)).alias("code"),
        p.field("status").struct.field("failureReason").alias("reason"),
        p.field("status").struct.field("additionalDetails").alias("additional"),
        p.field("deviceDetail").struct.field("trustType").alias("trust"),
        details.is_not_null().alias("carried"), some(details, a_factor).alias("factor"), some(details, a_claim).alias("claim"),
        some(policies, kept).alias("persistent"),
    )
    fresh = (pl.when(~C("interactive") | ~C("carried")).then(pl.lit(3, pl.Int8)).when(C("factor")).then(pl.lit(0, pl.Int8))
             .when(C("claim") | claim(C("additional"))).then(pl.lit(1, pl.Int8)).otherwise(pl.lit(2, pl.Int8)).alias("fresh"))
    return rows.select("name", "upn", "reason", "code", "interactive", "persistent", seconds(C("ts")), fresh, *channel_words())


def spans(rows: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    """First, last, days and returns by key: by day first."""
    daily = rows.group_by(*keys, (C("ts") // 86400).cast(pl.Int32).alias("day")).agg(
        C("ts").min().alias("first"), C("ts").max().alias("last"))
    quiet = C("day").sort().diff() > r.QUIET_DAYS
    return daily.group_by(keys).agg(
        C("first").min(), C("last").max(), C("day").sort().alias("days"),
        C("first").sort_by("day").filter(quiet).alias("returns"))


def tables(base: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    rows = base.filter(~C("passthrough") & C("user").is_not_null())
    surface = C("interactive") & (C("client") != 2) & ~C("ropc") & C("app").ne_missing(r.WINDOWS_LOGON)
    silent = (C("client") == 0) & (C("code") == 0) & (~C("interactive") | (C("fresh") == 1)) & C("session").is_not_null()
    both = C("home").is_not_null() & C("resource_tenant").is_not_null()
    grant = C("reason").filter(C("code").is_in(r.GRANT_CODES)).str.extract(r.GRANT, 1)
    upns = C("upn").filter(C("upn") != "").unique().str.strip_chars().str.to_lowercase().unique().sort()
    return {
        "activity": spans(rows, ["user", *r.CHANNEL]),
        "sessions": spans(rows.filter(silent), ["user", "session", "token", "trust"]),
        "moments": rows.filter(C("code").is_in(r.moment_codes()))
        .select("user", "ts", "code", surface.alias("surface"), "correlation").unique(),
        "people": rows.group_by("user").agg(
            upns.alias("upns"), C("name").filter(C("name") != "").min(), C("guest").any(),
            C("home").filter(both & (C("home") != C("resource_tenant"))).unique().sort().alias("homes"),
            C("ts").filter(C("persistent")).max().alias("persistent"), seconds(grant).max().alias("last_grant")),
        "apps": rows.filter(C("app").is_not_null() & (C("app_name") != "")).group_by("app").agg(C("app_name").min().alias("name")),
        "coverage": base.group_by("interactive", (C("ts") // 3600).alias("hour")).agg(
            C("ts").min().alias("first"), C("ts").max().alias("last")),
        "tenants": rows.filter(both & (C("home") == C("resource_tenant"))).select(C("home").alias("tenant")).unique(),
    }


def main() -> None:
    asked = r.arguments("Polars")
    base = (csv_base if asked.form == "csv" else ndjson_base)(asked.files).collect(engine="streaming").lazy()
    plans = tables(base)
    done = dict(zip(plans, pl.collect_all(plans.values(), engine="streaming"), strict=True))
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        for name, table in done.items():
            table.write_parquet(asked.out / f"{name}.parquet")
    print(" ".join(f"{name}={table.height}" for name, table in done.items()))


if __name__ == "__main__":
    main()
