"""The running local stack, as it describes itself in stack.json."""

import json
import os
import pathlib
import urllib.request

from caught_mail import Maildir

PROJECT = pathlib.Path(__file__).resolve().parents[2]
HINT = "start it in another terminal with `make run`, wait until it says that it is ready, and try again"


class NoStack(Exception):
    pass


class Stack:
    @classmethod
    def running(cls):
        """- Raises: NoStack, which says what to do."""
        file = run_directory() / "stack.json"
        try:
            stack = cls(json.loads(file.read_text()))
        except FileNotFoundError:
            raise NoStack(f"no stack is running ({file} does not exist): {HINT}") from None
        if not answers(f"{stack.base_url}/health"):
            raise NoStack(f"the stack of {file} does not answer at {stack.base_url}: {HINT}")
        return stack

    def __init__(self, description):
        self.base_url = description["base_url"]
        self.regions = {region: urls[0] for region, urls in description["regional_api"].items()}
        self.databases = description["databases"]
        self.dns = description["dns"]
        self.mail = Maildir(pathlib.Path(description["mail"]["maildir"]))


def run_directory():
    """Where `make run` keeps its data; the same variables move it, see Sources/LocalStack/LocalStackSettings.swift."""
    offset = int(os.environ.get("VETCHIUM_PORT_OFFSET", "0"))
    return PROJECT / os.environ.get("VETCHIUM_RUN_DIR", f".run-{offset}" if offset else ".run")


def answers(url):
    try:
        # Never through a proxy of the environment.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2):
            return True
    except OSError:
        return False
