"""How the tours find mail: in a Maildir, and in Mailpit, here an imitation of the two paths that they ask for."""

import http.server
import json
import os
import pathlib
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Examples/tour"))

import caught_mail  # noqa: E402
from caught_mail import Maildir, MailNotDelivered, Mailpit  # noqa: E402


def mail(address, text):
    return f"To: {address}\r\nSubject: Hello\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


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

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.mailbox = Mailpit(f"http://127.0.0.1:{server.server_port}")

    def deliver(self, name, data):
        self.messages[name] = data


if __name__ == "__main__":
    unittest.main()
