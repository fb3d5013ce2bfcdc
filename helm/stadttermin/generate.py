#!/usr/bin/env python3
"""Writes what is made from other files: README.md from the comments of values.yaml, and the part of values.schema.json
that lists the program's settings from docs/configuration.md. With --check it writes nothing and fails when they differ."""

import json
import re
import sys
from pathlib import Path

CHART = Path(__file__).resolve().parent
REFERENCE = CHART.parent.parent / "docs" / "configuration.md"

# Set by the chart itself: what pods listen on, how long they stay when they are to go, who works, and which files hold secrets.
OWNED = {"server.listen", "server.metrics_listen", "server.drain_seconds", "worker.in_process", "openid.secrets", "openid.secret_files"}
# What the chart demands beyond the type.
NARROWER = {
    "server.base_domain": {"pattern": r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"},
    "server.public_scheme": {"enum": ["https"]},
    "server.trusted_proxies": {"items": {"type": "string", "pattern": "^[0-9a-fA-F.:]+(/[0-9]+)?$"}},
    "database.pooler": {"enum": ["none", "transaction"]},
    "log.format": {"enum": ["json", "text"]},
}


def settings():
    """All settings of the reference: section, key, default as TOML, meaning."""
    section = None
    for line in REFERENCE.read_text().splitlines():
        if heading := re.fullmatch(r"## `\[(\w+)\]`", line):
            section = heading[1]
        elif row := re.fullmatch(r"\| `(\w+)` \| `(.*?)` \| (.*) \|", line):
            yield section, row[1], row[2], row[3].replace("\\|", "|")


def is_ours(section, key, default, meaning):
    """Whether the chart lets people set it: no secret, no file, nothing that the chart decides."""
    return not (meaning.endswith("Secret.") or key.endswith("_file") or f"{section}.{key}" in OWNED)


def type_of(default):
    if default in ("true", "false"):
        return {"type": "boolean"}
    if re.fullmatch(r"-?\d+", default):
        return {"type": "integer"}
    if re.fullmatch(r"-?\d+\.\d+", default):
        return {"type": "number"}
    if default.startswith("["):
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "string"}


def schema():
    path = CHART / "values.schema.json"
    whole = json.loads(path.read_text())
    sections = {}
    for section, key, default, meaning in filter(lambda row: is_ours(*row), settings()):
        entry = {"description": meaning, **type_of(default), **NARROWER.get(f"{section}.{key}", {})}
        sections.setdefault(section, {})[key] = entry
    config = whole["properties"]["config"]
    config["properties"] = {
        section: {"type": "object", "additionalProperties": False, "properties": keys}
        for section, keys in sections.items()
    }
    config["properties"]["server"]["required"] = ["base_domain", "public_scheme", "shutdown_seconds"]
    return path, json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def values():
    """Every commented key of values.yaml: path, default as written, meaning."""
    path, comment = [], []
    lines = (CHART / "values.yaml").read_text().splitlines()
    for number, line in enumerate(lines):
        if not line.strip():
            comment = []
        elif text := re.fullmatch(r"\s*# ?(.*)", line):
            comment.append(text[1])
        elif entry := re.match(r"( *)([\w./-]+):(?: (.*))?$", line):
            depth = len(entry[1]) // 2
            path = path[:depth] + [entry[2]]
            if comment:
                yield ".".join(path), default_of(entry[3], lines[number + 1:], depth), " ".join(comment)
            comment = []


def default_of(written, following, depth):
    """A default that is short enough for a table; a section has none."""
    if written:
        return f"`{written}`" if len(written) < 60 else "see values.yaml"
    first = next((line for line in following if line.strip()), "")
    return "see values.yaml" if first.strip().startswith("- ") else ""


def readme():
    head = (CHART / "README.md").read_text().split("<!-- values -->")[0]
    rows = [f"| `{key}` | {default} | {meaning.replace('|', chr(92) + '|')} |" for key, default, meaning in values()]
    table = "\n".join(["| value | default | meaning |", "|---|---|---|", *rows])
    return CHART / "README.md", f"{head}<!-- values -->\n\n{table}\n"


def main():
    check = sys.argv[1:] == ["--check"]
    stale = []
    for path, text in (schema(), readme()):
        if path.read_text() == text:
            continue
        if check:
            stale.append(path.name)
        else:
            path.write_text(text)
    if stale:
        sys.exit(f"not current: {', '.join(stale)}; helm/stadttermin/generate.py writes them")


if __name__ == "__main__":
    main()
