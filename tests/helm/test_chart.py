"""The chart, rendered by real Helm: what it must have, whatever the values."""

import base64
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import kubernetes_validate
import yaml

from rendered import (
    CHART, HELMS, ROOT, TOOLS, VALUES, containers, environment, every, helm, of, pod_templates, reference, render, secret_items, selects,
)

# Kinds whose definitions are not part of Kubernetes.
FOREIGN = {"HTTPRoute", "ServiceMonitor", "PrometheusRule"}
OLDEST = re.search(r'kubeVersion: ">=(1\.\d+)', (CHART / "Chart.yaml").read_text())[1]
MOUNTED = "/run/secrets/stadttermin/"


class Helm(unittest.TestCase):
    def test_there_are_values_and_both_majors(self):
        self.assertGreaterEqual(len(VALUES), 5)
        if (TOOLS / "bin" / "helm3").exists():
            self.assertEqual([program.name for program in HELMS], ["helm3", "helm4"])

    def test_lint_is_content(self):
        for program in HELMS:
            for values in VALUES:
                with self.subTest(helm=program.name, values=values.stem):
                    answer = helm(program, "lint", "--strict", CHART, "--values", values)
                    self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)

    def test_both_majors_render_the_same(self):
        for values in VALUES:
            with self.subTest(values=values.stem):
                first, *others = (render(program, values) for program in HELMS)
                for other in others:
                    self.assertEqual(first, other)

    def test_the_packed_chart_is_the_chart(self):
        values = next(values for values in VALUES if values.stem == "full")
        for program in HELMS:
            with self.subTest(helm=program.name), tempfile.TemporaryDirectory() as folder:
                answer = helm(program, "package", CHART, "--destination", folder)
                self.assertEqual(answer.returncode, 0, answer.stderr)
                (archive,) = Path(folder).glob("*.tgz")
                self.assertEqual(render(program, values), render(program, values, chart=archive))
                self.assertNotIn(b"generate.py", subprocess.run(["tar", "tzf", archive], capture_output=True).stdout)

    def test_what_is_generated_is_current(self):
        answer = subprocess.run([CHART / "generate.py", "--check"], capture_output=True, text=True)
        self.assertEqual(answer.returncode, 0, answer.stderr)

    def test_notes_speak_of_the_access_log_and_the_key(self):
        for values in VALUES:
            answer = helm(HELMS[-1], "install", "stadttermin", CHART, "--dry-run=client", "--values", values)
            with self.subTest(values=values.stem):
                self.assertEqual(answer.returncode, 0, answer.stderr)
                notes = answer.stdout.split("NOTES:")[1]
                self.assertIn("or the notice is not true", " ".join(notes.split()))
                self.assertIn("apart from the database's backups", notes)


class Refusals(unittest.TestCase):
    """What must not be installed."""

    BAD = [
        ("image.repository=", "repository"),
        ("image.tag=latest", "tag"),
        ("image.digest=sha256:1", "digest"),
        ("imagee.repository=x", "imagee"),
        ("config.server.base_domain=", "base_domain"),
        ("config.server.base_domain=Termine.Example", "base_domain"),
        ("config.server.public_scheme=http", "public_scheme"),
        ("config.server.listen=0.0.0.0:1", "listen"),
        ("config.database.url=postgres://a:b@c/d", "url"),
        ("config.keys.master=abc", "keys"),
        ("config.nowhere.read=1", "nowhere"),
        ("config.limits.read=many", "read"),
        ("secrets.masterKey.name=", "masterKey"),
        ("secrets.masterKey.value=abc", "value"),
        ("secrets.openid.Haltern.name=x,secrets.openid.Haltern.key=y", "Haltern"),
        ("gateway.replicas=0", "replicas"),
        ("gateway.replicas=two", "replicas"),
        ("gateway.resources.limits=null", "limits"),
        ("security.runAsUser=0", "runAsUser"),
        ("municipalities.apply={../x.toml}", "apply"),
        ("networkPolicy.from=null,networkPolicy.form=x", "form"),
        ("metrics.serviceMonitor.interval=often", "interval"),
        # what the schema cannot say
        ("ingress.enabled=true", "trusted_proxies"),
        ("ingress.enabled=true,httpRoute.enabled=true", "one way in"),
        ("httpRoute.enabled=true,config.server.trusted_proxies={10.0.0.0/8}", "parentRefs"),
        ("municipalities.enabled=true", "exactly one"),
        ("municipalities.enabled=true,municipalities.existingSecret=x,municipalities.existingConfigMap=y", "exactly one"),
        ("municipalities.enabled=true,municipalities.existingSecret=x", "municipalities.apply"),
        ("gateway.autoscaling.enabled=true,gateway.autoscaling.min=9", "min is more than max"),
    ]

    def test_what_is_wrong_is_refused_and_named(self):
        minimal = next(values for values in VALUES if values.stem == "minimal")
        for program in HELMS:
            for setting, named in self.BAD:
                with self.subTest(helm=program.name, setting=setting):
                    answer = helm(program, "template", "x", CHART, "--values", minimal, "--set", setting)
                    self.assertNotEqual(answer.returncode, 0, "it was accepted")
                    self.assertIn(named, answer.stderr)

    def test_nothing_said_is_refused(self):
        self.assertIn("repository", helm(HELMS[-1], "template", "x", CHART).stderr)

    def test_an_old_cluster_is_refused(self):
        before = f"1.{int(OLDEST.split('.')[1]) - 1}.0"
        answer = helm(HELMS[-1], "template", "x", CHART, "--values", VALUES[0], "--kube-version", before)
        self.assertIn("incompatible with Kubernetes", answer.stderr)


