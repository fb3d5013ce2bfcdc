"""Renders the chart with real Helm and looks objects up in the result."""

import functools
import os
import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".data" / "tools"
CHART = ROOT / "helm" / "stadttermin"
VALUES = sorted((Path(__file__).parent / "values").glob("*.yaml"))
HELMS = sorted((TOOLS / "bin").glob("helm*"))


def helm(program, *arguments):
    """Runs Helm with homes of its own: nothing of the caller's configuration counts."""
    home = TOOLS / "home"
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "HELM_CACHE_HOME": str(home), "HELM_CONFIG_HOME": str(home)}
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, env=environment)


@functools.cache
def render(program, values, *more, chart=CHART):
    """The objects that Helm would install, hooks included."""
    answer = helm(program, "template", "stadttermin", chart, "--namespace", "termine", "--values", values, *more)
    if answer.returncode:
        raise AssertionError(f"{values.name}: {answer.stderr}")
    return [document for document in yaml.safe_load_all(answer.stdout) if document]


def every():
    """Each set of values with its objects, as Helm 4 (or the newest there is) renders them."""
    for values in VALUES:
        yield values.stem, render(HELMS[-1], values)


def of(objects, kind, component=None):
    """The objects of a kind, and of a component."""
    return [
        thing for thing in objects
        if thing["kind"] == kind and component in (None, thing["metadata"]["labels"].get("app.kubernetes.io/component"))
    ]


def pod_templates(objects):
    """Component, labels and pod of everything that runs."""
    for thing in objects:
        spec = thing.get("spec", {})
        if thing["kind"] == "Pod":
            template = {"metadata": thing["metadata"], "spec": spec}
        elif thing["kind"] == "CronJob":
            template = spec["jobTemplate"]["spec"]["template"]
        elif thing["kind"] in ("Deployment", "Job"):
            template = spec["template"]
        else:
            continue
        labels = template["metadata"]["labels"]
        yield labels["app.kubernetes.io/component"], labels, template["spec"]


def containers(pod):
    return pod.get("initContainers", []) + pod["containers"]


def secret_items(pod):
    """Secret and file of everything secret that a pod can open."""
    for volume in pod.get("volumes", []):
        if "secret" in volume:
            yield volume["secret"]["secretName"], None
        for source in volume.get("projected", {}).get("sources", []):
            for item in source["secret"]["items"]:
                yield source["secret"]["name"], item["path"]


def environment(objects, container):
    """The variables of a container, those of its ConfigMaps included."""
    variables = {}
    for source in container.get("envFrom", []):
        (found,) = [thing for thing in of(objects, "ConfigMap") if thing["metadata"]["name"] == source["configMapRef"]["name"]]
        variables.update(found["data"])
    variables.update({entry["name"]: entry["value"] for entry in container.get("env", [])})
    return variables


def selects(selector, labels):
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", selector).items())


def reference():
    """The keys of docs/configuration.md."""
    keys, section = set(), None
    for line in (ROOT / "docs" / "configuration.md").read_text().splitlines():
        if heading := re.fullmatch(r"## `\[(\w+)\]`", line):
            section = heading[1]
        elif row := re.match(r"\| `(\w+)` \|", line):
            keys.add(f"{section}.{row[1]}")
    return keys
