"""Makes load for some seconds and tells what came of it."""

import os
import pathlib
import re
import subprocess
import time
import urllib.parse
from dataclasses import dataclass
from typing import Optional

import machine

WARM_UP_SECONDS = 1
LOGINS_AT_ONCE = 128  # more than the server lets wait for a thread (PasswordHasher), so that none waits for a connection


@dataclass(frozen=True)
class Sample:
    """What one run gave."""

    rate: float  # per second
    p50: Optional[float] = None  # milliseconds
    p99: Optional[float] = None
    p999: Optional[float] = None
    cpu: Optional[float] = None  # µs of the servers' processor time per request
    failures: int = 0
    foreign: float = 0.0  # % of the machine that other work took


class LoadError(Exception):
    pass


class Load:
    """How long and how much, and what belongs to the measurement besides this program."""

    def __init__(self, seconds, connections, login_connections, own_pids):
        self.seconds = seconds
        self.flood_seconds = max(2, seconds // 2)
        self.connections = connections
        self.login_connections = login_connections
        self.own_pids = [os.getpid(), *own_pids]

    def http(self, base, kind, servers):
        """Saturates; `kind` is one of write_requests, `servers` are the ids of the processes that do the work."""
        run(*self._wrk_command(base, kind, WARM_UP_SECONDS))
        return self._sample(servers, self.seconds, self._wrk_command(base, kind, self.seconds))

    def open_loop(self, base, kind, rate, servers, seconds=None):
        """Sends at this rate, whatever the servers do; see open-loop.c."""
        seconds = seconds or self.seconds
        return self._sample(servers, seconds, open_loop_command(base, kind, rate, seconds, self.connections))

    def during_logins(self, base, rate, login_rate):
        """Sessions at one rate while logins come at another: what became of the sessions, and of the logins that were let in."""
        seconds, logins_seconds = self.flood_seconds, self.flood_seconds + 2 * WARM_UP_SECONDS
        logins = subprocess.Popen(
            open_loop_command(base, "login", login_rate, logins_seconds, LOGINS_AT_ONCE), stdout=subprocess.PIPE, text=True)
        time.sleep(WARM_UP_SECONDS)
        sessions = self.open_loop(base, "session", rate, [], seconds)
        answered, *_, refused, unanswered = numbers(logins.communicate()[0])
        return sessions, Sample(answered * (1 - refused / (login_rate * logins_seconds)), failures=int(unanswered))

    def _wrk_command(self, base, kind, seconds):
        connections = self.login_connections if kind == "login" else self.connections
        return ["wrk", "--threads", "2", "--connections", connections, "--duration", f"{seconds}s", "--timeout", "10s",
                "--script", "Benchmarks/requests.lua", base, "--", requests_file(kind)]

    def _sample(self, servers, seconds, command):
        foreign, before = machine.ForeignWork(self.own_pids), machine.cpu_seconds(servers)
        rate, p50, p99, p999, failures, errors = numbers(run(*command))
        cpu = (machine.cpu_seconds(servers) - before) / (rate * seconds) * 1e6 if rate and servers else None
        return Sample(rate, p50 / 1000, p99 / 1000, p999 / 1000, cpu, int(failures + errors), foreign.percent())

    def pgbench(self):
        """Our query, prepared, without any server of ours: what the database allows."""
        foreign = machine.ForeignWork(self.own_pids)
        output = run(os.environ["POSTGRES_PROGRAMS"] + "/pgbench", "--no-vacuum", "--protocol=prepared", "--client=8", "--jobs=2",
                     f"--time={self.seconds}", f"--file={os.environ['RUN_DIR']}/query.sql",
                     "vetchium_ind1")
        return Sample(float(re.search(r"tps = ([\d.]+)", output)[1]), foreign=foreign.percent())

    def password_verifications(self):
        """Argon2id alone, on all cores."""
        foreign = machine.ForeignWork(self.own_pids)
        output = run(f"{os.environ['BINARIES']}/vetchium", "measure-passwords", "--seconds", self.seconds)
        return Sample(float(output), foreign=foreign.percent())


def requests_file(kind):
    return pathlib.Path(os.environ["RUN_DIR"], f"{kind}.requests")


def write_requests(users, password):
    """The requests of each kind, which take turns; the users and tokens are those of seed-regional.sql."""
    numbers = range(1, users + 1)
    bodies = [f'{{"email_address": "bench-{n}@ind1.example.com", "password": "{password}"}}' for n in numbers]
    kinds = {
        "plain": [request("GET /healthz")],
        "session": [request("GET /hub/myinfo", f"Authorization: Bearer IND1-{n:064d}") for n in numbers],
        "login": [request("POST /hub/login", "Content-Type: application/json", f"Content-Length: {len(body)}", body=body)
                  for body in bodies],
    }
    for kind, requests in kinds.items():
        requests_file(kind).write_text("\0".join(requests), newline="")


def write_resets(users):
    """Requests for a reset of a password by the users of seed-regional.sql."""
    bodies = [f'{{"email_address": "bench-{n}@ind1.example.com"}}' for n in range(1, users + 1)]
    requests_file("reset").write_text("\0".join(
        request("POST /hub/request-password-reset", "Content-Type: application/json", f"Content-Length: {len(body)}", body=body)
        for body in bodies), newline="")


def request(method_and_path, *fields, body=""):
    return "\r\n".join([f"{method_and_path} HTTP/1.1", "Host: localhost", *fields, "", body])


def run(*command):
    finished = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if finished.returncode != 0:
        raise LoadError(f"{command[0]} failed: {finished.stderr or finished.stdout}")
    return finished.stdout


def open_loop_command(base, kind, rate, seconds, connections):
    port = urllib.parse.urlsplit(base).port
    return [str(part) for part in (os.environ["RUN_DIR"] + "/open-loop", port, rate, seconds, connections, requests_file(kind))]


def numbers(output):
    """Those of the line that requests.lua and open-loop.c print."""
    found = re.search(r"^RESULT (.*)$", output, re.MULTILINE)
    if not found:
        raise LoadError(f"no result: {output}")
    return [float(number) for number in found[1].split()]
