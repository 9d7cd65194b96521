"""The rules of the Compose files: who has which variable and secret, who reaches whom, who waits for whom, what a container may do.

    python3 -m unittest discover deploy/tests
"""

import functools
import ipaddress
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support import COMPOSE, FILES, PROJECT, REGIONS, load, read_env, read_json, settings  # noqa: E402

PROGRAMS = ("regional-api-server", "regional-worker", "global-service", "vetchium")
OTHERS_IMAGES = {
    "postgres:17-bookworm", "nginx:1.28-bookworm", "axllent/mailpit:v1.29", "cznic/knot:3.4"}

API_SERVERS = {f"regional-api-server-{region}" for region in REGIONS}
WORKERS = {f"regional-worker-{region}" for region in REGIONS}
DATABASES = {"global-db"} | {f"regional-db-{region}" for region in REGIONS}
JOBS = {f"{job}-{database}" for job in ("migrate", "grant", "seed") for database in ("global", *REGIONS)}
SERVICES = API_SERVERS | WORKERS | DATABASES | JOBS | {"global-service", "load-balancer", "mailpit"}
DURATION = r"\d+(ms|s|m|h)"


def program_of(name, services):
    """The program that a service runs, or None if its image is somebody else's."""
    image = services[name]["image"]
    return image.split("/")[1].split(":")[0] if image.startswith("vetchium/") else None


def region_of(name):
    return next((region for region in REGIONS if name.endswith(f"-{region}")), None)


def for_each_service(check):
    """Makes a test of a check: it is called for every service of every file."""
    @functools.wraps(check)
    def test(self):
        for kind, project in self.projects.items():
            for name, service in project["services"].items():
                with self.subTest(file=kind, service=name):
                    check(self, kind, project, name, service)
    return test