class Kubernetes(unittest.TestCase):
    def test_oldest_and_newest_accept_every_object(self):
        newest = kubernetes_validate.latest_version()
        for version in (f"{OLDEST}.0", newest):
            short = ".".join(version.split(".")[:2])
            for values in VALUES:
                with self.subTest(version=short, values=values.stem):
                    for thing in render(HELMS[-1], values, "--kube-version", version):
                        if thing["kind"] not in FOREIGN:
                            kubernetes_validate.validate(thing, short, strict=True)

    def test_the_examples_are_objects_that_it_takes(self):
        examples = ROOT / "helm" / "examples"
        objects = [thing for path in examples.glob("*.yaml") if path.name != "values.yaml" for thing in yaml.safe_load_all(path.read_text())]
        self.assertGreaterEqual(len(objects), 6)
        for thing in objects:
            if thing["apiVersion"] in ("v1", "apps/v1"):
                kubernetes_validate.validate(thing, OLDEST, strict=True)
        render(HELMS[-1], examples / "values.yaml")

    def test_the_schemas_see_what_is_wrong(self):
        thing = of(render(HELMS[-1], VALUES[0]), "Deployment")[0]
        broken = yaml.safe_load(yaml.safe_dump(thing))
        broken["spec"]["template"]["spec"]["enableServiceLinkz"] = False
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(broken, OLDEST, strict=True)


