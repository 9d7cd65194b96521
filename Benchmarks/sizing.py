"""How cost grows: with people, rows, regions, servers and distance. Called by Benchmarks/sizing, which says what the
environment means. Each part prints a table as soon as it is measured."""

import asyncio
import os
import pathlib
import pwd
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager

import load
import machine
import preparation
import servers
import tenant_lists

PEOPLE = [int(number) for number in os.environ.get("SIZING_PEOPLE", "100000 1000000 10000000").split()]
ROWS = int(os.environ.get("SIZING_ROWS", 10_000_000))
SECONDS = int(os.environ.get("BENCH_SECONDS", 5))
LOOKUP_RATE = 1000  # per second
ROUND_TRIP_MILLISECONDS = 20
REGIONS = 64
FIRST_PORT = int(os.environ["FIRST_API_PORT"])
BASE = f"http://127.0.0.1:{FIRST_PORT}"
POSTGRES = os.environ["POSTGRES_PROGRAMS"]
RUN_DIRECTORY = pathlib.Path(os.environ["RUN_DIR"])
LOAD = load.Load(SECONDS, connections=32, login_connections=8, own_pids=[int(os.environ["POSTGRES_PID"])])


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def table(title, headings, rows):
    print(f"\n{title}\n\n| {' | '.join(headings)} |\n| {' | '.join(['---'] + ['---:'] * (len(headings) - 1))} |")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |", flush=True)


def sql(database, *statements):
    """Runs each statement in a transaction of its own; returns what they print."""
    return preparation.run([f"{POSTGRES}/psql", "--no-psqlrc", "-qAt", "--set=ON_ERROR_STOP=1", f"--dbname={database}",
                            *(f"--command={statement}" for statement in statements)]).strip()


def megabytes(database):
    return int(sql(database, f"SELECT pg_database_size('{database}')")) / 1e6


@contextmanager
def running(*started):
    """Servers with the URL at which each says that it is ready."""
    with ExitStack() as stack:
        for server, url in started:
            stack.callback(server.stop)
            server.wait_until_answers(url)
        yield [server for server, _ in started]


def api(region, port, **settings):
    base = f"http://127.0.0.1:{port}"
    return servers.api_server(region, HTTP_PORT=str(port), **settings), f"{base}/readyz"


@contextmanager
def without_indexes(database, *tables):
    """Drops what makes the loading of millions of rows slow, for the time of the block, and makes it again."""
    among = ", ".join(f"'{table}'::regclass" for table in tables)
    constraints = [line.split("|") for line in sql(
        database, f"SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid IN ({among}) "
        "AND (contype IN ('u', 'f') OR contype = 'p' AND NOT EXISTS (SELECT FROM pg_constraint AS f WHERE f.confrelid = "
        "pg_constraint.conrelid)) ORDER BY contype = 'f'").splitlines()]
    indexes = [line.split("|", 1) for line in sql(
        database, f"SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid IN ({among}) AND NOT EXISTS "
        "(SELECT FROM pg_constraint WHERE conindid = indexrelid)").splitlines()]
    sql(database, *(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in reversed(constraints)),
        *(f"DROP INDEX {name}" for name, _ in indexes))
    yield
    sql(database, "SET maintenance_work_mem = '1GB'", *(definition for _, definition in indexes),
        *(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in constraints))


# MARK: parts


def part_load():
    """What 1,000 requests a second take."""
    rows = []
    for label, region, kind, rate in (("myinfo at home", "ind1", "session", 1000), ("myinfo over a hop", "usa1", "session", 1000),
                                      ("login", "ind1", "login", 20)):
        with running(api("ind1", FIRST_PORT), api("usa1", FIRST_PORT + 1)) as (home, landing):
            pids = [home.pid] if region == "ind1" else [home.pid, landing.pid]
            base = BASE if region == "ind1" else f"http://127.0.0.1:{FIRST_PORT + 1}"
            LOAD.open_loop(base, kind, rate / 2, pids, 2)  # a server that has just started opens its connections first
            database = machine.cpu_seconds([int(os.environ["POSTGRES_PID"])])
            sample = LOAD.open_loop(base, kind, rate, pids)
            database = machine.cpu_seconds([int(os.environ["POSTGRES_PID"])]) - database
            memory = sum(machine.resident_megabytes(pid, "VmHWM") for pid in pids)
            rows.append((label, f"{rate}/s", f"{sample.p50:.2f} / {sample.p99:.2f} ms", f"{sample.cpu * rate / 1e6:.3f}",
                         f"{database / SECONDS:.3f}", f"{memory:.0f} MB", f"{sample.foreign:.0f} %"))
    table("What a load takes (processors of the API servers and of PostgreSQL, memory of all API servers)",
          ["request", "rate", "p50 / p99", "API servers", "PostgreSQL", "memory", "other work"], rows)