class Rules(unittest.TestCase):
    """Everything here holds in each of the three files."""

    def setUp(self):
        self.projects = {kind: load(path) for kind, path in FILES.items()}

    def test_services(self):
        for kind, project in self.projects.items():
            expected = SERVICES | ({"dns"} if kind == "ci" else set())
            self.assertEqual(set(project["services"]), expected, kind)

    @for_each_service
    def test_images(self, kind, project, name, service):
        program = program_of(name, project["services"])
        if program is None:
            self.assertIn(service["image"], OTHERS_IMAGES)
        else:
            self.assertIn(program, PROGRAMS)
            self.assertRegex(service["image"], r"^vetchium/[a-z-]+:\d+\.\d+\.\d+$")
            self.assertEqual(service["build"]["target"], program)
            dockerfile = (PROJECT / "Dockerfile").read_text()
            self.assertIn(f" AS {program}\n", dockerfile)

    @for_each_service
    def test_variables_exist(self, kind, project, name, service):
        program = program_of(name, project["services"])
        if program in (None, "vetchium"):
            return
        known = settings(program)
        for variable in service["environment"]:
            template = re.sub(r"^(INTERNAL_ENDPOINT_)[A-Z0-9]+$", r"\1<REGION>", variable.removesuffix("_FILE"))
            self.assertIn(template, known, f"{program} does not read it")

    @for_each_service
    def test_variables_of_each_program(self, kind, project, name, service):
        program = program_of(name, project["services"])
        variables = set(service.get("environment", {}))
        if program == "regional-api-server":
            self.assertEqual(service["environment"]["REGION"], region_of(name))
            self.assertEqual(endpoints(variables), set(REGIONS))
            self.assertLessEqual(
                {"GLOBAL_DB_CONN_FILE", "REGIONAL_DB_CONN_FILE", "FORWARDING_KEYS_FILE", "FORWARDING_VERIFIERS_FILE",
                 "WORKER_KEYS_FILE", "STAND_IN_KEY_FILE", "EMAIL_HASH_KEYS_FILE", "SIGNUP_TOKEN_KEYS_FILE",
                 "MAIL_SEALING_KEYS_FILE", "INTERNAL_HTTP_PORT", "ENV", "LOG_LEVEL"}, variables)
            self.assertEqual(begin_with(variables, "MAIL_OPENING_", "SMTP_", "EMAIL_WORKER_", "CLEANUP_", "ADMIN_", "SAGA_"), set())
        elif program == "regional-worker":
            self.assertEqual(service["environment"]["REGION"], region_of(name))
            self.assertEqual(endpoints(variables), {region_of(name)})
            self.assertLessEqual(
                {"REGIONAL_DB_CONN_FILE", "WORKER_KEYS_FILE", "MAIL_OPENING_KEYS_FILE", "SMTP_HOST", "SMTP_PORT"}, variables)
            self.assertEqual(begin_with(variables, "FORWARDING_", "GLOBAL_DB_", "ADMIN_", "HUB_", "ORG_", "AGENCY_"), set())
        elif program == "global-service":
            self.assertLessEqual(
                {"GLOBAL_DB_CONN_FILE", "MAIL_SEALING_KEYS_FILE", "MAIL_OPENING_KEYS_FILE", "SMTP_HOST", "SMTP_PORT"}, variables)
            self.assertEqual(
                begin_with(variables, "REGION", "FORWARDING_", "WORKER_", "INTERNAL_", "HUB_", "ORG_", "AGENCY_"), set())
        elif program == "vetchium":
            self.assertEqual(variables, {"PGSERVICEFILE"})

    @for_each_service
    def test_endpoints_are_the_servers_of_their_region(self, kind, project, name, service):
        for variable, value in service.get("environment", {}).items():
            if variable.startswith("INTERNAL_ENDPOINT_"):
                region = variable.removeprefix("INTERNAL_ENDPOINT_").lower()
                self.assertEqual(value, f"http://regional-api-server-{region}:8079")

    @for_each_service
    def test_secrets(self, kind, project, name, service):
        """Each service gets exactly its own, and what a variable names is there."""
        region = region_of(name)
        expected = {
            "regional-api-server": {
                "global_db_conn": f"api-{region}-global-db", "regional_db_conn": f"api-{region}-regional-db",
                "stand_in_key": "stand-in-key", "forwarding_keys": f"forwarding-keys-{region}", "forwarding_verifiers": f"forwarding-verifiers-{region}",
                "worker_keys": f"worker-keys-{region}",
                "email_hash_keys": "email-hash-keys", "signup_token_keys": "signup-token-keys",
                "mail_sealing_keys": f"mail-sealing-keys-{region}"},
            "regional-worker": {
                "regional_db_conn": f"worker-{region}-regional-db", "worker_keys": f"worker-keys-{region}",
                "mail_opening_keys": f"mail-opening-keys-{region}"},
            "global-service": {
                "global_db_conn": "global-service-global-db", "mail_sealing_keys": "mail-sealing-keys-global",
                "mail_opening_keys": "mail-opening-keys-global"},
        }.get(program_of(name, project["services"]), {})
        database = region or "global"
        if name in DATABASES:
            expected = {"owner_password": f"owner-password-{database}"}
        elif name in JOBS:
            job = name.split("-")[0]
            expected = {"owner": f"seed-{region}" if job == "seed" and region else f"owner-{database}"}
            if job == "grant":
                expected["roles"] = f"roles-{database}"
        self.assertEqual({use["target"]: use["source"] for use in service.get("secrets", [])}, expected)
        named = {value.removeprefix("/run/secrets/") for value in [
            *service.get("environment", {}).values(), *service.get("command", [])] if value.startswith("/run/secrets/")}
        self.assertEqual(named, set(expected))

    def test_secrets_are_files_and_all_are_used(self):
        for kind, project in self.projects.items():
            used = {use["source"] for service in project["services"].values() for use in service.get("secrets", [])}
            self.assertEqual(set(project["secrets"]), used, kind)
            for name, secret in project["secrets"].items():
                self.assertEqual(secret, {"file": f"./secrets/{name}"}, kind)

    @for_each_service
    def test_no_password_in_a_variable_or_command(self, kind, project, name, service):
        for text in [*service.get("environment", {}).values(), *service.get("command", [])]:
            self.assertNotRegex(text, r"(?i)password\s*=|://[^/\s]*:[^/\s]*@")
        for variable in service.get("environment", {}):
            # A secret is given as NAME_FILE.
            self.assertNotRegex(variable, r"PASSWORD$|_CONN$|_KEYS?$|_VERIFIERS$")

    @for_each_service
    def test_networks(self, kind, project, name, service):
        """Who can reach whom at all."""
        expected = {name: set() for name in SERVICES}
        for region in REGIONS:
            expected[f"regional-db-{region}"] = {f"region-{region}"}
            expected[f"migrate-{region}"] = expected[f"grant-{region}"] = {f"region-{region}"}
            expected[f"seed-{region}"] = {f"region-{region}", "global"}
            expected[f"regional-api-server-{region}"] = {"public", "routing", f"region-{region}"}
            expected[f"regional-worker-{region}"] = {f"region-{region}", "mail"}
        for job in ("migrate", "grant", "seed"):
            expected[f"{job}-global"] = {"global"}
        expected |= {
            "global-db": {"global", "routing"}, "global-service": {"global", "admin", "mail"}, "mailpit": {"mail"},
            "load-balancer": {"public", "admin"}, "dns": {"public"}}
        self.assertEqual(set(service["networks"]), expected[name])
        self.assertLessEqual(set(service["networks"]), set(project["networks"]))
        self.assertNotIn("network_mode", service)
        self.assertNotIn("links", service)

    def test_no_other_region_reaches_a_database(self):
        for kind, project in self.projects.items():
            for region in REGIONS:
                reached = set(project["services"][f"regional-db-{region}"]["networks"])
                members = {name for name, service in project["services"].items() if reached & set(service["networks"])}
                self.assertEqual({region_of(name) for name in members}, {region}, kind)

    @for_each_service
    def test_believed_proxies_are_the_balancers_networks(self, kind, project, name, service):
        if program_of(name, project["services"]) in ("regional-api-server", "global-service"):
            network = "public" if name in API_SERVERS else "admin"
            self.assertEqual(service["environment"]["TRUSTED_PROXIES"], subnet(project, network))

    @for_each_service
    def test_dependencies(self, kind, project, name, service):
        completed, healthy = "service_completed_successfully", "service_healthy"
        schemas = {f"{job}-{database}": completed for job in ("migrate", "grant") for database in ("global", *REGIONS)}
        region, job = region_of(name), name.split("-")[0] if name in JOBS else None
        database = region or "global"
        expected = {}
        if job == "migrate":
            expected = {"global-db" if region is None else f"regional-db-{region}": healthy}
        elif job:
            expected = {f"migrate-{database}": completed}
            if job == "seed" and region:
                expected["seed-global"] = completed
        elif name in API_SERVERS:
            expected = {**schemas, f"seed-{region}": completed}
        elif name in WORKERS or name == "global-service":
            expected = {f"grant-{database}": completed, f"seed-{database}": completed, "mailpit": healthy}
        elif name == "load-balancer":
            expected = {server: healthy for server in {*API_SERVERS, "global-service"}}
        self.assertEqual({on: how["condition"] for on, how in service.get("depends_on", {}).items()}, expected)

    def test_a_service_waits_for_every_job(self):
        """`up --wait` takes the end of a job as a failure unless something that goes on running waits for it."""
        for kind, project in self.projects.items():
            awaited = {on for name, service in project["services"].items() if name not in JOBS
                       for on in service.get("depends_on", {})}
            self.assertLessEqual(JOBS, awaited, kind)

    @for_each_service
    def test_hardening(self, kind, project, name, service):
        self.assertIs(service["read_only"], True)
        self.assertEqual(service["cap_drop"], ["ALL"])
        self.assertEqual(service["security_opt"], ["no-new-privileges:true"])
        for forbidden in ("cap_add", "privileged", "pid", "ipc", "devices"):
            self.assertNotIn(forbidden, service)
        if program_of(name, project["services"]) is None:
            self.assertNotIn(service["user"], ("", "root", "0", "0:0"))
        else:
            # The image's own user, who is nobody.
            self.assertNotIn("user", service)
        self.assertFalse([mount for mount in service.get("volumes", []) if "docker.sock" in mount])
        for mount in service.get("volumes", []):
            if mount.startswith("./"):
                self.assertTrue(mount.endswith(":ro"))
                self.assertTrue((COMPOSE / mount.split(":")[0]).exists())
            else:
                self.assertIn(mount.split(":")[0], project["volumes"])

    @for_each_service
    def test_life(self, kind, project, name, service):
        """What is watched, restarted, and how long a stop may take."""
        if name in JOBS:
            self.assertEqual(service["restart"], "no")
            return
        self.assertEqual(service["restart"], "unless-stopped")
        self.assertEqual(service["healthcheck"]["test"][0], "CMD")
        program = program_of(name, project["services"])
        if program:
            self.assertEqual(service["healthcheck"]["test"][1:], [f"/usr/local/bin/{program}", "--ready"])
            environment = service["environment"]
            needed = seconds(environment.get("SHUTDOWN_DELAY", "0s")) + seconds(environment["SHUTDOWN_TIMEOUT"]) + 5
            self.assertGreaterEqual(seconds(service["stop_grace_period"]), needed)

    @for_each_service
    def test_ports(self, kind, project, name, service):
        expected = {"global-db": ["5432:5432"], "load-balancer": ["8080:8080"], "mailpit": ["1025:1025", "8025:8025"],
                    "dns": ["5300:5353/udp", "5300:5353/tcp"]}
        expected |= {f"regional-db-{region}": [f"{5433 + index}:5432"] for index, region in enumerate(REGIONS)}
        self.assertEqual(service.get("ports", []), [f"127.0.0.1:{port}" for port in expected.get(name, [])])

    @for_each_service
    def test_times(self, kind, project, name, service):
        ci = {"TFA": "15s", "SESSION": "30s", "SIGNUP": "30s", "REMEMBER": "60s", "INVITATION": "30s", "RESET": "30s",
              "poll": "1s", "regional clean-up": "5s", "global clean-up": "5s", "ENV": "ci"}
        normal = {"TFA": "10m", "SESSION": "24h", "SIGNUP": "24h", "REMEMBER": "8760h", "INVITATION": "168h", "RESET": "1h",
                  "poll": "10s", "regional clean-up": "1h", "global clean-up": "1m", "ENV": "dev"}
        times = ci if kind == "ci" else normal
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_EXPIRY"):
                what = re.search("TFA|SESSION|SIGNUP|REMEMBER|INVITATION|RESET", variable)[0]
            elif variable == "EMAIL_WORKER_POLL_INTERVAL":
                what = "poll"
            elif variable == "CLEANUP_ADMIN_PASSWORD_RESET_TOKENS_INTERVAL":
                what = "regional clean-up"
            elif variable.startswith("CLEANUP_"):
                what = "global clean-up" if name == "global-service" else "regional clean-up"
            elif variable == "ENV":
                what = "ENV"
            else:
                continue
            self.assertEqual(value, times[what], variable)

    @for_each_service
    def test_every_portal_and_clean_up_has_its_times(self, kind, project, name, service):
        variables = set(service.get("environment", {}))
        if name in API_SERVERS:
            self.assertEqual(
                {variable for variable in variables if variable.endswith("_EXPIRY")},
                {f"{portal}_{what}_EXPIRY" for portal in ("HUB", "ORG", "AGENCY")
                 for what in ("SIGNUP_TOKEN", "TFA_TOKEN", "SESSION_TOKEN", "REMEMBER_ME")})
        elif name in WORKERS:
            self.assertEqual(len(begin_with(variables, "CLEANUP_")), 10)
        elif name == "global-service":
            self.assertEqual(len(begin_with(variables, "CLEANUP_")), 6)

    def test_dns_server_of_ci(self):
        project = self.projects["ci"]
        address = project["services"]["dns"]["networks"]["public"]["ipv4_address"]
        self.assertIn(ipaddress.ip_address(address), ipaddress.ip_network(subnet(project, "public")))
        self.assertIn(f"ns A {address}", (COMPOSE / "dns/test.zone").read_text())
        self.assertIn(subnet(project, "public"), (COMPOSE / "dns/knot.conf").read_text())
        for name in API_SERVERS:
            self.assertEqual(project["services"][name]["environment"]["DNS_SERVERS"], f"{address}:5353")
            self.assertEqual(self.projects["backend"]["services"][name]["environment"]["DNS_SERVERS"], "")


