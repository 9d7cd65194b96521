"""What must hold of the manifests for Kubernetes.

    python -m unittest discover -s deploy/tests -p 'test_kubernetes*.py'

It needs `kubectl` (for `kubectl kustomize`; no cluster), and PyYAML and kubernetes-validate of PyPI.
"""

import base64
import hmac
import pathlib
import re
import tempfile
import unittest

import kubernetes_support as support
import yaml
from kubernetes_arrows import PORTS, Peer, allowed, peers_of
from kubernetes_checks import CHECKS, expected_variables
from kubernetes_support import KUBERNETES, OVERLAYS, REGIONS, Manifests


class OverlayTests(support.KubernetesCase):
    def test_every_check_is_content_with_every_overlay(self):
        for overlay in OVERLAYS:
            manifests = self.manifests(overlay)
            for name, check in CHECKS.items():
                with self.subTest(overlay=overlay, check=name):
                    self.assertEqual(check(manifests, overlay), [])

    def test_settings_are_known_to_the_programs(self):
        for program, variables in expected_variables("ind1").items():
            known = support.documented_settings()[program]
            for variable in variables:
                name = re.sub("^INTERNAL_ENDPOINT_.*", "INTERNAL_ENDPOINT_<REGION>", variable.removesuffix("_FILE"))
                self.assertIn(name, known, program)

    def test_values_of_a_region(self):
        manifests = self.manifests("deu1")
        api = manifests.variables(support.pod_spec(manifests.workload("regional-api-server"))["containers"][0])
        self.assertEqual(api["REGION"], "deu1")
        self.assertEqual(api["REGIONAL_DB_CONN_FILE"], "/run/secrets/vetchium/REGIONAL_DB_CONN")
        worker = support.pod_spec(manifests.workload("regional-worker"))["containers"][0]
        endpoint = next(v for v in worker["env"] if v["name"] == "INTERNAL_ENDPOINT_DEU1")
        self.assertEqual(endpoint["value"], "http://regional-api-$(REGION):8079")
        self.assertLess(
            [v["name"] for v in worker["env"]].index("REGION"),
            [v["name"] for v in worker["env"]].index("INTERNAL_ENDPOINT_DEU1"),
            "Kubernetes replaces $(REGION) only if REGION stands before it",
        )

    def test_global_grants_name_every_region(self):
        grant = support.pod_spec(self.manifests("global").workload("schema"))["containers"][0]
        named = [value for flag, value in zip(grant["args"], grant["args"][1:]) if flag == "--region"]
        self.assertEqual(named, list(REGIONS))

    def test_the_open_port_of_mail_is_the_setting(self):
        for overlay, program in (("ind1", "regional-worker"), ("global", "global-service")):
            manifests = self.manifests(overlay)
            variables = manifests.variables(support.pod_spec(manifests.workload(program))["containers"][0])
            arrows = allowed(manifests, peers_of(manifests), (25, 465, 587, 2525))
            mail = {port for source, destination, port in arrows if (source, destination) == (program, "internet")}
            self.assertEqual(mail, {int(variables["SMTP_PORT"])})

    def test_a_replica_takes_as_many_connections_as_its_source(self):
        # PostgreSQL stops the replay otherwise.
        def connections(overlay, cluster):
            spec = self.manifests(overlay).one("Cluster", cluster)["spec"]
            return int(spec["postgresql"]["parameters"]["max_connections"])

        self.assertGreaterEqual(connections("ind1", "global-db-replica"), connections("global", "global-db"))

    def test_all_images_have_one_version(self):
        images = {
            container["image"]
            for overlay in OVERLAYS
            for workload in self.manifests(overlay).workloads
            for container in support.containers(workload)
        }
        names = ("global-service", "regional-api-server", "regional-worker", "vetchium")
        version = images.copy().pop().rpartition(":")[2]
        self.assertEqual(images, {f"vetchium/{name}:{version}" for name in names})

    def test_autoscaler_asks_for_what_the_adapter_makes(self):
        adapter = yaml.safe_load((KUBERNETES / "examples/prometheus-adapter.yaml").read_text())
        made = adapter["rules"]["custom"][0]
        metrics = self.manifests("ind1").one("HorizontalPodAutoscaler")["spec"]["metrics"]
        self.assertEqual([metric["type"] for metric in metrics], ["Resource", "Pods"])
        self.assertEqual(metrics[1]["pods"]["metric"]["name"], made["name"]["as"])
        self.assertIn(made["seriesQuery"].split("{")[0], support.documented_metrics())

    def test_a_new_region_is_one_overlay(self):
        with support.copied() as copy_of:
            old = (copy_of / "overlays/ind1/kustomization.yaml").read_text()
            (copy_of / "overlays/ind2").mkdir()
            (copy_of / "overlays/ind2/kustomization.yaml").write_text(
                old.replace("ind1", "ind2").replace("IND1", "IND2")
            )
            made = Manifests(copy_of / "overlays/ind2")
        for name in ("schemas", "names", "replicas", "pods", "probes", "selectors", "secrets", "ingress", "database"):
            with self.subTest(check=name):
                self.assertEqual(CHECKS[name](made, "ind2"), [])
        worker = made.variables(support.pod_spec(made.workload("regional-worker"))["containers"][0])
        self.assertIn("INTERNAL_ENDPOINT_IND2", worker)


