"""The images at work; scripts/test-containers builds them and runs this as root in a network of its own. The services of
docker-compose-ci.json start in the order of their dependencies, with their settings and secrets."""

import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from running_stack import Stack  # noqa: E402
from sandbox import SECONDS, SWIFT_LIBRARIES, Image, result, run, wait_until  # noqa: E402
from support import COMPOSE, FILES  # noqa: E402

SERVICES = {"regional-api-server": 8080, "regional-worker": 8082, "global-service": 8081}
PROGRAMS = [*SERVICES, "vetchium"]
LARGEST_IMAGE_MB = 120
BAD_SETTINGS = 78


def setUpModule():
    run("ip", "link", "set", "lo", "up")


class Images(unittest.TestCase):
    @unittest.skipIf(SWIFT_LIBRARIES, "the size of debug programs says nothing")
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


class CIStack(unittest.TestCase):
    def test_from_empty_databases_to_the_last_signal(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        stack = Stack(FILES["ci"], {"VETCHIUM_DNS_SERVERS": "127.0.0.1:5300"}, folder)
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
            secrets += [file.read_text().strip() for kind in ("forwarding", "worker") for file in stack.secrets.glob(f"{kind}-keys-*")]
            secrets += [
                entry.split(":")[1] for file in stack.secrets.glob("forwarding-verifiers-*")
                for entry in file.read_text().strip().split(",")]
            for keys in ("email-hash-keys", "signup-token-keys"):
                secrets.append((stack.secrets / keys).read_text().strip())
            secrets += [file.read_text().strip() for file in stack.secrets.glob("mail-opening-keys-*")]
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
