# shellcheck shell=bash
# Which Docker engine is ours, in the order of contracts/docker-host.ts. To be sourced.

# Names the engine to the docker command, unless DOCKER_HOST does already; with none there, nothing changes.
choose_engine() {
  [[ -z ${DOCKER_HOST:-} ]] || return 0
  local socket
  for socket in /var/run/docker.sock "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/docker.sock" "${HOME:-}/.docker/run/docker.sock"; do
    if [[ -r $socket && -w $socket ]]; then export DOCKER_HOST=unix://$socket; return; fi
  done
}

# Whether it is the system's, and not one that a user runs.
is_system_engine() { [[ ${DOCKER_HOST:-unix:///var/run/docker.sock} == unix:///var/run/docker.sock ]]; }
