#!/usr/bin/env bash
# Builds the image of the machine that runs systemd, unless this very one is there. Prints its tag.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
base=nanoclaw-base:local

# Two tests that want it at once build it once.
exec 9>"${TMPDIR:-/tmp}/nanoclaw-systemd-image.lock"
flock 9

[[ -n $(docker images -q "$base") ]] || "$here/../../../container/base.sh" >&2
tag=systemd-test:$({ cat "$here/Dockerfile"; docker inspect --format '{{.Id}}' "$base"; } | sha256sum | cut -c1-12)
# BuildKit would ask a registry about the base.
[[ -n $(docker images -q "$tag") ]] || DOCKER_BUILDKIT=0 docker build --quiet --tag "$tag" - <"$here/Dockerfile" >&2
echo "$tag"
