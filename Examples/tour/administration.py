"""An administrator opens the platform to the addresses of a domain."""

from api import UnexpectedAnswer
from person import Person
from visit import request_signup, sign_up

# The local stack's own administrator, see `vetchium seed`; every development installation has the same.
ADDRESS, PASSWORD = "admin1@vetchium.com", "Password123$"


def administration(run, stack, client, narrator):
    domain = f"tour-{run}.example"
    name, country, home = "Mary Okoro", "DE", list(stack.regions)[-1]
    person = Person(name, country, home, f"mary@{domain}")
    narrator.chapter(f"Administrators: nobody of {domain} can sign up until one approves it")
    narrator.tell(f"{person.first_name} asks for an account. The domain of the address is not approved.")
    client.post(stack.base_url, "/hub/request-signup", {"email_address": person.address}, expected=403)
    narrator.tell("The load balancer sends /admin/ to the service beside the global database; a region's server does not even "
                  "know the path:")
    credentials = {"email": ADDRESS, "password": PASSWORD}
    client.post(next(iter(stack.regions.values())), "/admin/login", credentials, expected=404)
    approve(domain, log_in(stack, client, narrator), stack, client, narrator)
    token = request_signup(person, stack.base_url, stack, client, narrator)
    sign_up(person, token, stack.base_url, client, narrator)


def log_in(stack, client, narrator):
    narrator.tell(f"The administrator {ADDRESS} logs in:")
    earlier = stack.mail.names()
    answer = client.post(stack.base_url, "/admin/login", {"email": ADDRESS, "password": PASSWORD})
    mail, seconds = stack.mail.wait_for(ADDRESS, r"\b\d{6}\b", but=earlier)
    narrator.fact(f"“{mail.subject}” came {seconds * 1000:.0f} ms later; the code is {mail.code}")
    body = {"tfa_token": answer.body["tfa_token"], "tfa_code": mail.code}
    return client.post(stack.base_url, "/admin/tfa", body).body["session_token"]


def approve(domain, session, stack, client, narrator):
    narrator.tell("Approving takes a reason, which the audit log keeps with who, when, from where and the request's id.")
    reason = "The tour's company has asked for it"
    client.post(stack.base_url, "/admin/add-approved-domain", {"domain_name": domain, "reason": reason}, expected=201,
                session_token=session)
    found = client.post(stack.base_url, "/admin/get-approved-domain", {"domain_name": domain}, session_token=session)
    entry = found.body["audit_logs"][0]
    if entry["reason"] != reason:
        raise UnexpectedAnswer(f"the audit log says {entry}")
    narrator.fact(", ".join(f"{key}: {value}" for key, value in entry.items() if value and not isinstance(value, dict)))
