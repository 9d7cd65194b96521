"""The images at work; scripts/test-containers builds them and runs this as root in a network of its own.

An image's program runs here as in an engine: as process 1, as the image's user, on the image's files, read-only, with nothing in its
environment but what Compose gives it. The services of docker-compose-ci.json start in the order of their dependencies, with their settings
and secrets. What differs: all share one network, so each has an address of the loopback network for its name, and listens only there; the
databases, nginx, the DNS server and the mail catcher are this machine's programs, not those of other people's images."""

import http.client
import http.server
import json
import os
import pathlib
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support import COMPOSE, FILES, PROJECT, REGIONS, load  # noqa: E402

SERVICES = {"regional-api-server": 8080, "regional-worker": 8082, "global-service": 8081}
PROGRAMS = [*SERVICES, "vetchium"]
LARGEST_IMAGE_MB = 120
BUILDAH = shlex.split(os.environ["BUILDAH"])
BAD_SETTINGS = 78
SECONDS = 20

SANDBOX = """
set -e
root=$1 secrets=$2 user=$3
shift 3
mount --rbind "$root" "$root"
mount --bind /etc/hosts "$root/etc/hosts"
mount --bind "$secrets" "$root/run/secrets"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"
"""


def setUpModule():
    global folder
    temporary = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(temporary.cleanup)
    folder = pathlib.Path(temporary.name)
    # Users of databases and containers go through it.
    folder.chmod(0o755)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def run(*words, **options):
    return subprocess.run(words, check=True, text=True, capture_output=True, **options).stdout


class Image:
    """One of our images, its files mounted."""

    _known = {}

    @classmethod
    def named(cls, program):
        if program not in cls._known:
            cls._known[program] = cls(program)
        return cls._known[program]

    def __init__(self, program):
        name = f"vetchium/{program}:test"
        self.config = json.loads(run(*BUILDAH, "inspect", "--type", "image", name))["Docker"]["config"]
        # Of all layers, unpacked: "115 MB".
        self.size = json.loads(run(*BUILDAH, "images", "--json", name))[0]["size"]
        self._container = run(*BUILDAH, "from", "--pull-never", name).strip()
        unittest.addModuleCleanup(run, *BUILDAH, "rm", self._container)
        self.root = pathlib.Path(run(*BUILDAH, "mount", self._container).strip())
        # An engine makes the places of its mounts, too.
        (self.root / "run/secrets").mkdir()



class Container:
    def __init__(self, program, arguments=(), environment=(), secrets=None, entrypoint=None, log=subprocess.PIPE):
        image = Image.named(program)
        variables = dict(variable.split("=", 1) for variable in image.config["Env"])
        self.process = subprocess.Popen(
            [shutil.which("unshare"), "--mount", "--pid", "--fork", "/bin/sh", "-c", SANDBOX, "sh", image.root,
             secrets or tempfile.mkdtemp(dir=folder), image.config["User"], *(entrypoint or image.config["Entrypoint"]), *arguments],
            env={**variables, **dict(environment)}, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, text=True)

    def result(self):
        """Exit code and output."""
        output, _ = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, output

    def signal(self, number):
        child = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        os.kill(int(child[0]), number)

    def remove(self):
        # Changing the user has taken the kernel's promise from the program that it ends with its parent.
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.wait(SECONDS)


def result(program, *arguments, environment=(), entrypoint=None, secrets=None):
    return Container(program, arguments, environment, secrets, entrypoint).result()


