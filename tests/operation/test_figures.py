"""Alerts and dashboard: over figures that the program has, tried by Prometheus' own tool, and explained."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PROMTOOL = Path(os.environ["TOOLS"]) / "bin" / "promtool"
FOLDER = ROOT / "deploy" / "observability"
ALERTS = [rule for group in yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((FOLDER / "grafana-dashboard.json").read_text())
PANELS = {panel["title"]: [target["expr"] for target in panel["targets"]] for panel in DASHBOARD["panels"]}


def expressions():
    yield from ((rule["alert"], rule["expr"]) for rule in ALERTS)
    yield from ((title, expression) for title, targets in PANELS.items() for expression in targets)


def promtool(*arguments):
    answer = subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True)
    return answer.returncode, answer.stdout + answer.stderr


class Figures(unittest.TestCase):
    def test_every_figure_is_one_of_the_programs(self):
        sources = "".join(path.read_text() for path in (ROOT / "crates").rglob("*.rs"))
        kinds = dict(re.findall(r"# TYPE (stadttermin_\w+) (counter|gauge|histogram)", sources))
        self.assertGreaterEqual(len(kinds), 3)
        for name, expression in expressions():
            with self.subTest(name=name):
                figures = set(re.findall(r"stadttermin_\w+", expression))
                self.assertLessEqual(figures, kinds.keys())
                for figure in figures:
                    # a counter means something as a rate only, a gauge never
                    rated = re.search(rf"(rate|increase)\({figure}\b", expression) is not None
                    self.assertEqual(rated, kinds[figure] == "counter", figure)
                for state in re.findall(r'state="(\w+)"', expression):
                    self.assertIn(f'"{state}"', (ROOT / "crates/gateway/src/health.rs").read_text())
                for job in re.findall(r'job="(\w+)"', expression):
                    self.assertEqual(job, "stadttermin")

    def test_every_figure_is_looked_at(self):
        sources = "".join(path.read_text() for path in (ROOT / "crates").rglob("*.rs"))
        for figure in re.findall(r"# TYPE (stadttermin_\w+)", sources):
            with self.subTest(figure=figure):
                self.assertTrue(any(figure in expression for _, expression in expressions()))

    def test_no_figure_names_anybody(self):
        for name, expression in expressions():
            with self.subTest(name=name):
                self.assertNotRegex(expression, r"tenant|slug|path|email|ip\b")

    @unittest.skipUnless(PROMTOOL.exists(), "there is no promtool here")
    def test_prometheus_understands_the_alerts_and_they_fire_when_they_should(self):
        code, said = promtool("check", "rules", FOLDER / "alerts.yaml")
        self.assertEqual(code, 0, said)
        code, said = promtool("test", "rules", FOLDER / "alerts-test.yaml")
        self.assertEqual(code, 0, said)

    def test_every_alert_is_seen_to_fire_and_to_be_silent(self):
        tried = [each for test in yaml.safe_load((FOLDER / "alerts-test.yaml").read_text())["tests"] for each in test["alert_rule_test"]]
        names = {rule["alert"] for rule in ALERTS}
        self.assertEqual({each["alertname"] for each in tried if each.get("exp_alerts")}, names)
        self.assertEqual({each["alertname"] for each in tried if not each.get("exp_alerts")}, names)

    @unittest.skipUnless(PROMTOOL.exists(), "there is no promtool here")
    def test_prometheus_understands_the_dashboard(self):
        rules = [{"record": f"panel:{index}", "expr": expression} for index, expression in enumerate(sum(PANELS.values(), []))]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}, file)
            file.flush()
            code, said = promtool("check", "rules", file.name)
        self.assertEqual(code, 0, said)

    def test_panels_lie_side_by_side_and_are_explained(self):
        taken = set()
        for panel in DASHBOARD["panels"]:
            place = panel["gridPos"]
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
            with self.subTest(panel=panel["title"]):
                self.assertFalse(cells & taken)
                self.assertLessEqual(place["x"] + place["w"], 24)
                self.assertTrue(panel["description"])
            taken |= cells
        self.assertEqual(len({panel["id"] for panel in DASHBOARD["panels"]}), len(DASHBOARD["panels"]))


class Handbook(unittest.TestCase):
    PAGE = (ROOT / "docs" / "operations.md").read_text()

    def test_every_alert_is_explained(self):
        explained = dict(re.findall(r"^#### (Stadttermin\w+)\n(.*?)(?=^#)", self.PAGE, re.M | re.S))
        self.assertEqual(sorted(explained), sorted(rule["alert"] for rule in ALERTS))
        for name, text in explained.items():
            with self.subTest(alert=name):
                for word in ("**Means:**", "**Look first:**", "**Remedy:**"):
                    self.assertIn(word, text)

    def test_every_alert_leads_there(self):
        for rule in ALERTS:
            with self.subTest(alert=rule["alert"]):
                self.assertEqual(rule["annotations"]["runbook_url"], f"docs/operations.md#{rule['alert'].lower()}")
                self.assertIn(rule["labels"]["severity"], ("critical", "warning"))

    def test_the_files_that_it_names_exist(self):
        for path in re.findall(r"`((?:deploy|helm|tests)/[\w./-]+)`", self.PAGE):
            with self.subTest(path=path):
                self.assertTrue((ROOT / path).exists() or path.startswith("deploy/compose/secrets/") or path == "deploy/.env", path)

    def test_the_settings_that_it_names_exist(self):
        known = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "configuration.md").read_text(), re.M))
        for section, key in re.findall(r"STADTTERMIN_([A-Z]+)__([A-Z_]+)\b", self.PAGE):
            with self.subTest(setting=f"{section}.{key}"):
                self.assertIn(key.lower().split("__")[0], known)


if __name__ == "__main__":
    unittest.main()
