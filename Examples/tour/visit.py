"""What one person does on the tour."""

import tables
from api import UnexpectedAnswer

REGION_NAMES = {"ind1": "India", "usa1": "the USA", "deu1": "Germany"}

ACCOUNTS = {
    "routing row (id, handle, hash of the address, region)":
        ("global", "SELECT count(*) FROM hub_users WHERE handle = :'handle'"),
    "account (address, password hash, language, country)":
        ("region", "SELECT count(*) FROM hub_users WHERE email_address = :'address'"),
    "sessions":
        ("region", "SELECT count(*) FROM hub_sessions JOIN hub_users USING (hub_user_global_id)"
                   " WHERE email_address = :'address'"),
    "mails (that of a sign-up has lost its address, once sent)":
        ("region", "SELECT count(*) FROM emails WHERE email_to = :'address'"),
}


def place(region):
    return REGION_NAMES.get(region, region)


def explain(stack, narrator):
    narrator.chapter("Vetchium: one platform, many regions")
    narrator.tell(
        "A person's data is in exactly one region's database, and any server in any region takes any request: it finds the "
        "home region, passes the request on once and streams the answer back. A thin global database knows who lives where, "
        "and nothing else about them. These servers are running:")
    narrator.table(["region", "API server"], [[f"{region} ({place(region)})", url] for region, url in stack.regions.items()])


def visit(person, elsewhere, stack, client, narrator):
    narrator.chapter(f"{person.name}: home in {place(person.home)}, every request through {place(elsewhere)}")
    server = stack.regions[elsewhere]
    token = request_signup(person, server, stack, client, narrator)
    handle = sign_up(person, token, server, client, narrator)
    session = log_in(person, server, stack, client, narrator)
    read_own_data(person, session, server, stack, client, narrator)
    show_rows(person, handle, stack, narrator)


def request_signup(person, server, stack, client, narrator):
    narrator.tell(f"{person.first_name} asks for an account. Any region can take this request: it only sends a mail.")
    client.post(server, "/hub/request-signup", {"email_address": person.address})
    mail, seconds = stack.mail.wait_for(person.address, r"token=")
    narrator.fact(f"“{mail.subject}” reached {person.address} {seconds * 1000:.0f} ms later")
    return mail.signup_token


def sign_up(person, token, server, client, narrator):
    narrator.tell(f"The link in the mail holds a token. Now {person.first_name} chooses a password and {person.home} as home.")
    answer = client.post(server, "/hub/complete-signup", {
        "signup_token": token, "password": person.password, "preferred_display_name": person.name,
        "home_region": person.home, "preferred_language": "en-US", "resident_country_code": person.country,
    }, expected=201)
    narrator.fact(f"the account's handle is {answer.body['handle']}, which says nothing about {person.first_name}")
    return answer.body["handle"]


def log_in(person, server, stack, client, narrator):
    narrator.tell("Logging in: the server asks the global database whose the address is, by its hash alone, which takes a key to make. "
                  "The home region checks the password and mails a code.")
    answer = client.post(server, "/hub/login", {"email_address": person.address, "password": person.password})
    mail, seconds = stack.mail.wait_for(person.address, r"\b\d{6}\b")
    narrator.fact(f"“{mail.subject}” came {seconds * 1000:.0f} ms later; the code is {mail.code}")
    answer = client.post(server, "/hub/tfa", {"tfa_token": answer.body["tfa_token"], "tfa_code": mail.code})
    return answer.body["session_token"]


def read_own_data(person, session, server, stack, client, narrator):
    narrator.tell(f"The session token begins with {session.split('-')[0]}-, so no database is needed to find its home.")
    abroad = client.get(server, "/hub/myinfo", session)
    narrator.fact(", ".join(f"{key}: {value}" for key, value in abroad.body.items() if value))
    narrator.tell("The same through the server at home, without the hop:")
    at_home = client.get(stack.regions[person.home], "/hub/myinfo", session)
    if at_home.body != abroad.body:
        raise UnexpectedAnswer(f"{abroad.body} abroad, but {at_home.body} at home")
    narrator.fact("the same answer")


def show_rows(person, handle, stack, narrator):
    narrator.tell(f"Where {person.first_name}'s rows are, and where not:")
    regions = [name for name in stack.databases if name != "global"]
    variables = {"address": person.address, "handle": handle}
    rows = []
    for label, (kind, sql) in ACCOUNTS.items():
        cells = [tables.count(stack.databases[name], sql, **variables) if (name == "global") == (kind == "global") else "-"
                 for name in ["global", *regions]]
        rows.append([label, *cells])
    narrator.table(["rows in the database of", "global", *regions], rows)
