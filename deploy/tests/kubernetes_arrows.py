"""Who may talk to whom: what the network policies of an overlay let through, and what the architecture wants."""

import ipaddress
from dataclasses import dataclass, field

from kubernetes_support import matches, pod_labels


@dataclass(frozen=True)
class Peer:
    """A pod, or an address outside the cluster."""

    name: str
    namespace: str = ""
    labels: dict = field(default_factory=dict, hash=False)
    address: str = "10.244.0.1"


def _takes(peers, other, policy_namespace):
    """Whether a policy's list of peers takes this one; an absent or empty list takes everybody."""
    if not peers:
        return True
    for peer in peers:
        if "ipBlock" in peer:
            block = peer["ipBlock"]
            if set(block) != {"cidr"}:
                raise NotImplementedError(f"ipBlock {block}")
            # Addresses of pods are not meant by blocks: they change, and clusters translate them.
            if not other.namespace and ipaddress.ip_address(other.address) in ipaddress.ip_network(block["cidr"]):
                return True
            continue
        if not other.namespace:
            continue
        if "namespaceSelector" in peer:
            if not matches(peer["namespaceSelector"], {"kubernetes.io/metadata.name": other.namespace}):
                continue
        elif other.namespace != policy_namespace:
            continue
        if matches(peer.get("podSelector", {}), other.labels):
            return True
    return False


def _lets(policies, direction, pod, other, port):
    """Whether the policies let a pod talk to (Egress) or hear from (Ingress) another."""
    key, peers_key = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}[direction]
    applying = [
        policy
        for policy in policies
        if policy["metadata"]["namespace"] == pod.namespace
        and direction in policy["spec"]["policyTypes"]
        and matches(policy["spec"]["podSelector"], pod.labels)
    ]
    if not applying:
        return True
    for policy in applying:
        for rule in policy["spec"].get(key, []):
            has_port = not rule.get("ports") or any(p["port"] == port for p in rule["ports"])
            if has_port and _takes(rule.get(peers_key), other, pod.namespace):
                return True
    return False


def allowed(manifests, peers, ports):
    """All (source, destination, port) that the policies let through, of which one end is in the namespace."""
    policies = manifests.of_kind("NetworkPolicy")
    return {
        (source.name, destination.name, port)
        for source in peers
        for destination in peers
        for port in ports
        if manifests.namespace in (source.namespace, destination.namespace)
        and source != destination
        and (not source.namespace or _lets(policies, "Egress", source, destination, port))
        and (not destination.namespace or _lets(policies, "Ingress", destination, source, port))
    }


# ---- the arrows of the architecture picture ---------------------------------------------------------------------

OUTSIDERS = {
    "balancer": Peer("balancer", "ingress", {"app.kubernetes.io/name": "some-controller"}),
    "prometheus": Peer("prometheus", "monitoring", {"app.kubernetes.io/name": "prometheus"}),
    "grafana": Peer("grafana", "monitoring", {"app.kubernetes.io/name": "grafana"}),
    "dns": Peer("dns", "kube-system", {"k8s-app": "kube-dns"}),
    "operator": Peer("operator", "cnpg-system", {"app.kubernetes.io/name": "cloudnative-pg"}),
    "stranger": Peer("stranger", "default", {"app.kubernetes.io/name": "regional-api-server"}),
    "internet": Peer("internet", address="203.0.113.9"),
    "regions": Peer("regions", address="10.66.1.1"),
}
PORTS = (53, 80, 443, 587, 5432, 6443, 8000, 8079, 8080, 8081, 8082, 8443, 9187)
ANYWHERE = tuple(OUTSIDERS)


# A pod that somebody starts in the namespace and that no policy is about.
NEWCOMER = "newcomer"


def database_pods(namespace, name, pooler):
    """Pods that the operator makes. Whether PgBouncer has its database's label depends on the operator's version."""
    labels = {"cnpg.io/cluster": name}
    pods = [
        Peer(name, namespace, labels | {"cnpg.io/podRole": "instance"}),
        Peer(f"{name} job", namespace, labels | {"cnpg.io/jobRole": "join"}),
    ]
    if pooler:
        own = {"cnpg.io/poolerName": f"{name}-pooler"}
        pods.append(Peer(f"{name} pooler", namespace, own))
        pods.append(Peer(f"{name} pooler*", namespace, own | labels | {"cnpg.io/podRole": "pooler"}))
    return pods


def database_pods_of(manifests):
    poolers = {pooler["spec"]["cluster"]["name"] for pooler in manifests.of_kind("Pooler")}
    names = [cluster["metadata"]["name"] for cluster in manifests.of_kind("Cluster")]
    return [pod for name in names for pod in database_pods(manifests.namespace, name, name in poolers)]


def peers_of(manifests):
    namespace = manifests.namespace
    own = [Peer(pod_labels(w)["app.kubernetes.io/name"], namespace, pod_labels(w)) for w in manifests.workloads]
    return [*own, Peer(NEWCOMER, namespace), *database_pods_of(manifests), *OUTSIDERS.values()]


def expected_arrows(overlay):
    """The arrows of the programs: (source, destination, port)."""
    if overlay == "global":
        programs, database, deliverer = ("global-service", "schema"), "global-db", "global-service"
        arrows = {("balancer", "global-service", 8081), ("prometheus", "global-service", 8081)}
    else:
        programs, database = ("regional-api-server", "regional-worker", "schema"), "regional-db"
        deliverer = "regional-worker"
        arrows = {
            ("balancer", "regional-api-server", 8080),
            ("prometheus", "regional-api-server", 8080),
            ("prometheus", "regional-worker", 8082),
            ("regional-worker", "regional-api-server", 8079),
            ("regions", "regional-api-server", 8079),
            ("regional-api-server", "regions", 8079),
            *(("regional-api-server", f"regional-db pooler{old}", 5432) for old in ("", "*")),
            # The global database, and its replica.
            ("regional-api-server", "regions", 5432),
            *(("regional-api-server", f"global-db-replica{pod}", 5432) for pod in ("", " job")),
        }
    arrows |= {(deliverer, place, 587) for place in ANYWHERE}
    arrows |= {(deliverer, f"{database} pooler{old}", 5432) for old in ("", "*")}
    arrows |= {(program, database, 5432) for program in (deliverer, "schema")}
    return arrows | {(program, "dns", 53) for program in (*programs, NEWCOMER)}


def expected_database_arrows(pods, overlay):
    """What the operator's pods need of others than themselves and the programs."""
    arrows = set()
    for pod in pods:
        arrows |= {(pod.name, place, port) for place in ANYWHERE for port in (443, 6443)}
        arrows.add((pod.name, "dns", 53))
        if "cnpg.io/cluster" in pod.labels:
            arrows.add(("operator", pod.name, 8000))
        if overlay == "global":
            arrows.add(("regions", pod.name, 5432))
        elif pod.labels.get("cnpg.io/cluster") == "global-db-replica":
            arrows.add((pod.name, "regions", 5432))
    return arrows


def wrong_arrows(manifests, overlay):
    pods = database_pods_of(manifests)
    names = {pod.name for pod in pods}
    found = {arrow for arrow in allowed(manifests, peers_of(manifests), PORTS) if not {arrow[0], arrow[1]} <= names}
    expected = expected_arrows(overlay) | expected_database_arrows(pods, overlay)
    return [
        f"{source} to {destination} at {port} is "
        + ("not expected" if (source, destination, port) in found else "missing")
        for source, destination, port in sorted(found ^ expected)
    ]
