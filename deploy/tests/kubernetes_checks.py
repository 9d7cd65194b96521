"""What must hold of the manifests of an overlay.

Every function whose name begins with `wrong_` returns a list of sentences, empty if all is well; so a test can show
that it finds nothing in the manifests, and that it does find something in a copy that was spoilt on purpose.
"""

import ipaddress
import re

import kubernetes_validate
import yaml
from kubernetes_arrows import wrong_arrows
from kubernetes_support import REGIONS, containers, matches, pod_labels, pod_spec, reachable, secret_keys

# Resources of operators, whose schemas the validator does not have.
CUSTOM_GROUPS = {"postgresql.cnpg.io", "barmancloud.cnpg.io", "monitoring.coreos.com", "cert-manager.io"}

SMTP = {
    "SMTP_HOST", "SMTP_PORT", "SMTP_TLS", "SMTP_USERNAME", "SMTP_PASSWORD_FILE", "SMTP_FROM_ADDRESS", "SMTP_FROM_NAME",
}
SHARED = {"LOG_LEVEL", "SCHEDULING", "SHUTDOWN_TIMEOUT"}


def expected_variables(overlay):
    return {
        "regional-api-server": SHARED | {
            "SHUTDOWN_DELAY", "ENV", "REGION", "TRUSTED_PROXIES", "CORS_ALLOWED_ORIGINS",
            "HUB_UI_URL", "ORG_UI_URL", "AGENCY_UI_URL",
            "REGIONAL_DB_CONN_FILE", "GLOBAL_DB_CONN_FILE", "GLOBAL_DB_READ_CONN_FILE",
            "INTERNAL_HTTP_PORT", "STAND_IN_KEY_FILE", "FORWARDING_KEYS_FILE", "FORWARDING_VERIFIERS_FILE", "WORKER_KEYS_FILE",
            "EMAIL_HASH_KEYS_FILE", "SIGNUP_TOKEN_KEYS_FILE", "MAIL_SEALING_KEYS_FILE",
            *(f"INTERNAL_ENDPOINT_{region.upper()}" for region in REGIONS),
        },
        "regional-worker": SHARED | SMTP | {
            "REGION", "REGIONAL_DB_CONN_FILE", "REGIONAL_DB_DIRECT_CONN_FILE", "WORKER_KEYS_FILE", "MAIL_OPENING_KEYS_FILE",
            f"INTERNAL_ENDPOINT_{overlay.upper()}",
        },
        "global-service": SHARED | SMTP | {
            "SHUTDOWN_DELAY", "TRUSTED_PROXIES", "CORS_ALLOWED_ORIGINS", "ADMIN_UI_URL",
            "GLOBAL_DB_CONN_FILE", "GLOBAL_DB_DIRECT_CONN_FILE", "MAIL_SEALING_KEYS_FILE", "MAIL_OPENING_KEYS_FILE",
        },
    }


# Program → Secret → keys, None for all of them. The authorities' Secrets hold private keys, too: certificates only.
EXPECTED_SECRETS = {
    "regional-api-server": {
        "regional-api-server": None,
        "regional-db-ca": ["ca.crt"],
        "global-db-trust": ["ca.crt"],
        "global-db-replica-ca": ["ca.crt"],
    },
    "regional-worker": {"regional-worker": None, "regional-db-ca": ["ca.crt"]},
    "global-service": {"global-service": None, "global-db-ca": ["ca.crt"]},
}


def expected_secrets(overlay):
    authority = "global-db-ca" if overlay == "global" else "regional-db-ca"
    schema = {"database-owner": ["password"], "database-roles": None, authority: ["ca.crt"]}
    return EXPECTED_SECRETS | {"schema": schema}


# ---- pods -------------------------------------------------------------------------------------------------------


