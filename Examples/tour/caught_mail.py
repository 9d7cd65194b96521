"""Finds mail where an SMTP catcher keeps it."""

import email
import email.policy
import json
import re
import time
import urllib.request
from dataclasses import dataclass

TIMEOUT_SECONDS = 15
POLL_SECONDS = 0.02


class MailNotDelivered(Exception):
    pass


@dataclass(frozen=True)
class Mail:
    recipient: str
    subject: str
    text: str
    html: str

    @classmethod
    def parsed(cls, data):
        message = email.message_from_bytes(data, policy=email.policy.default)
        return cls(str(message["To"]), message["Subject"], content(message, "plain"), content(message, "html"))

    @property
    def signup_token(self):
        return re.search(r"token=([0-9a-f]{64})", self.html)[1]

    @property
    def code(self):
        return re.search(r"\b\d{6}\b", self.text)[0]


class Mailbox:
    """Subclasses have `names()`, those of all mails, newest first, and `data(name)`, one mail's bytes."""

    def wait_for(self, address, phrase, but=()):
        """The newest mail to this address with the phrase in its text, and the seconds it took to come; none of these names."""
        begin, known = time.monotonic(), set(but)
        while time.monotonic() - begin < TIMEOUT_SECONDS:
            for name in self.names():
                if name in known:
                    continue
                mail = Mail.parsed(self.data(name))
                if address in mail.recipient and re.search(phrase, mail.text):
                    return mail, time.monotonic() - begin
                # A mail does not change: it is not read a second time.
                known.add(name)
            time.sleep(POLL_SECONDS)
        raise MailNotDelivered(f"no mail for {address} arrived in {self} within {TIMEOUT_SECONDS} s; "
                               "the workers' logs show what they do")


class Maildir(Mailbox):
    """The folder of the local stack's SMTP catcher."""

    def __init__(self, path):
        self._path = path

    def __str__(self):
        return str(self._path)

    def names(self):
        return sorted((self._path / "new").glob("*"), key=lambda file: file.stat().st_mtime, reverse=True)

    def data(self, name):
        return name.read_bytes()


class Mailpit(Mailbox):
    """The SMTP catcher of the Compose stack, by its HTTP interface."""

    def __init__(self, base_url):
        self._base_url = base_url

    def __str__(self):
        return self._base_url

    def names(self):
        # The newest hundred are enough: nobody waits for an older one.
        return [message["ID"] for message in json.loads(self._get("messages?limit=100"))["messages"]]

    def data(self, name):
        return self._get(f"message/{name}/raw")

    def _get(self, path):
        # Never through a proxy of the environment.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self._base_url}/api/v1/{path}", timeout=5) as response:
                return response.read()
        except OSError as error:
            raise MailNotDelivered(f"{self._base_url}: {error}") from None


def content(message, kind):
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else ""
