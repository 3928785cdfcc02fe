#!/usr/bin/env bash
# Builds the agents' image. Does nothing when the image already holds what it would build.
set -euo pipefail

IMAGE=${CONTAINER_IMAGE:-nanoclaw-agent:latest}
PUBLIC_BASE='node:20-bookworm-slim'
LOCAL_BASE='nanoclaw-base:local'
CONTENT_LABEL='nanoclaw.content'
BROWSER_LABEL='nanoclaw.browser'
# What the build makes bears this time, so that the same input gives the same image: the first of 2026, UTC, as
# programs take it and as `touch` of every system does.
MADE_AT=1767225600 MADE_AT_TOUCH=202601010000

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(dirname "$here")
# shellcheck source=container/engine.sh
source "$here/engine.sh"
bold='' red='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'; fi

step() { printf '%s==> %s%s\n' "$bold" "$1" "$plain"; }
fail() { printf '%sbuild.sh: %s%s\n' "$red" "$1" "$plain" >&2; exit "${2:-1}"; }

usage() {
  cat <<HELP
Usage: container/build.sh [--force] [--no-cache] [--browser | --no-browser] [--base IMAGE] [--verbose]

Builds the agents' image ($IMAGE; CONTAINER_IMAGE names another).

  --force       build also when the image is up to date
  --no-cache    the same, and with nothing that an earlier build left
  --browser     with Chromium, for pages built by JavaScript (twice the size); a later build keeps it
  --no-browser  without it again
  --base IMAGE  build on this Debian or Ubuntu image with Node.js 20 (default: $PUBLIC_BASE, and where it
                cannot be pulled, a base made from this host's own system by container/base.sh)
  --verbose     show all output of the build
  --help        show this text

Examples:
  ./container/build.sh
  CONTAINER_IMAGE=my-agent:1 ./container/build.sh --base registry.example/node:20
HELP
}

force=no cache=yes verbose=no browser='' base=${BASE_IMAGE:-}
while [[ $# -gt 0 ]]; do
  case $1 in
    --force) force=yes ;;
    --no-cache) force=yes cache=no ;;
    --verbose) verbose=yes ;;
    --browser) browser=yes ;;
    --no-browser) browser=no ;;
    --base) [[ -n ${2:-} ]] || fail '--base needs the name of an image.' 64; base=$2; shift ;;
    --help | -h) usage; exit 0 ;;
    *) fail "does not know $1. Run: container/build.sh --help" 64 ;;
  esac
  shift
done

require_docker() {
  command -v docker >/dev/null || fail 'there is no docker client. Run: sudo apt-get install docker.io' 69
  local answer
  answer=$(docker version --format '{{.Server.Version}}' 2>&1) && return
  case $answer in
    *'permission denied'*) fail "this user may not use Docker. Run: sudo usermod -aG docker $(id -un), then log in again" 69 ;;
    *) is_system_engine || fail "the Docker engine at $DOCKER_HOST does not answer. Run: systemctl --user start docker" 69
      fail 'the Docker engine does not answer. Run: sudo systemctl start docker' 69 ;;
  esac
}

# Whether dist/runner.js is as the build has left it, as far as that was noted.
is_runner_whole() {
  local sums=$checkout/dist/SHA256SUMS line
  line=$(grep '  dist/runner\.js$' "$sums" 2>/dev/null) || return 0
  command -v sha256sum >/dev/null || return 0
  (cd "$checkout" && sha256sum --check --status <<<"$line")
}

# dist/runner.js, built anew when it is damaged or one of its sources is younger.
build_runner() {
  local runner=$checkout/dist/runner.js
  is_runner_whole && [[ -f $runner && -z $(find "$checkout/container/runner" "$checkout/contracts" \
    -name node_modules -prune -o -name '*.ts' -newer "$runner" -print -quit) ]] && return
  step 'Building dist/runner.js'
  [[ -d $checkout/node_modules ]] || fail 'the dependencies are missing. Run: npm ci'
  (cd "$checkout" && node scripts/build.mjs runner) || fail 'dist/runner.js could not be built. Run: npm run build'
}