class Pods(unittest.TestCase):
    def test_they_fit_the_restricted_standard(self):
        for name, objects in every():
            for component, _, pod in pod_templates(objects):
                with self.subTest(values=name, component=component):
                    self.assertIs(pod["automountServiceAccountToken"], False)
                    # variables of a Service called stadttermin would begin with STADTTERMIN_
                    self.assertIs(pod["enableServiceLinks"], False)
                    self.assertIs(pod["securityContext"]["runAsNonRoot"], True)
                    self.assertEqual(pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
                    self.assertNotEqual(pod["securityContext"].get("runAsUser"), 0)
                    self.assertFalse({"hostNetwork", "hostPID", "hostIPC"} & pod.keys())
                    self.assertFalse(any("hostPath" in volume for volume in pod.get("volumes", [])))
                    for container in containers(pod):
                        self.assertEqual(container["securityContext"], {
                            "allowPrivilegeEscalation": False, "privileged": False, "readOnlyRootFilesystem": True,
                            "capabilities": {"drop": ["ALL"]},
                        })
                        self.assertTrue(all(mount["readOnly"] for mount in container["volumeMounts"]))

    def test_images_are_named_exactly(self):
        for name, objects in every():
            for _, _, pod in pod_templates(objects):
                for container in containers(pod):
                    with self.subTest(values=name):
                        self.assertRegex(container["image"], r"^registry\.example(:5000)?/.+(:v?\d+\.\d+\.\d+|@sha256:[0-9a-f]{64})$")

    def test_resources_are_asked_for_and_limited(self):
        for name, objects in every():
            for component, _, pod in pod_templates(objects):
                for container in containers(pod):
                    with self.subTest(values=name, component=component):
                        self.assertTrue({"cpu", "memory"} <= container["resources"]["requests"].keys())
                        self.assertIn("memory", container["resources"]["limits"])

    def test_secrets_are_files_and_every_file_is_used(self):
        for name, objects in every():
            for component, _, pod in pod_templates(objects):
                with self.subTest(values=name, component=component):
                    mounted = {MOUNTED + path for _, path in secret_items(pod) if path}
                    named = set()
                    for container in containers(pod):
                        self.assertFalse(any("valueFrom" in entry for entry in container.get("env", [])))
                        for variable, value in environment(objects, container).items():
                            public = r"https://api\.lox24\.eu|redis://sentinel|http://collector\.monitoring"
                            self.assertNotIn("://", re.sub(public, "", value), variable)
                            if value.startswith(MOUNTED):
                                self.assertRegex(variable, "_FILE$|SECRET_FILES__")
                                named.add(value)
                    # the database's authority is named by the URL itself
                    self.assertEqual(named, mounted - {MOUNTED + "database-ca"})

    def test_only_jobs_of_the_owner_open_the_owners_url(self):
        for name, objects in every():
            opened = {component for component, _, pod in pod_templates(objects)
                      if any(path == "database-owner-url" for _, path in secret_items(pod))}
            with self.subTest(values=name):
                self.assertLessEqual(opened, {"migrate", "apply"})

    def test_they_are_asked_whether_they_live_and_can_serve(self):
        for name, objects in every():
            for deployment in of(objects, "Deployment"):
                (container,) = deployment["spec"]["template"]["spec"]["containers"]
                ports = {port["name"] for port in container["ports"]}
                with self.subTest(values=name, deployment=deployment["metadata"]["name"]):
                    for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
                        self.assertEqual(container[probe]["httpGet"]["path"], path)
                        self.assertIn(container[probe]["httpGet"]["port"], ports)

    def test_they_have_the_time_that_the_program_takes_to_stop(self):
        for name, objects in every():
            for deployment in of(objects, "Deployment"):
                pod = deployment["spec"]["template"]["spec"]
                (container,) = pod["containers"]
                pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
                takes = int(environment(objects, container)["STADTTERMIN_SERVER__SHUTDOWN_SECONDS"])
                with self.subTest(values=name, deployment=deployment["metadata"]["name"]):
                    # 3 s for the access log and 2 s for the connections come after it
                    self.assertGreaterEqual(pod["terminationGracePeriodSeconds"], pause + takes + 5)
                    self.assertEqual(pause > 0, "gateway" in deployment["metadata"]["name"])

    def test_deployments_and_services_find_their_pods(self):
        for name, objects in every():
            for deployment in of(objects, "Deployment"):
                selector = deployment["spec"]["selector"]
                with self.subTest(values=name, deployment=deployment["metadata"]["name"]):
                    self.assertTrue(selects(selector, deployment["spec"]["template"]["metadata"]["labels"]))
                    self.assertFalse({"app.kubernetes.io/version", "helm.sh/chart"} & selector["matchLabels"].keys())
            (service,) = of(objects, "Service", "gateway")
            found = {component for component, labels, _ in pod_templates(objects) if selects(service["spec"]["selector"], labels)}
            self.assertEqual(found, {"gateway"})

    def test_a_single_pod_does_not_keep_nodes_from_being_emptied(self):
        for name, objects in every():
            (gateway,) = of(objects, "Deployment", "gateway")
            scaled = of(objects, "HorizontalPodAutoscaler")
            least = scaled[0]["spec"]["minReplicas"] if scaled else gateway["spec"]["replicas"]
            with self.subTest(values=name):
                self.assertEqual(bool(of(objects, "PodDisruptionBudget")), least > 1)
                self.assertEqual("replicas" in gateway["spec"], not scaled)
                constraints = gateway["spec"]["template"]["spec"]["topologySpreadConstraints"]
                self.assertTrue(all(selects(each["labelSelector"], gateway["spec"]["template"]["metadata"]["labels"]) for each in constraints))


class Hooks(unittest.TestCase):
    def test_the_database_comes_first_and_the_municipalities_last(self):
        for name, objects in every():
            with self.subTest(values=name):
                for job in of(objects, "Job"):
                    hook = job["metadata"]["annotations"]["helm.sh/hook"]
                    component = job["metadata"]["labels"]["app.kubernetes.io/component"]
                    self.assertEqual(hook, {"migrate": "pre-install,pre-upgrade", "apply": "post-install,post-upgrade"}[component])
                    self.assertIn("before-hook-creation", job["metadata"]["annotations"]["helm.sh/hook-delete-policy"])
        self.assertTrue(any(of(objects, "Job", "migrate") for _, objects in every()))
        self.assertTrue(any(of(objects, "Job", "apply") for _, objects in every()))

    def test_the_migration_leans_on_nothing_that_the_release_makes(self):
        for name, objects in every():
            for job in of(objects, "Job", "migrate"):
                text = yaml.safe_dump(job["spec"]["template"]["spec"])
                with self.subTest(values=name):
                    for word in ("configMap", "configMapRef", "persistentVolumeClaim", "serviceAccountName"):
                        self.assertNotIn(word, text)

    def test_every_file_is_applied_once_and_in_order(self):
        applied = {name: [container["args"][-1].rsplit("/", 1)[1] for job in of(objects, "Job", "apply")
                          for container in containers(job["spec"]["template"]["spec"])] for name, objects in every()}
        self.assertEqual({name: files for name, files in applied.items() if files}, {
            "single-node": ["haltern.toml", "musterstadt.toml"],
            "full": ["haltern.toml", "musterstadt.toml"],
            "external-secrets": ["haltern.toml"],
        })


class Network(unittest.TestCase):
    @staticmethod
    def ports(objects, labels, direction):
        """The ports that the policies leave open for a pod."""
        return {
            port["port"]
            for policy in of(objects, "NetworkPolicy") if selects(policy["spec"]["podSelector"], labels)
            for rule in policy["spec"].get(direction, []) for port in rule["ports"]
        }

    def test_every_pod_begins_with_nothing(self):
        for name, objects in every():
            (deny,) = [policy for policy in of(objects, "NetworkPolicy") if policy["metadata"]["name"].endswith("-deny")]
            self.assertEqual(sorted(deny["spec"]["policyTypes"]), ["Egress", "Ingress"])
            self.assertFalse({"ingress", "egress"} & deny["spec"].keys())
            for component, labels, _ in pod_templates(objects):
                with self.subTest(values=name, component=component):
                    self.assertTrue(selects(deny["spec"]["podSelector"], labels))

    def test_each_reaches_what_it_needs_and_no_more(self):
        postgres, redis, mail, web = {53, 5432}, {6379}, {465, 587}, {443}
        expected = {
            "minimal": {"gateway": postgres | redis, "worker": postgres | redis | mail},
            # the gateway also works
            "single-node": {"gateway": postgres | redis | mail | web},
            # people sign in at the municipalities' providers
            "own-domain": {"gateway": postgres | redis | web, "worker": postgres | redis | mail},
            # 4317 by `extraEgress`, 4318 because there is a collector
            "full": {"gateway": postgres | redis | web | {4317, 4318}, "worker": postgres | redis | mail | web | {4317, 4318},
                     "proof": postgres | redis | web},
            "gateway-api": {"gateway": postgres | redis | {6432}, "worker": postgres | redis | mail | {6432}},
        }
        for name, objects in every():
            for component, labels, _ in pod_templates(objects):
                found = self.ports(objects, labels, "egress")
                with self.subTest(values=name, component=component):
                    if component in ("migrate", "apply", "audit"):
                        self.assertEqual(found - {6432}, postgres)
                    elif component in expected.get(name, {}):
                        self.assertEqual(found, expected[name][component])

    def test_only_the_gateway_is_reached(self):
        for name, objects in every():
            for component, labels, _ in pod_templates(objects):
                with self.subTest(values=name, component=component):
                    allowed = {"gateway": {"http", "metrics"}, "worker": {"metrics"}}.get(component, set())
                    self.assertEqual(self.ports(objects, labels, "ingress"), allowed)


class WayIn(unittest.TestCase):
    def test_no_proxy_keeps_a_second_access_log(self):
        seen = 0
        for name, objects in every():
            for ingress in of(objects, "Ingress"):
                seen += 1
                with self.subTest(values=name):
                    annotations = ingress["metadata"]["annotations"]
                    self.assertEqual(annotations["nginx.ingress.kubernetes.io/enable-access-log"], "false")
                    self.assertEqual(annotations["traefik.ingress.kubernetes.io/router.observability.accesslogs"], "false")
        self.assertGreaterEqual(seen, 3)

    def test_every_host_is_led_in_with_tls(self):
        for name, objects in every():
            own = yaml.safe_load(next(values for values in VALUES if values.stem == name).read_text()).get("ownDomains", [])
            hosts = ["*.termine.example"] + [domain["host"] for domain in own]
            for ingress in of(objects, "Ingress"):
                with self.subTest(values=name):
                    self.assertEqual([rule["host"] for rule in ingress["spec"]["rules"]], hosts)
                    self.assertEqual([host for tls in ingress["spec"]["tls"] for host in tls["hosts"]], hosts)
            for route in of(objects, "HTTPRoute"):
                with self.subTest(values=name):
                    self.assertEqual(route["apiVersion"], "gateway.networking.k8s.io/v1")
                    self.assertEqual(route["spec"]["hostnames"], hosts)
                    (backend,) = route["spec"]["rules"][0]["backendRefs"]
                    (service,) = of(objects, "Service", "gateway")
                    self.assertEqual((backend["name"], backend["port"]), (service["metadata"]["name"], service["spec"]["ports"][0]["port"]))

    def test_figures_are_not_led_out(self):
        for name, objects in every():
            with self.subTest(values=name):
                (service,) = of(objects, "Service", "gateway")
                self.assertEqual([port["targetPort"] for port in service["spec"]["ports"]], ["http"])


class Settings(unittest.TestCase):
    def test_every_variable_is_a_setting(self):
        known = reference()
        self.assertGreater(len(known), 40)
        for name, objects in every():
            for component, _, pod in pod_templates(objects):
                for container in containers(pod):
                    for variable in environment(objects, container):
                        section, key = variable.removeprefix("STADTTERMIN_").lower().split("__", 1)
                        with self.subTest(values=name, component=component, variable=variable):
                            self.assertIn(f"{section}.{key.split('__')[0]}", known)

    def test_the_program_understands_them(self):
        program = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "stadttermin"
        if not program.exists():
            self.skipTest(f"{program} is not built")
        secrets = {
            "database-url": "postgres://app:x@db/stadttermin", "database-direct-url": "postgres://app:x@db/stadttermin", "database-owner-url": "postgres://owner:x@db/stadttermin",
            "redis-url": "redis://redis:6379/0", "master-key": base64.b64encode(bytes(32)).decode(), "smtp-url": "smtps://u:x@relay:465",
        }
        for name, objects in every():
            for component, _, pod in pod_templates(objects):
                if component not in ("gateway", "worker", "proof", "doctor"):
                    continue
                with self.subTest(values=name, component=component), tempfile.TemporaryDirectory() as folder:
                    for _, path in secret_items(pod):
                        (Path(folder) / path).write_text(secrets.get(path, "x") + "\n")
                    variables = environment(objects, pod["containers"][0])
                    variables = {key: value.replace(MOUNTED, f"{folder}/") for key, value in variables.items()}
                    answer = subprocess.run([program, "config", "check"], env=variables, capture_output=True, text=True)
                    self.assertEqual(answer.returncode, 0, answer.stderr)
                    self.assertIn("the configuration can be used", answer.stdout)
                    self.assertIn('base_domain = "termine.example"', answer.stdout)
                    if name == "full":
                        self.assertIn("read = 1200000", answer.stdout)


class Figures(unittest.TestCase):
    def test_alerts_and_dashboard_are_those_of_the_project(self):
        objects = dict(every())["full"]
        (rule,) = of(objects, "PrometheusRule")
        self.assertEqual(rule["spec"], yaml.safe_load((ROOT / "deploy/observability/alerts.yaml").read_text()))
        (dashboard,) = [thing for thing in of(objects, "ConfigMap") if thing["metadata"]["name"].endswith("-dashboard")]
        self.assertEqual(json.loads(dashboard["data"]["stadttermin.json"]), json.loads((ROOT / "deploy/observability/grafana-dashboard.json").read_text()))

    def test_the_monitor_finds_every_process_under_the_name_that_alerts_use(self):
        objects = dict(every())["full"]
        (monitor,) = of(objects, "ServiceMonitor")
        (service,) = [thing for thing in of(objects, "Service") if selects(monitor["spec"]["selector"], thing["metadata"]["labels"])]
        self.assertEqual(service["metadata"]["labels"][monitor["spec"]["jobLabel"]], "stadttermin")
        found = {component for component, labels, pod in pod_templates(objects) if selects(service["spec"]["selector"], labels)
                 and any(port["name"] == "metrics" for container in pod["containers"] for port in container.get("ports", []))}
        self.assertEqual(found, {"gateway", "worker"})


if __name__ == "__main__":
    unittest.main()
