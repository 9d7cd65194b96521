"""Reads what Kustomize makes of an overlay: its resources, what a pod gets, and whom its policies let it talk to."""

import contextlib
import copy
import functools
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy/kubernetes"
REGIONS = ("ind1", "usa1", "deu1")
OVERLAYS = (*REGIONS, "global")


def has_kustomize():
    return shutil.which("kubectl") is not None


@functools.cache
def _kustomize(folder):
    """Kustomize's output, parsed; not to be changed."""
    made = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True)
    if made.returncode != 0:
        raise RuntimeError(f"kubectl kustomize {folder}: {made.stderr.strip()}")
    return [resource for resource in yaml.safe_load_all(made.stdout) if resource]


class Manifests:
    """The resources of one overlay; every instance has copies of its own."""

    def __init__(self, folder):
        self.resources = copy.deepcopy(_kustomize(str(folder)))

    def of_kind(self, kind):
        return [resource for resource in self.resources if resource["kind"] == kind]

    def one(self, kind, name=None):
        """The resource of that kind and name; of generated ConfigMaps the name without the hash."""
        found = [
            resource
            for resource in self.of_kind(kind)
            if name is None or re.sub(r"-[a-z0-9]{10}$", "", resource["metadata"]["name"]) == name
            or resource["metadata"]["name"] == name
        ]
        if len(found) != 1:
            raise LookupError(f"{len(found)} resources are {kind} {name or ''}, not one")
        return found[0]

    @property
    def namespace(self):
        return self.one("Namespace")["metadata"]["name"]

    @property
    def workloads(self):
        return self.of_kind("Deployment") + self.of_kind("Job")

    def workload(self, program):
        """The Deployment or Job with that `app.kubernetes.io/name`."""
        return next(w for w in self.workloads if pod_labels(w)["app.kubernetes.io/name"] == program)

    def variables(self, container):
        """A container's environment by name; what comes from elsewhere than a value or a ConfigMap is None."""
        known = {}
        for source in container.get("envFrom", []):
            # Only ConfigMaps: a whole Secret as variables is what wrong_secrets complains about.
            if "configMapRef" in source:
                name = source["configMapRef"]["name"]
                known.update(next(c for c in self.of_kind("ConfigMap") if c["metadata"]["name"] == name)["data"])
        for variable in container.get("env", []):
            value = variable.get("value")
            if value is not None:
                value = re.sub(r"\$\((\w+)\)", lambda use: known.get(use[1]) or use[0], value)
            known[variable["name"]] = value
        return known


@unittest.skipUnless(has_kustomize(), "kubectl is not installed")
class KubernetesCase(unittest.TestCase):
    maxDiff = None

    def manifests(self, overlay):
        return Manifests(KUBERNETES / "overlays" / overlay)


def pod_spec(workload):
    return workload["spec"]["template"]["spec"]


def pod_labels(workload):
    return workload["spec"]["template"]["metadata"]["labels"]


def containers(workload):
    spec = pod_spec(workload)
    return spec.get("initContainers", []) + spec["containers"]


def secret_keys(workload):
    """The Secrets that a pod gets, each with the keys that it gets, or None if it gets all."""
    found = {}
    for volume in pod_spec(workload).get("volumes", []):
        sources = [volume] if "secret" in volume else volume.get("projected", {}).get("sources", [])
        for source in sources:
            if "secret" in source:
                secret = source["secret"]
                items = secret.get("items")
                found[secret.get("name") or secret["secretName"]] = items and sorted(item["key"] for item in items)
    for container in containers(workload):
        for source in container.get("envFrom", []):
            if "secretRef" in source:
                found[source["secretRef"]["name"]] = None
        for variable in container.get("env", []):
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            if reference:
                found[reference["name"]] = sorted({*(found.get(reference["name"]) or []), reference["key"]})
    return found


def mounted_files(workload):
    """Paths of the files that a pod's containers see of Secrets with a list of items."""
    spec = pod_spec(workload)
    paths = set()
    for volume in spec.get("volumes", []):
        for source in volume.get("projected", {}).get("sources", []):
            for item in source.get("secret", {}).get("items", []):
                for container in containers(workload):
                    for mount in container.get("volumeMounts", []):
                        if mount["name"] == volume["name"]:
                            paths.add(f"{mount['mountPath']}/{item['path']}")
    return paths


def matches(selector, labels):
    """Whether a label selector with `matchLabels` only takes these labels; an empty one takes all."""
    if set(selector) - {"matchLabels"}:
        raise NotImplementedError(f"selector {selector}")
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())


def reachable(ingress, path):
    """Whether an Ingress passes requests for a path on."""
    for rule in ingress["spec"]["rules"]:
        for known in rule["http"]["paths"]:
            prefix = known["path"].rstrip("/")
            if path == known["path"]:
                return True
            # Prefixes are compared part by part.
            if known["pathType"] == "Prefix" and (path == prefix or path.startswith(prefix + "/")):
                return True
            if known["pathType"] == "ImplementationSpecific":
                return True
    return "defaultBackend" in ingress["spec"]


@functools.cache
def documented_settings():
    """Variables by program, of docs/reference/settings.md."""
    settings, program = {}, None
    for line in (ROOT / "docs/reference/settings.md").read_text().splitlines():
        if line.startswith("## "):
            program = line.removeprefix("## ")
            settings[program] = set()
        elif program and (row := re.match(r"\| `([A-Z_<>]+)`", line)):
            settings[program].add(row[1])
    return settings


def documented_metrics():
    """Metrics with their labels, of docs/reference/metrics.md."""
    metrics = {}
    for line in (ROOT / "docs/reference/metrics.md").read_text().splitlines():
        if row := re.match(r"\| `(vetchium_\w+)` \| (\w+) \| ([^|]*) \|", line):
            suffixes = ("_bucket", "_sum", "_count") if row[2] == "histogram" else ("",)
            for suffix in suffixes:
                metrics[row[1] + suffix] = set(re.findall(r"`(\w+)`", row[3]))
    return metrics


@contextlib.contextmanager
def copied():
    """A copy of the manifests to change, for the time of a `with`."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(KUBERNETES, f"{folder}/kubernetes")
        yield pathlib.Path(folder) / "kubernetes"


def run(*command, cwd=ROOT):
    """The output of a command that must succeed."""
    made = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, env=os.environ)
    if made.returncode != 0:
        raise AssertionError(f"{command[0]} failed:\n{made.stdout}{made.stderr}")
    return made.stdout
