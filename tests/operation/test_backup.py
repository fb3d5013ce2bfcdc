"""The backup and the restore of docs/operations.md, run as they stand there."""

import os
import re
import tempfile
import unittest
from pathlib import Path

from private_postgres import MISSING, PROGRAM, ROOT, THERE, Database, run

PAGE = (ROOT / "docs" / "operations.md").read_text()


def recipe(name):
    return re.search(rf"<!-- tried: {name} -->\n```sh\n(.*?)```", PAGE, re.S)[1]


@unittest.skipUnless(THERE, MISSING)
class Backup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "stadttermin").symlink_to(PROGRAM)
        self.database = Database(self.folder / "secrets")
        self.addCleanup(self.database.clear)
        self.database.program("migrate")
        self.database.program("tenant", "apply", ROOT / "deploy/demo/haltern.toml")
        for statement in re.search(r"```sql\n(CREATE ROLE stadttermin_backup.*?)```", PAGE, re.S)[1].strip().split(";\n"):
            self.database.sql(statement)

    def follow(self, text):
        """Runs lines of the page in an empty folder, as the person who reads it would."""
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return run("bash", "-euc", text, check=True, cwd=self.folder, PGHOST=self.database.socket, **{**self.database.settings(), "PATH": path})

    def rows(self):
        tables = self.database.sql(
            "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('public', 'keys') ORDER BY 1").splitlines()
        return {table: int(self.database.sql(f"SELECT count(*) FROM {table}")) for table in tables}

    def test_what_was_saved_comes_back(self):
        before = self.rows()
        self.assertGreater(before["public.settings"], 0)
        self.assertGreater(before["keys.tenant_key"], 0)
        self.follow(recipe("backup"))
        self.database.clear(roles=())
        self.follow(recipe("restore"))
        self.assertEqual(self.rows(), before)
        # the municipality's key opens, and the owner still owns
        self.assertIn("Haltern", self.database.program("tenant", "apply", ROOT / "deploy/demo/haltern.toml").stdout)

    def test_the_lasting_copy_has_no_keys(self):
        self.follow(recipe("backup"))
        listed = run("pg_restore", "--list", self.folder / "stadttermin.dump", check=True).stdout
        self.assertIn("TABLE DATA public appointment", listed)
        self.assertNotIn("subject_key", listed)
        self.assertIn("TABLE DATA keys subject_key", run("pg_restore", "--list", self.folder / "keys.dump", check=True).stdout)

    def test_the_owner_cannot_dump(self):
        refused = run("pg_dump", "--username=stadttermin_owner", "--format=custom", "--file=/dev/null", "stadttermin", PGHOST=self.database.socket)
        self.assertIn("row-level security", refused.stderr)


if __name__ == "__main__":
    unittest.main()
