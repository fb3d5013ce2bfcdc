"""Traces, figures and log lines as a collector of somebody else's reads them: Rotel, in a process of its own. What exactly arrives, and what
never does, is held by tests/tests/suite/telemetry.rs."""

import importlib.util
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

from private_postgres import MISSING, PROGRAM, ROOT, THERE, Database

FOUND = importlib.util.find_spec("rotel")
AGENT = Path(FOUND.origin).parent / "rotel-agent" if FOUND else None


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@unittest.skipUnless(AGENT and THERE, MISSING if AGENT else "there is no Rotel for this machine")
class Collector(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.database = Database(self.folder / "secrets")
        self.addCleanup(self.database.clear)
        self.database.program("migrate")
        self.database.program("tenant", "apply", ROOT / "deploy/demo/haltern.toml")

    def start(self, name, *command, **environment):
        log = open(self.folder / f"{name}.log", "w")
        self.addCleanup(log.close)
        process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, env={"PATH": "/usr/bin:/bin", **environment})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def said(self, name):
        return (self.folder / f"{name}.log").read_text()

    def eventually(self, is_true):
        for _ in range(100):
            try:
                if is_true():
                    return
            except OSError:
                pass
            time.sleep(0.2)
        self.fail(f"{self.said('rotel')[-3000:]}\n{self.said('stadttermin')[-2000:]}")

    def test_a_collector_understands_all_three(self):
        port, pages = free_port(), free_port()
        debug = [part for signal in ("traces", "metrics", "logs") for part in ("--debug-log", signal)]
        self.start("rotel", AGENT, "start", "--otlp-http-endpoint", f"127.0.0.1:{port}", "--otlp-grpc-endpoint", f"127.0.0.1:{free_port()}",
                   "--exporter", "blackhole", "--debug-log-verbosity", "detailed", "--pid-file", self.folder / "rotel.pid", *debug)
        self.eventually(lambda: socket.create_connection(("127.0.0.1", port)).close() is None)
        program = self.start("stadttermin", PROGRAM, "serve", **self.database.settings(), STADTTERMIN_REDIS__URL="redis+unix:///nowhere",
                             STADTTERMIN_MAIL__SMTP_URL="smtp://127.0.0.1:9", STADTTERMIN_SERVER__LISTEN=f"127.0.0.1:{pages}",
                             STADTTERMIN_TELEMETRY__OTLP_ENDPOINT=f"http://127.0.0.1:{port}", STADTTERMIN_TELEMETRY__INTERVAL_SECONDS="1")
        request = urllib.request.Request(f"http://127.0.0.1:{pages}/impressum", headers={"Host": "haltern.localhost", "User-Agent": "Kanarina"})
        self.eventually(lambda: urllib.request.urlopen(request).status == 200)
        for word in ("GET /impressum", "http.server.request.duration", "request served"):
            self.eventually(lambda: word in self.said("rotel"))
        # whoever runs it can ask whether the collector is there
        asked = {"STADTTERMIN_REDIS__URL": "redis+unix:///nowhere", "STADTTERMIN_TELEMETRY__OTLP_HEADERS": "api-key=geheim"}
        for there, word in ((port, "can be reached"), (free_port(), "cannot be reached")):
            address = f"http://127.0.0.1:{there}"
            found = self.database.program("doctor", check=False, **asked, STADTTERMIN_TELEMETRY__OTLP_ENDPOINT=address)
            self.assertRegex(found.stdout, rf"the collector 127\.0\.0\.1:{there} {word}")
            self.assertNotIn("geheim", found.stdout + found.stderr)
        program.terminate()
        self.assertEqual(program.wait(timeout=30), 0)
        self.assertNotIn("Kanarina", self.said("rotel"))
        self.assertNotRegex(self.said("rotel"), r"(?i)(error|warn)\b.*(decode|invalid)")


if __name__ == "__main__":
    unittest.main()
