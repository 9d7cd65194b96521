"""Starts the servers, runs the interleaved rounds, prints the table. Called by Benchmarks/bench, which says what
the environment means."""

import os
import signal
import sys
import time
import urllib.parse
from contextlib import ExitStack

import idle_connections
import load
import machine
import preparation
import servers
import tenant_lists
from report import FOREIGN_LIMIT_PERCENT, Report

ROUNDS = int(os.environ.get("BENCH_ROUNDS", 3))
SECONDS = int(os.environ.get("BENCH_SECONDS", 8))
CONNECTIONS = int(os.environ.get("BENCH_CONNECTIONS", 32))
LOGIN_CONNECTIONS = int(os.environ.get("BENCH_LOGIN_CONNECTIONS", 8))
STARTS = 5
SETTLING_SECONDS = 2
SIGNED_IN_RATE = 500  # requests/s of signed-in people beside a flood of logins
BASE_A, BASE_B, BASE_C = (f"http://127.0.0.1:{int(os.environ['FIRST_API_PORT']) + index}" for index in range(3))
BALANCER, TLS_BALANCER = (f"http://127.0.0.1:{port}" for port in (preparation.PORT, preparation.TLS_BALANCER_PORT))
PEER_A, PEER_B = os.environ.get("BENCH_PEER_A"), os.environ.get("BENCH_PEER_B")


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def start_milliseconds():
    """From starting the process to the first time that it says it is ready."""
    begin = time.monotonic()
    server = servers.api_server("ind1")
    try:
        server.wait_until_answers(f"{BASE_A}/readyz")
        return (time.monotonic() - begin) * 1000
    finally:
        server.stop()


def started(stack, server, url):
    stack.callback(server.stop)
    server.wait_until_answers(url)
    return server


class Bench:
    def __init__(self, stack):
        self.report = Report()
        self.starts = [start_milliseconds() for _ in range(STARTS)]
        self.with_idle_connections = idle_connections.megabytes(BASE_A)
        self.a = started(stack, servers.api_server("ind1"), f"{BASE_A}/readyz")
        self.b = started(stack, servers.api_server("usa1"), f"{BASE_B}/readyz")
        self.c = started(stack, servers.api_server("deu1", **preparation.OVER_TLS), f"{BASE_C}/readyz")
        self.balancer = started(stack, servers.nginx("balancer"), f"{BALANCER}/healthz")
        stack.callback(servers.nginx("tls-end").stop)
        self.tls_balancer = started(stack, servers.nginx("tls-balancer"), f"{TLS_BALANCER}/healthz")
        self.peer_a, self.peer_b = self._start_peer(stack)
        self.load = load.Load(SECONDS, CONNECTIONS, LOGIN_CONNECTIONS, [int(os.environ["POSTGRES_PID"])])
        time.sleep(SETTLING_SECONDS)
        self.idle = machine.resident_megabytes(self.a.pid)
        self.load.http(BASE_A, "session", [self.a.pid])
        self.loaded = machine.resident_megabytes(self.a.pid, "VmHWM")

    def _start_peer(self, stack):
        """Ids of the peer's processes by region; empty when there is no peer."""
        if not PEER_A:
            return [], []
        command = os.environ.get("BENCH_PEER_UP")
        if command:
            started(stack, servers.peer(command), f"{PEER_A}/healthz").wait_until_answers(f"{PEER_B}/healthz")
        return [machine.listeners(urllib.parse.urlsplit(base).port) for base in (PEER_A, PEER_B)]

    def rounds(self):
        for number in range(1, ROUNDS + 1):
            self._round(number)

    def _round(self, number):
        a, b, c, balancer, tls_balancer = (
            server.pid for server in (self.a, self.b, self.c, self.balancer, self.tls_balancer))
        self.number = number
        # What is compared stands side by side, since the machine's speed drifts within a round, too.
        self._saturate("plain", BASE_A, "plain", [a])
        if PEER_A:
            self._saturate("peer plain", PEER_A, "plain", self.peer_a)
        # The other end of TLS does the same for both; its processor time is left out.
        self._saturate("TLS balancer", TLS_BALANCER, "session", [a, tls_balancer])
        self._saturate("TLS hop", BASE_C, "session", [a, c])
        self._saturate("balancer", BALANCER, "session", [a, balancer])
        self._saturate("session", BASE_A, "session", [a])
        self._saturate("hop", BASE_B, "session", [a, b])
        if PEER_A:
            self._saturate("peer hop", PEER_B, "session", self.peer_a + self.peer_b)
            self._saturate("peer session", PEER_A, "session", self.peer_a)
        self._at_half_of("session", BASE_A, [a])
        self._at_half_of("hop", BASE_B, [a, b])
        if PEER_A:
            self._at_half_of("peer hop", PEER_B, self.peer_a + self.peer_b)
            self._at_half_of("peer session", PEER_A, self.peer_a)
        self._note("pgbench", self.load.pgbench())
        self._saturate("login", BASE_A, "login", [a])
        self._note("argon2id", self.load.password_verifications())
        if PEER_A:
            self._saturate("peer login", PEER_A, "login", self.peer_a)
        self._flood_with_logins()

    def _saturate(self, key, base, kind, pids):
        self._note(key, self.load.http(base, kind, pids))

    def _at_half_of(self, key, base, pids):
        self._note(f"half {key}", self.load.open_loop(base, "session", self.report.latest(key).rate / 2, pids))

    def _flood_with_logins(self):
        self._note("signed in", self.load.open_loop(BASE_A, "session", SIGNED_IN_RATE, [], self.load.flood_seconds))
        signed_in, logins = self.load.during_logins(BASE_A, SIGNED_IN_RATE, 3 * self.report.latest("login").rate)
        self._note("flooded", signed_in)
        self._note("flood", logins)

    def _note(self, key, sample):
        for server in (self.a, self.b, self.c):
            server.forget_log()
        self.report.add(key, sample)
        say(f"round {self.number}: {key:17} {sample.rate:10,.1f}/s   other work {sample.foreign:.0f} %")


