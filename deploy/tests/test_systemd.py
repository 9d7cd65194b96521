"""The rules of the systemd units: who gets which variable and secret, how long a stop may take, what a service may do."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support import PROJECT, settings  # noqa: E402

UNITS = PROJECT / "deploy/systemd"
PROGRAMS = {
    "vetchium-api@.service": "regional-api-server", "vetchium-worker@.service": "regional-worker",
    "vetchium-global.service": "global-service", "vetchium-migrate@.service": "vetchium"}
SERVICES = [name for name, program in PROGRAMS.items() if program != "vetchium"]
SECRETS = {
    "vetchium-api@.service": {
        "GLOBAL_DB_CONN_FILE": "api-%i-global-db", "REGIONAL_DB_CONN_FILE": "api-%i-regional-db",
        "STAND_IN_KEY_FILE": "stand-in-key", "FORWARDING_KEYS_FILE": "api-%i-forwarding-keys", "FORWARDING_VERIFIERS_FILE": "api-%i-forwarding-verifiers",
        "WORKER_KEYS_FILE": "worker-%i-keys", "EMAIL_HASH_KEYS_FILE": "email-hash-keys",
        "SIGNUP_TOKEN_KEYS_FILE": "signup-token-keys", "MAIL_SEALING_KEYS_FILE": "mail-sealing-keys-%i"},
    "vetchium-worker@.service": {
        "REGIONAL_DB_CONN_FILE": "worker-%i-regional-db", "WORKER_KEYS_FILE": "worker-%i-keys",
        "MAIL_OPENING_KEYS_FILE": "mail-opening-keys-%i", "SMTP_PASSWORD_FILE": "smtp-password"},
    "vetchium-global.service": {
        "GLOBAL_DB_CONN_FILE": "global-service-global-db", "MAIL_SEALING_KEYS_FILE": "mail-sealing-keys-global",
        "MAIL_OPENING_KEYS_FILE": "mail-opening-keys-global", "SMTP_PASSWORD_FILE": "smtp-password"},
    "vetchium-migrate@.service": {"PGSERVICEFILE": "owner-%i"}}
HARDENING = {
    "DynamicUser": "yes", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "ProtectSystem": "strict", "ProtectHome": "yes",
    "PrivateTmp": "yes", "PrivateDevices": "yes", "PrivateUsers": "yes", "MemoryDenyWriteExecute": "yes",
    "RestrictNamespaces": "yes", "SystemCallArchitectures": "native", "UMask": "0077"}


def directives(name):
    """(name, value) of all lines, in order."""
    lines = (line.strip() for line in (UNITS / name).read_text().splitlines())
    return [tuple(line.split("=", 1)) for line in lines if line and line[0] not in "#["]


def values(name, directive):
    return [value for key, value in directives(name) if key == directive]


def variables(name):
    return dict(pair.split("=", 1) for line in values(name, "Environment") for pair in line.split())


class Units(unittest.TestCase):
    def each(self, names=tuple(PROGRAMS)):
        for name in names:
            yield name, PROGRAMS[name]

    def test_all_are_known(self):
        self.assertEqual({path.name for path in UNITS.glob("*.service")}, set(PROGRAMS))

    def test_programs(self):
        for name, program in self.each():
            for command in values(name, "ExecStart"):
                self.assertEqual(command.split()[0], f"/usr/local/bin/{program}", name)

    def test_secrets(self):
        """Each unit gets exactly its own secrets, as credentials, by variables that end in _FILE."""
        for name, _ in self.each():
            credentials = dict(value.split(":", 1) for value in values(name, "LoadCredential"))
            found = {variable: pathlib.PurePath(credentials[value.removeprefix("%d/")]).name
                     for variable, value in variables(name).items() if value.startswith("%d/")}
            self.assertEqual(found, SECRETS[name], name)
            others = {"roles"} if name == "vetchium-migrate@.service" else set()
            self.assertEqual(set(credentials), {value.removeprefix("%d/") for value in variables(name).values()
                                                if value.startswith("%d/")} | others, name)
            for path in credentials.values():
                self.assertTrue(path.startswith("/etc/vetchium/secrets/"), path)

    def test_variables_exist(self):
        for name, program in self.each(SERVICES):
            known = settings(program)
            for variable in variables(name):
                self.assertIn(variable.removesuffix("_FILE"), known, name)

    def test_region(self):
        for name, _ in self.each(SERVICES):
            self.assertEqual(variables(name).get("REGION"), "%i" if "@" in name else None, name)

    def test_life(self):
        for name, _ in self.each(SERVICES):
            self.assertEqual(values(name, "Restart"), ["always"], name)
            self.assertEqual(values(name, "RestartPreventExitStatus"), ["78"], name)
            self.assertEqual(values(name, "KillSignal"), ["SIGTERM"], name)
            given = {key: int(value.removesuffix("s")) for key, value in variables(name).items() if key.startswith("SHUTDOWN_")}
            stop = int(values(name, "TimeoutStopSec")[0].removesuffix("s"))
            self.assertGreaterEqual(stop, given.get("SHUTDOWN_DELAY", 0) + given["SHUTDOWN_TIMEOUT"] + 5, name)
            self.assertGreaterEqual(int(values(name, "LimitNOFILE")[0]), 16384, name)

    def test_a_migration_does_not_run_at_boot(self):
        self.assertNotIn("[Install]", (UNITS / "vetchium-migrate@.service").read_text())

    def test_hardening(self):
        """The same in all units: they carry it each, because drop-ins for several do not reach instances of templates."""
        blocks = set()
        for name, _ in self.each():
            text = (UNITS / name).read_text()
            blocks.add(re.search(r"DynamicUser=.*?SystemCallErrorNumber=\w+\n", text, re.S)[0])
            for directive, value in HARDENING.items():
                self.assertEqual(values(name, directive), [value], f"{name}: {directive}")
        self.assertEqual(len(blocks), 1)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_systemd_understands_them(self):
        with tempfile.TemporaryDirectory() as root:
            for folder in ("etc/systemd/system", "usr/local/bin"):
                (pathlib.Path(root) / folder).mkdir(parents=True)
            for name, program in self.each():
                shutil.copy(UNITS / name, pathlib.Path(root) / "etc/systemd/system")
                file = pathlib.Path(root) / "usr/local/bin" / program
                file.write_text("#!/bin/sh\n")
                file.chmod(0o755)
            units = [name.replace("@", "@ind1") for name in PROGRAMS]
            verified = subprocess.run(
                ["systemd-analyze", "verify", f"--root={root}", "--recursive-errors=no", *units], capture_output=True, text=True)
            self.assertEqual((verified.returncode, verified.stderr), (0, ""))
            for unit in units:
                exposure = subprocess.run(
                    ["systemd-analyze", "security", "--offline=yes", f"--root={root}", "--threshold=20", unit],
                    capture_output=True, text=True)
                self.assertEqual(exposure.returncode, 0, f"{unit} is more exposed than 2.0: {exposure.stdout[-200:]}")


if __name__ == "__main__":
    unittest.main()
