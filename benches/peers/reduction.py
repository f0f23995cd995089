"""The reduction that every peer does: which columns, which words, which tables. What src/ingest/fold.rs does to sign-in rows.

Tables, the same in every peer (`ts` and the like are Unix seconds, days count from 1970-01-01, words are the numbers below):

  activity   user, interactive, code, app, resource, client, token, ropc, fresh, trust: first, last, days, returns
  sessions   user, session, token, trust: first, last, days, returns
  moments    user, ts, code, surface, correlation: rows whose code shows a page or ends a session
  people     user: upns, name, guest, homes, persistent, last_grant
  apps       app: name
  coverage   interactive, hour: first, last
  tenants    tenant: home and resource of one row

`returns` are the first rows of days that follow a quiet week (src/facts/span.rs). Peers keep the tables in memory when they are
timed and write them as Parquet when they are asked to (--out), for the comparison. kmsift also judges and writes its table.
"""

import argparse
import csv
import gzip
import io
import pathlib
import shutil
import subprocess

CODES = pathlib.Path(__file__).parents[2] / "src/model/tables/codes.tsv"
TABLES = ("activity", "sessions", "moments", "people", "apps", "coverage", "tenants")
CHANNEL = ("interactive", "code", "app", "resource", "client", "token", "ropc", "fresh", "trust")
QUIET_DAYS = 7
WINDOWS_LOGON = "38aa3b87-a06d-4817-b275-7a316988d93b"
GRANT_CODES = (50173, 70045)
GRANT = r"(?i)(?:issued on|authtime|authinstant)[ '\":]*([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})"

# Words as numbers, in the order of src/model/sign_in.rs.
CLIENT = {"browser": 0, "app": 1, "legacy": 2, "unknown": 3}
TOKEN = {"none": 0, "prt": 1, "refresh": 2, "other": 3}
FRESH = {"fresh": 0, "claim": 1, "missing": 2, "not_carried": 3}
TRUST = {"joined": 0, "registered": 1, "none": 2}

# Header of the portal's CSV: our name. Of two columns of one name the first is meant.
PORTAL = {
    "Date (UTC)": "ts", "Correlation ID": "correlation", "User ID": "user", "User": "name", "Username": "upn",
    "User type": "user_type", "Cross tenant access type": "cross", "Incoming token type": "token",
    "Authentication Protocol": "protocol", "Application": "app_name", "Application ID ": "app",
    "Resource ID ": "resource", "Resource tenant ID": "resource_tenant", "Home tenant ID": "home",
    "Sign-in error code": "code", "Failure reason": "reason", "Client app": "client", "Join Type": "trust",
    "Multifactor authentication result": "mfa", "Session ID": "session", "Status": "status",
}
UUIDS = ("correlation", "user", "app", "resource", "resource_tenant", "home", "session")
# Key of `properties` of an Azure Monitor record: our name; nested ones are named by the peers.
MONITOR = {
    "createdDateTime": "ts", "correlationId": "correlation", "userId": "user", "userDisplayName": "name",
    "userPrincipalName": "upn", "userType": "user_type", "crossTenantAccessType": "cross",
    "incomingTokenType": "token", "authenticationProtocol": "protocol", "appDisplayName": "app_name", "appId": "app",
    "resourceId": "resource", "resourceTenantId": "resource_tenant", "homeTenantId": "home",
    "clientAppUsed": "client", "sessionId": "session",
}


def moment_codes() -> list[int]:
    """Codes whose rows are kept whole: `is_moment` of src/ingest/fold.rs over codes.tsv."""
    rows = [line.split("\t") for line in CODES.read_text().splitlines() if line and not line.startswith("#")]
    return sorted(int(row[0]) for row in rows if row[1] in ("REG", "REGX", "NUDGE", "KMSI", "END") and row[0] != "0")


def arguments(peer: str) -> argparse.Namespace:
    """What every peer is called with."""
    parser = argparse.ArgumentParser(description=f"The reduction in {peer}")
    parser.add_argument("form", choices=("csv", "ndjson"))
    parser.add_argument("files", nargs="+")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=pathlib.Path)
    return parser.parse_args()


def by_kind(files: list[str]) -> list[tuple[bool, list[str]]]:
    """Interactive files and the others, by the names that the portal gives."""
    silent = [f for f in files if "noninteractive" in pathlib.Path(f).name.lower()]
    return [pair for pair in ((True, [f for f in files if f not in silent]), (False, silent)) if pair[1]]


def header(file: str) -> list[str]:
    """The header of a CSV, names met again with a number."""
    seen: dict[str, int] = {}
    names = []
    for name in next(csv.reader(io.StringIO(_first_line(file)))):
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _first_line(file: str) -> str:
    if file.endswith(".zst"):
        with subprocess.Popen([shutil.which("zstd") or "zstd", "-dcq", file], stdout=subprocess.PIPE) as child:
            assert child.stdout
            line = child.stdout.readline()
            child.kill()
    else:
        with (gzip.open if file.endswith(".gz") else open)(file, "rb") as source:
            line = source.readline()
    return line.decode("utf-8-sig")
