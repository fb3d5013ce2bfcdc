#!/usr/bin/env bash
# Builds the image with podman, buildah or docker. The time in it is that of the commit, so that a second build of the same
# commit with the same builder gives the same image. IMAGE=registry.example/stadttermin:0.1.0, BUILDER=… as in the Containerfile.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
image=${IMAGE:-stadttermin:$version}
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
options=(--file deploy/Containerfile --tag "$image" --build-arg "VERSION=$version" --build-arg "REVISION=$(git rev-parse HEAD)"
  --build-arg "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH")
[ -z "${BUILDER:-}" ] || options+=(--build-arg "BUILDER=$BUILDER")

for engine in podman buildah docker; do
  command -v $engine >/dev/null || continue
  case $engine in
    podman | buildah) exec $engine build "${options[@]}" --timestamp "$SOURCE_DATE_EPOCH" . ;;
    docker) exec docker buildx build "${options[@]}" --output "type=docker,rewrite-timestamp=true" . ;;
  esac
done
echo "image: podman, buildah or docker is needed" >&2
exit 1
