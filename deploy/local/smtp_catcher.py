"""A real SMTP server (aiosmtpd) for tests. Settings come as JSON in the first argument; each mail is written to
the Maildir, if one is given, and told as one line of JSON on standard output. Lines of JSON on standard input disturb
it: {"stall": seconds} answers nobody for so long, {"refuse": seconds} refuses everybody. Ends with its standard input."""

import asyncio
import email
import email.policy
import json
import random
import ssl
import subprocess
import sys
import tempfile
import time

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult

settings = json.loads(sys.argv[1])


def say(message):
    print(json.dumps(message), flush=True)


def body(message, kind):
    part = message.get_body((kind,))
    return part.get_content().replace("\r\n", "\n") if part else None


class Misbehaviour:
    """What the server does wrong, at the stages greeting, recipient, data (before it asks for the message), message."""

    def __init__(self):
        self.fault = settings.get("fault")
        self.firsts = list(settings.get("firsts") or [])
        self.storm = settings.get("storm")
        self.attempts = {}
        self.stalled_until = self.refusing_until = 0.0

    def disturb(self, command):
        self.stalled_until = time.monotonic() + command.get("stall", 0)
        self.refusing_until = time.monotonic() + command.get("refuse", 0)

    async def reply(self, server, stage):
        """The reply that takes the place of the right one, if the server misbehaves at this stage."""
        if self.fault and self.fault["stage"] == stage:
            return await self.commit(server, self.fault)
        return None

    async def commit(self, server, fault):
        if fault["kind"] == "goodbye":
            return None
        if fault["kind"] == "stall":
            say({"hanging": True})
            await asyncio.sleep(fault["seconds"])
            return None
        if fault["kind"] == "drop":
            server.transport.abort()
            raise ConnectionResetError
        if fault["kind"] == "mute":
            await SMTP.push(server, fault["reply"])
            await asyncio.sleep(3600)
        return fault["reply"]

    async def pause_or_refuse(self):
        """What a disturbance makes of a dialogue's beginning."""
        while (rest := self.stalled_until - time.monotonic()) > 0:
            await asyncio.sleep(rest)
        return "421 4.3.2 Closing for a while" if time.monotonic() < self.refusing_until else None

    def fault_of(self, address):
        """The fault of this attempt: the next of the first ones, or the storm's, which is the same in every run, since it
        follows from seed, recipient and number of the attempt."""
        if self.firsts:
            fault = self.firsts.pop(0)
            return fault if fault["kind"] != "none" else None
        if not self.storm:
            return None
        if address.startswith("never"):
            return {"stage": "recipient", "kind": "reply", "reply": "550 5.1.1 No such user"}
        attempt = self.attempts[address] = self.attempts.get(address, 0) + 1
        number = random.Random(f"{self.storm['seed']}/{address}/{attempt}").random()
        for fault in self.storm["faults"]:
            number -= fault["share"]
            if number < 0:
                return fault if attempt <= 2 else None
        return None


class Catcher:
    def __init__(self, maildir):
        self.mailbox = Mailbox(maildir) if maildir else None
        self.misbehaviour = Misbehaviour()

    async def handle_MAIL(self, server, session, envelope, address, options):
        refusal = await self.misbehaviour.pause_or_refuse()
        if refusal:
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        session.fault = self.misbehaviour.fault_of(address)
        reply = await self.misbehaviour.reply(server, "recipient")
        if not reply and session.fault and session.fault["stage"] == "recipient":
            reply = await self.misbehaviour.commit(server, session.fault)
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        reply = await self.misbehaviour.reply(server, "message")
        if not reply and session.fault and session.fault["stage"] == "message":
            reply = await self.misbehaviour.commit(server, session.fault)
        if reply:
            return reply
        if self.mailbox:
            await self.mailbox.handle_DATA(server, session, envelope)
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        if settings["isBrief"]:
            say({"accepted": {
                "recipient": envelope.rcpt_tos[0], "messageID": message["message-id"], "time": time.time()}})
            return "250 OK"
        say({"mail": {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "clientPort": session.peer[1],
            "helo": session.host_name,
            "isEncrypted": session.ssl is not None or settings["tls"] == "implicit",
            "isAuthenticated": bool(session.authenticated),
            "raw": envelope.original_content.decode("ascii"),
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "parts": [part.get_content_type() for part in message.walk()],
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
            "text": body(message, "plain"),
            "html": body(message, "html"),
        }})
        return "250 OK"


class Server(SMTP):
    """Lets the misbehaviour in where the library has no hook for handlers."""

    has_greeted = False

    async def push(self, status):
        reply = None
        if not self.has_greeted:
            self.has_greeted = True
            reply = await self.event_handler.misbehaviour.reply(self, "greeting")
        await super().push(reply or status)

    async def smtp_DATA(self, arg):
        reply = await self.event_handler.misbehaviour.reply(self, "data")
        fault = getattr(self.session, "fault", None)
        if not reply and fault and fault["stage"] == "data":
            reply = await self.event_handler.misbehaviour.commit(self, fault)
        await (self.push(reply) if reply else super().smtp_DATA(arg))
        if fault and fault["kind"] == "goodbye":
            await super().push(fault["reply"])
            self.transport.close()


def tls_context(directory):
    certificate, key = directory + "/certificate.pem", directory + "/key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


def authenticator(server, session, envelope, mechanism, data):
    known = (settings["username"].encode(), settings["password"].encode())
    return AuthResult(success=(data.login, data.password) == known, handled=False)


async def main():
    with tempfile.TemporaryDirectory() as directory:
        certificate, context = None, None
        if settings["tls"] != "none":
            certificate, context = tls_context(directory)
        implicit = settings["tls"] == "implicit"
        catcher = Catcher(settings.get("maildir"))
        login = "username" in settings

        def session():
            return Server(
                catcher, hostname="localhost", tls_context=None if implicit else context,
                authenticator=authenticator if login else None, auth_required=login,
                auth_require_tls=not implicit and context is not None)

        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            session, "127.0.0.1", settings.get("port", 0), ssl=context if implicit else None)
        say({"listening": server.sockets[0].getsockname()[1], "certificate": certificate})
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            catcher.misbehaviour.disturb(json.loads(line))
        server.close()


asyncio.run(main())