class Images(unittest.TestCase):
    def test_sizes(self):
        for program in PROGRAMS:
            size, unit = Image.named(program).size.split()
            print(f"vetchium/{program}: {size} {unit}", file=sys.stderr)
            self.assertEqual(unit, "MB")
            self.assertLess(float(size), LARGEST_IMAGE_MB, program)

    def test_configuration(self):
        for program in PROGRAMS:
            config = Image.named(program).config
            self.assertEqual(config["User"], "65532:65532")
            self.assertEqual(config["Entrypoint"], [f"/usr/local/bin/{program}"])
            self.assertFalse(config.get("Cmd"))
            self.assertEqual(config["StopSignal"], "SIGTERM")
            self.assertEqual(config["Labels"]["org.opencontainers.image.title"].split()[0], "Vetchium")
            self.assertEqual(config["Labels"]["org.opencontainers.image.version"], "test")
            if program in SERVICES:
                self.assertEqual(config["Healthcheck"]["Test"], ["CMD", f"/usr/local/bin/{program}", "--health"])
                self.assertEqual(list(config["ExposedPorts"]), [f"{SERVICES[program]}/tcp"])

    def test_the_user_can_write_nowhere(self):
        """That is, what the other tests show is shown under these conditions."""
        for path in ["/tmp/file", "/usr/local/bin/file"]:
            code, output = result("vetchium", path, entrypoint=["/usr/bin/touch"])
            self.assertEqual((code, "Read-only file system" in output), (1, True), output)
        self.assertEqual(result("vetchium", entrypoint=["/usr/bin/id", "-u"]), (0, "65532\n"))

    def test_the_user_owns_nothing(self):
        for program in PROGRAMS:
            root = Image.named(program).root
            self.assertFalse([file for file in root.rglob("*") if file.lstat().st_uid == 65532])

    def test_helps(self):
        code, output = result("vetchium", "--help")
        self.assertEqual(code, 0, output)
        self.assertIn("migrate", output)


class Refusals(unittest.TestCase):
    """A service with bad settings ends at once, and names all of them."""

    def problems(self, program, **environment):
        code, output = result(program, environment=environment)
        self.assertEqual(code, BAD_SETTINGS, output)
        return output

    def test_no_settings(self):
        needed = {
            "regional-api-server": ["REGION", "REGIONAL_DB_CONN", "GLOBAL_DB_CONN"],
            "regional-worker": ["REGION", "REGIONAL_DB_CONN"],
            "global-service": ["GLOBAL_DB_CONN"],
        }
        for program, names in needed.items():
            lines = self.problems(program).splitlines()
            for name in names:
                self.assertEqual(len([line for line in lines if line.startswith(f"{name}: ")]), 1, (name, lines))

    def test_service_links(self):
        for program in ["regional-worker", "global-service"]:
            lines = self.problems(program, SMTP_PORT="tcp://10.0.0.1:25").splitlines()
            self.assertTrue([line for line in lines if "SMTP_PORT" in line and "Kubernetes service link" in line], lines)

    def test_a_variable_and_its_file(self):
        output = self.problems("global-service", GLOBAL_DB_CONN="postgres://x@y/z", GLOBAL_DB_CONN_FILE="/run/secrets/x")
        self.assertIn("GLOBAL_DB_CONN_FILE", output)

    def test_a_file_that_is_not_there(self):
        self.assertIn("GLOBAL_DB_CONN", self.problems("global-service", GLOBAL_DB_CONN_FILE="/run/secrets/missing"))

    def test_health_of_nobody(self):
        for question in ["--health", "--ready"]:
            code, output = result("global-service", question, environment={"GLOBAL_DB_CONN": "postgres://nobody@localhost/nothing"})
            self.assertEqual((code, len(output.splitlines())), (1, 1), output)


