"""The checks of the manifests can fail: each notices what was spoilt on purpose.

    python -m unittest discover -s deploy/tests -p 'test_kubernetes*.py'
"""

import unittest

import kubernetes_support as support
from kubernetes_checks import CHECKS


def api(manifests):
    return manifests.workload("regional-api-server")


def container(manifests, program="regional-api-server"):
    return support.pod_spec(manifests.workload(program))["containers"][0]


def policy(manifests, name):
    return manifests.one("NetworkPolicy", name)["spec"]


def variable(manifests, name, program="regional-api-server"):
    return next(v for v in container(manifests, program)["env"] if v["name"] == name)


def secret_source(manifests, number, program="regional-api-server"):
    return support.pod_spec(manifests.workload(program))["volumes"][0]["projected"]["sources"][number]["secret"]


def paths(manifests):
    return manifests.one("Ingress")["spec"]["rules"][0]["http"]["paths"]


ANY_PEER = [{"podSelector": {}}]
# What was spoilt → the check that must notice, and the spoiling of a copy of ind1.
SPOILT = {
    "a misspelt field": ("schemas", lambda m: container(m).update(livenesProbe={})),
    "a wrong type": ("schemas", lambda m: m.workload("regional-worker")["spec"].update(replicas="one")),
    "another name": ("names", lambda m: api(m)["metadata"].update(name="api")),
    "another namespace": ("names", lambda m: m.one("Pooler")["metadata"].update(namespace="default")),
    "a Service for the outside": (
        "names", lambda m: m.one("Service", "regional-api-ind1")["spec"].update(type="NodePort")),
    "a Secret": ("names", lambda m: m.resources.append({"kind": "Secret", "metadata": {"name": "x"}})),
    "a second worker": ("replicas", lambda m: m.workload("regional-worker")["spec"].update(replicas=2)),
    "a worker that overlaps": ("replicas", lambda m: m.workload("regional-worker")["spec"].pop("strategy")),
    "a fixed number of servers": ("replicas", lambda m: api(m)["spec"].update(replicas=2)),
    "one server": ("replicas", lambda m: m.one("HorizontalPodAutoscaler")["spec"].update(minReplicas=1)),
    "service links": ("pods", lambda m: support.pod_spec(api(m)).pop("enableServiceLinks")),
    "a token of Kubernetes": ("pods", lambda m: support.pod_spec(api(m)).pop("automountServiceAccountToken")),
    "root": ("pods", lambda m: support.pod_spec(api(m))["securityContext"].update(runAsUser=0)),
    "no seccomp": ("pods", lambda m: support.pod_spec(api(m))["securityContext"].pop("seccompProfile")),
    "the host's network": ("pods", lambda m: support.pod_spec(api(m)).update(hostNetwork=True)),
    "a writable root": ("pods", lambda m: container(m)["securityContext"].pop("readOnlyRootFilesystem")),
    "more privileges": ("pods", lambda m: container(m)["securityContext"].pop("allowPrivilegeEscalation")),
    "a capability": ("pods", lambda m: container(m)["securityContext"].update(capabilities={"add": ["NET_RAW"]})),
    "a volume to write to": (
        "pods", lambda m: support.pod_spec(api(m))["volumes"].append({"name": "x", "emptyDir": {}})),
    "the latest image": ("pods", lambda m: container(m).update(image="vetchium/regional-api-server:latest")),
    "no version": ("pods", lambda m: container(m).update(image="vetchium/regional-api-server")),
    "a registry": ("pods", lambda m: container(m).update(image="registry.example.com/vetchium/vetchium:0.1.0")),
    "no requests": ("pods", lambda m: container(m)["resources"].pop("requests")),
    "Pod Security that only warns": (
        "pods", lambda m: m.one("Namespace")["metadata"]["labels"].pop("pod-security.kubernetes.io/enforce")),
    "liveness that asks for readiness": (
        "probes", lambda m: container(m)["livenessProbe"]["httpGet"].update(path="/readyz")),
    "no readiness": ("probes", lambda m: container(m).pop("readinessProbe")),
    "a port of nobody": ("probes", lambda m: container(m)["startupProbe"]["httpGet"].update(port="web")),
    "killed early": ("probes", lambda m: support.pod_spec(api(m)).update(terminationGracePeriodSeconds=30)),
    "a longer stop": ("probes", lambda m: m.one("ConfigMap", "api-server")["data"].update(SHUTDOWN_TIMEOUT="60s")),
    "slow readiness": ("probes", lambda m: container(m)["readinessProbe"].update(periodSeconds=10)),
    "a Service of nobody": (
        "selectors", lambda m: m.one("Service", "regional-api-ind1")["spec"].update(selector={"a": "b"})),
    "a budget for all": ("selectors", lambda m: m.one("PodDisruptionBudget")["spec"].update(selector={})),
    "another target port": (
        "selectors", lambda m: m.one("Service", "regional-api-ind1")["spec"]["ports"][0].update(targetPort="web")),
    "a scaler of nobody": (
        "selectors", lambda m: m.one("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"].update(name="x")),
    "a path to nobody": ("selectors", lambda m: paths(m)[0]["backend"]["service"].update(name="regional-api-region")),
    "a monitor of nobody": (
        "selectors",
        lambda m: m.one("ServiceMonitor", "regional-worker")["spec"]["endpoints"][0].update(port="metrics")),
    "pods spread by others": (
        "selectors",
        lambda m: support.pod_spec(api(m))["topologySpreadConstraints"][0].update(
            labelSelector={"matchLabels": {"a": "b"}})),
    "mail settings of an API server": (
        "variables", lambda m: m.one("ConfigMap", "api-server")["data"].update(SMTP_HOST="smtp.example.com")),
    "a global connection of a worker": (
        "variables",
        lambda m: container(m, "regional-worker")["env"].append({"name": "GLOBAL_DB_CONN_FILE", "value": "/x"})),
    "another region's endpoint of a worker": (
        "variables",
        lambda m: variable(m, "INTERNAL_ENDPOINT_IND1", "regional-worker").update(name="INTERNAL_ENDPOINT_USA1")),
    "a variable left out": ("variables", lambda m: container(m)["env"].remove(variable(m, "GLOBAL_DB_READ_CONN_FILE"))),
    "a balancer that is not believed": (
        "variables",
        lambda m: m.one("ConfigMap", "api-server")["data"].update(TRUSTED_PROXIES="127.0.0.0/8,::1/128")),
    "a whole private range that is believed": (
        "variables",
        lambda m: m.one("ConfigMap", "api-server")["data"].update(TRUSTED_PROXIES="127.0.0.0/8,10.0.0.0/8")),
    "a password in a variable": (
        "variables",
        lambda m: m.one("ConfigMap", "api-server")["data"].update(HUB_UI_URL="https://me:secret@example.com")),
    "a secret as a value": (
        "variables", lambda m: variable(m, "FORWARDING_KEYS_FILE").update(name="FORWARDING_KEYS", value="AAAA")),
    "the owner's password for a server": (
        "secrets",
        lambda m: container(m)["env"].append(
            {"name": "PGPASSWORD", "valueFrom": {"secretKeyRef": {"name": "database-owner", "key": "password"}}})),
    "the authority's key": (
        "secrets",
        lambda m: secret_source(m, 1).pop("items")),
    "the API server's Secret for the worker": (
        "secrets",
        lambda m: secret_source(m, 0, "regional-worker").update(name="regional-api-server")),
    "a Secret as variables": (
        "secrets", lambda m: container(m)["envFrom"].append({"secretRef": {"name": "regional-worker"}})),
    "backups abroad": (
        "mentions",
        lambda m: m.one("ObjectStore")["spec"]["configuration"].update(destinationPath="s3://backups-usa1")),
    "another region's worker": ("mentions", lambda m: variable(m, "REGION", "regional-worker").update(value="deu1")),
    "no default": ("arrows", lambda m: m.resources.remove(m.one("NetworkPolicy", "default-deny"))),
    "a default for one direction": ("arrows", lambda m: policy(m, "default-deny").update(policyTypes=["Egress"])),
    "no names": ("arrows", lambda m: m.resources.remove(m.one("NetworkPolicy", "dns"))),
    "every pod may call": (
        "arrows", lambda m: policy(m, "regional-api-server")["ingress"][0].update({"from": ANY_PEER})),
    "the whole internet": (
        "arrows", lambda m: policy(m, "regional-api-server")["egress"][1]["to"][0]["ipBlock"].update(cidr="0.0.0.0/0")),
    "any port of the other regions": ("arrows", lambda m: policy(m, "regional-api-server")["egress"][1].pop("ports")),
    "all of monitoring": (
        "arrows", lambda m: policy(m, "regional-worker")["ingress"][0]["from"][0].pop("podSelector")),
    "API servers past the pooler": (
        "arrows",
        lambda m: (
            policy(m, "regional-api-server")["egress"][0]["to"].append(
                {"podSelector": {"matchLabels": {"cnpg.io/cluster": "regional-db"}}}),
            policy(m, "regional-db")["ingress"][2]["from"].append(
                {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "regional-api-server"}}}))),
    "a worker at the global replica": (
        "arrows",
        lambda m: (
            policy(m, "regional-worker")["egress"][0]["to"].append(
                {"podSelector": {"matchLabels": {"cnpg.io/cluster": "global-db-replica"}}}),
            policy(m, "global-db-replica")["ingress"][2]["from"].append(
                {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "regional-worker"}}}))),
    "a worker without its pooler": ("arrows", lambda m: policy(m, "regional-db-pooler")["ingress"][0]["from"].pop()),
    "a database for everybody": ("arrows", lambda m: policy(m, "regional-db")["ingress"][2].pop("from")),
    "a database that calls everybody": ("arrows", lambda m: policy(m, "regional-db")["egress"][0].pop("to")),
    "the schema job shut out": ("arrows", lambda m: policy(m, "schema").update(egress=[])),
    "everything through the ingress": ("ingress", lambda m: paths(m)[0].update(path="/")),
    "metrics through the ingress": ("ingress", lambda m: paths(m)[0].update(path="/metrics")),
    "a default backend": ("ingress", lambda m: m.one("Ingress")["spec"].update(defaultBackend={})),
    "a portal left out": ("ingress", lambda m: paths(m).pop(1)),
    "another region's database": (
        "database",
        lambda m: m.one("Cluster", "regional-db")["spec"]["bootstrap"]["initdb"].update(database="vetchium_usa1")),
    "an owner that cannot make roles": (
        "database", lambda m: m.one("Cluster", "regional-db")["spec"]["managed"]["roles"][0].pop("createrole")),
    "a pooler of sessions": ("database", lambda m: m.one("Pooler")["spec"]["pgbouncer"].update(poolMode="session")),
    "a certificate that is not the pooler's": (
        "database", lambda m: m.one("Cluster", "regional-db")["spec"]["certificates"].update(serverAltDNSNames=[])),
    "more connections than PostgreSQL takes": ("database", lambda m: m.one("Pooler")["spec"].update(instances=4)),
    "the wrong bucket": (
        "database", lambda m: m.one("ObjectStore")["spec"]["configuration"].update(destinationPath="s3://x")),
    "a replica that stands alone": (
        "database", lambda m: m.one("Cluster", "global-db-replica")["spec"]["replica"].update(enabled=False)),
}


class SpoiltTests(support.KubernetesCase):
    def test_every_check_notices_what_was_spoilt(self):
        for what, (check, spoil) in SPOILT.items():
            with self.subTest(spoilt=what, check=check):
                manifests = self.manifests("ind1")
                spoil(manifests)
                self.assertNotEqual(CHECKS[check](manifests, "ind1"), [])

    def test_every_check_was_tried(self):
        self.assertEqual({check for check, _ in SPOILT.values()}, set(CHECKS))


if __name__ == "__main__":
    unittest.main()
