"""Finds mail in the Maildir of the SMTP catcher."""

import email
import email.policy
import re
import time
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

    @property
    def signup_token(self):
        return re.search(r"token=([0-9a-f]{64})", self.html)[1]

    @property
    def code(self):
        return re.search(r"\b\d{6}\b", self.text)[0]


def files(maildir):
    return set((maildir / "new").glob("*"))


def wait_for(maildir, address, phrase, but=frozenset()):
    """The newest mail to this address with the phrase in its text, and the seconds it took to come; none of these files."""
    begin = time.monotonic()
    while time.monotonic() - begin < TIMEOUT_SECONDS:
        mail = newest(files(maildir) - but, address, phrase)
        if mail:
            return mail, time.monotonic() - begin
        time.sleep(POLL_SECONDS)
    raise MailNotDelivered(f"no mail for {address} arrived in {maildir} within {TIMEOUT_SECONDS} s; "
                           "the log of `make run` shows what the workers do")


def newest(candidates, address, phrase):
    for file in sorted(candidates, key=lambda file: file.stat().st_mtime, reverse=True):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        mail = Mail(str(message["To"]), message["Subject"], content(message, "plain"), content(message, "html"))
        if address in mail.recipient and re.search(phrase, mail.text):
            return mail
    return None


def content(message, kind):
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else ""