class Stack:
    """The services of a Compose file."""

    def __init__(self, file, variables):
        self.services = load(file, variables)["services"]
        self.containers = {}
        self._is_up = set()
        self._cleanups = []
        self.secrets = folder / "secrets"
        shutil.copy(COMPOSE / "make-secrets", folder)
        run(folder / "make-secrets")
        self.addresses = {name: f"127.0.1.{number}" for number, name in enumerate(self.services, 1)}
        self.addresses |= {"mailpit": "127.0.0.1", "localhost": "127.0.0.1"}
        hosts = folder / "hosts"
        hosts.write_text("".join(f"{address} {name}\n" for name, address in self.addresses.items()))
        run("mount", "--bind", hosts, "/etc/hosts")
        self._cleanups.append(lambda: run("umount", "/etc/hosts"))

    def up(self, name):
        """Starts a service after those that it depends on, and waits until others may depend on it."""
        if name in self._is_up:
            return
        service = self.services[name]
        for dependency in service.get("depends_on", {}):
            self.up(dependency)
        maker, _, rest = service["image"].partition("/")
        if maker != "vetchium":
            {"postgres": self._database, "mailpit": self._mail, "knot": self._dns, "nginx": self._nginx}[
                (rest or maker).split(":")[0]](name)
        elif service["restart"] == "no":
            code, output = self.job(name)
            if code != 0:
                raise AssertionError(f"{name} ended with {code}: {output}")
        else:
            self._service(name)
        self._is_up.add(name)

    def job(self, name, arguments=None):
        """Runs a service that ends by itself."""
        service = self.services[name]
        return result(program(service), *(arguments or service["command"]), environment=self._environment(name),
                      secrets=self._secrets(name))

    def ask(self, name, *question):
        """Runs a service's program beside the service, as a health check does."""
        return result(program(self.services[name]), *question, environment=self._environment(name), secrets=self._secrets(name))

    def log(self, name):
        return (folder / f"{name}.log").read_text()

    def down(self):
        for container in self.containers.values():
            container.remove()
        for cleanup in reversed(self._cleanups):
            cleanup()

    def _environment(self, name):
        return {**self.services[name].get("environment", {}), "HTTP_HOST": self.addresses[name]}

    def _secrets(self, name):
        mounted = folder / f"secrets-{name}"
        mounted.mkdir(exist_ok=True)
        for secret in self.services[name].get("secrets", []):
            text = (self.secrets / secret["source"]).read_text()
            # With a line end, as editors leave it, which is no part of the secret.
            (mounted / secret["target"]).write_text(text.rstrip("\n") + "\n")
        return mounted

    def _service(self, name):
        service = self.services[name]
        with open(folder / f"{name}.log", "w") as log:
            container = Container(program(service), environment=self._environment(name), secrets=self._secrets(name), log=log)
        self.containers[name] = container
        check = service["healthcheck"]["test"]
        assert check[:2] == ["CMD", f"/usr/local/bin/{program(service)}"], check
        answers = []

        def is_ready_or_ended():
            answers.append(self.ask(name, *check[2:]))
            return answers[-1][0] == 0 or container.process.poll() is not None

        try:
            wait_until(is_ready_or_ended, f"{name} is ready")
        except AssertionError as error:
            raise AssertionError(f"{error}, but {answers[-1]}: {self.log(name)}") from None
        if container.process.poll() is not None:
            raise AssertionError(f"{name} ended with {container.process.returncode}: {self.log(name)}")

    # The programs of this machine that take the place of other people's images.

    def _start(self, name, words, **options):
        log = open(folder / f"{name}.log", "w")
        process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT, **options)
        log.close()
        # Of these, only PostgreSQL makes a difference: it does not wait for clients.
        self._cleanups.append(lambda: (process.send_signal(signal.SIGINT), process.wait(SECONDS)))
        return process

    def _database(self, name):
        programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        owner = pwd.getpwnam("postgres")
        data = folder / name
        data.mkdir(mode=0o700)
        os.chown(data, owner.pw_uid, owner.pw_gid)
        as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"}
        run(programs / "initdb", "--pgdata", data, "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
            "--auth-local=trust", "--auth-host=scram-sha-256", **as_owner)
        with open(data / "pg_hba.conf", "a") as rules:
            rules.write("host all all 127.0.0.0/8 scram-sha-256\n")
        self._start(name, [programs / "postgres", "-D", data, "-c", f"listen_addresses={self.addresses[name]}", "-c", "fsync=off",
                           "-c", f"unix_socket_directories={data}"], **as_owner)
        wait_until(lambda: subprocess.run([programs / "pg_isready", "--quiet", f"--host={data}"], cwd="/").returncode == 0,
                   f"{name} takes connections")
        script = (COMPOSE / "owner.sql").read_text().replace("/run/secrets", str(self._secrets(name)))
        database = self.services[name]["environment"]["POSTGRES_DB"]
        psql = [programs / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--host={data}", "--username=postgres"]
        run(*psql, "--command", f"CREATE DATABASE {database}", cwd="/")
        run(*psql, f"--dbname={database}", input=script, cwd="/")

    def _mail(self, name):
        maildir = folder / "maildir"
        settings = {"port": 1025, "tls": "none", "maildir": str(maildir), "isBrief": True}
        # Ends with its standard input.
        catcher = self._start(name, ["/usr/bin/python3", PROJECT / "deploy/local/smtp_catcher.py", json.dumps(settings)],
                              stdin=subprocess.PIPE)
        self._cleanups.append(catcher.stdin.close)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 8025), MailpitHandler)
        server.maildir = maildir
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._cleanups += [server.server_close, server.shutdown]
        wait_until(lambda: "listening" in self.log(name), "mail is taken")

    def _dns(self, name):
        configuration = (COMPOSE / "dns/knot.conf").read_text()
        storage = folder / "knot"
        storage.mkdir()
        for place, here in {'"/rundir"': f'"{storage}"', '"/storage"': f'"{storage}"', '"/etc/knot"': f'"{COMPOSE / "dns"}"',
                            # Compose publishes the port as this one.
                            "0.0.0.0@5353": f"[ {self.addresses[name]}@5353, 127.0.0.1@5300 ]"}.items():
            assert place in configuration, place
            configuration = configuration.replace(place, here)
        file = folder / "knot.conf"
        file.write_text(configuration)
        self._start(name, ["knotd", "--config", file])
        wait_until(lambda: run("kdig", "+short", "@127.0.0.1", "-p", "5300", "test.", "SOA").strip(), "the DNS server answers")

    def _nginx(self, name):
        configuration = (COMPOSE / "nginx.conf").read_text()
        # Names are looked up once, in the file of hosts: Debian's nginx cannot look up a server's name again, and there is no Docker here.
        for text, here in {"resolver 127.0.0.11 valid=5s ipv6=off;": "", " resolve;": ";", "listen 8080;": "listen 127.0.0.1:8080;",
                           "/tmp/": f"{folder}/nginx-"}.items():
            assert text in configuration, text
            configuration = configuration.replace(text, here)
        file = folder / "nginx.conf"
        file.write_text(configuration)
        self._start(name, ["nginx", "-c", file])
        wait_until(lambda: status("127.0.0.1", 8080, "/health") == 200, "nginx answers")