class Files(unittest.TestCase):
    def test_variables_of_ci_are_used(self):
        used = set(re.findall(r"\$\{(\w+):-", (COMPOSE / "services.json").read_text()))
        self.assertLessEqual(set(read_env(COMPOSE / "ci.env")), used)

    def test_every_interpolation_has_a_default(self):
        for path in COMPOSE.glob("*.json"):
            text = path.read_text()
            self.assertEqual(text.count("$"), len(re.findall(r"\$\{VETCHIUM_\w+:-[^}]*\}", text)), path.name)

    def test_schema(self):
        """The names of what a service, network and so on can have, of those that these files use."""
        service = {
            "build", "cap_drop", "command", "depends_on", "entrypoint", "environment", "extends", "healthcheck", "image", "networks",
            "ports", "read_only", "restart", "secrets", "security_opt", "stop_grace_period", "tmpfs", "user", "volumes"}
        for path in COMPOSE.glob("*.json"):
            project = read_json(path)
            self.assertLessEqual(set(project), {"name", "include", "services", "networks", "volumes", "secrets"}, path.name)
            for name, entry in project["services"].items() if "services" in project else ():
                self.assertLessEqual(set(entry), service, f"{path.name}: {name}")
                self.assertTrue(all(isinstance(value, str) for value in entry.get("environment", {}).values()), name)
                for key in ("stop_grace_period",):
                    self.assertRegex(entry.get(key, "1s"), rf"^{DURATION}$")

    def test_balancer(self):
        text = (COMPOSE / "nginx.conf").read_text()
        upstreams = dict(re.findall(r"upstream (\w+) \{([^}]*)\}", text))
        self.assertEqual(set(re.findall(r"server (\S+):8080 resolve;", upstreams["regional_api"])), API_SERVERS)
        self.assertEqual(re.findall(r"server (\S+) resolve;", upstreams["global_service"]), ["global-service:8081"])
        for upstream in upstreams.values():
            self.assertNotRegex(upstream, r"ip_hash|hash |least_conn|weight=|sticky")
        locations = dict(re.findall(r"location ((?:= )?\S+) \{\s*([^}]*?)\s*\}", text))
        self.assertEqual(locations, {
            "= /health": 'return 200 "healthy\\n";', "= /metrics": "return 404;", "= /readyz": "return 404;",
            "/internal/": "return 404;",
            "/admin/": "proxy_pass http://global_service;", "/": "proxy_pass http://regional_api;"})
        for line in ("proxy_connect_timeout 5s;", "proxy_send_timeout 60s;", "proxy_read_timeout 60s;", "proxy_http_version 1.1;",
                     "X-Real-IP $remote_addr;", "X-Forwarded-For $proxy_add_x_forwarded_for;", "X-Forwarded-Proto $scheme;"):
            self.assertIn(line, text)

    def test_no_secret_in_the_repository(self):
        ignored = subprocess.run(["git", "check-ignore", "--quiet", "deploy/compose/secrets/forwarding-keys-ind1"], cwd=PROJECT)
        self.assertEqual(ignored.returncode, 0)
        tracked = subprocess.run(["git", "ls-files", "deploy"], cwd=PROJECT, capture_output=True, text=True, check=True)
        for path in tracked.stdout.split():
            self.assertNotIn("/secrets/", path)
            text = (PROJECT / path).read_text(errors="replace") if (PROJECT / path).exists() else ""
            self.assertNotRegex(text, r"(?<![0-9a-f])[0-9a-f]{48}(?![0-9a-f])", path)
            self.assertNotRegex(text, r"PRIVATE KEY-----\n", path)

    def test_context_of_the_image_holds_no_secret(self):
        lines = (PROJECT / ".dockerignore").read_text().split("\n")
        self.assertIn("*", lines)
        self.assertFalse([line for line in lines if line.startswith("!deploy") or line == "!.git"])


