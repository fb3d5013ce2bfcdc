"""The SQL that the migrations really run, step by step as Postgres wrote it down, through squawk.

lint.py LOG SQUAWK: LOG is Postgres' JSON log of `stadttermin migrate` with log_statement = all."""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[1] / "migrations" / "src"
# Must be found, or the linter does not look.
BAD = "ALTER TABLE appointment RENAME COLUMN reference TO number;\nALTER TABLE appointment ADD COLUMN note char(7) NOT NULL;\n"


def steps(log):
    """Each step's statements: what one transaction ran before the step was entered into the list."""
    found, running = {}, []
    for line in log.read_text().splitlines():
        entry = json.loads(line)
        message = entry["message"]
        if message.startswith("statement: "):
            statement = message.removeprefix("statement: ").strip().rstrip(";") + ";"
            running = [statement] if statement == "BEGIN;" else [*running, statement]
        elif 'INSERT INTO "seaql_migrations"' in message:
            found[re.search(r"\$1 = '(\w+)'", entry["detail"])[1]] = "\n".join([*running, "COMMIT;"]) + "\n"
    return found


def findings(squawk, sources):
    """Step, rule, line and message of everything that squawk says of these texts."""
    with tempfile.TemporaryDirectory() as folder:
        for step, sql in sources.items():
            (Path(folder) / f"{step}.sql").write_text(sql)
        # a configuration file of its own: nothing of the caller's counts
        config = Path(folder) / "squawk.toml"
        config.write_text('pg_version = "15.0"\n')
        answer = subprocess.run(
            [squawk, "--config", config, "--reporter", "json", *sorted(Path(folder).glob("*.sql"))], capture_output=True, text=True
        )
        if answer.returncode not in (0, 1):
            sys.exit(f"squawk: {answer.stderr}")
        for said in json.loads(answer.stdout):
            yield Path(said["file"]).stem, said["rule_name"], said["line"], said["message"]


def main():
    log, squawk = Path(sys.argv[1]), sys.argv[2]
    exceptions = tomllib.loads((HERE / "exceptions.toml").read_text())
    ran = steps(log)
    written = {path.stem for path in SOURCES.glob("m0*.rs")}
    problems = [f"{step} was not run" for step in sorted(written - ran.keys())]
    problems += [f"{step}: takes its locks without a limit" for step, sql in sorted(ran.items()) if "SET LOCAL lock_timeout" not in sql]

    seen = {rule for _, rule, _, _ in findings(squawk, {"bad": BAD})}
    for rule in ("renaming-column", "ban-char-field", "adding-required-field", "require-lock-timeout"):
        if rule not in seen:
            problems.append(f"squawk does not see {rule}")

    needed = set()
    for step, rule, line, message in findings(squawk, ran):
        if rule in exceptions["never"]:
            needed.add(rule)
        elif rule not in exceptions["rows"] or "" < exceptions["first_release"] < step:
            text = ran[step].splitlines()[line].strip()
            problems.append(f"{step}: {rule}: {message}\n    {text}")
    problems += [f"exceptions.toml: nothing needs {rule}" for rule in exceptions["never"].keys() - needed]

    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(ran)} steps, nothing to say")


if __name__ == "__main__":
    main()