def wrong_pods(manifests):
    """Restricted Pod Security, and what else holds for every pod of ours."""
    wrong = []
    labels = manifests.one("Namespace")["metadata"]["labels"]
    for mode in ("enforce", "audit", "warn"):
        if labels.get(f"pod-security.kubernetes.io/{mode}") != "restricted":
            wrong.append(f"the namespace does not {mode} restricted Pod Security")
    for workload in manifests.workloads:
        name, spec = workload["metadata"]["name"], pod_spec(workload)
        security = spec.get("securityContext", {})
        expected = {"runAsNonRoot": True, "runAsUser": 65532, "runAsGroup": 65532}
        for key, value in expected.items():
            if security.get(key) != value:
                wrong.append(f"{name}: {key} is {security.get(key)}")
        if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
            wrong.append(f"{name}: no seccomp profile")
        for key in ("automountServiceAccountToken", "enableServiceLinks"):
            if spec.get(key) is not False:
                wrong.append(f"{name}: {key} is not false")
        for key in ("hostNetwork", "hostPID", "hostIPC"):
            if spec.get(key):
                wrong.append(f"{name}: {key}")
        if any(set(volume) - {"name", "projected", "secret", "configMap"} for volume in spec.get("volumes", [])):
            wrong.append(f"{name}: a volume that is neither Secret nor ConfigMap")
        for container in containers(workload):
            wrong += [f"{name}/{container['name']}: {text}" for text in _wrong_container(container)]
    return wrong


def _wrong_container(container):
    security = container.get("securityContext", {})
    if security.get("allowPrivilegeEscalation") is not False:
        yield "may gain privileges"
    if security.get("readOnlyRootFilesystem") is not True:
        yield "may write to its root file system"
    if security.get("capabilities") != {"drop": ["ALL"]}:
        yield "keeps capabilities"
    if security.get("privileged") or security.get("runAsUser", 65532) != 65532:
        yield "overrides the pod's user"
    image, _, tag = container["image"].rpartition(":")
    if not re.fullmatch(r"\d+\.\d+\.\d+", tag):
        yield f"image {container['image']} has no version"
    if "." in image.split("/")[0]:
        yield f"image {container['image']} names a registry"
    resources = container.get("resources", {})
    if set(resources.get("requests", {})) != {"cpu", "memory"} or "memory" not in resources.get("limits", {}):
        yield "has no requests, or no limit of memory"


def wrong_probes(manifests):
    """Probes of the Deployments, and whether what kills them waits for as long as they take to stop."""
    wrong = []
    for deployment in manifests.of_kind("Deployment"):
        name, spec = deployment["metadata"]["name"], pod_spec(deployment)
        container = spec["containers"][0]
        ports = [port["name"] for port in container["ports"]]
        for probe, path in (("startup", "/livez"), ("liveness", "/livez"), ("readiness", "/readyz")):
            asked = container.get(f"{probe}Probe", {}).get("httpGet", {})
            if asked.get("path") != path or asked.get("port") not in ports:
                wrong.append(f"{name}: the {probe} probe asks {asked}")
        variables = manifests.variables(container)
        needed = sum(seconds(variables.get(key) or "0s") for key in ("SHUTDOWN_DELAY", "SHUTDOWN_TIMEOUT")) + 5
        if spec.get("terminationGracePeriodSeconds") != needed:
            wrong.append(f"{name}: is killed after {spec.get('terminationGracePeriodSeconds')} s, not {needed}")
        readiness = container.get("readinessProbe", {})
        delay = seconds(variables.get("SHUTDOWN_DELAY") or "0s")
        # Long enough for the probe to notice; a worker has no clients.
        if delay and readiness.get("periodSeconds", 10) * readiness.get("failureThreshold", 3) > delay:
            wrong.append(f"{name}: readiness is noticed too late for a SHUTDOWN_DELAY of {delay} s")
    return wrong


def seconds(duration):
    return int(re.fullmatch(r"(\d+)s", duration)[1])


