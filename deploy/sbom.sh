#!/usr/bin/env bash
# `make sbom`: sbom/stadttermin.cdx.json lists every crate in the program with version, licence and checksum (CycloneDX). Installs
# cargo-cyclonedx when it is missing, which takes about ten minutes of one core.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v cargo-cyclonedx >/dev/null || cargo install --locked cargo-cyclonedx@0.5.9
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# It puts a file beside every Cargo.toml of the workspace; only that of the program is wanted.
clean() { find . -name '*.cdx.json' -not -path './target/*' -not -path './sbom/*' -not -path './.data/*' -delete; }
trap clean EXIT
clean
cargo cyclonedx --quiet --format json --spec-version 1.5 --describe binaries --target "$(rustc -vV | sed -n 's/^host: //p')"
mkdir -p sbom
mv crates/gateway/stadttermin_bin.cdx.json sbom/stadttermin.cdx.json
echo "sbom: sbom/stadttermin.cdx.json, $(grep -c '"purl"' sbom/stadttermin.cdx.json) components" >&2
