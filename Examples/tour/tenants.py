"""Employers and agencies: a signup with the proof of the domain, and a colleague who comes from a third region."""

import re
import secrets
import subprocess
from dataclasses import dataclass, field

from api import UnexpectedAnswer
from visit import place


class DNSError(Exception):
    pass


@dataclass(frozen=True)
class Tenant:
    portal: str
    kind: str
    name_member: str
    home: str
    domain: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)

    @property
    def founder(self):
        return f"founder@{self.domain}"


def tenants(run, stack, client, narrator):
    """One of each kind, at home in two regions; everything is asked in a third."""
    homes = [home for home in ("usa1", "ind1") if home in stack.regions] or list(stack.regions)[:1]
    elsewhere = next((region for region in stack.regions if region not in homes), homes[0])
    zone = stack.dns["zone"]
    kinds = [("org", "employer", "employer_name"), ("agency", "agency", "agency_name")]
    for (portal, kind, member), home in zip(kinds, (homes * 2)[:2]):
        tenant = Tenant(portal, kind, member, home, f"{kind}-{run}.{zone}")
        narrator.chapter(f"An {kind} of {place(home)}: {tenant.domain}, every request through {place(elsewhere)}")
        server = stack.regions[elsewhere]
        session = sign_up(tenant, server, stack, client, narrator)
        colleague = invite(tenant, session, server, stack, client, narrator)
        log_in(tenant, colleague, server, stack, client, narrator)


def sign_up(tenant, server, stack, client, narrator):
    narrator.tell(f"Whoever signs an {tenant.kind} up must have an address at its domain and be able to write into its DNS. Two "
                  "mails come: one with a record that may be passed on, one with a private link.")
    client.post(server, f"/{tenant.portal}/init-signup", {"email": tenant.founder, "home_region": tenant.home})
    record, _ = stack.mail.wait_for(tenant.founder, r"_vetchium-verify")
    link, _ = stack.mail.wait_for(tenant.founder, r"DO NOT FORWARD")
    narrator.fact(f"“{record.subject}” and “{link.subject}” have come")
    value, token = (re.search(r"\b[a-f0-9]{64}\b", mail.text)[0] for mail in (record, link))
    body = {"signup_token": token, "password": tenant.password, "preferred_language": "en-US",
            "has_added_dns_record": True, "agrees_to_eula": True}
    narrator.tell("Without the record the link is not enough:")
    client.post(server, f"/{tenant.portal}/complete-signup", body, expected=422)
    add_txt_record(stack, f"_vetchium-verify.{tenant.domain}", value)
    narrator.fact(f"the record _vetchium-verify.{tenant.domain} is in the DNS")
    answer = client.post(server, f"/{tenant.portal}/complete-signup", body, expected=201)
    return answer.body["session_token"]


def invite(tenant, session, server, stack, client, narrator):
    narrator.tell("The founder is signed in at once, has every role, and invites a colleague:")
    address = f"colleague@{tenant.domain}"
    client.post(server, f"/{tenant.portal}/invite-user", {"email_address": address}, expected=201, session_token=session)
    mail, _ = stack.mail.wait_for(address, r"token=")
    narrator.fact(f"“{mail.subject}” has come")
    token = re.search(r"token=(\S+)", mail.text)[1]
    client.post(server, f"/{tenant.portal}/complete-setup", {
        "invitation_token": token, "password": tenant.password, "full_name": "Grace Hopper"})
    return address


def log_in(tenant, address, server, stack, client, narrator):
    narrator.tell("Domain and address name the account: somebody may work for several.")
    earlier = stack.mail.names()
    answer = client.post(server, f"/{tenant.portal}/login", {
        "email": address, "domain": tenant.domain, "password": tenant.password})
    mail, _ = stack.mail.wait_for(address, r"\b\d{6}\b", but=earlier)
    answer = client.post(server, f"/{tenant.portal}/tfa", {"tfa_token": answer.body["tfa_token"], "tfa_code": mail.code})
    me = client.get(server, f"/{tenant.portal}/myinfo", answer.body["session_token"])
    if me.body[tenant.name_member] != tenant.domain:
        raise UnexpectedAnswer(f"{tenant.domain} is called {me.body}")
    narrator.fact(", ".join(f"{key}: {value}" for key, value in me.body.items()))


def add_txt_record(stack, name, value):
    """By dynamic update (RFC 2136), which the stack's DNS server takes from this machine."""
    server, port = stack.dns["server"].split(":")
    script = f"server {server} {port}\nzone {stack.dns['zone']}.\nupdate add {name}. 60 TXT \"{value}\"\nsend\n"
    finished = subprocess.run(["knsupdate"], input=script, capture_output=True, text=True, timeout=20)
    if finished.returncode != 0:
        raise DNSError(f"knsupdate: {finished.stderr.strip() or finished.stdout.strip()}")