def versus_peer(report, key):
    return [f"{report.ratio(key, f'peer {key}'):.2f} × peer"] if PEER_A else []


def table(bench):
    report = bench.report
    home = f"{CONNECTIONS} connections"
    report.rate_row("plain", f"GET /healthz, {home}", "req/s", *versus_peer(report, "plain"))
    report.rate_row(
        "session", f"GET /hub/myinfo at home, {home}", "req/s",
        f"{report.ratio('session', 'pgbench'):.2f} of pgbench", *versus_peer(report, "session"))
    report.rate_row(
        "hop", f"GET /hub/myinfo through a wrong region, {home}", "req/s",
        f"{report.ratio('hop', 'session'):.2f} of home", *versus_peer(report, "hop"))
    report.rate_row(
        "balancer", f"GET /hub/myinfo through nginx, {home}", "req/s",
        f"{report.ratio('balancer', 'session'):.2f} of home")
    report.rate_row(
        "TLS hop", f"GET /hub/myinfo through a wrong region and TLS, {home}", "req/s",
        f"{report.ratio('TLS hop', 'TLS balancer'):.2f} of nginx and TLS")
    report.rate_row("TLS balancer", f"GET /hub/myinfo through nginx and TLS, {home}", "req/s")
    report.rate_row("pgbench", "pgbench, the query of myinfo, 8 clients", "tx/s")
    report.rate_row(
        "login", f"POST /hub/login, {LOGIN_CONNECTIONS} connections", "req/s",
        f"{report.ratio('login', 'argon2id'):.2f} of libsodium's Argon2id alone",
        *versus_peer(report, "login"))
    report.rate_row("argon2id", "libsodium's Argon2id alone, all cores", "verifications/s")
    if PEER_A:
        for key, label in (("plain", "GET /healthz"), ("session", "myinfo at home"), ("hop", "myinfo through a wrong region"),
                           ("login", "login")):
            report.rate_row(f"peer {key}", f"peer: {label}", "req/s")
    latency_rows(report)
    cpu_rows(report)
    report.value_row("memory of one API server, idle", [bench.idle], "MB")
    report.value_row("memory of one API server, peak of the first load", [bench.loaded], "MB")
    report.value_row(
        f"memory of one API server, {idle_connections.CONNECTIONS:,} idle connections", [bench.with_idle_connections], "MB")
    report.value_row("start to ready", bench.starts, "ms")
    return report.text()


def latency_rows(report):
    """Open loop: a latency counts from when the request was due."""
    for key, label in (("session", "myinfo at home"), ("hop", "myinfo through a wrong region")):
        report.rate_row(f"half {key}", f"{label}, open loop at half of its rate", "req/s")
        if PEER_A:
            report.rate_row(f"half peer {key}", f"peer: {label}, open loop at half of its rate", "req/s")
    report.rate_row("signed in", "myinfo at home, open loop", "req/s")
    report.rate_row(
        "flooded", "the same during a flood of logins", "req/s",
        f"p99 {report.ratio('flooded', 'signed in', lambda sample: sample.p99):.1f} × without")
    report.rate_row(
        "flood", "logins in the flood that were let in, of three times as many as fit", "req/s",
        f"{report.ratio('flood', 'login'):.2f} of login alone")


def cpu_rows(report):
    hop, balancer = report.added_cpu("hop", "session"), report.added_cpu("balancer", "session")
    report.value_row("processor time a hop between regions adds", [hop], "µs/request", f"{hop / balancer:.2f} × nginx")
    report.value_row("processor time nginx adds, with a worker per core and no access log", [balancer], "µs/request")
    hop, balancer = report.added_cpu("TLS hop", "session"), report.added_cpu("TLS balancer", "session")
    report.value_row(
        "the same hop over TLS, without the other end of TLS" + report.notes("TLS hop"), [hop], "µs/request",
        f"{hop / balancer:.2f} × nginx over TLS")
    report.value_row("the same nginx over TLS, without the other end of TLS", [balancer], "µs/request")
    if PEER_A:
        report.value_row(
            "processor time the peer's hop adds", [report.added_cpu("peer hop", "peer session")], "µs/request")


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    preparation.prepare()
    with ExitStack() as stack:
        bench = Bench(stack)
        say(f"{ROUNDS} rounds of {SECONDS} s per measurement")
        bench.rounds()
        print(f"{machine.description()}; load generator, servers and database share them. Medians of {ROUNDS} rounds "
              f"of {SECONDS} s; ratios within a round. Request id, metrics and access log are on (not for /healthz).\n")
        print(table(bench))
        print("\n" + tenant_lists.measure(BASE_A, "vetchium_ind1"))
        foreign = bench.report.foreign_percent()
        if foreign > FOREIGN_LIMIT_PERCENT:
            print(f"\nOther work took up to {foreign:.0f} % of the machine: repeat this when it is quiet.")


try:
    main()
except (servers.ServerError, load.LoadError, preparation.PreparationError) as error:
    sys.exit(f"error: {error}")
