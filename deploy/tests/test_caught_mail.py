"""How the tours and `make mail` find mail: in a Maildir, and in Mailpit, here an imitation of the two paths that they ask for."""

import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "Examples/tour"))

import caught_mail  # noqa: E402
from caught_mail import Maildir, MailNotDelivered, Mailpit  # noqa: E402


def mail(address, text):
    return f"To: {address}\r\nSubject: Hello\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


def serve(test, handler):
    """Serves on a port of this machine until the test ends, and gives its URL."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


class Cases:
    """The same for both; `deliver(name, data)` puts a mail there."""

    def setUp(self):
        timeout = caught_mail.TIMEOUT_SECONDS
        caught_mail.TIMEOUT_SECONDS = 0.2
        self.addCleanup(setattr, caught_mail, "TIMEOUT_SECONDS", timeout)

    def test_finds_by_address_and_phrase(self):
        self.deliver("1", mail("a@example.com", "code 111111"))
        self.deliver("2", mail("b@example.com", "code 222222"))
        self.deliver("3", mail("a@example.com", "another"))
        self.assertEqual(self.mailbox.wait_for("a@example.com", r"\d{6}")[0].code, "111111")

    def test_newest_first(self):
        self.deliver("1", mail("a@example.com", "code 111111"))
        self.deliver("2", mail("a@example.com", "code 222222"))
        self.assertEqual(self.mailbox.wait_for("a@example.com", r"\d{6}")[0].code, "222222")

    def test_passes_over_earlier_mail(self):
        self.deliver("1", mail("a@example.com", "code 111111"))
        earlier = self.mailbox.names()
        with self.assertRaises(MailNotDelivered):
            self.mailbox.wait_for("a@example.com", r"\d{6}", but=earlier)
        self.deliver("2", mail("a@example.com", "code 222222"))
        self.assertEqual(self.mailbox.wait_for("a@example.com", r"\d{6}", but=earlier)[0].code, "222222")


class MaildirTests(Cases, unittest.TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "new").mkdir()
        self.mailbox = Maildir(self.folder)

    def deliver(self, name, data):
        file = self.folder / "new" / name
        file.write_bytes(data)
        seconds = int(name)
        os.utime(file, (seconds, seconds))


class MailpitTests(Cases, unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.messages = messages = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/api/v1/messages?limit=100":
                    body = json.dumps({"messages": [{"ID": name} for name in reversed(messages)]}).encode()
                elif self.path.startswith("/api/v1/message/") and self.path.endswith("/raw"):
                    body = messages[self.path.split("/")[4]]
                else:
                    return self.send_error(404)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.mailbox = Mailpit(serve(self, Handler))

    def deliver(self, name, data):
        self.messages[name] = data


class CommandTests(unittest.TestCase):
    """`scripts/mail` beside a stack that is only described, and whose load balancer answers /health."""

    def setUp(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "new").mkdir()
        description = {"base_url": serve(self, Handler), "regional_api": {}, "databases": {}, "dns": {},
                       "mail": {"maildir": str(self.folder)}}
        (self.folder / "stack.json").write_text(json.dumps(description))

    def test_prints_the_newest_mail(self):
        self.deliver("1", mail("a@example.com", "code 111111"))
        self.deliver("2", mail("b@example.com", "code 222222"))
        self.assertEqual(self.run_command().stdout, "To: b@example.com\nSubject: Hello\n\ncode 222222\n")

    def test_prints_the_newest_mail_to_an_address(self):
        self.deliver("1", mail("a@example.com", "code 111111"))
        self.deliver("2", mail("b@example.com", "code 222222"))
        self.assertIn("code 111111", self.run_command("a@example.com").stdout)

    def test_says_that_there_is_none(self):
        done = self.run_command("a@example.com")
        self.assertEqual((done.returncode, done.stderr), (1, f"no mail to a@example.com has landed in {self.folder}\n"))

    deliver = MaildirTests.deliver

    def run_command(self, *arguments):
        return subprocess.run([PROJECT / "scripts/mail", *arguments], capture_output=True, text=True,
                              env={**os.environ, "VETCHIUM_RUN_DIR": str(self.folder)}, timeout=30)


if __name__ == "__main__":
    unittest.main()