def wrong_selectors(manifests):
    """Everything that selects, selects one of ours; everything that names, names something that is there."""
    wrong = []
    pods = {workload["metadata"]["name"]: pod_labels(workload) for workload in manifests.workloads}
    for kind in ("Deployment", "Service", "PodDisruptionBudget"):
        for resource in manifests.of_kind(kind):
            selector = resource["spec"]["selector"]
            if kind == "Service":
                selector = {"matchLabels": selector}
            taken = [name for name, labels in pods.items() if matches(selector, labels)]
            if len(taken) != 1 or kind == "Deployment" and taken != [resource["metadata"]["name"]]:
                wrong.append(f"{kind} {resource['metadata']['name']} selects {taken}")
                continue
            workload = next(w for w in manifests.workloads if w["metadata"]["name"] == taken[0])
            named = {port.get("name") for c in containers(workload) for port in c.get("ports", [])}
            numbers = {port["containerPort"] for c in containers(workload) for port in c.get("ports", [])}
            for port in resource["spec"].get("ports", []) if kind == "Service" else []:
                if port["targetPort"] not in named | numbers:
                    wrong.append(f"Service {resource['metadata']['name']} leads to port {port['targetPort']}")
    for deployment in manifests.of_kind("Deployment"):
        for constraint in pod_spec(deployment).get("topologySpreadConstraints", []):
            if not matches(constraint["labelSelector"], pod_labels(deployment)):
                wrong.append(f"{deployment['metadata']['name']}: spreads other pods than its own")
    names = {kind: {r["metadata"]["name"] for r in manifests.of_kind(kind)} for kind in ("Service", "Deployment")}
    for scaler in manifests.of_kind("HorizontalPodAutoscaler"):
        if scaler["spec"]["scaleTargetRef"]["name"] not in names["Deployment"]:
            wrong.append(f"the autoscaler scales {scaler['spec']['scaleTargetRef']['name']}")
    for ingress in manifests.of_kind("Ingress"):
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                service = path["backend"]["service"]
                if service["name"] not in names["Service"]:
                    wrong.append(f"{path['path']} leads to {service['name']}")
    for monitor in manifests.of_kind("ServiceMonitor"):
        ports = [
            [port["name"] for port in service["spec"]["ports"]]
            for service in manifests.of_kind("Service")
            if matches(monitor["spec"]["selector"], service["metadata"].get("labels", {}))
        ]
        if len(ports) != 1 or monitor["spec"]["endpoints"][0]["port"] not in ports[0]:
            wrong.append(f"ServiceMonitor {monitor['metadata']['name']} finds Services with ports {ports}")
    return wrong


# ---- who gets what ----------------------------------------------------------------------------------------------


def wrong_variables(manifests, expected):
    """Variables of each program: exactly `expected` (by program), each known to it, and no secret among the values."""
    wrong = []
    for deployment in manifests.of_kind("Deployment"):
        program = pod_labels(deployment)["app.kubernetes.io/name"]
        variables = manifests.variables(pod_spec(deployment)["containers"][0])
        for name in sorted(set(variables) ^ expected[program]):
            wrong.append(f"{program}: {name} is " + ("not expected" if name in variables else "missing"))
        for name, value in variables.items():
            bare = name.removesuffix("_FILE")
            if bare.endswith(("_CONN", "_KEYS", "_PASSWORD")) and bare == name:
                wrong.append(f"{program}: {name} is a secret and no file")
            if value and re.search(r"://[^/@]*:[^/@]*@", value):
                wrong.append(f"{program}: {name} holds a password")
            if name == "TRUSTED_PROXIES":
                wrong += [f"{program}: {problem}" for problem in wrong_proxies(value)]
    return wrong


def wrong_proxies(value):
    """The balancer is not on the services' machine; and who is believed chooses its address, so no wide networks are."""
    networks = [ipaddress.ip_network(item) for item in value.split(",")]
    others = [network for network in networks if not network.is_loopback]
    wrong = [] if others else ["no balancer is believed"]
    return wrong + [f"all of {network} is believed" for network in others if network.num_addresses > 1 << 16]


