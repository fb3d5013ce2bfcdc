"""The image: its recipe, and its file system made here and run as its user."""

import hashlib
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(os.environ["TOOLS"])
RECIPE = (ROOT / "deploy" / "Containerfile").read_text()
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "stadttermin"


class Recipe(unittest.TestCase):
    def test_hadolint_is_content(self):
        answer = subprocess.run([TOOLS / "python/bin/hadolint", ROOT / "deploy/Containerfile"], capture_output=True, text=True)
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)

    def test_the_last_stage_is_empty_but_for_the_program(self):
        last = RECIPE.split("FROM scratch")[1]
        self.assertEqual(re.findall(r"^(?:COPY|ADD|RUN) .*", last, re.M), ["COPY --from=build /rootfs/ /"])
        self.assertRegex(last, r"\nUSER 65532:65532\n")
        self.assertIn('ENTRYPOINT ["/usr/bin/stadttermin"]', last)

    def test_the_builder_has_the_compiler_of_the_project(self):
        wanted = re.search(r'rust-version = "([\d.]+)"', (ROOT / "Cargo.toml").read_text())[1]
        self.assertRegex(RECIPE, rf"\nARG BUILDER=rust:{re.escape(wanted)}\.\d+-slim-bookworm\n")
        self.assertIn("--locked", RECIPE)
        self.assertNotIn("latest", RECIPE)

    def test_the_version_is_that_of_the_program_and_of_the_chart(self):
        version = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)[1]
        self.assertIn(f"ARG VERSION={version}\n", RECIPE)
        self.assertIn(f'appVersion: "{version}"\n', (ROOT / "helm/stadttermin/Chart.yaml").read_text())
        self.assertIn(f"image: stadttermin:{version}\n", (ROOT / "deploy/compose.yaml").read_text())

    def test_secrets_and_data_are_not_copied_into_the_builder(self):
        ignored = (ROOT / ".dockerignore").read_text().split()
        for path in ("/.git", "/.data", "/target", "/deploy/compose/secrets"):
            self.assertIn(path, ignored)


@unittest.skipUnless(PROGRAM.exists(), "the program is not built")
@unittest.skipUnless(os.uname().sysname == "Linux", "the image is for Linux")
class FileSystem(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)

    def make(self, name):
        root = self.folder / name
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
        subprocess.run([ROOT / "deploy/image/rootfs.sh", PROGRAM, root], check=True, env=environment)
        return root

    def test_the_program_runs_in_it_and_finds_all_it_is_linked_with(self):
        root = self.make("rootfs")
        enter = ["chroot", "--userspec=65532:65532"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "chroot"]
        answer = subprocess.run([*enter, root, "/usr/bin/stadttermin", "--version"], capture_output=True, text=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        if os.geteuid() != 0 and "unshare failed" in answer.stderr:
            self.skipTest("no user namespaces here")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertRegex(answer.stdout, r"^stadttermin \d+\.\d+\.\d+\n$")

    def test_nobody_can_write_and_there_is_no_shell(self):
        root = self.make("rootfs")
        for path in root.rglob("*"):
            if not path.is_symlink():
                self.assertEqual(path.stat().st_mode & 0o6022, 0, path)
        names = {path.name for path in root.rglob("*")}
        self.assertFalse(names & {"sh", "bash", "busybox", "apt", "dpkg"})
        self.assertIn("ca-certificates.crt", names)

    def test_twice_the_same(self):
        def described(root):
            return [
                (str(path.relative_to(root)), path.lstat().st_mode, path.lstat().st_mtime,
                 hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "")
                for path in sorted(root.rglob("*"))
            ]
        first, second = described(self.make("first")), described(self.make("second"))
        self.assertEqual(first, second)
        self.assertEqual({entry[2] for entry in first}, {1700000000.0})


if __name__ == "__main__":
    unittest.main()
