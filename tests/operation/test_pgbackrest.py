"""The point-in-time recipe of docs/operations.md with a real pgBackRest: encrypted, and back to a moment before a mistake."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from private_postgres import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text()
RECIPE = re.search(r"<!-- tried: pgbackrest -->\n```ini\n(.*?)```", PAGE, re.S)[1]
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
NEEDED = BINARIES and shutil.which("pgbackrest") and (os.geteuid() != 0 or shutil.which("setpriv"))


@unittest.skipUnless(NEEDED, "there is no pgBackRest here (deploy/install.sh test)")
class PointInTime(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pbr-", ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.user = None
        if os.geteuid() == 0:
            self.user = next(name for name in ("postgres", "nobody") if self.known(name))
            shutil.chown(self.folder, self.user)
        for name in ("repository", "spool", "lock", "log"):
            self.run_as("mkdir", self.folder / name)
        self.data = self.folder / "data"
        self.run_as(BINARIES[-1] / "initdb", "--pgdata", self.data, "--username=postgres", "--auth=trust", "--no-sync")
        self.configure()
        self.addCleanup(self.pg_ctl, "stop", "--mode=immediate", check=False)

    @staticmethod
    def known(name):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            return None

    def configure(self):
        """The page's two files, with folders of the test's."""
        text = RECIPE.replace("/var/lib/pgbackrest", str(self.folder / "repository")).replace("/var/lib/postgresql/15/main", str(self.data))
        text = re.sub(r"repo1-cipher-pass=.*", "repo1-cipher-pass=of-the-test", text)
        server, client = [], []
        for line in text.splitlines():
            if setting := re.match(r"# postgresql.conf: (.*)", line):
                server += setting[1].split("; ")
            elif not line.startswith("#"):
                client.append(line)
        client.insert(client.index("[global]") + 1, "\n".join([
            f"lock-path={self.folder / 'lock'}", f"log-path={self.folder / 'log'}", f"spool-path={self.folder / 'spool'}",
            "log-level-console=warn"]))
        client += [f"pg1-socket-path={self.folder}", "pg1-user=postgres"]
        self.file = self.folder / "pgbackrest.conf"
        self.file.write_text("\n".join(client) + "\n")
        self.file.chmod(0o644)
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\n")
            for setting in server:
                conf.write(setting.replace("pgbackrest ", f"pgbackrest --config={self.file} ") + "\n")

    def run_as(self, *command, check=True):
        prefix = ["setpriv", f"--reuid={self.user}", f"--regid={pwd.getpwnam(self.user).pw_gid}", "--clear-groups"] if self.user else []
        answer = subprocess.run([*prefix, *(str(part) for part in command)], capture_output=True, text=True, cwd=self.folder)
        if check and answer.returncode:
            raise AssertionError(f"{command}: {answer.stdout}{answer.stderr}")
        return answer

    def pg_ctl(self, *action, check=True):
        # what the server writes must not keep this pipe open
        return self.run_as(BINARIES[-1] / "pg_ctl", *action, "--pgdata", self.data, "--log", self.folder / "server.log", "--wait", check=check)

    def pgbackrest(self, *arguments):
        return self.run_as("pgbackrest", f"--config={self.file}", "--stanza=stadttermin", *arguments)

    def sql(self, statement):
        return self.run_as("psql", "--no-psqlrc", "--tuples-only", "--no-align", f"--host={self.folder}", "--username=postgres", "--command", statement).stdout.strip()

    def test_back_to_a_moment_before_a_mistake(self):
        self.pg_ctl("start")
        self.pgbackrest("stanza-create")
        self.sql("CREATE TABLE kept AS SELECT 'Zwitschervogel' AS name")
        self.pgbackrest("--type=full", "backup")
        # pgBackRest notes the end of a backup in whole seconds, and takes one that ended before the moment
        self.sql("SELECT pg_sleep(1.1)")
        self.sql("INSERT INTO kept VALUES ('booked after the backup')")
        moment = self.sql("SELECT clock_timestamp()")
        self.sql("SELECT pg_sleep(0.1)")
        self.sql("DELETE FROM kept")
        self.sql("SELECT pg_switch_wal()")
        self.pgbackrest("check")

        self.pg_ctl("stop", "--mode=fast")
        self.pgbackrest("--delta", "--type=time", f"--target={moment}", "--target-action=promote", "restore")
        self.pg_ctl("start")
        self.assertEqual(set(self.sql("SELECT name FROM kept").splitlines()), {"Zwitschervogel", "booked after the backup"})

        # encrypted: what was written is nowhere in the repository
        written = b"".join(path.read_bytes() for path in (self.folder / "repository").rglob("*") if path.is_file())
        self.assertGreater(len(written), 100_000)
        self.assertNotIn(b"Zwitschervogel", written)
        self.assertNotIn(b"PG_VERSION", written)


if __name__ == "__main__":
    unittest.main()