def wrong_secrets(manifests, expected):
    """Secrets of each pod: exactly `expected`, by program the names of the Secrets with the keys that it gets."""
    wrong = []
    for workload in manifests.workloads:
        program = pod_labels(workload)["app.kubernetes.io/name"]
        if secret_keys(workload) != expected[program]:
            wrong.append(f"{program} gets {secret_keys(workload)}")
    return wrong


# ConfigMaps that say where other regions are; the second is that of an example.
ENDPOINTS = ("endpoints-", "haproxy-")


def wrong_mentions(manifests, own):
    """Other regions may be named as endpoints only."""
    wrong = []
    for resource in manifests.resources:
        is_endpoints = resource["kind"] == "ConfigMap" and resource["metadata"]["name"].startswith(ENDPOINTS)
        for region in set(REGIONS) - {own}:
            if not is_endpoints and re.search(region, yaml.dump(resource), re.IGNORECASE):
                wrong.append(f"{resource['kind']} {resource['metadata']['name']} mentions {region}")
    return wrong


# ---- one overlay ------------------------------------------------------------------------------------------------


def wrong_names(manifests, overlay):
    own = {
        "Deployment": {f"regional-api-server-{overlay}", f"regional-worker-{overlay}"},
        "Service": {f"regional-api-{overlay}", "regional-worker"},
        "Ingress": {"api-ingress"},
        "HorizontalPodAutoscaler": {"regional-api-server"},
        "PodDisruptionBudget": {"regional-api-server"},
        "Cluster": {"regional-db", "global-db-replica"},
    }
    if overlay == "global":
        own = {
            "Deployment": {"global-service"},
            "Service": {"global-service"},
            "Ingress": {"admin-api-ingress"},
            "HorizontalPodAutoscaler": set(),
            "PodDisruptionBudget": {"global-service"},
            "Cluster": {"global-db"},
        }
    wrong = []
    for kind, names in own.items():
        found = {resource["metadata"]["name"] for resource in manifests.of_kind(kind)}
        if found != names:
            wrong.append(f"{kind}: {sorted(found)}")
    for resource in manifests.resources:
        if resource["kind"] != "Namespace" and resource["metadata"].get("namespace") != f"vetchium-{overlay}":
            wrong.append(f"{resource['kind']} {resource['metadata']['name']} is in another namespace")
        if resource["kind"] == "Secret":
            wrong.append("a Secret in the repository")
    for service in manifests.of_kind("Service"):
        if service["spec"].get("type", "ClusterIP") != "ClusterIP":
            wrong.append(f"Service {service['metadata']['name']} is a {service['spec']['type']}")
    return wrong


def wrong_replicas(manifests, overlay):
    if overlay == "global":
        return [] if manifests.workload("global-service")["spec"].get("replicas") == 2 else ["not two global services"]
    api, worker = manifests.workload("regional-api-server")["spec"], manifests.workload("regional-worker")["spec"]
    wrong = []
    if "replicas" in api or manifests.one("HorizontalPodAutoscaler")["spec"]["minReplicas"] < 2:
        wrong.append("the number of API servers is not the autoscaler's, or may be one")
    if worker.get("replicas") != 1 or worker.get("strategy") != {"type": "Recreate"}:
        wrong.append("the worker is not one, replaced")
    return wrong


def wrong_ingress(manifests, overlay):
    ingress = manifests.of_kind("Ingress")[0]
    prefixes = ["/admin/"] if overlay == "global" else ["/hub/", "/org/", "/agency/", "/global/"]
    wrong = [f"{p}x is unreachable" for p in prefixes if not reachable(ingress, f"{p}x")]
    hidden = ["/", "/metrics", "/internal/recover-sagas", "/readyz", "/livez", "/hubx", "/metrics/x"]
    hidden += ["/hub-internal/x"] + (["/hub/x"] if overlay == "global" else ["/admin/login"])
    return wrong + [f"{path} is reachable" for path in hidden if reachable(ingress, path)]


