"""Measures the delivery of mail by the release build of the regional worker; `Benchmarks/bench-mail` prepares and calls it."""

import ctypes
import ctypes.util
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time
from statistics import median

from servers import Server, service
from smtp_clock import SMTPClock

MAILS = int(os.environ.get("BENCH_MAILS", 20_000))
BACKLOG = int(os.environ.get("BENCH_BACKLOG", 1_000_000))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", 3))
LATENCIES = 300
CONNECTIONS = 8  # the worker's deliveries at once
SMTP_PORT = int(os.environ["SMTP_PORT"])
RUN_DIRECTORY = pathlib.Path(os.environ["RUN_DIR"])
DATABASE = "vetchium_ind1"
# The worker that cleans up; of the others' jobs none finds anything.
CLEANING = {"CLEANUP_HUB_SESSIONS_INTERVAL": "1s"}

# About as long as real ones.
INSERT = """INSERT INTO emails (email_type, email_to, email_subject, email_text_body, email_html_body)
SELECT 'hub_tfa', '{name}-' || n || '@example.com', 'Vetchium Verification Code', repeat(repeat('x', 59) || E'\\n', 8),
repeat(repeat('y', 59) || E'\\n', 30) FROM generate_series(1, {count}) AS n"""


class Session:
    """One psql that stays connected."""

    def __init__(self):
        self._process = subprocess.Popen(
            [os.environ["POSTGRES_PROGRAMS"] + "/psql", "--no-psqlrc", "-qAt", "--set=ON_ERROR_STOP=1", DATABASE],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.run("SELECT 1")

    def run(self, statement):
        """Returns the lines of the result when the server is done."""
        self._process.stdin.write(statement + ";\n\\echo =done=\n")
        self._process.stdin.flush()
        lines = []
        while (line := self._process.stdout.readline()) != "=done=\n":
            if not line:
                raise SystemExit(f"psql ended at: {statement}")
            lines.append(line.rstrip("\n"))
        return lines

    def value(self, statement):
        return self.run(statement)[0]


def percentile(values, percent):
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def spread(values, digits=0):
    return f"{min(values):,.{digits}f} - {max(values):,.{digits}f}"


class Worker:
    """The worker with further settings; leads when this returns."""

    def __init__(self, **settings):
        self._server = service("worker-ind1", **settings)
        self._server.wait_until_answers(f"http://127.0.0.1:{os.environ['FIRST_WORKER_PORT']}/readyz")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.stop()


class Sink:
    """Postfix's own test server, which is written in C and only takes mail."""

    def __init__(self):
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        self._server = Server("smtp-sink", ["smtp-sink", *user, "-c", f"127.0.0.1:{SMTP_PORT}", "1000"])
        time.sleep(0.5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.stop()


def clear(session):
    session.run("TRUNCATE emails, email_delivery_attempts")
    session.run("VACUUM ANALYZE emails")


def settle(session, table):
    """Lets nothing of a large insertion be left to do during the measurement that follows."""
    session.run(f"VACUUM ANALYZE {table}")
    session.run("CHECKPOINT")


def wait_for_delivery(session, limit=600):
    start = time.monotonic()
    while session.value("SELECT EXISTS (SELECT FROM emails WHERE email_status = 'pending')") == "t":
        if time.monotonic() - start > limit:
            raise SystemExit("the queue does not get empty")
        time.sleep(0.02)
    return time.monotonic() - start


def deliver_one(session, clock, name):
    """Milliseconds from before the statement that queues a mail, so its commit included, to the server's acceptance."""
    start = time.monotonic()
    session.run(INSERT.format(name=name, count=1))
    return (clock.acceptance(f"{name}-1@example.com") - start) * 1000


def latency(session):
    results = []
    with SMTPClock(SMTP_PORT) as clock, Worker():
        deliver_one(session, clock, "first")  # by then somebody leads
        for round_number in range(ROUNDS):
            times = []
            for number in range(LATENCIES):
                times.append(deliver_one(session, clock, f"r{round_number}n{number}"))
                time.sleep(0.02)
            results.append(times)
    return results


def bare_loop(message):
    """Mails a second of CONNECTIONS threads that do nothing but give one message to libcurl again and again."""
    curl = ctypes.CDLL(ctypes.util.find_library("curl") or "libcurl.so.4")
    libc = ctypes.CDLL(None)
    curl.curl_easy_init.restype = ctypes.c_void_p
    curl.curl_slist_append.restype = libc.fopen.restype = ctypes.c_void_p
    curl.curl_slist_append.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    curl.curl_easy_perform.argtypes = libc.rewind.argtypes = [ctypes.c_void_p]
    curl.curl_easy_setopt.argtypes = [ctypes.c_void_p, ctypes.c_int]
    with tempfile.NamedTemporaryFile() as file:
        file.write(message)
        file.flush()
        failures = []

        def work(count):
            handle = curl.curl_easy_init()
            source = libc.fopen(file.name.encode(), b"r")
            recipients = curl.curl_slist_append(None, b"<a@example.com>")
            # Numbers of curl.h: URL, READDATA, MAIL_FROM, MAIL_RCPT; INFILESIZE, UPLOAD, NOSIGNAL.
            for option, value in ((10002, f"smtp://127.0.0.1:{SMTP_PORT}".encode()), (10186, b"<noreply@example.com>")):
                curl.curl_easy_setopt(handle, option, ctypes.c_char_p(value))
            for option, value in ((10009, source), (10187, recipients)):
                curl.curl_easy_setopt(handle, option, ctypes.c_void_p(value))
            for option, value in ((14, len(message)), (46, 1), (99, 1)):
                curl.curl_easy_setopt(handle, option, ctypes.c_long(value))
            for _ in range(count):
                libc.rewind(source)
                code = curl.curl_easy_perform(handle)
                if code:
                    failures.append(code)

        threads = [threading.Thread(target=work, args=(MAILS // CONNECTIONS,)) for _ in range(CONNECTIONS)]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise SystemExit(f"libcurl failed {len(failures)} times: {failures[0]}")
        return MAILS // CONNECTIONS * CONNECTIONS / (time.monotonic() - start)


def throughput(session):
    message = (b"From: a@example.com\r\nTo: b@example.com\r\nSubject: S\r\n\r\n" + (b"x" * 59 + b"\r\n") * 46)
    rates, ratios = [], []
    with Sink():
        for _ in range(ROUNDS):
            bare = bare_loop(message)
            clear(session)
            with Worker():
                session.run(INSERT.format(name="warm", count=1))
                wait_for_delivery(session)
                session.run(INSERT.format(name="mail", count=MAILS))
                rates.append(MAILS / wait_for_delivery(session))
            ratios.append((rates[-1], bare))
    return rates, ratios


def claim_milliseconds(clients):
    """Milliseconds of a transaction that claims one mail and lets it go, by pgbench."""
    script = RUN_DIRECTORY / "claim.pgbench"
    script.write_text("BEGIN;\n" + (RUN_DIRECTORY / "claim.sql").read_text() + "ROLLBACK;\n")
    output = subprocess.run(
        [os.environ["POSTGRES_PROGRAMS"] + "/pgbench", "--no-vacuum", "--protocol=prepared", f"--client={clients}", "--time=5",
         f"--file={script}", DATABASE], check=True, capture_output=True, text=True).stdout
    return float(re.search(r"latency average = ([\d.]+) ms", output)[1])


def long_queue(session):
    """Claims at several lengths, and what the worker does with the longest before it."""
    claims = []
    for count in (1_000, BACKLOG // 10, BACKLOG):
        clear(session)
        session.run(INSERT.format(name="backlog", count=count))
        settle(session, "emails")
        claims.append((count, claim_milliseconds(1), claim_milliseconds(CONNECTIONS)))
    plan = session.run("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) " +
                       (RUN_DIRECTORY / "claim.sql").read_text().strip().rstrip(";"))
    with Sink(), Worker():
        time.sleep(3)
        sent = "SELECT count(*) FROM emails WHERE email_status = 'sent'"
        before, start = int(session.value(sent)), time.monotonic()
        time.sleep(15)
        after, end = int(session.value(sent)), time.monotonic()
    return claims, (after - before) / (end - start), plan


def large_clean_up(session):
    """Seconds that the clean-up takes; meanwhile the latencies of mails and of inserts into the table that is cleaned."""
    clear(session)
    user = session.value("SELECT hub_user_global_id FROM hub_users LIMIT 1")
    token = f"""INSERT INTO hub_sessions (token_hash, hub_user_global_id, expires_at)
      SELECT sha256(('{{name}}' || n)::bytea), '{user}', now() {{expiry}} FROM generate_series(1, {{count}}) AS n"""
    session.run(token.format(name="old", expiry="- interval '1 hour'", count=BACKLOG))
    settle(session, "hub_sessions")
    mails, inserts = [], []
    with SMTPClock(SMTP_PORT) as clock, Worker(**CLEANING):
        deliver_one(session, clock, "first")
        start = time.monotonic()
        left = "SELECT EXISTS (SELECT FROM hub_sessions WHERE expires_at <= now())"
        while session.value(left) == "t":
            mails.append(deliver_one(session, clock, f"c{len(mails)}"))
            before = time.monotonic()
            session.run(token.format(name=f"new{len(inserts)}-", expiry="+ interval '1 hour'", count=1))
            inserts.append((time.monotonic() - before) * 1000)
            time.sleep(0.05)
        taken = time.monotonic() - start
    return taken, mails, inserts


def write_claim():
    """The statement under measurement, from its source."""
    queries = pathlib.Path("db/templates/outbox.sql").read_text()
    statement = re.search(r"^-- name: ClaimDueEmail .*?\n(.*?;\n)", queries, re.S | re.M)[1]
    (RUN_DIRECTORY / "claim.sql").write_text(statement)


def main():
    if not shutil.which("smtp-sink"):
        raise SystemExit("smtp-sink is missing: apt-get install postfix")
    write_claim()
    session = Session()
    row("measurement", "result", "min - max", "in relation")
    row("---", "---:", "---", "---")
    clear(session)
    rounds = latency(session)
    for name, percent in (("median", 50), ("p99", 99)):
        values = [percentile(times, percent) for times in rounds]
        row(f"idle: from queueing to acceptance, {name}", f"{median(values):.1f} ms", spread(values, 1), "")
    rates, ratios = throughput(session)
    row(f"{MAILS:,} mails, {CONNECTIONS} connections", f"{median(rates):,.0f} mails/s", spread(rates),
        f"{median(rate / bare for rate, bare in ratios) * 100:.0f} % of a bare libcurl loop over as many connections "
        f"({median(bare for _, bare in ratios):,.0f} mails/s)")
    claims, rate, plan = long_queue(session)
    for count, alone, together in claims:
        row(f"claiming one of {count:,} due mails", f"{alone:.2f} ms", "", f"{together:.2f} ms with {CONNECTIONS} at once")
    row(f"delivery from {BACKLOG:,} due mails", f"{rate:,.0f} mails/s", "", "")
    taken, mails, inserts = large_clean_up(session)
    row(f"clean-up of {BACKLOG:,} expired sessions", f"{taken:.0f} s", "", f"{BACKLOG / taken:,.0f} rows/s")
    for name, values in (("from queueing a mail to its acceptance", mails), ("one more session", inserts)):
        row(f"meanwhile: {name}, median", f"{median(values):.1f} ms", spread(values, 1), f"p99 {percentile(values, 99):.1f} ms")
    print(f"\nThe plan of a claim from {BACKLOG:,} due mails:\n")
    print("\n".join("    " + line for line in plan))


main()
