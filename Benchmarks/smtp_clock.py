"""An SMTP server that remembers when it accepted whose mail."""

import asyncio
import threading
import time


class Dialogue(asyncio.Protocol):
    def __init__(self, clock):
        self._clock = clock
        self._buffer = b""
        self._recipient = ""
        self._in_message = False

    def connection_made(self, transport):
        self._transport = transport
        self._say("220 clock")

    def _say(self, line):
        self._transport.write(line.encode() + b"\r\n")

    def data_received(self, data):
        self._buffer += data
        while True:
            end = b"\r\n.\r\n" if self._in_message else b"\r\n"
            part, found, rest = self._buffer.partition(end)
            if not found:
                return
            self._buffer = rest
            if self._in_message:
                self._in_message = False
                self._clock.accepted(self._recipient)
                self._say("250 OK")
            else:
                self._command(part.decode())

    def _command(self, line):
        word = line[:4].upper()
        if word == "RCPT":
            self._recipient = line[line.index("<") + 1:line.index(">")]
        if word == "DATA":
            self._in_message = True
            self._say("354 Go on")
        else:
            self._say("221 Bye" if word == "QUIT" else "250 OK")


class SMTPClock:
    """Listens while its `with` block runs."""

    def __init__(self, port):
        self._port = port
        self._times = {}
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()

    def __enter__(self):
        self._server = self._loop.run_until_complete(
            self._loop.create_server(lambda: Dialogue(self), "127.0.0.1", self._port))
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)

    def accepted(self, recipient):
        with self._news:
            self._times[recipient] = time.monotonic()
            self._news.notify_all()

    def acceptance(self, recipient, limit=30):
        """When the mail was accepted, by the monotonic clock; waits for it if need be."""
        with self._news:
            if not self._news.wait_for(lambda: recipient in self._times, limit):
                raise SystemExit(f"no mail for {recipient} in {limit} s")
            return self._times[recipient]
