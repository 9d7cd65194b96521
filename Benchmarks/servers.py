"""The servers under measurement as child processes; none outlives this program."""

import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.request

READY_TIMEOUT_SECONDS = 30


class ServerError(Exception):
    pass


class Server:
    """One started process whose output goes to a file."""

    def __init__(self, name, command, environment=None):
        self.log = pathlib.Path(os.environ["RUN_DIR"], f"{name}.log")
        # Appending, so that the file can be emptied while the process writes.
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *command], stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True, env=environment)

    @property
    def pid(self):
        return self._process.pid

    def wait_until_answers(self, url):
        """Polls until the answer is 200 OK."""
        deadline = time.monotonic() + READY_TIMEOUT_SECONDS
        while not answers(url):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise ServerError(f"{url} does not answer:\n{self.last_words()}")
            time.sleep(0.002)

    def last_words(self):
        return self.log.read_text(errors="replace")[-2000:]

    def forget_log(self):
        """The access log of one run is tens of megabytes."""
        os.truncate(self.log, 0)

    def stop(self):
        # All of its session: a shell may have started more.
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.pid, signal_number)
                self._process.wait(timeout=15)
                return
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue


def answers(url):
    try:
        with OPENER.open(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:  # includes URLError and HTTPError
        return False


# Never through a proxy of the environment.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def description_of(name):
    return json.loads(pathlib.Path(os.environ["RUN_DIR"], "services.json").read_text())[name]


def environment(name):
    """The variables with which the local stack starts a service."""
    return description_of(name)["environment"]


def service(name, **settings):
    """Starts it exactly as the local stack does, by services.json; further settings win."""
    description = description_of(name)
    # The owner's credentials are not for services.
    ours = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return Server("-".join([name, *settings]).lower(), [description["program"]], {**ours, **description["environment"], **settings})


def api_server(region, **settings):
    return service(f"api-{region}", **settings)


def nginx(name):
    """With the configuration that preparation.py wrote under this name."""
    directory = os.environ["RUN_DIR"]
    return Server(name, ["nginx", "-e", "stderr", "-p", f"{directory}/{name}", "-c", f"{directory}/{name}.conf"])


def peer(command):
    return Server("peer", ["bash", "-c", command])
