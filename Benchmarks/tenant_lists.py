"""filter-users of a tenant with many users: how long a page takes over HTTP and in psql alone, and by which plan. One request at
a time, since it is the time of a page that is asked for here."""

import base64
import http.client
import json
import os
import pathlib
import re
import subprocess
import urllib.parse
from statistics import median

from load import LoadError, run

USERS = int(os.environ.get("BENCH_TENANT_USERS", 100_000))
REPETITIONS = 101
TENANT = "md5('bench tenant')::uuid"
SESSION = "IND1-" + "1".rjust(64, "0")


def pages(database):
    """What is asked for: name, body, and the values of the query's parameters that differ from null."""
    middle = query(database, "SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') || '|' || "
                             f"org_user_id FROM org_users WHERE email_address = 'colleague-{USERS // 10}@tenant.example.com'")
    created_at, user = middle.split("|")
    cursor = base64.urlsafe_b64encode(middle.encode()).decode()
    return [
        ("the first page", {}, {}),
        ("a page behind nine tenths of them", {"cursor": cursor}, {"after_created_at": created_at, "after_user_id": user}),
        ("the first page of those with 77 in the address", {"filter_email": "77"}, {"email_pattern": "%77%"}),
        ("the only one with a rare address", {"filter_email": f"colleague-{USERS // 2}@"}, {"email_pattern": f"%colleague-{USERS // 2}@%"}),
    ]


def measure(base, database):
    """Markdown: a table, and the plan of each page."""
    lines = [f"`filter-users` of an employer with {USERS:,} users, pages of 50; medians of {REPETITIONS}:", "",
             "| page | over HTTP, with session and role check | psql alone | ratio |", "|---|---:|---:|---:|"]
    plans = []
    for name, body, values in pages(database):
        statement = list_users(values)
        plain = psql_milliseconds(database, statement)
        served = http_milliseconds(base, body)
        lines.append(f"| {name} | {served:.2f} ms | {plain:.2f} ms | {served / plain:.2f} |")
        plan = query(database, f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {statement}")
        plans += ["", f"Plan of {name}:", "", *("    " + line for line in plan.splitlines())]
    return "\n".join(lines + plans)


def list_users(values):
    """The statement from its source, with its parameters filled in."""
    text = pathlib.Path("db/templates/tenant_users.sql").read_text()
    statement = re.search(r"-- name: ListUsers :many\n(.*?);", text, re.S)[1]
    statement = statement.replace("{{portal}}", "org").replace("{{tenant}}", "employer").replace("{{tenants}}", "employers")
    literals = {"tenant_id": TENANT, "row_count": "51",
                **{name: f"'{value}'" for name, value in values.items()}}
    return re.sub(r"sqlc\.n?arg\((\w+)\)", lambda match: literals.get(match[1], "NULL"), statement)


def query(database, sql):
    return psql(database, sql).strip()


def psql(database, script):
    finished = subprocess.run(["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
                               f"--dbname={database}"], input=script, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise LoadError(f"psql: {finished.stderr.strip()}")
    return finished.stdout


def psql_milliseconds(database, statement):
    output = psql(database, "\\timing on\n" + f"{statement};\n" * REPETITIONS)
    return median(float(time) for time in re.findall(r"^Time: ([0-9.]+) ms", output, re.M))


def http_milliseconds(base, body):
    """One connection, one request at a time; the first answer is looked at, the others are timed by wrk."""
    check(base, body)
    script = pathlib.Path(os.environ["RUN_DIR"], "filter-users.lua")
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = [[{json.dumps(body)}]]\n'
        f'wrk.headers["Authorization"] = "Bearer {SESSION}"\n'
        "done = function(_, latency, _) io.write(string.format('p50 %f\\n', latency:percentile(50) / 1000)) end\n")
    output = run("wrk", "--threads", "1", "--connections", "1", "--duration", "2s", "--script", script,
                 f"{base}/org/filter-users")
    return float(re.search(r"p50 ([0-9.]+)", output)[1])


def check(base, body):
    address = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    connection.request("POST", "/org/filter-users", json.dumps(body), {"Authorization": f"Bearer {SESSION}"})
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    if response.status != 200 or not answer["items"]:
        raise LoadError(f"filter-users: {response.status} {answer}")
