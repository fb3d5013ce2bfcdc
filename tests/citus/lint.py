"""Looks at what the program's role has sent to Postgres: could each statement go to the node of one municipality?

    python3 lint.py LOG    LOG is a jsonlog of a server with log_statement = all
"""

import json
import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = HERE.parent.parent / "migrations" / "src"
SENT = re.compile(r"^(?:statement|execute [^:]*): (.*)$", re.DOTALL)
TABLE = re.compile(r"\b(?:from|join|into|update|using)\s+(?:only\s+)?((?:(?:keys|public)\.)?\w+(?:\s+(?:as\s+)?\w+)?(?:\s*,\s*(?:(?:keys|public)\.)?\w+(?:\s+(?:as\s+)?\w+)?)*)")
# What the rules find, to see that they do.
BAD = {
    "SELECT * FROM appointment WHERE id = $1": "names no municipality",
    "SELECT 1 FROM appointment a JOIN customer c ON c.subject_id = a.subject_id WHERE a.tenant_id = $1": "names the municipality of 1 of 2",
    "DELETE FROM job": "names no municipality",
    "INSERT INTO job (tenant_id, id) SELECT tenant_id, id FROM job WHERE tenant_id = $1": "inserts what it selects",
    "UPDATE job SET run_at = CASE kind WHEN 'a' THEN $2 END WHERE tenant_id = $1": "has a CASE with an operand",
    "UPDATE job SET run_at = now() WHERE tenant_id = $1": "leaves the time to the database",
}


def distributed():
    """The tables that have a municipality, as the migrations isolate them."""
    text = "\n".join(path.read_text() for path in SOURCES.glob("m0*.rs"))
    return {name.rpartition(".")[2] for name in re.findall(r'\("([a-z_.]+)", (?:Read|Write|Append|Keep)\)', text)}


def plain(statement):
    """Small letters, single blanks, no quotes, no comments, no values."""
    text = re.sub(r"--[^\n]*", " ", statement)
    text = re.sub(r"'(?:[^']|'')*'", "'…'", text).replace('"', "")
    return re.sub(r"\s+", " ", text).strip().lower()


def tables(text, known):
    """The distributed tables of a statement, as often as they occur."""
    found = []
    for names in TABLE.findall(text):
        for part in names.split(","):
            name = part.split()[0].rpartition(".")[2]
            if name in known:
                found.append(name)
    return found


def problems(statement, known):
    """What is wrong with a statement."""
    text = plain(statement)
    used = tables(text, known)
    if not used:
        return
    named = len(re.findall(r"\btenant_id\b", text))
    if named == 0:
        yield f"names no municipality ({', '.join(used)})"
    elif named < len(used):
        yield f"names the municipality of {named} of {len(used)} tables ({', '.join(used)})"
    if re.match(r"insert into [^()]*(\([^)]*\) )?select\b", text):
        yield "inserts what it selects"
    if re.search(r"\bcase (?!when\b)", text):
        yield "has a CASE with an operand"
    if text.startswith("update") and re.search(r"\b(now|random|clock_timestamp|gen_random_uuid)\(", text):
        yield "leaves the time to the database"


def sent(log):
    """Every statement of the program's roles, once."""
    found = {}
    with log.open() as lines:
        for line in lines:
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                continue
            match = SENT.match(entry.get("message", ""))
            if match and entry.get("user", "").endswith("_app"):
                found.setdefault(plain(match[1]), match[1])
    return found.values()


def main():
    known = distributed()
    for bad, finding in BAD.items():
        if not any(finding in problem for problem in problems(bad, known)):
            sys.exit(f"the rules do not see: {bad}")
    exceptions = tomllib.loads((HERE / "exceptions.toml").read_text()).get("statements", {})
    needed, found, looked_at = set(), [], 0
    for statement in sent(Path(sys.argv[1])):
        text = plain(statement)
        looked_at += 1
        for problem in problems(statement, known):
            excused = [begin for begin in exceptions if text.startswith(plain(begin))]
            needed.update(excused)
            if not excused:
                found.append(f"{problem}\n    {text[:400]}")
    found += [f"exceptions.toml: nothing needs {begin}" for begin in exceptions if begin not in needed]
    if looked_at < 100:
        found.append(f"only {looked_at} statements were written down")
    if found:
        sys.exit("\n".join(found))
    print(f"{looked_at} statements, nothing to say")


if __name__ == "__main__":
    main()
