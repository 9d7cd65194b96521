"""Runs an image's program as an engine does: as process 1, as the image's user, on the image's files, read-only, with nothing in its
environment but what it is given. Takes root rights, and a mount namespace that may be changed."""

import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

BUILDAH = shlex.split(os.environ.get("BUILDAH", "buildah"))
SECONDS = 20
# A debug program brings no Swift run-time libraries: where they are on this machine, and in the sandbox.
SWIFT_LIBRARIES = os.environ.get("SWIFT_LIBRARIES", "")

SANDBOX = """
set -e
root=$1 secrets=$2 libraries=$3 user=$4
shift 4
mount --rbind "$root" "$root"
mount --bind /etc/hosts "$root/etc/hosts"
mount --bind "$secrets" "$root/run/secrets"
if [ -n "$libraries" ]; then mount --bind "$libraries" "$root$libraries"; fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"
"""


def run(*words, **options):
    return subprocess.run(words, check=True, text=True, capture_output=True, **options).stdout


def wait_until(condition, what):
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > SECONDS:
            raise AssertionError(f"within {SECONDS} s it did not come that {what}")
        time.sleep(0.05)


def no_secrets():
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    return folder.name


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
        (self.root / SWIFT_LIBRARIES.lstrip("/")).mkdir(parents=True, exist_ok=True)


class Container:
    def __init__(self, program, arguments=(), environment=(), secrets=None, entrypoint=None, log=subprocess.PIPE):
        image = Image.named(program)
        variables = dict(variable.split("=", 1) for variable in image.config["Env"])
        self.process = subprocess.Popen(
            [shutil.which("unshare"), "--mount", "--pid", "--fork", "/bin/sh", "-c", SANDBOX, "sh", image.root,
             secrets or no_secrets(), SWIFT_LIBRARIES, image.config["User"], *(entrypoint or image.config["Entrypoint"]), *arguments],
            env={**variables, **dict(environment)}, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, text=True)

    def result(self):
        """Exit code and output."""
        output, _ = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, output

    def signal(self, number):
        # The process itself is unshare, which waits for the program.
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        os.kill(int(children[0]), number)

    def remove(self):
        # Changing the user has taken the kernel's promise from the program that it ends with its parent.
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.wait(SECONDS)


def result(program, *arguments, environment=(), entrypoint=None, secrets=None):
    return Container(program, arguments, environment, secrets, entrypoint).result()
