"""A real SMTP server (aiosmtpd) for tests. Settings come as JSON in the first argument; each mail is written to
the Maildir, if one is given, and told as one line of JSON on standard output. Ends with its standard input."""

import asyncio
import email
import email.policy
import json
import ssl
import subprocess
import sys
import tempfile

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult

settings = json.loads(sys.argv[1])


def say(message):
    print(json.dumps(message), flush=True)


def body(message, kind):
    part = message.get_body((kind,))
    return part.get_content().replace("\r\n", "\n") if part else None


class Catcher:
    def __init__(self, maildir):
        self.mailbox = Mailbox(maildir) if maildir else None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if settings.get("hang"):
            say({"hanging": True})
            await asyncio.sleep(3600)
        if settings.get("refusal"):
            return settings["refusal"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.mailbox:
            await self.mailbox.handle_DATA(server, session, envelope)
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        say({"mail": {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "clientPort": session.peer[1],
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
            return SMTP(
                catcher, hostname="localhost", tls_context=None if implicit else context,
                authenticator=authenticator if login else None, auth_required=login,
                auth_require_tls=not implicit and context is not None)

        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            session, "127.0.0.1", settings.get("port", 0), ssl=context if implicit else None)
        say({"listening": server.sockets[0].getsockname()[1], "certificate": certificate})
        await loop.run_in_executor(None, sys.stdin.read)
        server.close()


asyncio.run(main())
