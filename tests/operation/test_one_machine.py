"""Compose file and systemd units: well-formed, walled in, and with settings that the program understands."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema
import yaml

from private_postgres import MISSING, PROGRAM, ROOT, THERE, Database, run

TOOLS = Path(os.environ["TOOLS"])
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"].startswith("stadttermin:")}
UNITS = ROOT / "deploy" / "systemd"


def interpolated(text, variables):
    """`${NAME:-default}` as compose reads it."""
    return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: variables.get(found[1], found[2]), str(text))


def settings():
    keys, section = set(), None
    for line in (ROOT / "docs" / "configuration.md").read_text().splitlines():
        if heading := re.fullmatch(r"## `\[(\w+)\]`", line):
            section = heading[1]
        elif row := re.match(r"\| `(\w+)` \|", line):
            keys.add(f"STADTTERMIN_{section}__{row[1]}".upper())
    return keys


class Compose(unittest.TestCase):
    def test_it_is_a_compose_file(self):
        schema = json.loads((TOOLS / "compose.schema.json").read_text())
        jsonschema.validate(COMPOSE, schema, cls=jsonschema.Draft201909Validator)
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.validate({"services": {"x": {"image": "x", "restarts": "no"}}}, schema, cls=jsonschema.Draft201909Validator)

    def test_what_is_ours_is_walled_in(self):
        self.assertEqual(set(OURS), {"migrate", "gateway", "worker", "apply"})
        for name, service in OURS.items():
            with self.subTest(service=name):
                self.assertEqual((service["user"], service["read_only"], service["cap_drop"]), ("65532:65532", True, ["ALL"]))
                self.assertEqual(service["security_opt"], ["no-new-privileges:true"])

    def test_images_are_named_exactly(self):
        for name, service in COMPOSE["services"].items():
            with self.subTest(service=name):
                self.assertRegex(service["image"], r":v?\d")

    def test_nothing_is_reached_from_other_machines(self):
        for name, service in COMPOSE["services"].items():
            for port in service.get("ports", []):
                with self.subTest(service=name):
                    self.assertTrue(port.startswith("127.0.0.1:"), port)
        for name in ("postgres", "valkey", "migrate", "apply"):
            self.assertEqual(COMPOSE["services"][name]["networks"], ["inside"])
        self.assertIs(COMPOSE["networks"]["inside"]["internal"], True)

    def test_mails_are_caught_in_development_only(self):
        self.assertEqual(COMPOSE["services"]["mail"]["profiles"], ["dev"])
        self.assertEqual([name for name, service in COMPOSE["services"].items() if "mail" in service["image"]], ["mail"])

    def test_the_database_is_migrated_before_anybody_serves(self):
        for name in ("gateway", "worker"):
            needs = COMPOSE["services"][name]["depends_on"]
            self.assertEqual(needs["migrate"], {"condition": "service_completed_successfully"})

    def test_only_the_owners_commands_see_the_owners_address(self):
        self.assertEqual({name for name, service in COMPOSE["services"].items() if "database-owner-url" in service.get("secrets", [])}, {"migrate", "apply"})

    def test_what_is_named_is_mounted_and_is_a_setting(self):
        for name, service in OURS.items():
            with self.subTest(service=name):
                self.assertLessEqual(set(service["environment"]), settings())
                files = {value.removeprefix("/run/secrets/") for key, value in service["environment"].items() if key.endswith("_FILE")}
                self.assertEqual(files, set(service["secrets"]))

    def test_containers_have_the_time_that_the_program_takes_to_stop(self):
        takes = int(re.search(r"\| `shutdown_seconds` \| `(\d+)`", (ROOT / "docs/configuration.md").read_text())[1])
        for name in ("gateway", "worker"):
            self.assertGreaterEqual(int(OURS[name]["stop_grace_period"].removesuffix("s")), takes + 5)


class Secrets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "secrets"
        self.made = run(ROOT / "deploy/compose/secrets.sh", self.folder)
        self.assertEqual(self.made.returncode, 0, self.made.stderr)

    def content(self):
        return {path.name: path.read_text() for path in self.folder.iterdir()}

    def test_every_secret_is_made_once_and_kept(self):
        first = self.content()
        self.assertEqual(set(first), {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()})
        self.assertEqual(set(COMPOSE["secrets"]), set(first))
        (self.folder / "smtp-url").write_text("smtps://u:p@relay\n")
        run(ROOT / "deploy/compose/secrets.sh", self.folder, check=True)
        self.assertEqual(self.content(), {**first, "smtp-url": "smtps://u:p@relay\n"})
        self.assertEqual(self.folder.stat().st_mode & 0o777, 0o700)
        for secret in first.values():
            self.assertNotIn(secret.strip(), self.made.stderr)

    @unittest.skipUnless(PROGRAM.exists(), "the program is not built")
    def test_the_program_understands_the_settings(self):
        production = {"BASE_DOMAIN": "termine.example", "PUBLIC_SCHEME": "https", "PUBLIC_PORT": "0", "TRUSTED_PROXIES": '["172.16.0.0/12"]'}
        for variables in ({}, production):
            for name in ("gateway", "worker"):
                with self.subTest(service=name, variables=variables):
                    environment = {
                        key: interpolated(value, variables).replace("/run/secrets", str(self.folder))
                        for key, value in OURS[name]["environment"].items()
                    }
                    answer = run(PROGRAM, "config", "check", **environment)
                    self.assertEqual(answer.returncode, 0, answer.stderr)
                    self.assertIn("the configuration can be used", answer.stdout)

    @unittest.skipUnless(THERE, MISSING)
    def test_the_first_start_makes_a_database_that_the_program_accepts(self):
        database = Database(self.folder)
        self.addCleanup(database.clear)
        database.program("migrate")
        database.program("tenant", "apply", ROOT / "deploy/demo/haltern.toml")
        # connects as the application and looks whether the walls stand
        database.program("audit", "verify", "--all")
        refused = database.program("audit", "verify", "--all", check=False, STADTTERMIN_DATABASE__URL=database.address("database-owner-url"))
        self.assertIn("does not isolate", refused.stderr)


class Systemd(unittest.TestCase):
    SERVICES = sorted(UNITS.glob("*.service"))

    def test_there_is_one_for_each_task(self):
        self.assertEqual([path.stem for path in self.SERVICES], [f"stadttermin-{task}" for task in ("audit", "migrate", "serve", "worker")])

    def test_each_gets_the_secrets_that_it_names(self):
        for path in self.SERVICES:
            text = path.read_text()
            with self.subTest(unit=path.name):
                given = re.findall(r"^LoadCredential=([\w-]+):/etc/stadttermin/secrets/\1$", text, re.M)
                named = re.findall(r"^Environment=(STADTTERMIN_\w+_FILE)=%d/([\w-]+)$", text, re.M)
                self.assertEqual(sorted(given), sorted(file for _, file in named))
                self.assertLessEqual({variable for variable, _ in named}, settings())
                self.assertEqual("database-owner-url" in given, path.stem == "stadttermin-migrate")
                self.assertNotIn("://", text)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd here")
    def test_systemd_understands_them_and_finds_them_walled_in(self):
        with tempfile.TemporaryDirectory() as folder:
            units = Path(folder) / "units"
            shutil.copytree(UNITS, units)
            (Path(folder) / "stadttermin").symlink_to("/bin/true")
            for path in units.glob("*.service"):
                path.write_text(path.read_text().replace("/usr/local/bin/", f"{folder}/"))
            for path in [*sorted(units.glob("*.service")), *sorted(units.glob("*.timer"))]:
                with self.subTest(unit=path.name):
                    answer = run("systemd-analyze", "verify", path, SYSTEMD_UNIT_PATH=f"{units}:")
                    said = [line for line in answer.stderr.splitlines() if "stadttermin" in line]
                    self.assertEqual(said, [])
            for path in units.glob("*.service"):
                with self.subTest(unit=path.name):
                    answer = run("systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", path, SYSTEMD_UNIT_PATH=f"{units}:")
                    self.assertEqual(answer.returncode, 0, answer.stdout[-300:])

    @unittest.skipUnless(PROGRAM.exists(), "the program is not built")
    def test_the_program_understands_the_settings(self):
        secrets = {"database-url": "postgres://a:b@localhost/c", "redis-url": "redis://localhost", "smtp-url": "smtps://u:p@relay",
                   "master-key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}
        with tempfile.TemporaryDirectory() as folder:
            for name, content in secrets.items():
                (Path(folder) / name).write_text(content + "\n")
            for task in ("serve", "worker"):
                with self.subTest(task=task):
                    pairs = re.findall(r"^Environment=(STADTTERMIN_\w+)=(.*)$", (UNITS / f"stadttermin-{task}.service").read_text(), re.M)
                    environment = {key: value.replace("%d", folder) for key, value in pairs}
                    answer = run(PROGRAM, "config", "check", **environment, STADTTERMIN_CONFIG=str(UNITS / "stadttermin.toml"))
                    self.assertEqual(answer.returncode, 0, answer.stderr)


if __name__ == "__main__":
    unittest.main()
