"""A database on the private Postgres of `make test`, made as the compose file's first start makes it."""

import os
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "stadttermin"
ADMIN = os.environ.get("STADTTERMIN_DATABASE__ADMIN_URL", "")
THERE = PROGRAM.exists() and "host=" in ADMIN
MISSING = "there is no private Postgres, or no program (make test has both)"
ROLES = ("stadttermin_backup", "stadttermin_app", "stadttermin_owner")


def run(*command, check=False, cwd=None, **variables):
    """Runs with these variables and the caller's path, and nothing else of the caller's."""
    environment = {"PATH": os.environ["PATH"], **variables}
    answer = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=environment, cwd=cwd)
    if check and answer.returncode:
        raise AssertionError(f"{command}: {answer.stdout}{answer.stderr}")
    return answer


class Database:
    """The database `stadttermin` with its two roles. Whoever makes one clears it."""

    def __init__(self, secrets):
        self.secrets = secrets
        self.socket = unquote(parse_qs(urlsplit(ADMIN).query)["host"][0])
        run(ROOT / "deploy/compose/secrets.sh", secrets, check=True)
        self.clear()
        run("bash", ROOT / "deploy/compose/postgres-init.sh", check=True, PGHOST=self.socket, SECRETS=str(secrets))

    def sql(self, statement, database="stadttermin"):
        """What a superuser reads."""
        command = ("psql", "--no-psqlrc", "--username=postgres", "--tuples-only", "--no-align", f"--dbname={database}", "--command", statement)
        return run(*command, check=True, PGHOST=self.socket).stdout.strip()

    def clear(self, roles=ROLES):
        self.sql("DROP DATABASE IF EXISTS stadttermin WITH (FORCE)", "postgres")
        for role in roles:
            self.sql(f"DROP ROLE IF EXISTS {role}", "postgres")

    def address(self, secret):
        """The address as it stands in the secret, on this machine's socket."""
        return (self.secrets / secret).read_text().strip().replace("@postgres/", "@localhost/") + f"?{urlsplit(ADMIN).query}"

    def settings(self):
        return {
            "STADTTERMIN_DATABASE__OWNER_URL": self.address("database-owner-url"),
            "STADTTERMIN_DATABASE__URL": self.address("database-url"),
            "STADTTERMIN_KEYS__MASTER_FILE": str(self.secrets / "master-key"),
        }

    def program(self, *command, check=True, **settings):
        return run(PROGRAM, *command, check=check, **{**self.settings(), **settings})
