"""The memory of one API server with many idle keep-alive connections, each of which has had one answer."""

import resource
import select
import socket
import time
import urllib.parse
from contextlib import ExitStack

import load
import machine
import servers

CONNECTIONS = 10_000
SETTLING_SECONDS = 2


def megabytes(base):
    """Of a server of its own, so that no other load has left anything in its memory."""
    allow_descriptors(CONNECTIONS + 200)
    address = urllib.parse.urlsplit(base)
    requests = load.requests_file("session").read_bytes().split(b"\0")
    server = servers.api_server("ind1")
    try:
        server.wait_until_answers(f"{base}/readyz")
        with ExitStack() as stack:
            poll = select.poll()
            for number in range(CONNECTIONS):
                connection = stack.enter_context(socket.create_connection((address.hostname, address.port), timeout=10))
                ask(connection, requests[number % len(requests)])
                poll.register(connection, select.POLLIN)
            time.sleep(SETTLING_SECONDS)
            if poll.poll(0):
                raise load.LoadError("the server has closed idle connections")
            return machine.resident_megabytes(server.pid)
    finally:
        server.stop()


def allow_descriptors(count):
    """For this process and those that it starts from now on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise load.LoadError(f"{count} open files are needed, the hard limit is {hard}: ulimit -Hn")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))


def ask(connection, request):
    connection.sendall(request)
    answer = connection.recv(65536)
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise load.LoadError(f"{CONNECTIONS} connections: {answer.decode(errors='replace')}")