def part_people():
    """Routing look-ups and sizes, with more and more people; the audit at the end."""
    digest = preparation.run([f"{os.environ['BINARIES']}/vetchium", "hash-password"], input=preparation.PASSWORD + "\n").strip()
    empty = {database: megabytes(database) for database in ("vetchium_global", "vetchium_ind1")}
    rows = []
    for people in PEOPLE:
        say(f"{people:,} people")
        for database in ("vetchium_global", "vetchium_ind1"):
            sql(database, "TRUNCATE hub_users CASCADE")
        with without_indexes("vetchium_ind1", "hub_users", "hub_sessions"):
            preparation.psql("vetchium_ind1", "seed-regional.sql", region="ind1", users=people, hash=digest)
        with without_indexes("vetchium_global", "hub_users"):
            preparation.psql("vetchium_global", "seed-global.sql", region="ind1", users=people)
        sql("vetchium_ind1", "VACUUM ANALYZE", "CHECKPOINT")
        sql("vetchium_global", "VACUUM ANALYZE")
        grown = [(megabytes(database) - empty[database]) * 1e6 / people for database in empty]
        rate, p50, p99 = routing_lookup(people)
        rows.append((f"{people:,}", f"{rate:,.0f}/s", f"{p50:.3f} ms", f"{p99:.3f} ms", *(f"{size:,.0f} MB" for size in grown)))
    table(f"Routing look-up by the hash of an address (pgbench, 4 clients; times at {LOOKUP_RATE} a second), and the databases' sizes "
          "for a million people", ["people", "look-ups", "p50", "p99", "global", "regional, one session each"], rows)
    audit(PEOPLE[-1])


