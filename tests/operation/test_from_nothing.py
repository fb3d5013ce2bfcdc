"""An installation from nothing, by the lines of docs/operations.md alone: own Postgres and Redis with passwords, TLS by HAProxy with a
certificate of an authority of its own, secrets by file, three municipalities, a booking over https, the proof, a restart, an upgrade."""

import json
import os
import re
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from private_postgres import PROGRAM, ROOT, run

PAGE = (ROOT / "docs" / "operations.md").read_text()
CHAPTER = PAGE[PAGE.index("## On one machine, with systemd"):PAGE.index("## On one machine, with containers")]
NEEDED = ("haproxy", "redis-server", "openssl", "psql", "curl")
PATH = f"{os.environ['PATH']}:/usr/sbin"   # where Debian has HAProxy, for users who are not root
MISSING = [name for name in NEEDED if not shutil.which(name, path=PATH)]
TOWNS = ("haltern", "musterstadt", "neustadt")
DOMAIN = "termine.localhost"   # names below localhost are this machine


def blocks(name):
    return "\n".join(re.findall(rf"<!-- tried: {name} -->\n```sh\n(.*?)```", CHAPTER, re.S))


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Relay(socketserver.ThreadingTCPServer):
    """Takes every mail and remembers it."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        self.mails = []
        super().__init__(("127.0.0.1", 0), Conversation)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 relay")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 go on")
                mail = b""
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    mail += line
                self.server.mails.append(mail.decode())
            self.say("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


@unittest.skipIf(MISSING or not PROGRAM.exists(), f"not here: {', '.join(MISSING) or 'the program'}")
class FromNothing(unittest.TestCase):
    def setUp(self):
        # short, because socket paths are limited; open, because Postgres runs as a lesser user
        (ROOT / ".data").mkdir(exist_ok=True)
        self.root = Path(tempfile.mkdtemp(prefix="n-", dir=ROOT / ".data"))
        self.root.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        for folder in ("etc/systemd/system", "etc/haproxy", "etc/redis", "etc/stadttermin", "usr/local/bin", "run", "src/target/release"):
            (self.root / folder).mkdir(parents=True)
        names = ("postgres", "redis", "pages", "figures", "worker", "http", "https")
        self.ports = dict(zip(names, free_ports(len(names))))
        self.relay = Relay()
        self.addCleanup(self.relay.server_close)
        self.addCleanup(self.relay.shutdown)
        self.certificate()
        self.postgres()
        self.sources()
        (self.root / "etc/redis/redis.conf").write_text(f"port {self.ports['redis']}\nbind 127.0.0.1\ndir {self.root}/run\n")
        for name in ("systemctl", "runuser"):
            script = self.root / "usr/local/bin" / name
            script.write_text(STAND_INS[name])
            script.chmod(0o755)
        self.addCleanup(self.stop)

    def certificate(self):
        """An authority that nobody knows, and what it has signed for the base domain."""
        folder = self.root / "etc/haproxy"
        make = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        run(*make, "-x509", "-days", "2", "-subj", "/CN=Versuch", "-keyout", "ca.key", "-out", "ca.pem", check=True, cwd=folder)
        run(*make, "-subj", f"/CN={DOMAIN}", "-keyout", "own.key", "-out", "own.csr", check=True, cwd=folder)
        (folder / "names").write_text(f"subjectAltName=DNS:*.{DOMAIN}\n")
        run("openssl", "x509", "-req", "-in", "own.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names",
            "-out", "own.pem", check=True, cwd=folder)
        (folder / "stadttermin.pem").write_text((folder / "own.pem").read_text() + (folder / "own.key").read_text())
        self.authority = folder / "ca.pem"

    def postgres(self):
        """A server that asks for passwords over TCP, as Debian's does."""
        rules = self.root / "pg_hba.conf"
        rules.write_text("local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        settings = f"listen_addresses = '127.0.0.1'\nport = {self.ports['postgres']}\nhba_file = '{rules}'"
        self.servers = self.root / "s"
        services = ROOT / "deploy/services.sh"
        self.addCleanup(run, services, "remove", self.servers)
        # its Redis is not used: the one of the page has a password
        said = run(services, "start", self.servers, "--fast", check=True, POSTGRES_SETTINGS=settings, STADTTERMIN_REDIS__URL="redis://unused")
        self.socket = re.search(r"host=([^']*)", said.stdout)[1].replace("%2F", "/")

    def sources(self):
        """The folder of the sources, with this machine's ports and folders in the place of the page's."""
        source = self.root / "src"
        (source / "target/release/stadttermin").symlink_to(PROGRAM)
        shutil.copytree(ROOT / "deploy/systemd", source / "deploy/systemd")
        for path in source.rglob("deploy/systemd/*"):
            if path.is_file():
                path.write_text(self.mapped(path.read_text()))
        settings = source / "deploy/systemd/stadttermin.toml"
        settings.write_text(settings.read_text().replace("[worker]", f"public_port = {self.ports['https']}\n[worker]", 1))
        proxy = source / "deploy/systemd/haproxy.cfg"
        proxy.write_text(re.sub(r"\n  (user|group) haproxy", "", proxy.read_text()))
        for town, demo in zip(TOWNS, ("haltern", "musterstadt", "musterstadt")):
            text = (ROOT / f"deploy/demo/{demo}.toml").read_text().replace(demo, town).replace(demo.title(), town.title())
            # the demo's made-up provider; the page says who has to be named
            text = text.replace("Kurzwort Nachrichten GmbH", "LOX24 GmbH")
            (self.root / f"etc/stadttermin/{town}.toml").write_text(text)
            shutil.copy(ROOT / f"deploy/demo/{demo}.svg", self.root / f"etc/stadttermin/{town}.svg")

    def mapped(self, text):
        ports = self.ports
        for page, here in {
            "127.0.0.1:5432": f"127.0.0.1:{ports['postgres']}",
            "127.0.0.1:6379": f"127.0.0.1:{ports['redis']}",
            "127.0.0.1:8080": f"127.0.0.1:{ports['pages']}",
            "127.0.0.1:9090": f"127.0.0.1:{ports['figures']}",
            "127.0.0.1:9091": f"127.0.0.1:{ports['worker']}",
            "bind :80\n": f"bind 127.0.0.1:{ports['http']}\n",
            "bind :443": f"bind 127.0.0.1:{ports['https']}",
            "smtps://user:password@relay.example": f"smtp://127.0.0.1:{self.relay.server_address[1]}",
            "termine.example": DOMAIN,
        }.items():
            text = text.replace(page, here)
        # the units keep the page's folders: the stand-in for systemd knows where they are
        return text

    def paths(self, text):
        return re.sub(r"(?<![\w.])/(etc|usr/local/bin)/", rf"{self.root}/\1/", text)

    def environment(self):
        return {
            "PATH": f"{self.root}/usr/local/bin:{PATH}",
            "HOME": str(self.root),
            "PGHOST": self.socket,
            "PGPORT": str(self.ports["postgres"]),
            "PGUSER": "postgres",
            "SSL_CERT_FILE": str(self.authority),
            "STAND_IN_ROOT": str(self.root),
            "STAND_IN": str(ROOT / "tests/operation/stand_in_for_systemd.py"),
        }

    def follow(self, name):
        """Runs the page's lines, as the person who reads it would."""
        for copied in ("operator.env", "haproxy.cfg"):
            path = self.root / "src/deploy/systemd" / copied
            path.write_text(self.paths(path.read_text()))
        lines = self.paths(self.mapped(blocks(name)))
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", lines], capture_output=True, text=True, cwd=self.root / "src", env=self.environment(),
                              timeout=150)
        if done.returncode:
            self.fail(f"{done.stdout}{done.stderr}\n{self.logs()}")
        return done.stdout

    def logs(self):
        return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in sorted((self.root / "run").glob("*.log")))

    def stop(self):
        for unit in ("haproxy", "stadttermin-serve", "stadttermin-worker", "redis-server"):
            run(self.root / "usr/local/bin/systemctl", "stop", unit, **self.environment())

    def curl(self, host, path, *further, scheme="https"):
        port = self.ports[scheme]
        address = f"{scheme}://{host}:{port}{path}"
        return run("curl", "--silent", "--show-error", "--include", "--cacert", self.authority, "--resolve", f"{host}:{port}:127.0.0.1", *further, address)

    def ask(self, town, query, **variables):
        body = json.dumps({"query": query, "variables": variables})
        answer = self.curl(f"{town}.{DOMAIN}", "/graphql", "--header", "Content-Type: application/json", "--data", body)
        text = answer.stdout.split("\n\n")[-1]
        data = json.loads(text) if text.startswith("{") else self.fail(f"{answer.stdout}{answer.stderr}\n{self.logs()}")
        self.assertNotIn("errors", data, f"{data}\n{self.logs()}")
        return data["data"]

    def eventually(self, what, is_true):
        for _ in range(150):
            if is_true():
                return
            time.sleep(0.2)
        self.fail(f"not seen: {what}\n{self.logs()}")

    def is_served(self):
        return " 200" in self.curl(f"haltern.{DOMAIN}", "/").stdout.split("\n")[0]

    def book(self, town):
        service = self.ask(town, "{ services { id } }")["services"][0]["id"]
        today = time.strftime("%Y-%m-%d")
        until = time.strftime("%Y-%m-%d", time.localtime(time.time() + 20 * 86400))
        wanted = {"items": [{"serviceId": service}], "from": today, "to": until}
        free = self.ask(town, "query($i: AvailabilityInput!) { availability(input: $i) { next { start location { id } } } }", i=wanted)["availability"]["next"]
        held = {"items": wanted["items"], "locationId": free["location"]["id"], "start": free["start"]}
        token = self.ask(town, "mutation($i: ReserveSlotInput!) { reserveSlot(input: $i) { reservation { token } } }", i=held)["reserveSlot"]["reservation"]["token"]
        contact = {"firstName": "Erika", "lastName": "Muster", "email": "erika@muster.example", "phone": "0151 23456789"}
        booked = self.ask(town, "mutation($i: BookAppointmentInput!) { bookAppointment(input: $i) { appointment { reference manageToken } } }",
                          i={"reservationToken": token, "contact": contact})
        return booked["bookAppointment"]["appointment"]

    def test_the_page_leads_to_three_municipalities_and_through_an_upgrade(self):
        said = self.follow("from-nothing")
        self.assertNotIn("problem ", said)
        for town in TOWNS:
            self.assertRegex(said, rf"ok +{town}: the notice is complete")
        # the proof went over https and found TLS
        self.assertIn("TLS 1.2", said)
        self.assertIn("max-age=31536000", said)
        self.assertEqual(said.count("gelten, 0 verletzt"), 3, said)
        self.eventually("three invitations", lambda: len(self.relay.mails) >= 3)
        # secrets are for root alone and stand in no environment, no list of processes and no log
        secrets = {path.name: path.read_text().strip() for path in (self.root / "etc/stadttermin/secrets").iterdir()}
        self.assertEqual(len(secrets), 5)
        for path in (self.root / "etc/stadttermin/secrets").iterdir():
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertNotIn(secrets["master-key"], self.logs() + said)

        appointment = self.book("neustadt")
        self.eventually("the confirmation", lambda: any(appointment["reference"] in mail for mail in self.relay.mails))
        plain = self.curl(f"haltern.{DOMAIN}", "/", scheme="http").stdout
        self.assertIn("301", plain.split("\n")[0])
        page = self.curl(f"haltern.{DOMAIN}", "/termine", "--header", "X-Forwarded-Host: musterstadt." + DOMAIN,
                         "--header", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").stdout
        self.assertIn("Haltern", page)
        self.assertNotIn("4bf92f3577b34da6a3ce929d0e0e4736", page, "a client does not speak through the proxy")
        self.assertIn(" 404", self.curl(f"ops.{DOMAIN}", "/metrics").stdout.split("\n")[0])

        before = (self.root / "run/stadttermin-serve.pid").read_text()
        self.follow("upgrade")
        self.assertNotEqual((self.root / "run/stadttermin-serve.pid").read_text(), before)
        self.eventually("pages after the upgrade", self.is_served)
        query = "query($t: String!) { appointment(manageToken: $t) { reference status } }"
        found = self.ask("neustadt", query, t=appointment["manageToken"])["appointment"]
        self.assertEqual((found["reference"], found["status"]), (appointment["reference"], "CONFIRMED"))


STAND_INS = {
    "systemctl": '#!/bin/sh\nexec python3 -B "$STAND_IN" "$@"\n',
    # runuser -u postgres -- COMMAND: the private server knows its superuser by the socket
    "runuser": '#!/bin/sh\nshift 3\nexec "$@"\n',
}


if __name__ == "__main__":
    unittest.main()