class SecretTests(support.KubernetesCase):
    """What make-secrets writes is what the manifests read."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "given").mkdir()
        for name in ("smtp-password", "backup-key-id", "backup-secret-key"):
            (self.folder / "given" / name).write_text("given\n")
        self.make(*REGIONS)

    def make(self, *regions):
        support.run(KUBERNETES / "make-secrets", self.folder, *regions)

    def keys(self, namespace):
        folder = self.folder / namespace
        return {secret.name: sorted(key.name for key in secret.iterdir()) for secret in folder.iterdir()}

    def test_keys_are_those_that_the_manifests_read(self):
        # Made by the operator of the databases, or copied from the global namespace.
        elsewhere = {"regional-db-ca", "global-db-ca", "global-db-replica-ca", "global-db-trust"}
        for overlay in OVERLAYS:
            manifests = self.manifests(overlay)
            made = self.keys(f"vetchium-{overlay}")
            expected = {"backup-credentials": ["ACCESS_KEY_ID", "ACCESS_SECRET_KEY"]}
            expected["database-owner"] = ["password", "username"]
            expected["database-roles"] = ["roles.txt"]
            for workload in manifests.workloads:
                program = support.pod_labels(workload)["app.kubernetes.io/name"]
                for variable in manifests.variables(support.pod_spec(workload)["containers"][0]):
                    if variable.endswith("_FILE"):
                        expected.setdefault(program, []).append(variable.removesuffix("_FILE"))
                unknown = set(support.secret_keys(workload)) - elsewhere - set(made)
                self.assertEqual(unknown, set(), f"{overlay}: nobody makes these")
            self.assertEqual(made, {name: sorted(keys) for name, keys in expected.items()}, overlay)

    def test_connections_lead_to_databases_of_the_namespace_with_mounted_certificates(self):
        for overlay in OVERLAYS:
            manifests = self.manifests(overlay)
            hosts = {pooler["metadata"]["name"] for pooler in manifests.of_kind("Pooler")}
            for cluster in manifests.of_kind("Cluster"):
                hosts |= {f"{cluster['metadata']['name']}-{suffix}" for suffix in ("rw", "r")}
            outside = self.manifests("global").one("Cluster")["spec"]["certificates"]["serverAltDNSNames"]
            for file in (self.folder / f"vetchium-{overlay}").glob("*/*_CONN"):
                role, _, host, database, certificate = re.fullmatch(
                    r"postgres://vetchium_(\w+):([0-9a-f]{64})@([^/]+)/vetchium_(\w+)"
                    r"\?sslmode=verify-full&sslrootcert=(.*)",
                    file.read_text(),
                ).groups()
                workload = manifests.workload(file.parent.name)
                self.assertIn(certificate, support.mounted_files(workload), file)
                self.assertIn(host, hosts | set(outside if database == "global" else []), file)
                self.assertIn(database, {overlay, "global"} if role.startswith("api_") else {overlay}, file)
                is_direct = host.endswith("-rw")
                self.assertEqual(is_direct, file.name.endswith("_DIRECT_CONN"), file)

    def test_passwords_are_those_of_the_roles(self):
        roles = dict(
            line.split("=") for line in (self.folder / "vetchium-global/database-roles/roles.txt").read_text().split()
        )
        self.assertEqual(set(roles), {"vetchium_global", *(f"vetchium_api_{region}" for region in REGIONS)})
        self.assertEqual(len(set(roles.values())), 4)
        connection = (self.folder / "vetchium-usa1/regional-api-server/GLOBAL_DB_CONN").read_text()
        self.assertIn(f"vetchium_api_usa1:{roles['vetchium_api_usa1']}@", connection)

    def test_a_second_run_keeps_what_is_there(self):
        before = {file: file.read_text() for file in self.folder.rglob("*") if file.is_file()}
        self.make(*REGIONS, "ind2")
        after = {file: file.read_text() for file in before}
        changed = [file.relative_to(self.folder) for file in before if before[file] != after[file]]
        # The global database gets one more role, and each region learns how the new one is known.
        verifiers = [pathlib.Path(f"vetchium-{region}/regional-api-server/FORWARDING_VERIFIERS") for region in REGIONS]
        self.assertEqual(sorted(changed), sorted([pathlib.Path("vetchium-global/database-roles/roles.txt"), *verifiers]))
        for file in verifiers:
            self.assertTrue(after[self.folder / file].startswith(before[self.folder / file] + ",ind2:"), file)

    def test_regions_know_each_other_by_what_they_sign_with(self):
        """The same derivation as `vetchium forwarding-verifiers`."""
        for region in REGIONS:
            listed = dict(
                entry.split(":") for entry in
                (self.folder / f"vetchium-{region}/regional-api-server/FORWARDING_VERIFIERS").read_text().split(","))
            self.assertEqual(set(listed), set(REGIONS) - {region})
            for sender, verifier in listed.items():
                key = base64.b64decode((self.folder / f"vetchium-{sender}/regional-api-server/FORWARDING_KEYS").read_text())
                message = f"vetchium-hop-verifier-2\n{sender}\n{region}".encode()
                self.assertEqual(verifier, base64.b64encode(hmac.digest(key, message, "sha256")).decode(), f"{sender} {region}")


class ExampleTests(support.KubernetesCase):
    """The three ways between clusters, each added to a region."""

    def with_example(self, example):
        with support.copied() as copy_of:
            overlay = copy_of / "overlays/ind1/kustomization.yaml"
            text = overlay.read_text()
            overlay.write_text(
                text.replace("[../../components/region]", f"[../../components/region, ../../examples/{example}]")
            )
            self.assertNotEqual(overlay.read_text(), text)
            return Manifests(copy_of / "overlays/ind1")

    def cross_region(self, manifests):
        peers = [*peers_of(manifests), Peer("gateway", "istio-system", {"istio": "eastwestgateway"})]
        found = allowed(manifests, peers, (*PORTS, 15443))
        return {
            arrow
            for arrow in found
            if "regional-api-server" in arrow and {"regions", "gateway"} & set(arrow) and arrow[2] != 5432
        }

    def check(self, example, arrows):
        manifests = self.with_example(example)
        for name in ("schemas", "pods", "probes", "selectors", "mentions", "ingress"):
            with self.subTest(check=name):
                self.assertEqual(CHECKS[name](manifests, "ind1"), [])
        self.assertEqual(self.cross_region(manifests), arrows)
        endpoints = manifests.one("ConfigMap", "endpoints")["data"]
        self.assertEqual(set(endpoints), {f"INTERNAL_ENDPOINT_{region.upper()}" for region in REGIONS})
        return manifests, endpoints

    def test_private_network(self):
        manifests, endpoints = self.check(
            "private-network",
            {("regions", "regional-api-server", 8079), ("regional-api-server", "regions", 8079)},
        )
        annotations = manifests.one("Service", "regional-api-private")["metadata"]["annotations"]
        host = annotations["external-dns.alpha.kubernetes.io/hostname"]
        self.assertEqual(endpoints["INTERNAL_ENDPOINT_IND1"], f"http://{host}:8079")

    def test_service_mesh(self):
        self.check(
            "service-mesh",
            {("gateway", "regional-api-server", 8079), ("regional-api-server", "regions", 15443)},
        )

    def test_client_certificates(self):
        manifests, endpoints = self.check(
            "client-certificates",
            {("regions", "regional-api-server", 8443), ("regional-api-server", "regions", 8443)},
        )
        text = manifests.one("ConfigMap", "haproxy")["data"]["haproxy.cfg"]
        for region in REGIONS:
            port = endpoints[f"INTERNAL_ENDPOINT_{region.upper()}"].removeprefix("http://127.0.0.1:")
            section = re.search(rf"listen {region}\n  bind 127\.0\.0\.1:{port}\n  server .*", text)[0]
            self.assertEqual(section.count(f"regional-api-{region}.internal.example.com"), 3)
        self.assertEqual(text.count("verify required"), 2)
        certificate = manifests.one("Certificate")["spec"]
        self.assertEqual(certificate["dnsNames"], ["regional-api-ind1.internal.example.com"])

if __name__ == "__main__":
    unittest.main()
