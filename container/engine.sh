# shellcheck shell=bash
# Which Docker engine is ours, as contracts/docker-host.ts has it: a test compares the two. To be sourced.

# Names the engine to the docker command, unless DOCKER_HOST does already; with none there, nothing changes.
choose_engine() {
  [[ -z ${DOCKER_HOST:-} ]] || return 0
  local sockets=(/var/run/docker.sock "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/docker.sock") socket
  [[ -z ${HOME:-} ]] || sockets+=("$HOME/.docker/run/docker.sock")
  for socket in "${sockets[@]}"; do
    if [[ -r $socket && -w $socket ]]; then export DOCKER_HOST=unix://$socket; return; fi
  done
  # One that is closed to this user: who calls it is told so.
  for socket in "${sockets[@]}"; do
    if [[ -e $socket ]]; then export DOCKER_HOST=unix://$socket; return; fi
  done
}

# Whether it is the system's, and not one that a user runs.
is_system_engine() {
  case ${DOCKER_HOST:-unix:///var/run/docker.sock} in
    unix:///var/run/docker.sock | unix:///run/docker.sock) ;;
    *) return 1 ;;
  esac
}