def wrong_database(manifests, overlay):
    """Databases: who owns them, where backups go, and that the poolers' names are in the certificates."""
    name = "global-db" if overlay == "global" else "regional-db"
    cluster, pooler = manifests.one("Cluster", name), manifests.one("Pooler")
    wrong = []
    start = cluster["spec"]["bootstrap"]["initdb"]
    if (start["database"], start["owner"]) != (f"vetchium_{overlay}", "vetchium_owner"):
        wrong.append(f"{start['owner']} owns {start['database']}")
    if not any("ON DATABASE postgres" in sql for sql in start.get("postInitSQL", [])):
        wrong.append("every role may log in to the databases postgres and template1")
    if not any("lo_create" in sql for sql in start.get("postInitApplicationSQL", [])):
        wrong.append("every role may make large objects")
    owner = next(r for r in cluster["spec"]["managed"]["roles"] if r["name"] == "vetchium_owner")
    if not owner.get("createrole") or owner.get("superuser"):
        wrong.append("the owner cannot create roles, or is a superuser")
    if pooler["spec"]["pgbouncer"]["poolMode"] != "transaction" or pooler["spec"]["cluster"]["name"] != name:
        wrong.append("the pooler is not in transaction mode, or of another cluster")
    if pooler["metadata"]["name"] not in cluster["spec"]["certificates"]["serverAltDNSNames"]:
        wrong.append("the certificate is not for the pooler")
    # PgBouncer's instances have a pool for each role; the direct connections are those of one DB_POOL_SIZE a replica.
    roles, direct = (len(REGIONS) + 1, 2 * 16) if overlay == "global" else (2, 16)
    size = int(pooler["spec"]["pgbouncer"]["parameters"]["default_pool_size"])
    needed = roles * size * pooler["spec"]["instances"] + direct + 10
    if int(cluster["spec"]["postgresql"]["parameters"]["max_connections"]) < needed:
        wrong.append(f"up to {needed} connections are more than the database takes")
    if overlay not in manifests.one("ObjectStore")["spec"]["configuration"]["destinationPath"]:
        wrong.append("backups go elsewhere")
    if manifests.one("ScheduledBackup")["spec"]["cluster"]["name"] != name:
        wrong.append("another database is backed up")
    for replica in manifests.of_kind("Cluster"):
        if "replica" in replica["spec"]:
            sources = {source["name"] for source in replica["spec"]["externalClusters"]}
            if not replica["spec"]["replica"]["enabled"] or replica["spec"]["replica"]["source"] not in sources:
                wrong.append("the replica replays nothing")
    return wrong


def wrong_schemas(manifests):
    wrong = []
    for resource in manifests.resources:
        try:
            kubernetes_validate.validate(resource, kubernetes_validate.latest_version(), strict=True)
        except kubernetes_validate.ValidationError as error:
            wrong.append(f"{resource['kind']} {resource['metadata']['name']}: {error}")
        except kubernetes_validate.SchemaNotFoundError:
            if resource["apiVersion"].split("/")[0] not in CUSTOM_GROUPS:
                wrong.append(f"{resource['apiVersion']} {resource['kind']} is unknown")
    return wrong


CHECKS = {
    "schemas": lambda manifests, overlay: wrong_schemas(manifests),
    "names": wrong_names,
    "replicas": wrong_replicas,
    "pods": lambda manifests, overlay: wrong_pods(manifests),
    "probes": lambda manifests, overlay: wrong_probes(manifests),
    "selectors": lambda manifests, overlay: wrong_selectors(manifests),
    "variables": lambda manifests, overlay: wrong_variables(manifests, expected_variables(overlay)),
    "secrets": lambda manifests, overlay: wrong_secrets(manifests, expected_secrets(overlay)),
    "mentions": lambda manifests, overlay: [] if overlay == "global" else wrong_mentions(manifests, overlay),
    "arrows": wrong_arrows,
    "ingress": wrong_ingress,
    "database": wrong_database,
}
