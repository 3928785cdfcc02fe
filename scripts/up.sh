#!/usr/bin/env bash
# From a fresh clone to a running service, in this terminal. Everything that is already done is skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/steps.sh
source scripts/steps.sh
# shellcheck source=container/engine.sh
source container/engine.sh

usage() {
  cat <<'HELP'
Usage: ./scripts/up.sh [options]

Installs what is missing, builds, and runs everything in this terminal until Ctrl-C.
Needs Node.js 20.20 or newer; no tokens, no Docker, no settings file.

  --world           run inside a test world: scripted model, webhook receiver, scratch home
  --home DIR        keep all state in DIR instead of this checkout
  --no-image        do not build the agents' Docker image (agents then cannot start in Docker)
  --install-docker  as root: install and start Docker from the distribution's packages
  --help            show this text

Examples:
  ./scripts/up.sh
  ./scripts/up.sh --world
  sudo ./scripts/up.sh --install-docker

Settings are optional: cp .env.example .env && chmod 600 .env
HELP
}

install_docker=no image=yes arguments=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --world) arguments+=(--world) ;;
    --home) [[ -n ${2:-} ]] || fail '--home needs a folder.' 64; arguments+=(--home "$2"); shift ;;
    --no-image) image=no ;;
    --install-docker) install_docker=yes ;;
    --help | -h) usage; exit 0 ;;
    *) fail "up.sh does not know $1. Run: ./scripts/up.sh --help" 64 ;;
  esac
  shift
done

start_docker() {
  if [[ -d /run/systemd/system ]]; then
    quietly systemctl start docker
  elif has service; then
    # Its init script wants rights that a container may not have, and says so at length.
    service docker start >/dev/null 2>&1 || true
  fi
  wait_for_docker 5 && return
  # No service manager, as in a container: the engine runs by itself until the machine ends.
  forget_dead_engine
  setsid dockerd >/var/log/dockerd.log 2>&1 </dev/null &
  wait_for_docker 20
}

ensure_docker() {
  docker_answers && return
  is_root || fail 'Installing Docker needs root: sudo ./scripts/up.sh --install-docker'
  if ! has dockerd; then
    has apt-get || fail 'This system has no apt-get. Install Docker its own way: https://docs.docker.com/engine/install/'
    step 'Installing Docker (docker.io)'
    apt_install docker.io iptables || fail 'Docker could not be installed. Try: apt-get install docker.io'
  fi
  step 'Starting Docker'
  start_docker || fail 'Docker does not start. Its log: journalctl -u docker, or /var/log/dockerd.log'
}

# The operator's choice in the environment or in .env: auto, docker or bubblewrap.
wanted_sandbox() {
  local chosen=${NANOCLAW_SANDBOX:-}
  if [[ -z $chosen && -r .env ]]; then chosen=$(sed -n 's/^NANOCLAW_SANDBOX=\([a-z]*\).*/\1/p' .env); fi
  printf '%s' "${chosen:-auto}"
}

prepare_image() {
  [[ $image == yes ]] || return 0
  local name=${CONTAINER_IMAGE:-nanoclaw-agent:latest}
  docker image inspect "$name" >/dev/null 2>&1 ||
    step "Building the agents' image $name: this takes some minutes, once (skip: --no-image)"
  # Does nothing when the image is of these sources.
  ./container/build.sh || fail 'The image was not built. Try: ./container/build.sh --verbose; or go on without: ./scripts/up.sh --no-image'
}

prepare_bubblewrap() {
  # Another user's engine would be waited for in vain.
  local socket=${DOCKER_HOST:-}
  socket=${socket#unix://}
  if [[ $sandbox == auto && -z $named_engine && -S $socket && ! -w $socket ]]; then
    step "This user may not use the Docker engine: agents run under bubblewrap (turn it on: sudo usermod -aG docker $(id -un), then log in again)"
    export NANOCLAW_SANDBOX=bubblewrap
  elif [[ $sandbox == bubblewrap ]]; then
    step 'Agents run under bubblewrap, as NANOCLAW_SANDBOX says'
  else
    step 'No Docker engine: agents run under bubblewrap (turn it on: sudo ./scripts/up.sh --install-docker)'
  fi
  if ! has bwrap; then
    if is_root && has apt-get; then
      step 'Installing bubblewrap'
      apt_install bubblewrap || fail 'bubblewrap could not be installed. Try: apt-get install bubblewrap'
    else
      note 'bubblewrap is missing, so agents cannot run yet. Run: sudo apt-get install bubblewrap'
    fi
  fi
  install_packages container/runner
}

require_node
install_packages .
build_programs
if [[ $install_docker == yes ]]; then ensure_docker; fi
named_engine=${DOCKER_HOST:-}
choose_engine
sandbox=$(wanted_sandbox)
if [[ $sandbox != bubblewrap ]] && docker_answers; then prepare_image; else prepare_bubblewrap; fi
step 'Starting'
exec node dist/cli.js up "${arguments[@]}"