# How this host reaches its registries, for the build only (see Dockerfile).
collect_host_settings() {
  mkdir "$context/host"
  { apt-config dump 2>/dev/null | grep -E '^Acquire::(http|https|Check-|ForceIPv|Retries)'; } >"$context/host/apt.conf" || true
  { grep -hE '^(@[^:=]+:)?registry *=|^//|^(https?-)?proxy *=|^noproxy *=|^strict-ssl *=' \
    "$(npm config get userconfig 2>/dev/null || echo "$HOME/.npmrc")"; } >"$context/host/npmrc" 2>/dev/null || true
  cat "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" >"$context/host/ca.crt" 2>/dev/null || true
}

prepare_context() {
  local own=$context/root/opt/nanoclaw
  mkdir -p "$own"
  cp "$here/Dockerfile" "$here/runner/package.json" "$here/runner/package-lock.json" "$context/"
  cp -R "$checkout/dist/runner.js" "$here/skills" "$own/"
  # Neither the checkout's modes nor its times.
  chmod -R u=rwX,go=rX "$context/root"
  find "$context/root" -exec env TZ=UTC0 touch -t "$MADE_AT_TOUCH" {} +
}

content_hash() {
  local sum=(sha256sum)
  command -v sha256sum >/dev/null || sum=(shasum -a 256)
  (cd "$context" && echo "$browser" >browser && find Dockerfile browser package.json package-lock.json root -type f -print0 | LC_ALL=C sort -z | xargs -0 "${sum[@]}" | "${sum[@]}" | cut -d' ' -f1)
}

image_label() { docker image inspect --format "{{index .Config.Labels \"$1\"}}" "$IMAGE" 2>/dev/null || true; }
image_present() { docker image inspect "$1" >/dev/null 2>&1; }

choose_base() {
  [[ -z $base ]] || return 0
  base=$PUBLIC_BASE
  if image_present "$PUBLIC_BASE"; then return; fi
  if image_present "$LOCAL_BASE"; then base=$LOCAL_BASE; return; fi
  step "Pulling $PUBLIC_BASE"
  if docker pull --quiet "$PUBLIC_BASE" >/dev/null 2>&1; then return; fi
  step "$PUBLIC_BASE cannot be pulled from here; making $LOCAL_BASE from this host's own system instead"
  "$here/base.sh" || fail 'there is no base image. Connect to a registry, name one with --base, or see the line above.'
  base=$LOCAL_BASE
}

show_progress() {
  if [[ $verbose == yes ]]; then cat; else grep --line-buffered -E '^Step |^#[0-9]+ \[' || true; fi
}

build_image() {
  local arguments=(--tag "$IMAGE" --label "$CONTENT_LABEL=$1" --label "$BROWSER_LABEL=$browser" --build-arg "BASE_IMAGE=$base"
    --build-arg "BROWSER=$browser" --build-arg "SOURCE_DATE_EPOCH=$MADE_AT") name
  [[ $cache == yes ]] || arguments+=(--no-cache)
  # Docker keeps these six out of an image's history.
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    if [[ -n ${!name:-} ]]; then arguments+=(--build-arg "$name"); fi
  done
  if docker buildx version >/dev/null 2>&1; then export BUILDKIT_PROGRESS=plain; else export DOCKER_BUILDKIT=0; fi
  docker build "${arguments[@]}" "$context" 2>&1 | tee "$context.log" | show_progress
}

choose_engine
require_docker
build_runner
context=$(mktemp -d "${TMPDIR:-/tmp}/nanoclaw-build.XXXXXX")
trap 'rm -rf "$context" "$context.log"' EXIT
prepare_context
[[ -n $browser ]] || browser=$(image_label "$BROWSER_LABEL")
[[ $browser == yes ]] || browser=no
content=$(content_hash)
if [[ $force == no && $(image_label "$CONTENT_LABEL") == "$content" ]]; then
  step "$IMAGE is up to date (--force builds it anyway)"
  exit 0
fi
collect_host_settings
choose_base
previous=$(docker image inspect --format '{{.Id}}' "$IMAGE" 2>/dev/null || true)
step "Building $IMAGE on $base"
build_image "$content" || { tail -n 25 "$context.log" >&2; fail 'the build failed; its last lines are above.'; }
# The image this one replaces is of no use any more; it stays while a container still runs it.
if [[ -n $previous && $previous != $(docker image inspect --format '{{.Id}}' "$IMAGE") ]]; then
  docker image rm "$previous" >/dev/null 2>&1 || true
fi
size=$(docker image inspect --format '{{.Size}}' "$IMAGE")
step "$IMAGE is ready: $((size / 1000 / 1000)) MB in $SECONDS s"
