"""What must hold of the alerts in deploy/monitoring.

    python -m unittest discover -s deploy/tests -p 'test_alerts.py'
"""

import copy
import re
import shutil
import unittest

import kubernetes_support as support
import yaml
from kubernetes_checks import wrong_schemas
from kubernetes_support import KUBERNETES, ROOT, Manifests, documented_metrics


def has_section(link, alert):
    """The link leads to a section of its page that is about the alert."""
    page, _, anchor = link.partition("#")
    path = ROOT / page
    return anchor == alert.lower() and path.is_file() and f"### {alert}\n" in path.read_text()


def wrong_alerts(rules):
    """Each has what an operator needs, and asks only for metrics and labels that there are."""
    wrong = []
    metrics = documented_metrics() | {"up": set()}
    of_targets = {"job", "region", "instance"}
    for rule in rules:
        name = rule["alert"]
        if rule["labels"].get("severity") not in ("critical", "warning"):
            wrong.append(f"{name}: no severity")
        if not rule["annotations"].get("summary"):
            wrong.append(f"{name}: no summary")
        if not has_section(rule["annotations"].get("documentation", ""), name):
            wrong.append(f"{name}: no page")
        used = re.findall(r"\b(vetchium_\w+|up\b)(?:\{([^}]*)\})?", rule["expr"])
        if not used:
            wrong.append(f"{name}: asks for nothing")
        known = of_targets | {"le"}
        for metric, selector in used:
            if metric not in metrics:
                wrong.append(f"{name}: {metric} is unknown")
            known |= metrics.get(metric, set())
            for label in re.findall(r"(\w+)\s*[=!]", selector):
                if label not in metrics.get(metric, set()) | of_targets:
                    wrong.append(f"{name}: {metric} has no label {label}")
        groups = re.findall(r"\b(?:by|on) \(([^)]*)\)", rule["expr"])
        for label in {label for group in groups for label in re.findall(r"\w+", group)} - known:
            wrong.append(f"{name}: groups by {label}")
    return wrong


class MonitoringTests(unittest.TestCase):
    MONITORING = ROOT / "deploy/monitoring"

    def rules(self):
        groups = yaml.safe_load((self.MONITORING / "alerts.yml").read_text())["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def test_rules_ask_for_documented_metrics(self):
        self.assertEqual(wrong_alerts(self.rules()), [])

    def test_checks_find_spoilt_rules(self):
        spoilt = [
            lambda rule: rule["labels"].pop("severity"),
            lambda rule: rule["annotations"].pop("summary"),
            lambda rule: rule["annotations"].update(documentation="elsewhere"),
            lambda rule: rule.update(expr="vetchium_mail_waiting > 0"),
            lambda rule: rule.update(expr='vetchium_mail_failed_total{kind="x"} > 0'),
            lambda rule: rule.update(expr="sum by (type) (vetchium_mail_pending) > 0"),
            lambda rule: rule.update(expr="vector(1)"),
        ]
        for number, spoil in enumerate(spoilt):
            with self.subTest(number=number):
                rules = copy.deepcopy(self.rules())
                spoil(rules[0])
                self.assertEqual(len(wrong_alerts(rules)), 1)

    def test_every_alert_has_a_test(self):
        tests = yaml.safe_load((self.MONITORING / "alerts-test.yml").read_text())["tests"]
        seen = {(case["alertname"], bool(case["exp_alerts"])) for test in tests for case in test["alert_rule_test"]}
        names = [rule["alert"] for rule in self.rules()]
        self.assertEqual(seen, {(name, fires) for name in names for fires in (True, False)})

    def test_the_resource_for_kubernetes_is_current(self):
        made = support.run(self.MONITORING / "make-prometheus-rule")
        hint = "deploy/monitoring/make-prometheus-rule > deploy/kubernetes/monitoring/prometheus-rule.yaml"
        self.assertEqual((KUBERNETES / "monitoring/prometheus-rule.yaml").read_text(), made, hint)
        self.assertEqual(
            yaml.safe_load(made)["spec"], yaml.safe_load((self.MONITORING / "alerts.yml").read_text())
        )

    @unittest.skipUnless(support.has_kustomize(), "kubectl is not installed")
    def test_the_resource_can_be_applied(self):
        self.assertEqual(wrong_schemas(Manifests(KUBERNETES / "monitoring")), [])

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed (Debian: prometheus)")
    def test_promtool_is_content(self):
        support.run("promtool", "check", "config", "prometheus.yml", cwd=self.MONITORING)
        support.run("promtool", "test", "rules", "alerts-test.yml", cwd=self.MONITORING)


if __name__ == "__main__":
    unittest.main()