class Secrets(unittest.TestCase):
    """`make-secrets`, run in a copy of its folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        script = self.folder / "make-secrets"
        script.write_text((COMPOSE / "make-secrets").read_text())
        script.chmod(0o755)
        self.script = script
        subprocess.run([script], check=True)
        self.secrets = self.folder / "secrets"

    def contents(self):
        return {file.name: file.read_text() for file in self.secrets.iterdir()}

    def test_makes_what_the_files_name(self):
        self.assertLessEqual(set(load(FILES["backend"])["secrets"]), set(self.contents()))

    def test_keeps_what_is_there_and_replaces_what_is_missing(self):
        before = self.contents()
        (self.secrets / "roles-ind1").unlink()
        subprocess.run([self.script], check=True)
        self.assertEqual(self.contents(), before)

    def test_modes(self):
        self.assertEqual(self.secrets.stat().st_mode & 0o777, 0o700)
        for file in self.secrets.iterdir():
            self.assertEqual(file.stat().st_mode & 0o777, 0o444, file.name)

    def test_roles_get_the_password_that_their_services_use(self):
        contents = self.contents()
        roles = {database: dict(line.split("=") for line in contents[f"roles-{database}"].splitlines())
                 for database in ("global", *REGIONS)}
        connections = {"global-service-global-db": ("global", "vetchium_global", "global-db")}
        for region in REGIONS:
            host = f"regional-db-{region}"
            connections[f"api-{region}-global-db"] = ("global", f"vetchium_api_{region}", "global-db")
            connections[f"api-{region}-regional-db"] = (region, f"vetchium_api_{region}", host)
            connections[f"worker-{region}-regional-db"] = (region, f"vetchium_worker_{region}", host)
        for file, (database, role, host) in connections.items():
            password = roles[database][role]
            self.assertEqual(contents[file], f"postgres://{role}:{password}@{host}/vetchium_{database}\n")
        self.assertEqual(sum(map(len, roles.values())), len(connections), "roles that no service uses")
        passwords = [password for database in roles.values() for password in database.values()]
        self.assertEqual(len(set(passwords)), len(passwords))
        self.assertTrue(all(re.fullmatch("[0-9a-f]{48}", password) for password in passwords))

    def test_owners(self):
        contents = self.contents()
        for database in ("global", *REGIONS):
            host = "global-db" if database == "global" else f"regional-db-{database}"
            section = (f"[{database}]\nhost={host}\ndbname=vetchium_{database}\nuser=vetchium_owner\n"
                       f"password={contents[f'owner-password-{database}']}\n")
            self.assertEqual(contents[f"owner-{database}"], section)
        for region in REGIONS:
            self.assertEqual(contents[f"seed-{region}"], contents["owner-global"] + contents[f"owner-{region}"])


def endpoints(variables):
    return {variable.removeprefix("INTERNAL_ENDPOINT_").lower() for variable in begin_with(variables, "INTERNAL_ENDPOINT_")}


def begin_with(variables, *prefixes):
    return {variable for variable in variables if variable.startswith(prefixes)}


def subnet(project, network):
    return project["networks"][network]["ipam"]["config"][0]["subnet"]


def seconds(duration):
    number, unit = re.fullmatch(r"(\d+)(s|m|h)", duration).groups()
    return int(number) * {"s": 1, "m": 60, "h": 3600}[unit]


if __name__ == "__main__":
    unittest.main()
