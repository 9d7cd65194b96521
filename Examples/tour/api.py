"""Talks to the servers as any client does, and shows what can be seen from outside."""

import http.client
import json
import time
import urllib.parse
from dataclasses import dataclass


class UnexpectedAnswer(Exception):
    pass


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: dict
    milliseconds: float

    @property
    def hop(self):
        """Which server passed the request on, by the Via field (RFC 9110 §7.6.3); None if none did."""
        return self.headers.get("Via")


class Client:
    def __init__(self, narrator):
        self._narrator = narrator

    def post(self, base, path, body, expected=200, session_token=None):
        return self._send("POST", base, path, body, bearer(session_token), expected)

    def get(self, base, path, session_token, expected=200):
        return self._send("GET", base, path, None, bearer(session_token), expected)

    def _send(self, method, base, path, body, headers, expected):
        self._narrator.request(method, base + path)
        answer = exchange(method, base, path, body, headers)
        self._narrator.answer(answer.status, answer.milliseconds, [
            f"request id {answer.headers.get('X-Request-ID', 'none')}",
            f"passed on: Via: {answer.hop}" if answer.hop else "answered by the server it landed on (no Via header)"])
        if answer.status != expected:
            raise UnexpectedAnswer(f"{method} {base}{path} was answered with {answer.status}, not {expected}: "
                                   f"{json.dumps(answer.body)}")
        return answer


def bearer(session_token):
    return {"Authorization": f"Bearer {session_token}"} if session_token else {}


def exchange(method, base, path, body, headers):
    address = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    payload = None if body is None else json.dumps(body)
    if payload is not None:
        headers = {**headers, "Content-Type": "application/json"}
    begin = time.perf_counter()
    try:
        connection.request(method, path, payload, headers)
        response = connection.getresponse()
        data = response.read()
    except OSError as error:
        raise UnexpectedAnswer(f"{method} {base}{path}: {error}") from None
    finally:
        connection.close()
    milliseconds = (time.perf_counter() - begin) * 1000
    return Answer(response.status, response.headers, json.loads(data) if data else {}, milliseconds)
