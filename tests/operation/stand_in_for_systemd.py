"""What `systemctl` does with the units of deploy/systemd, on a machine without systemd: starts their programs with the environment
and the secrets that they name, and nothing else. STAND_IN_ROOT is where the machine's folders are."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(os.environ["STAND_IN_ROOT"])
OTHERS = {"redis-server": ["redis-server", "etc/redis/redis.conf"], "haproxy": ["haproxy", "-W", "-f", "etc/haproxy/haproxy.cfg"]}


def mapped(text):
    return re.sub(r"(?<![\w.])/(etc|usr/local/bin)/", rf"{ROOT}/\1/", text)


class Unit:
    def __init__(self, name):
        self.name = name
        self.lines = []
        if name not in OTHERS:
            units = ROOT / "etc/systemd/system"
            files = [units / f"{name}.service", *sorted((units / "stadttermin-.service.d").glob("*.conf"))]
            self.lines = [mapped(line) for path in files for line in path.read_text().splitlines()]

    def values(self, key):
        return [line.partition("=")[2] for line in self.lines if line.startswith(f"{key}=")]

    def command(self):
        if self.name in OTHERS:
            program, *arguments = OTHERS[self.name]
            return [program, *(str(ROOT / it) if it.startswith("etc/") else it for it in arguments)]
        return self.values("ExecStart")[0].split()

    def environment(self):
        folder = ROOT / "run/credentials" / self.name
        folder.mkdir(parents=True, exist_ok=True)
        for name, _, source in (pair.partition(":") for pair in self.values("LoadCredential")):
            (folder / name).write_text(Path(source).read_text())
        pairs = (pair.partition("=") for pair in self.values("Environment"))
        own = {name: value.replace("%d", str(folder)) for name, _, value in pairs}
        return {"PATH": os.environ["PATH"], **own}

    def pid_file(self):
        return ROOT / "run" / f"{self.name}.pid"

    def start(self):
        for wanted in " ".join(self.values("Wants")).split():
            if wanted.startswith("stadttermin-"):
                Unit(wanted.removesuffix(".service")).start()
        with open(ROOT / "run" / f"{self.name}.log", "a") as log:
            started = subprocess.Popen(self.command(), env=self.environment(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        if "oneshot" in self.values("Type"):
            if started.wait():
                sys.exit(f"{self.name} failed")
        else:
            self.pid_file().write_text(str(started.pid))

    def stop(self):
        if not self.pid_file().exists():
            return
        pid = int(self.pid_file().read_text())
        self.pid_file().unlink()
        os.kill(pid, signal.SIGTERM)
        for _ in range(400):
            status = Path(f"/proc/{pid}/stat")
            if not status.exists() or ") Z " in status.read_text():
                return
            time.sleep(0.1)
        sys.exit(f"{self.name} does not stop")


def main(verb, *names):
    units = [Unit(name) for name in names if not name.startswith("--") and not name.endswith(".timer")]
    for unit in units:
        if verb in ("restart", "stop"):
            unit.stop()
        if verb in ("start", "restart", "enable"):
            unit.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