class MailpitHandler(http.server.BaseHTTPRequestHandler):
    """Of Mailpit's interface what deploy/compose/tour asks for, on a Maildir."""

    def do_GET(self):
        folder = self.server.maildir / "new"
        path = self.path.split("?")[0].split("/")
        if path[-1] == "messages":
            files = sorted(folder.glob("*"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
            body = json.dumps({"messages": [{"ID": file.name} for file in files[:100]]}).encode()
        else:
            body = (folder / path[-2]).read_bytes()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def program(service):
    return service["image"].partition("/")[2].partition(":")[0]


def status(host, port, path):
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def wait_until(condition, what):
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > SECONDS:
            raise AssertionError(f"within {SECONDS} s it did not come that {what}")
        time.sleep(0.05)


class CIStack(unittest.TestCase):
    def test_from_empty_databases_to_the_last_signal(self):
        stack = Stack(FILES["ci"], {"VETCHIUM_DNS_SERVERS": "127.0.0.1:5300"})
        self.addCleanup(stack.down)
        for name in stack.services:
            stack.up(name)

        with self.subTest("jobs can run again"):
            for name, service in stack.services.items():
                if service["restart"] == "no":
                    self.assertEqual(stack.job(name)[0], 0, name)

        with self.subTest("health and readiness"):
            for name in stack.containers:
                for question in ["--health", "--ready"]:
                    self.assertEqual(stack.ask(name, question)[0], 0, name)

        with self.subTest("the tour"):
            tour = subprocess.run([COMPOSE / "tour"], text=True, capture_output=True)
            self.assertEqual(tour.returncode, 0, tour.stdout[-2000:] + tour.stderr)

        with self.subTest("no secret in a log"):
            secrets = [file.read_text().strip() for file in stack.secrets.glob("password-*")]
            secrets.append((stack.secrets / "forwarding-keys").read_text().strip())
            for name in stack.containers:
                self.assertFalse([secret for secret in secrets if secret in stack.log(name)], name)

        with self.subTest("SIGTERM ends process 1 in order"):
            for container in stack.containers.values():
                container.signal(signal.SIGTERM)
            # These have a SHUTDOWN_DELAY in which balancers see it.
            for name in ["regional-api-server-ind1", "global-service"]:
                wait_until(lambda: stack.ask(name, "--ready")[0] == 1, f"{name} drains")
                self.assertEqual(stack.ask(name, "--health")[0], 0, name)
            for name, container in stack.containers.items():
                self.assertEqual(container.process.wait(SECONDS), 0, stack.log(name)[-2000:])


if __name__ == "__main__":
    unittest.main()