def routing_lookup(people):
    queries = pathlib.Path("db/queries/global/hub_users.sql").read_text()
    statement = re.search(r"^-- name: FindHubUserRouting .*?\n(.*?;)", queries, re.S | re.M)[1]
    address = "sha256(convert_to('bench-' || :n || '@ind1.example.com', 'UTF8'))"
    script = RUN_DIRECTORY / "lookup.sql"
    script.write_text(f"\\set n random(1, {people})\n{statement.replace('@email_address_hashes::BYTEA[]', f'ARRAY[{address}]')}\n")
    command = [f"{POSTGRES}/pgbench", "--no-vacuum", "--protocol=prepared", "--client=4", "--jobs=2", f"--file={script}"]
    # As fast as it goes, which also fills the caches; then at a fixed rate, since at the highest one the time of a look-up is that of
    # waiting for a processor.
    output = load.run(*command, f"--time={3 * SECONDS}", "vetchium_global")
    for log in RUN_DIRECTORY.glob("lookup-log*"):
        log.unlink()
    load.run(*command, f"--time={SECONDS}", f"--rate={LOOKUP_RATE}", "--log", f"--log-prefix={RUN_DIRECTORY}/lookup-log",
             "vetchium_global")
    times = sorted(int(line.split()[2]) / 1000 for log in RUN_DIRECTORY.glob("lookup-log*") for line in log.read_text().splitlines())
    return float(re.search(r"tps = ([\d.]+)", output)[1]), times[len(times) // 2], times[len(times) * 99 // 100]


def audit(people):
    say("audit")
    begin = time.monotonic()
    url = "postgres:///{}?host=" + os.environ["PGHOST"] + "&port=" + os.environ["PGPORT"]
    process = subprocess.Popen(
        [f"{os.environ['BINARIES']}/vetchium", "audit", "--global-url", url.format("vetchium_global"), "--region-url",
         "ind1=" + url.format("vetchium_ind1")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise load.LoadError(f"audit: {output}")
    table("vetchium audit", ["people", "time", "memory"],
          [(f"{people:,}", f"{time.monotonic() - begin:.0f} s", f"{usage.ru_maxrss * 1024 / 1e6:.0f} MB")])


def part_cleanup():
    """Expired rows, deleted by a worker."""
    say(f"{ROWS:,} expired sessions")
    sql("vetchium_ind1", "TRUNCATE hub_users CASCADE")
    preparation.psql("vetchium_ind1", "seed-regional.sql", region="ind1", users=1000, hash="$argon2id$")
    with without_indexes("vetchium_ind1", "hub_sessions"):
        sql("vetchium_ind1", "INSERT INTO hub_sessions (token_hash, hub_user_global_id, expires_at) "
            f"SELECT sha256(n::text::bytea), md5('bench user ind1' || n % 1000 + 1)::uuid, now() FROM generate_series(1, {ROWS}) AS n")
    sql("vetchium_ind1", "VACUUM ANALYZE hub_sessions", "CHECKPOINT")
    port = int(os.environ["FIRST_WORKER_PORT"])
    worker = servers.service("worker-ind1", CLEANUP_HUB_SESSIONS_INTERVAL="1s")
    with running((worker, f"http://127.0.0.1:{port}/readyz")):
        begin = time.monotonic()
        while sql("vetchium_ind1", "SELECT EXISTS (SELECT FROM hub_sessions WHERE expires_at <= now())") == "t":
            time.sleep(0.5)
        table("Clean-up", ["expired rows", "time", "rate", "memory of the worker, peak"],
              [(f"{ROWS:,}", f"{time.monotonic() - begin:.0f} s", f"{ROWS / (time.monotonic() - begin):,.0f}/s",
                f"{machine.resident_megabytes(worker.pid, 'VmHWM'):.0f} MB")])


def part_lists():
    """The users of a large employer."""
    with running(api("ind1", FIRST_PORT)):
        print("\n" + tenant_lists.measure(BASE, "vetchium_ind1").partition("\n\nPlan of")[0], flush=True)


def part_regions():
    """A directory of many regions."""
    rows = []
    for count in (3, REGIONS):
        sql("vetchium_global", "DELETE FROM available_regions WHERE region_code LIKE 'xx%'; INSERT INTO available_regions "
            "(region_code, region_name, internal_endpoints) SELECT 'xx' || n, 'Region ' || n, ARRAY['http://127.0.0.1:1'] "
            f"FROM generate_series(1, {count - 3}) AS n")
        with running(api("ind1", FIRST_PORT), api("usa1", FIRST_PORT + 1)) as (home, landing):
            sample = LOAD.http(f"http://127.0.0.1:{FIRST_PORT + 1}", "session", [home.pid, landing.pid])
            rows.append((count, f"{sample.rate:,.0f}/s", f"{sample.cpu:.0f} µs",
                         f"{machine.resident_megabytes(landing.pid):.0f} MB", f"{sample.foreign:.0f} %"))
    sql("vetchium_global", "DELETE FROM available_regions WHERE region_code LIKE 'xx%'")
    table("Hops with a directory of many regions", ["regions", "myinfo over a hop", "processor time", "memory", "other work"], rows)


def part_servers():
    """Several API servers of one region behind one balancer."""
    rows = []
    for count in (1, 2, 4):
        ports = [FIRST_PORT + 20 + number for number in range(count)]
        preparation.write_nginx_configuration("balancer", FIRST_PORT, {
            f"server 127.0.0.1:{FIRST_PORT};": "".join(f"server 127.0.0.1:{port};" for port in ports)})
        endpoints = ",".join(f"http://127.0.0.1:{port}" for port in ports)
        balancer = (servers.nginx("balancer"), f"http://127.0.0.1:{preparation.PORT}/health")
        others = [api("ind1", port, SERVER_NUMBER=str(port)) for port in ports]
        with running(*others, api("usa1", FIRST_PORT + 1, INTERNAL_ENDPOINT_IND1=endpoints), balancer) as started:
            pids = [server.pid for server in started]
            at = f"http://127.0.0.1:{preparation.PORT}"
            session, login = LOAD.http(at, "session", pids), LOAD.http(at, "login", pids)
            hop = LOAD.http(f"http://127.0.0.1:{FIRST_PORT + 1}", "session", pids)
            rows.append((count, f"{session.rate:,.0f}/s", f"{login.rate:.1f}/s", f"{hop.rate:,.0f}/s",
                         f"{max(sample.foreign for sample in (session, login, hop)):.0f} %"))
    table(f"Servers of one region behind one nginx, all on {os.cpu_count()} cores",
          ["servers", "myinfo", "login", "myinfo over a hop", "other work"], rows)


def part_replica():
    """Look-ups of a login with a far primary, without and with a replica nearby."""
    rows = []
    directory = RUN_DIRECTORY / "replica"
    connection = sql_url("vetchium_global")
    with ExitStack() as stack:
        proxy = stack.enter_context(DelayingProxy(int(os.environ["PGPORT"]), ROUND_TRIP_MILLISECONDS))
        replica_port = start_replica(stack, directory)
        far = re.sub(r"host=[^&]*&port=\d+", f"host=127.0.0.1&port={proxy.port}", connection)
        near = re.sub(r"host=[^&]*&port=\d+", f"host={directory}&port={replica_port}", connection)
        for label, settings in (("primary alone", {}), ("with a replica", {"GLOBAL_DB_READ_CONN": near})):
            with running(api("ind1", FIRST_PORT, GLOBAL_DB_CONN=far, LABEL=label, **settings)) as (server,):
                if settings:
                    wait_for(lambda: '"global_replica":"up"' in body(f"{BASE}/readyz"))
                sample = LOAD.open_loop(BASE, "reset", 20, [server.pid])
                rows.append((label, f"{sample.p50:.1f} ms", f"{sample.p99:.1f} ms", f"{sample.failures} failed"))
    table(f"request-password-reset of somebody at home, {ROUND_TRIP_MILLISECONDS} ms from the global primary",
          ["global database", "p50", "p99", ""], rows)


PARTS = {name.removeprefix("part_"): part for name, part in list(globals().items()) if name.startswith("part_")}


# MARK: a replica and a distance


def sql_url(database):
    """The connection string with which ind1's API server reaches a database."""
    return servers.environment("api-ind1")["GLOBAL_DB_CONN" if database == "vetchium_global" else "REGIONAL_DB_CONN"]


def start_replica(stack, directory):
    """Starts a streaming replica of the whole server; returns its port."""
    owner = pwd.getpwuid(os.stat(os.environ["PGHOST"]).st_uid)
    directory.mkdir()
    os.chown(directory, owner.pw_uid, owner.pw_gid)
    as_owner = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", "--"] if os.geteuid() == 0 else []
    environment = {"PGHOST": os.environ["PGHOST"], "PGPORT": os.environ["PGPORT"], "PGUSER": owner.pw_name, "PATH": os.environ["PATH"]}
    preparation.run([*as_owner, f"{POSTGRES}/pg_basebackup", f"--pgdata={directory}/data", "--checkpoint=fast", "--write-recovery-conf"],
                    env=environment, cwd="/")
    port = int(os.environ["PGPORT"]) + 1
    server = servers.Server("replica", [*as_owner, f"{POSTGRES}/postgres", "-D", f"{directory}/data", "-p", str(port),
                                        "-k", str(directory), "-c", f"config_file={RUN_DIRECTORY}/postgres/postgresql.conf",
                                        "-c", f"data_directory={directory}/data"])
    stack.callback(server.stop)
    wait_for(lambda: subprocess.run([f"{POSTGRES}/pg_isready", "-q", "-h", str(directory), "-p", str(port)], check=False).returncode == 0)
    return port


class DelayingProxy:
    """Passes TCP connections on to a port, each byte half a round trip later."""

    def __init__(self, upstream, milliseconds):
        self._upstream, self._delay = upstream, milliseconds / 2000
        self._loop = asyncio.new_event_loop()
        self.port = None

    def __enter__(self):
        ready = threading.Event()

        async def serve():
            server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()

        threading.Thread(target=lambda: (self._loop.run_until_complete(serve()), self._loop.run_forever()), daemon=True).start()
        ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _accept(self, reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", self._upstream)
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader, writer):
        while data := await reader.read(65536):
            self._loop.call_later(self._delay, writer.write, data)
        self._loop.call_later(self._delay, writer.close)


def body(url):
    with servers.OPENER.open(url, timeout=2) as answer:
        return answer.read().decode()


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise servers.ServerError("not in time")
        time.sleep(0.05)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    preparation.prepare()
    load.write_resets(preparation.ROTATION)
    print(f"{machine.description()}; load generator, servers and database share them; {SECONDS} s per measurement.")
    for name in os.environ.get("SIZING_PARTS", "load replica regions servers lists people cleanup").split():
        say(name)
        PARTS[name]()


try:
    main()
except (servers.ServerError, load.LoadError, preparation.PreparationError) as error:
    sys.exit(f"error: {error}")
