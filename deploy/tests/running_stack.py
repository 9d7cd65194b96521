"""The services of a Compose file, running in our images. What differs from Compose: all share one network, so each has an address of the
loopback network for its name, and listens only there; the databases, nginx, the DNS server and the mail catcher are this machine's
programs, not those of other people's images."""

import http.client
import http.server
import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import threading

from sandbox import SECONDS, Container, result, run, wait_until
from support import COMPOSE, PROJECT, load


class Stack:
    """The services of a Compose file."""

    def __init__(self, file, variables, folder):
        """- Parameter folder: an empty one that all users may enter"""
        self._folder = folder
        self.services = load(file, variables)["services"]
        self.containers = {}
        self._is_up = set()
        self._cleanups = []
        self.secrets = self._folder / "secrets"
        shutil.copy(COMPOSE / "make-secrets", self._folder)
        run(self._folder / "make-secrets")
        self.addresses = {name: f"127.0.1.{number}" for number, name in enumerate(self.services, 1)}
        self.addresses |= {"mailpit": "127.0.0.1", "localhost": "127.0.0.1"}
        hosts = self._folder / "hosts"
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
        return (self._folder / f"{name}.log").read_text()

    def down(self):
        for container in self.containers.values():
            container.remove()
        for cleanup in reversed(self._cleanups):
            cleanup()

    def _environment(self, name):
        environment = self.services[name].get("environment", {})
        names = ["HTTP_HOST"] + (["INTERNAL_HTTP_HOST"] if "INTERNAL_HTTP_PORT" in environment else [])
        return {**environment, **{host: self.addresses[name] for host in names}}

    def _secrets(self, name):
        mounted = self._folder / f"secrets-{name}"
        mounted.mkdir(exist_ok=True)
        for secret in self.services[name].get("secrets", []):
            text = (self.secrets / secret["source"]).read_text()
            # With a line end, as editors leave it, which is no part of the secret.
            (mounted / secret["target"]).write_text(text.rstrip("\n") + "\n")
        return mounted

    def _service(self, name):
        service = self.services[name]
        with open(self._folder / f"{name}.log", "w") as log:
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
        log = open(self._folder / f"{name}.log", "w")
        process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT, **options)
        log.close()
        # Of these, only PostgreSQL makes a difference: it does not wait for clients.
        self._cleanups.append(lambda: (process.send_signal(signal.SIGINT), process.wait(SECONDS)))
        return process

    def _database(self, name):
        programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        owner = pwd.getpwnam("postgres")
        data = self._folder / name
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
        maildir = self._folder / "maildir"
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
        storage = self._folder / "knot"
        storage.mkdir()
        for place, here in {'"/rundir"': f'"{storage}"', '"/storage"': f'"{storage}"', '"/etc/knot"': f'"{COMPOSE / "dns"}"',
                            # Compose publishes the port as this one.
                            "0.0.0.0@5353": f"[ {self.addresses[name]}@5353, 127.0.0.1@5300 ]"}.items():
            assert place in configuration, place
            configuration = configuration.replace(place, here)
        file = self._folder / "knot.conf"
        file.write_text(configuration)
        self._start(name, ["knotd", "--config", file])
        wait_until(lambda: run("kdig", "+short", "@127.0.0.1", "-p", "5300", "test.", "SOA").strip(), "the DNS server answers")

    def _nginx(self, name):
        configuration = (COMPOSE / "nginx.conf").read_text()
        # Names are looked up once, in the file of hosts: Debian's nginx cannot look up a server's name again, and there is no Docker here.
        for text, here in {"resolver 127.0.0.11 valid=5s ipv6=off;": "", " resolve;": ";", "listen 8080;": "listen 127.0.0.1:8080;",
                           "/tmp/": f"{self._folder}/nginx-"}.items():
            assert text in configuration, text
            configuration = configuration.replace(text, here)
        file = self._folder / "nginx.conf"
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
